//! How a workspace has models asked for texts: templates with placeholders, in versions that stay.

pub mod actions;
pub mod built_in;
pub mod model;
pub mod placeholders;
pub mod policy;
pub mod reading;
pub mod store;
