//! The integration tests: one binary, a file a domain.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking, its helpers too")]

mod embedded;
mod support;
