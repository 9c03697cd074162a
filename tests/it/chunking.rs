//! Chunking.
