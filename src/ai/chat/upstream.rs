//! One attempt at an answer, without patience: what [`super::resilient`] times, repeats and replaces.

use std::sync::Arc;

use futures::stream::BoxStream;

use super::error::ChatError;
use super::part::Part;
use super::request::ChatRequest;
use crate::config::models::ModelName;

/// One step of an attempt.
#[derive(Debug, Clone, PartialEq)]
pub enum Signal {
    /// The model works on something that is not shown: hidden reasoning, or a tool call that is not whole yet. It
    /// counts against silence, which a provider's mere keep-alives do not.
    Progress,
    /// Something to show. `Started` comes when the provider accepts the request.
    Part(Part),
}

/// An attempt as it comes in: ends after `Finished` or after one error.
pub type SignalStream = BoxStream<'static, Result<Signal, ChatError>>;

/// A source of attempts.
pub trait Upstream: Send + Sync {
    fn name(&self) -> &ModelName;

    /// One attempt; nothing happens until it is polled, and dropping it ends it at once.
    fn attempt(&self, request: Arc<ChatRequest>) -> SignalStream;
}
