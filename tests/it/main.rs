//! The one integration binary: a module a subject.

mod guard;
mod transport_support;
mod transports_http;
mod transports_socket;
mod transports_stream;
mod transports_upload;
