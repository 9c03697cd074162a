//! The trait behind which every chat model stands.

use super::part::PartStream;
use super::request::ChatRequest;
use crate::config::models::ModelName;

/// A model that answers in parts.
pub trait ChatModel: Send + Sync {
    fn name(&self) -> &ModelName;

    /// The answer to `request`. Nothing happens until the stream is polled; dropping it closes the connection to the
    /// provider at once, so that no more tokens are paid for.
    fn stream(&self, request: ChatRequest) -> PartStream;
}
