//! Recordings of tutoring sessions: kept only with their students' consent, heard by them and by those who teach, and gone after
//! so many days, with what was said, or when the consent is withdrawn.

pub mod fetching;
pub mod jobs;
pub mod model;
pub mod removal;
pub mod store;
pub mod taking;
