//! What the product knows and does, one room a domain; each imports only those before it.

pub mod documents;
