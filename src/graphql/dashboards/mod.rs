//! What people look at, in the graph: charts of saved queries.

pub mod chart_edges;
pub mod chart_inputs;
pub mod chart_loaders;
pub mod chart_mutation;
pub mod chart_types;
