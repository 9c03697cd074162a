//! Data that people ask questions of, in the graph.

pub mod edges;
pub mod exports;
pub mod external;
pub mod external_mutation;
pub mod loaders;
pub mod mutation;
pub mod query;
pub mod runs;
pub mod subscription;
pub mod tables;
pub mod types;
pub mod upload_inputs;
pub mod uploads;
