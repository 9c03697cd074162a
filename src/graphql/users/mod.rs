//! Accounts and sign-in in the graph.

pub mod account_mutation;
pub mod account_types;
pub mod admin;
pub mod admin_mutation;
pub mod audit_edges;
pub mod audit_query;
pub mod audit_types;
pub mod edges;
pub mod invitations;
pub mod invitations_mutation;
pub mod invitations_query;
pub mod keys;
pub mod keys_mutation;
pub mod loaders;
pub mod mutation;
pub mod permissions;
pub mod query;
pub mod second_factor;
pub mod second_factor_mutation;
pub mod sessions;
pub mod sessions_mutation;
pub mod types;
