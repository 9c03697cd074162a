//! Leaving, and taking a copy along, in the graph.

pub mod edges;
pub mod mutation;
pub mod types;
