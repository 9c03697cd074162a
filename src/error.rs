//! The house error: what went wrong, in words a caller may read, with a stable code.
//!
//! Which error where: a parser or a third-party call returns its own error type; at the boundary of a room it becomes
//! an [`Error`], with the original kept as `source` for the log. The source is never shown to a client. This file
//! imports nothing of ours; the GraphQL and HTTP rooms translate an [`Error`] into their own shapes.

use std::borrow::Cow;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, Utc};

type Source = Box<dyn std::error::Error + Send + Sync>;

/// Result with the house [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The stable classes of failure, the same on every transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    Unauthenticated,
    SecondFactorRequired,
    SecondFactorSetupRequired,
    Forbidden,
    NotFound,
    BadUserInput,
    Conflict,
    RateLimited,
    PayloadTooLarge,
    UnsupportedMediaType,
    QuotaExceeded,
    /// A talk is over, by its time or otherwise.
    SessionEnded,
    Moderated,
    UpstreamUnavailable,
    Timeout,
    QueryTooComplex,
    PersistedQueryNotFound,
    PersistedQueryNotSupported,
    PersistedQueryNotInList,
    Internal,
}

impl ErrorCode {
    /// Every code, in the order in which the API documents them.
    pub const ALL: [Self; 20] = [
        Self::Unauthenticated,
        Self::SecondFactorRequired,
        Self::SecondFactorSetupRequired,
        Self::Forbidden,
        Self::NotFound,
        Self::BadUserInput,
        Self::Conflict,
        Self::RateLimited,
        Self::PayloadTooLarge,
        Self::UnsupportedMediaType,
        Self::QuotaExceeded,
        Self::SessionEnded,
        Self::Moderated,
        Self::UpstreamUnavailable,
        Self::Timeout,
        Self::QueryTooComplex,
        Self::PersistedQueryNotFound,
        Self::PersistedQueryNotSupported,
        Self::PersistedQueryNotInList,
        Self::Internal,
    ];

    /// The name in `extensions.code`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::SecondFactorRequired => "SECOND_FACTOR_REQUIRED",
            Self::SecondFactorSetupRequired => "SECOND_FACTOR_SETUP_REQUIRED",
            Self::Forbidden => "FORBIDDEN",
            Self::NotFound => "NOT_FOUND",
            Self::BadUserInput => "BAD_USER_INPUT",
            Self::Conflict => "CONFLICT",
            Self::RateLimited => "RATE_LIMITED",
            Self::PayloadTooLarge => "PAYLOAD_TOO_LARGE",
            Self::UnsupportedMediaType => "UNSUPPORTED_MEDIA_TYPE",
            Self::QuotaExceeded => "QUOTA_EXCEEDED",
            Self::SessionEnded => "SESSION_ENDED",
            Self::Moderated => "MODERATED",
            Self::UpstreamUnavailable => "UPSTREAM_UNAVAILABLE",
            Self::Timeout => "TIMEOUT",
            Self::QueryTooComplex => "QUERY_TOO_COMPLEX",
            Self::PersistedQueryNotFound => "PERSISTED_QUERY_NOT_FOUND",
            Self::PersistedQueryNotSupported => "PERSISTED_QUERY_NOT_SUPPORTED",
            Self::PersistedQueryNotInList => "PERSISTED_QUERY_NOT_IN_LIST",
            Self::Internal => "INTERNAL",
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One input field that was refused, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Path of the field from the operation's arguments, in dots: `input.email`.
    pub path: String,
    /// A sentence for a person.
    pub message: String,
}

/// The budget that is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// When there is something in it again.
    pub resets_at: DateTime<Utc>,
    /// Whose it is: `DEFAULT`, `ROLE`, `USER`, `API_KEY`, or `SETTING` for that of the server's settings.
    pub kind: &'static str,
    /// `DAY` or `MONTH`.
    pub period: &'static str,
    /// `USD` or `TOKENS`.
    pub unit: &'static str,
}

/// A failure with a stable code and a message that may be shown to the caller.
pub struct Error(Box<Inner>);

struct Inner {
    code: ErrorCode,
    message: Cow<'static, str>,
    fields: Vec<FieldError>,
    retry_after_seconds: Option<u32>,
    details: Vec<(&'static str, String)>,
    quota: Option<Quota>,
    source: Option<Source>,
    /// Whether its causes are in the log.
    is_told: AtomicBool,
}

impl Error {
    /// An error of any class.
    pub fn new(code: ErrorCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            code,
            message: message.into(),
            fields: Vec::new(),
            retry_after_seconds: None,
            details: Vec::new(),
            quota: None,
            source: None,
            is_told: AtomicBool::new(false),
        }))
    }

    /// Nobody is signed in, or the credentials do not hold.
    pub fn unauthenticated(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::Unauthenticated, message)
    }

    /// The caller is known and may not do this. Only for acts on what the caller may see: else [`Error::not_found`].
    pub fn forbidden(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::Forbidden, message)
    }

    /// There is no such object, or none that the caller may see.
    #[must_use]
    pub fn not_found(what: &str) -> Self {
        Self::new(ErrorCode::NotFound, format!("There is no such {what}."))
    }

    /// One input field was refused.
    pub fn bad_input(path: impl Into<String>, message: impl Into<String>) -> Self {
        let message = message.into();
        let mut error = Self::new(ErrorCode::BadUserInput, message.clone());
        error.0.fields.push(FieldError { path: path.into(), message });
        error
    }

    /// Several input fields were refused at once.
    #[must_use]
    pub fn bad_inputs(fields: Vec<FieldError>) -> Self {
        let mut error = Self::new(ErrorCode::BadUserInput, "Some of the input was refused.");
        error.0.fields = fields;
        error
    }

    /// The state of the object, or another object, stands against it.
    pub fn conflict(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::Conflict, message)
    }

    /// A store or a provider that is needed does not answer; the same call may work later.
    pub fn unavailable(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::UpstreamUnavailable, message)
    }

    /// Something that should not happen. The cause is for the log alone.
    pub fn internal(source: impl Into<Source>) -> Self {
        Self::new(ErrorCode::Internal, "Something went wrong on our side.").with_source(source)
    }

    /// Keeps the cause for the log.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Source>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Names the input field that the error concerns.
    #[must_use]
    pub fn with_field(mut self, path: impl Into<String>) -> Self {
        let message = self.0.message.clone().into_owned();
        self.0.fields.push(FieldError { path: path.into(), message });
        self
    }

    /// Says when to try again, in whole seconds.
    #[must_use]
    pub fn with_retry_after(mut self, seconds: u32) -> Self {
        self.0.retry_after_seconds = Some(seconds);
        self
    }

    /// Adds what a program needs to go on, under a name of its own among the extensions. Never logged: it may be secret.
    #[must_use]
    pub fn with_detail(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.0.details.push((name, value.into()));
        self
    }

    /// Says which budget is used up.
    #[must_use]
    pub fn with_quota(mut self, quota: Quota) -> Self {
        self.0.quota = Some(quota);
        self
    }

    #[must_use]
    pub fn code(&self) -> ErrorCode {
        self.0.code
    }

    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    #[must_use]
    pub fn fields(&self) -> &[FieldError] {
        &self.0.fields
    }

    /// Seconds after which the same call may succeed; `None` when waiting does not help or is not known to.
    #[must_use]
    pub fn retry_after_seconds(&self) -> Option<u32> {
        self.0.retry_after_seconds
    }

    /// What a program needs to go on, by name.
    #[must_use]
    pub fn details(&self) -> &[(&'static str, String)] {
        &self.0.details
    }

    /// The budget that is used up; `None` for other failures.
    #[must_use]
    pub fn quota(&self) -> Option<Quota> {
        self.0.quota
    }

    /// Whether this is the first to ask: one failure may leave by several doors, and its causes are for the log once.
    #[must_use]
    pub fn tell(&self) -> bool {
        !self.0.is_told.swap(true, Ordering::Relaxed)
    }

    /// The message and all its causes in one line, for the log.
    #[must_use]
    pub fn chain(&self) -> String {
        let mut line = format!("{}: {}", self.code(), self.message());
        let mut next = std::error::Error::source(self);
        while let Some(cause) = next {
            line.push_str(": ");
            line.push_str(&cause.to_string());
            next = cause.source();
        }
        line
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.chain())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_ref().map(|source| &**source as &(dyn std::error::Error + 'static))
    }
}
