//! How the product is asked for: one GraphQL schema over the actions of `domain`.

pub mod context;
pub mod error;
pub mod users;
