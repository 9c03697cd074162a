//! The integration tests: one binary, a file a domain.

mod embedded;
mod support;
