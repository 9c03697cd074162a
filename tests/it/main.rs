//! The one integration binary: a module a subject.

#![expect(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

mod guard;
mod transport_support;
mod transports_http;
mod transports_socket;
mod transports_stream;
mod transports_upload;
