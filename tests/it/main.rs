//! The integration tests: one binary, a file a subject.

mod chunking;
mod extraction;
mod storage;
mod support;
mod word;
