//! What people look at, in the graph: charts of saved queries, and dashboards, also for those with whom they are shared.

pub mod board_edges;
pub mod board_inputs;
pub mod board_loaders;
pub mod board_mutation;
pub mod board_query;
pub mod board_subscription;
pub mod board_types;
pub mod chart_edges;
pub mod chart_inputs;
pub mod chart_loaders;
pub mod chart_mutation;
pub mod chart_types;
pub mod picture_edges;
pub mod picture_inputs;
pub mod picture_loaders;
pub mod picture_mutation;
pub mod picture_subscription;
pub mod picture_types;
pub mod share_edges;
pub mod share_inputs;
pub mod share_loaders;
pub mod share_mutation;
pub mod share_query;
pub mod share_types;
