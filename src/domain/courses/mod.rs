//! Courses: weeks of readings, and the people who teach and learn in them.
//!
//! A member's role in a course ([`model::CourseRole`]) is beside the role of the account. Every statement joins the
//! membership of whoever asks ([`store`]): a course that one is no member of is as good as none. Who may read a week's
//! documents is decided where documents are, in `documents::visibility`.

pub mod actions;
pub mod invitation_store;
pub mod jobs;
pub mod mail_jobs;
pub mod member_store;
pub mod misconceptions;
pub mod model;
pub mod policy;
pub mod reading;
pub mod recordings;
pub mod secrets;
pub mod store;
pub mod themes;
pub mod tutoring;
pub mod voice;
pub mod week_store;
