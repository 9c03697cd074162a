//! The inbox in the graph.

pub mod edges;
pub mod inputs;
pub mod loaders;
pub mod mutation;
pub mod subscription;
pub mod types;
