//! Accounts and sign-in in the graph.

pub mod audit_edges;
pub mod audit_query;
pub mod audit_types;
pub mod loaders;
pub mod mutation;
pub mod permissions;
pub mod types;
