//! GraphQL over HTTP, server-sent events, multipart and websocket, for any schema.
//!
//! The transports know neither our schema nor our domains: they ask a [`gateway`], and [`router`] serves it.

pub mod gateway;
