//! What the product does, by domain. A domain imports only those above it in this list.

pub mod documents;
pub mod generation;
pub mod users;
