//! Accounts and sign-in in the graph.

pub mod mutation;
pub mod types;
