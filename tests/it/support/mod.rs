//! What several tests need.

pub mod bucket;
pub mod files;
