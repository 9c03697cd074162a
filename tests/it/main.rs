//! The integration tests: one binary, one file a domain.

mod embeddings;
