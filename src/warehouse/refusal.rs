//! What goes wrong here, and what a user is told of it.

use tokio_postgres::error::{ErrorPosition, SqlState};

use super::external::problem::Problem;
use crate::error::{Error, ErrorCode};

/// Said where the database's user may not do what it takes.
pub(super) const NOT_SET_UP: &str = "Uploads of data are not set up on this server: its database user may not make what they need. \
     See docs/DATA.md, For operators.";

/// Characters of what Postgres says that are handed on.
const SAID: usize = 2000;
/// And of its code.
const STATE: usize = 5;

/// Why a statement has no result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// Postgres refused it: a column that is not there, a division by zero. The message is Postgres's own, for whoever wrote the statement.
    #[error("{message}")]
    Refused {
        /// SQLSTATE, five characters.
        state: String,
        message: String,
        /// What Postgres would try instead.
        hint: Option<String>,
        /// Where in the statement, in characters from 1.
        position: Option<u32>,
    },
    #[error("The statement took longer than it may.")]
    TimedOut,
    #[error("The statement was cancelled.")]
    Cancelled,
    /// The database does not answer.
    #[error("The database of this data does not answer right now. Please try again.")]
    Unavailable(String),
    /// Somebody else's database does not let us ask it.
    #[error("{0}")]
    Outside(Problem),
}

impl RunError {
    /// What Postgres says of a statement that a user wrote.
    #[must_use]
    pub fn of(error: &tokio_postgres::Error) -> Self {
        let Some(said) = error.as_db_error() else { return Self::Unavailable(explained(error)) };
        let state = said.code();
        if *state == SqlState::QUERY_CANCELED {
            // Whoever stops a statement here does not wait for what the server says of it. A server that speaks another language than
            // English says so of its time-out too.
            return if said.message().contains("user request") { Self::Cancelled } else { Self::TimedOut };
        }
        // Of the server and its connections (classes 08, 53, 57P, 58 and XX), and not of the statement.
        let is_of_the_server = ["08", "53", "57P", "58", "XX"].iter().any(|class| state.code().starts_with(class));
        if is_of_the_server {
            return Self::Unavailable(explained(error));
        }
        let position = match said.position() {
            Some(ErrorPosition::Original(position)) => Some(*position),
            _ => None,
        };
        // Somebody else's server may say anything, and as much as it likes.
        let (message, hint) = (cut(said.message(), SAID), said.hint().map(|hint| cut(hint, SAID)));
        Self::Refused { state: cut(state.code(), STATE), message, hint, position }
    }
}

/// What goes wrong with our own statements.
pub(super) fn failed(error: tokio_postgres::Error) -> Error {
    if error.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) {
        return Error::unavailable(NOT_SET_UP).with_source(error);
    }
    let is_internal = error
        .as_db_error()
        .is_some_and(|said| !["08", "53", "57", "58"].iter().any(|class| said.code().code().starts_with(class)));
    if is_internal { Error::internal(error) } else { unreachable(error) }
}

pub(super) fn unreachable(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    let message = "The database of uploaded data does not answer right now. Please try again.";
    Error::new(ErrorCode::UpstreamUnavailable, message).with_source(error)
}

/// The client's errors keep to themselves what the system or Postgres said.
fn explained(error: &tokio_postgres::Error) -> String {
    match std::error::Error::source(error) {
        Some(cause) => cut(&format!("{error}: {cause}"), SAID),
        None => error.to_string(),
    }
}

fn cut(text: &str, chars: usize) -> String {
    text.chars().take(chars).collect()
}
