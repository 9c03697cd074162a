//! Courses, their weeks and their members in the graph.

pub mod edges;
pub mod enrolment_mutation;
pub mod inputs;
pub mod loaders;
pub mod mutation;
pub mod query;
pub mod theme_edges;
pub mod themes;
pub mod types;
