//! Text embeddings: the trait, the local model and providers that speak OpenAI's protocol.

pub mod embedder;
pub mod error;
