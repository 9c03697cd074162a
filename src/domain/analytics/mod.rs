//! What was used, by whom, for what and when: summed up from the records in quarters of an hour, and read from the sums
//! where they are, from the records where something changed since.

pub mod actions;
mod activity_parts;
pub mod activity_store;
pub mod histogram;
pub mod jobs;
pub mod model;
pub mod range;
pub mod report;
pub mod rollup_store;
pub mod store;
pub mod workflows;
