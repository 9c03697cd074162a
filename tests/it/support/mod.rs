//! What several tests need.

pub mod files;
