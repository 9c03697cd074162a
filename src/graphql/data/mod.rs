//! Data that people ask questions of, in the graph.

pub mod edges;
pub mod exports;
pub mod external;
pub mod external_mutation;
pub mod glossary_edges;
pub mod glossary_mutation;
pub mod glossary_types;
pub mod loaders;
pub mod mutation;
pub mod query;
pub mod question_edges;
pub mod question_inputs;
pub mod question_loaders;
pub mod question_mutation;
pub mod question_types;
pub mod runs;
pub mod saved_edges;
pub mod saved_inputs;
pub mod saved_loaders;
pub mod saved_mutation;
pub mod saved_types;
pub mod subscription;
pub mod tables;
pub mod types;
pub mod upload_inputs;
pub mod uploads;
