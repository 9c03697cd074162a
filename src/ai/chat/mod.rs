//! Chat models that stream typed parts: OpenAI-compatible servers, Anthropic, Gemini, and `extractive`, which needs
//! no key. Callers use [`models::Models`] and get a [`model::ChatModel`] that already times out, retries and falls
//! back; each stream ends in exactly one `Finished` or one error.
//!
//! - data: [`request`], [`part`], [`error`]; the trait: [`model`]
//! - money and budgets: [`prices`], [`tokens`]

pub mod error;
pub mod model;
pub mod part;
pub mod request;
