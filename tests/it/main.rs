//! The integration tests: one binary, a file a subject.
#![expect(clippy::unwrap_used, reason = "a test ends where its preparation fails")]

mod chunking;
mod extraction;
mod media;
mod signed;
mod storage;
mod support;
mod word;
