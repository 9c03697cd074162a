//! What is counted, and how much of it is allowed.

use std::time::Duration;

use crate::config::limits::LimitsConfig;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// Every request and every operation on a socket.
    Request,
    /// A sign-in or a registration, by address.
    SignIn,
    /// A request or operation with an API key, by key; it counts as any request besides.
    ApiKey,
    /// A text that a model is asked for.
    Chat,
    /// A statement, or a dashboard of them, that somebody has run.
    Statement,
    /// A request with files.
    Upload,
    /// A wrong password, by account.
    SignInTry,
    /// A wrong code of a second factor, by account.
    SecondFactorTry,
    /// A wrong password of a link, by link and address.
    LinkTry,
    /// A refresh of a dashboard that was shared with somebody, by account.
    SharedRefresh,
    /// A mail that somebody asks for, by the address that it goes to.
    Mail,
}

/// An allowance: `limit` at once, and the same again spread evenly over `period`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// At least 1.
    pub limit: u32,
    pub period: Duration,
}

impl Class {
    /// Stands in the table, so that it never changes.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Request => "REQUEST",
            Self::SignIn => "SIGN_IN",
            Self::ApiKey => "API_KEY",
            Self::Chat => "CHAT",
            Self::Statement => "STATEMENT",
            Self::Upload => "UPLOAD",
            Self::SignInTry => "SIGN_IN_TRY",
            Self::SecondFactorTry => "SECOND_FACTOR_TRY",
            Self::LinkTry => "LINK_TRY",
            Self::SharedRefresh => "SHARED_REFRESH",
            Self::Mail => "MAIL",
        }
    }

    /// How much is allowed; `None` for any amount.
    #[must_use]
    pub fn rate(self, config: &LimitsConfig) -> Option<Rate> {
        let minute = Duration::from_mins(1);
        let (limit, period) = match self {
            Self::Request => (config.requests, minute),
            Self::SignIn => (config.sign_in, minute),
            Self::ApiKey => (config.api_key, minute),
            Self::Chat => (config.chat, minute),
            Self::Statement => (config.statements, minute),
            Self::Upload => (config.upload, minute),
            Self::SignInTry => (config.sign_in_tries, Duration::from_mins(15)),
            // Whoever guesses has the password: at three codes in a million that are right, ten an hour take years.
            Self::SecondFactorTry => (config.second_factor_tries, Duration::from_hours(1)),
            Self::LinkTry => (config.link_tries, Duration::from_mins(15)),
            Self::SharedRefresh => (config.shared_refresh, minute),
            Self::Mail => (config.mail, Duration::from_hours(1)),
        };
        (limit > 0).then_some(Rate { limit, period })
    }

    /// What a caller is told who has had enough.
    #[must_use]
    pub const fn refusal(self) -> &'static str {
        match self {
            Self::Request => "Too many requests. Please wait a moment.",
            Self::SignIn => "Too many sign-ins from this address. Please wait a moment.",
            Self::ApiKey => "Too many requests with this API key. Please wait a moment.",
            Self::Chat => "Too many messages at once. Please wait a moment.",
            Self::Statement => "Too many statements at once. Please wait a moment.",
            Self::Upload => "Too many uploads at once. Please wait a moment.",
            Self::SignInTry => "Too many wrong passwords for this account. Please wait a while.",
            Self::SecondFactorTry => "Too many wrong codes for this account. Please wait a while.",
            Self::LinkTry => "Too many wrong passwords for this link. Please wait a while.",
            Self::SharedRefresh => "Too many refreshes at once. Please wait a moment.",
            Self::Mail => "Too many mails to this address. Please look for the last one, or wait a while.",
        }
    }
}

impl Rate {
    /// What one costs: after so long there is one more.
    #[must_use]
    pub fn interval(&self) -> Duration {
        self.period / self.limit.max(1)
    }
}
