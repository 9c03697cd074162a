//! The integration tests: one binary, a database a test.

mod access_tokens;
mod accounts;
mod sessions;
mod support;
