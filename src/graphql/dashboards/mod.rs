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
pub mod report_edges;
pub mod report_inputs;
pub mod report_loaders;
pub mod report_mutation;
pub mod report_query;
pub mod report_types;
pub mod share_edges;
pub mod share_inputs;
pub mod share_loaders;
pub mod share_mutation;
pub mod share_query;
pub mod share_types;
