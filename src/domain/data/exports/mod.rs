//! Results as files: asked for, written by a job, fetched by a signed address for a day, and removed.

pub mod asking;
pub mod fetching;
pub mod following;
pub mod jobs;
pub mod keeping;
pub mod model;
pub mod store;
pub mod writing;
