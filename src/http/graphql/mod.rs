//! GraphQL over HTTP, server-sent events, multipart and websocket, for any schema.
//!
//! The transports know neither our schema nor our domains: they ask a [`gateway`], and [`router`] serves it.
//! [`request`] answers `/graphql` ([`accept`], [`content_type`], [`csrf`], [`body`], [`params`], [`upload`] read what
//! came; [`run`] runs it; [`answer`] and [`streaming`] write what goes), [`socket`] keeps `/graphql/ws`.

pub mod accept;
pub mod answer;
pub mod body;
pub mod content_type;
pub mod csrf;
pub mod distinct;
pub mod failure;
pub mod gateway;
pub mod meters;
pub mod params;
pub mod payload;
pub mod permits;
pub mod price;
pub mod request;
pub mod router;
pub mod run;
pub mod socket;
pub mod spans;
pub mod streaming;
pub mod upload;
pub mod upload_map;
