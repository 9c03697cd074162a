//! Why an answer failed, in one vocabulary for all providers.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use crate::error::{Error, ErrorCode};

type Source = Box<dyn std::error::Error + Send + Sync>;

/// The stable classes of failure of a chat model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChatErrorKind {
    /// No key, or a model or address that the provider does not know: the operator has to act.
    NotConfigured,
    /// The provider refuses the key, or the account behind it.
    Unauthorized,
    /// Too many calls for now.
    RateLimited,
    /// The provider has no capacity for now.
    Overloaded,
    /// The provider refuses the request as malformed.
    BadRequest,
    /// The prompt is longer than the model takes.
    ContextTooLong,
    /// The provider refuses the prompt for its content.
    ContentFiltered,
    /// No connection within the time given.
    ConnectTimeout,
    /// No word within the time given.
    FirstTokenTimeout,
    /// Silence in the middle of an answer.
    IdleTimeout,
    /// No connection.
    Unreachable,
    /// The answer broke off, or was not in the provider's format.
    Broken,
    /// The provider failed.
    ServerError,
}

impl ChatErrorKind {
    /// Every kind.
    pub const ALL: [Self; 13] = [
        Self::NotConfigured,
        Self::Unauthorized,
        Self::RateLimited,
        Self::Overloaded,
        Self::BadRequest,
        Self::ContextTooLong,
        Self::ContentFiltered,
        Self::ConnectTimeout,
        Self::FirstTokenTimeout,
        Self::IdleTimeout,
        Self::Unreachable,
        Self::Broken,
        Self::ServerError,
    ];

    /// The stable name that is stored with a failed answer.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotConfigured => "MODEL_NOT_CONFIGURED",
            Self::Unauthorized => "MODEL_UNAUTHORIZED",
            Self::RateLimited => "MODEL_RATE_LIMITED",
            Self::Overloaded => "MODEL_OVERLOADED",
            Self::BadRequest => "MODEL_BAD_REQUEST",
            Self::ContextTooLong => "MODEL_CONTEXT_TOO_LONG",
            Self::ContentFiltered => "MODEL_CONTENT_FILTERED",
            Self::ConnectTimeout => "MODEL_CONNECT_TIMEOUT",
            Self::FirstTokenTimeout => "MODEL_FIRST_TOKEN_TIMEOUT",
            Self::IdleTimeout => "MODEL_IDLE_TIMEOUT",
            Self::Unreachable => "MODEL_UNREACHABLE",
            Self::Broken => "MODEL_BROKEN",
            Self::ServerError => "MODEL_SERVER_ERROR",
        }
    }

    /// Whether the same request may work a little later.
    #[must_use]
    pub const fn is_retryable(self) -> bool {
        match self {
            Self::RateLimited
            | Self::Overloaded
            | Self::ConnectTimeout
            | Self::FirstTokenTimeout
            | Self::IdleTimeout
            | Self::Unreachable
            | Self::Broken
            | Self::ServerError => true,
            Self::NotConfigured
            | Self::Unauthorized
            | Self::BadRequest
            | Self::ContextTooLong
            | Self::ContentFiltered => false,
        }
    }

    /// What a person is told when nothing more exact is known.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::NotConfigured => "The model is not set up: its provider does not know the model or the address.",
            Self::Unauthorized => "The model's provider refuses our account.",
            Self::RateLimited => "The model's provider takes no more requests for now. Try again in a moment.",
            Self::Overloaded => "The model's provider is overloaded. Try again in a moment.",
            Self::BadRequest => "The model's provider refuses the request.",
            Self::ContextTooLong => "The conversation is too long for this model.",
            Self::ContentFiltered => "The model's provider refuses the request for its content.",
            Self::ConnectTimeout => "The model's provider could not be reached in time.",
            Self::FirstTokenTimeout => "The model did not begin to answer in time.",
            Self::IdleTimeout => "The model fell silent in the middle of its answer.",
            Self::Unreachable => "The model's provider cannot be reached.",
            Self::Broken => "The model's answer broke off.",
            Self::ServerError => "The model's provider failed.",
        }
    }
}

/// A failed answer.
pub struct ChatError {
    pub kind: ChatErrorKind,
    /// Safe to show: never holds a key, an address, or a provider's own words.
    pub message: Cow<'static, str>,
    /// How long the provider asks to wait.
    pub retry_after: Option<Duration>,
    /// The cause, for the log alone.
    pub source: Option<Source>,
}

impl ChatError {
    /// An error with the sentence of its kind.
    #[must_use]
    pub fn new(kind: ChatErrorKind) -> Self {
        Self::with_message(kind, kind.sentence())
    }

    /// An error with a sentence of its own, which must be safe to show.
    pub fn with_message(kind: ChatErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, message: message.into(), retry_after: None, source: None }
    }

    /// Keeps the cause for the log.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Source>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Keeps how long the provider asks to wait.
    #[must_use]
    pub fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.retry_after = wait;
        self
    }

    /// Whether the same request may work a little later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.kind.is_retryable()
    }
}

impl fmt::Display for ChatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Debug for ChatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.code(), self.message)?;
        let mut next = std::error::Error::source(self);
        while let Some(cause) = next {
            write!(f, ": {cause}")?;
            next = cause.source();
        }
        Ok(())
    }
}

impl std::error::Error for ChatError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| &**source as &(dyn std::error::Error + 'static))
    }
}

impl From<ChatError> for Error {
    /// For callers that wait for a whole answer; a streamed one stores [`ChatErrorKind::code`].
    fn from(error: ChatError) -> Self {
        let code = match error.kind {
            ChatErrorKind::RateLimited => ErrorCode::RateLimited,
            ChatErrorKind::ContextTooLong | ChatErrorKind::BadRequest => ErrorCode::BadUserInput,
            ChatErrorKind::ContentFiltered => ErrorCode::Moderated,
            ChatErrorKind::ConnectTimeout | ChatErrorKind::FirstTokenTimeout | ChatErrorKind::IdleTimeout => {
                ErrorCode::Timeout
            }
            ChatErrorKind::NotConfigured
            | ChatErrorKind::Unauthorized
            | ChatErrorKind::Overloaded
            | ChatErrorKind::Unreachable
            | ChatErrorKind::Broken
            | ChatErrorKind::ServerError => ErrorCode::UpstreamUnavailable,
        };
        let seconds = error.retry_after.map(|wait| u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).max(1));
        let house = Self::new(code, error.message.clone()).with_source(error);
        match seconds {
            Some(seconds) => house.with_retry_after(seconds),
            None => house,
        }
    }
}
