//! Courses, their weeks and their members in the graph.

pub mod edges;
pub mod enrolment_mutation;
pub mod inputs;
pub mod loaders;
pub mod misconceptions;
pub mod misconceptions_edges;
pub mod misconceptions_loaders;
pub mod misconceptions_mutation;
pub mod mutation;
pub mod progress;
pub mod query;
pub mod theme_edges;
pub mod themes;
pub mod tutoring;
pub mod tutoring_edges;
pub mod tutoring_inputs;
pub mod tutoring_loaders;
pub mod tutoring_mutation;
pub mod tutoring_subscription;
pub mod types;
pub mod voice;
pub mod voice_edges;
pub mod voice_mutation;
