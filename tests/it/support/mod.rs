//! What several tests need.

pub mod database;
pub mod files;
pub mod library;
