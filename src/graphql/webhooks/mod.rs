//! Webhooks and what was sent to them in the graph.

pub mod edges;
pub mod inputs;
pub mod loaders;
pub mod mutation;
pub mod types;
