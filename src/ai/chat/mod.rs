//! Chat models that stream typed parts: OpenAI-compatible servers, Anthropic, Gemini, and `extractive`, which needs
//! no key. Callers use [`models::Models`] and get a [`model::ChatModel`] that already times out, retries and falls
//! back; each stream ends in exactly one `Finished` or one error.
//!
//! - data: [`request`], [`part`], [`error`]; the trait: [`model`]
//! - providers, a folder each: [`openai`], [`anthropic`], [`google`] say how a request is written and an event read
//!   ([`protocol`]); [`extractive`] quotes the passages it is given
//! - what remote providers share, in the order of a call: [`history`] and [`prompt`] make a conversation regular,
//!   [`endpoint`] and [`http`] send it, [`sse`] cuts events, [`answer`] gathers what they say, [`fault`] reads
//!   failures, [`remote`] drives it all
//! - patience: [`upstream`] is one attempt, [`resilient`] times, repeats and replaces attempts, [`backoff`] spaces them
//! - money and budgets: [`prices`], [`tokens`]
//! - texts: [`sentences`] cuts them, [`overview`] tells a request for a summary from a question

pub mod answer;
pub mod anthropic;
pub mod backoff;
pub mod endpoint;
pub mod error;
pub mod extractive;
pub mod fault;
pub mod google;
pub mod history;
pub mod http;
pub mod model;
pub mod models;
pub mod openai;
pub mod overview;
pub mod part;
pub mod prices;
pub mod prompt;
pub mod protocol;
pub mod remote;
pub mod request;
pub mod resilient;
pub mod sentences;
pub mod span;
pub mod sse;
pub mod tokens;
pub mod upstream;
