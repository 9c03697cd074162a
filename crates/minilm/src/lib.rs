//! The forward pass of all-MiniLM-L6-v2 (BERT, 6 layers, 384 wide) on the processor, in safe Rust.
//!
//! It is a crate of its own so that it is optimised in debug builds too (`profile.dev.package.minilm`): unoptimised, one
//! text takes seconds. It knows tokens and vectors; splitting text, threads and queues are the caller's.
//!
//! How the numbers lie in memory decides the speed. Activations are kept in *panels*: `panel::Panels` holds, for each
//! feature, a few tokens side by side, as many as fill one or two vector registers. So
//! - a linear layer is one loop that multiplies a weight, the same for all lanes, with a row of tokens; its output has
//!   the layout of its input, and nothing is ever transposed between layers;
//! - layer norm, softmax and activation work on whole registers, because each token stays in its lane;
//! - texts lie end to end, whatever their lengths: only the last panel of a batch has empty lanes.
//!
//! Tokens never mix outside of attention, and attention sees one text at a time. A text therefore gets the same vector,
//! bit for bit, alone and in any batch.

#![expect(clippy::inline_always, reason = "only what is inlined into pulp's dispatch is compiled for its registers")]

mod aligned;
mod attention;
mod error;
mod linear;
mod math;
mod model;
mod norm;
mod panel;
mod shape;
mod tensors;

pub use error::ModelError;
pub use model::{Model, Scratch};
pub use shape::{MAX_TOKENS, VECTOR, VOCABULARY};
