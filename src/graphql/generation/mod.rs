//! Texts that a model writes, and their streams.

pub mod edges;
pub mod loaders;
pub mod mutation;
pub mod subscription;
pub mod types;
