//! The integration tests: one binary, a file a subject.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test's helpers fail the test, as its own lines do")]

mod chunking;
mod documents;
mod embeddings;
mod extraction;
mod retrieval;
mod storage;
mod support;
