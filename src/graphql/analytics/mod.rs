//! What was used, as figures.

pub mod activity;
pub mod edges;
pub mod loaders;
pub mod mutation;
pub mod query;
pub mod reports;
pub mod types;
