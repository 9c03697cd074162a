//! Documents, their passages and search in the graph.

pub mod edges;
pub mod loaders;
pub mod mutation;
pub mod query;
pub mod subscription;
pub mod types;
