//! Accounts and sign-in in the graph.

pub mod loaders;
pub mod mutation;
pub mod types;
