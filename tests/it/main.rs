//! The integration tests: one binary, a file a subject.

mod chunking;
mod embeddings;
mod extraction;
mod storage;
mod support;
