//! Pictures as files: asked for, drawn by a job, fetched by a signed address for a day, and removed. As those of results are
//! (`domain/data/exports`), whose words for how far they have come these share.

pub mod asking;
pub mod fetching;
pub mod following;
pub mod jobs;
pub mod keeping;
pub mod model;
pub mod store;
pub mod writing;
