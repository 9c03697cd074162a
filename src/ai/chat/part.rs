//! What a chat model answers: a stream of typed parts.

use futures::stream::BoxStream;

use super::error::ChatError;
use super::request::ToolCall;

/// One step of an answer. A stream is `Started`, any number of `Text` and `ToolCall`, `Usage`, `Finished`; or it breaks
/// off with one error, which is then its last item.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// Who answers. Comes once, when it is settled: after retries and a fallback.
    Started { provider: String, model: String },
    /// The next piece of text: never empty, without NUL.
    Text(String),
    /// A whole call of a tool.
    ToolCall(ToolCall),
    /// What the answer took. Comes once, before `Finished`.
    Usage(Usage),
    /// The end.
    Finished(FinishReason),
}

/// Tokens of one answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// All tokens read, cached ones included.
    pub input_tokens: u32,
    /// All tokens written, those of hidden reasoning included.
    pub output_tokens: u32,
    /// The part of `input_tokens` that the provider had cached.
    pub cached_input_tokens: u32,
    /// Counted by us (see [`super::tokens`]), because the provider gave no figures.
    pub estimated: bool,
}

impl Usage {
    /// Both together.
    #[must_use]
    pub const fn plus(&self, other: &Self) -> Self {
        Self {
            input_tokens: self.input_tokens.saturating_add(other.input_tokens),
            output_tokens: self.output_tokens.saturating_add(other.output_tokens),
            cached_input_tokens: self.cached_input_tokens.saturating_add(other.cached_input_tokens),
            estimated: self.estimated || other.estimated,
        }
    }
}

/// Why an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FinishReason {
    /// The model had said all.
    Stop,
    /// `max_output_tokens` or the model's window was full.
    Length,
    /// The model waits for the results of its tool calls.
    ToolCalls,
    /// The provider, or the model itself, cut the answer for its content.
    ContentFilter,
    /// Something else, as a provider put it.
    Other,
}

impl FinishReason {
    /// A stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stop => "STOP",
            Self::Length => "LENGTH",
            Self::ToolCalls => "TOOL_CALLS",
            Self::ContentFilter => "CONTENT_FILTER",
            Self::Other => "OTHER",
        }
    }
}

/// An answer as it comes in.
pub type PartStream = BoxStream<'static, Result<Part, ChatError>>;
