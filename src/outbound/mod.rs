//! Calls to the outside: HTTP clients, and where users may have us call ([`addresses`], [`posting`]).

pub mod addresses;
pub mod client;
pub mod posting;
