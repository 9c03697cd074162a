//! Tutoring: short talks of a student with a tutor who asks, about the readings of one week.
//!
//! A session ([`model::Session`]) has a conversation of its own, its student's; what is said in it streams like any reply.
//! [`start`] keeps the quota, [`speak`] and [`ending`] the clock, [`tutor`] makes the prompt, [`inspection`] looks at what the
//! student says before a model sees it, and [`gate`] at what the model says before the student does.

pub mod ending;
pub mod flag_store;
pub mod flags;
pub mod follow;
pub mod gate;
pub mod inspection;
pub mod jobs;
pub mod model;
pub mod past;
pub mod policy;
pub mod progress;
pub mod progress_store;
pub mod prompts;
pub mod reading;
pub mod relevance;
pub mod removal;
pub mod speak;
pub mod start;
pub mod store;
pub mod tutor;
