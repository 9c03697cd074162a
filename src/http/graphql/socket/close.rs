//! The codes a websocket is closed with.
//!
//! They decide whether clients come back: the reference client tries again after 1001, 1012, 1013, 4403 and 4408, and
//! gives up for good on 4400, 4401, 4409 and 4429. So whatever may be different next time gets a code of the first kind.

use std::borrow::Cow;

use axum::extract::ws::{CloseFrame, Message};

/// Longest reason that a close frame holds, in bytes.
const MAX_REASON_BYTES: usize = 123;

/// Why the server closes a socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Close {
    pub code: u16,
    pub reason: Cow<'static, str>,
}

impl Close {
    const fn of(code: u16, reason: &'static str) -> Self {
        Self { code, reason: Cow::Borrowed(reason) }
    }

    /// A message that the protocol does not have.
    pub fn bad_message(why: impl Into<Cow<'static, str>>) -> Self {
        Self { code: 4400, reason: why.into() }
    }

    /// An operation with the id of one that is still live.
    #[must_use]
    pub fn duplicate(id: &str) -> Self {
        Self { code: 4409, reason: format!("Subscriber for {id} already exists").into() }
    }

    /// `subscribe` before `connection_ack`.
    pub const UNAUTHORIZED: Self = Self::of(4401, "Unauthorized");
    /// Credentials that do not hold, or that have just ended: a client comes back with fresh ones.
    pub const FORBIDDEN: Self = Self::of(4403, "Forbidden");
    /// A subprotocol other than ours, the old `graphql-ws` in particular.
    pub const SUBPROTOCOL: Self = Self::of(4406, "Subprotocol not acceptable: use graphql-transport-ws");
    /// No `connection_init` in time.
    pub const INIT_TIMEOUT: Self = Self::of(4408, "Connection initialisation timeout");
    /// A second `connection_init`.
    pub const TOO_MANY_INITS: Self = Self::of(4429, "Too many initialisation requests");
    /// Nothing came for too long, not even the answer to a ping.
    pub const IDLE: Self = Self::of(1001, "Idle for too long");
    /// A message larger than allowed.
    pub const TOO_BIG: Self = Self::of(1009, "Message too big");
    /// Bytes that are not the websocket protocol.
    pub const PROTOCOL: Self = Self::of(1002, "Protocol error");
    /// The server goes down; another takes over.
    pub const RESTART: Self = Self::of(1012, "Service restart");
    /// The caller has too many sockets, or whom it is cannot be found out now.
    pub const TRY_LATER: Self = Self::of(1013, "Try again later");
    /// See [`Close::TRY_LATER`].
    pub const TOO_MANY_SOCKETS: Self = Self::of(1013, "Too many sockets: try again later");
}

impl From<Close> for Message {
    fn from(close: Close) -> Self {
        let mut reason = close.reason.into_owned();
        while reason.len() > MAX_REASON_BYTES {
            reason.pop();
        }
        Self::Close(Some(CloseFrame { code: close.code, reason: reason.into() }))
    }
}
