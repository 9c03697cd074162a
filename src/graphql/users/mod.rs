//! Accounts and sign-in in the graph.

pub mod loaders;
pub mod mutation;
pub mod permissions;
pub mod types;
