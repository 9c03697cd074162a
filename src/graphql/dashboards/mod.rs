//! What people look at, in the graph: charts of saved queries, dashboards, also for those with whom they are shared,
//! and alerts.

pub mod alert_edges;
pub mod alert_inputs;
pub mod alert_loaders;
pub mod alert_mutation;
pub mod alert_subscription;
pub mod alert_types;
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
pub mod share_edges;
pub mod share_inputs;
pub mod share_loaders;
pub mod share_mutation;
pub mod share_query;
pub mod share_types;
