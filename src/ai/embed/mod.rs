//! Text embeddings: the trait, the local model and providers that speak OpenAI's protocol.
//!
//! - [`embedder`], [`error`]: what every model does, and how it fails.
//! - [`load`]: the model that the settings name.
//! - [`local`], [`queue`], [`model_files`]: all-MiniLM-L6-v2 on this machine's processor (the numbers are in
//!   `crates/minilm`).
//! - [`openai`], [`openai_wire`]: any server that speaks OpenAI's protocol.

pub mod embedder;
pub mod error;
pub mod load;
pub mod local;
pub mod model_files;
pub mod openai;
pub mod openai_wire;
pub mod queue;
