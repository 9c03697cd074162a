//! What tells one provider from another: how a request is written, and how an event is read.

use reqwest::header::HeaderMap;
use serde_json::Value;
use url::Url;

use super::answer::Answer;
use super::error::ChatError;
use super::request::ChatRequest;
use super::sse::SseEvent;

/// An HTTP request to a provider: a POST with a JSON body.
#[derive(Debug, Clone)]
pub struct Call {
    pub url: Url,
    /// Keys are marked sensitive, so that they stay out of logs.
    pub headers: HeaderMap,
    pub body: Value,
}

/// A provider's protocol.
pub trait Protocol: Clone + Send + Sync + 'static {
    /// Reads the events of one response.
    type Decoder: Decoder + 'static;

    /// The request that asks `model` for `request`.
    ///
    /// # Errors
    /// When the request holds nothing to answer.
    fn call(&self, model: &str, request: &ChatRequest) -> Result<Call, ChatError>;

    /// A reader for the response to `request`.
    fn decoder(&self, request: &ChatRequest) -> Self::Decoder;
}

/// Turns events into steps of an answer.
pub trait Decoder: Send {
    /// Reads one event. Is not called again once the answer is at its end.
    ///
    /// # Errors
    /// When the event reports a failure, or is not in the provider's format.
    fn event(&mut self, event: &SseEvent, answer: &mut Answer) -> Result<(), ChatError>;
}
