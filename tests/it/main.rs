//! The integration tests: one binary, a database a test.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test's helpers fail the test, as its own lines do")]

mod access_tokens;
mod accounts;
mod embedded;
mod embeddings;
mod graphiql;
mod sessions;
mod sign_in_graphql;
mod support;
