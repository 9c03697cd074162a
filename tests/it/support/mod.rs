//! What several test files need.

pub mod chat;
pub mod provider;
