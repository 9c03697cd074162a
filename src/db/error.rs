//! What a failure of Postgres means to a caller.

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel_async::pooled_connection::bb8::RunError;

use crate::error::{Error, ErrorCode};

/// Said when Postgres cannot be reached; the same call may work later.
const UNREACHABLE: &str = "The database does not answer right now. Please try again.";

/// Texts of the errors with which a stopping or crashed Postgres ends a session (SQLSTATE class 57P).
const GOING_AWAY: [&str; 5] = [
    "terminating connection",
    "the database system is",
    "connection closed",
    "crash of another server process",
    "connection to client lost",
];

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        match &error {
            DieselError::NotFound => Self::not_found("object"),
            DieselError::DatabaseError(kind, detail) => {
                let message = detail.message();
                match kind {
                    DatabaseErrorKind::UniqueViolation => {
                        Self::conflict("Something with these values is already there.").with_source(error)
                    }
                    DatabaseErrorKind::SerializationFailure => {
                        Self::conflict("Somebody else changed the same thing. Please try again.").with_source(error)
                    }
                    DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
                        Self::unavailable(UNREACHABLE).with_source(error)
                    }
                    _ if message.contains("canceling statement due to statement timeout") => {
                        Self::new(ErrorCode::Timeout, "The database took too long to answer.").with_source(error)
                    }
                    // Postgres ended one of the two: the same again goes through.
                    _ if message.contains("deadlock detected") => {
                        Self::unavailable("Two changes stood in each other's way. Please try again.").with_source(error)
                    }
                    _ if GOING_AWAY.iter().any(|text| message.contains(text)) => {
                        Self::unavailable(UNREACHABLE).with_source(error)
                    }
                    _ => Self::internal(error),
                }
            }
            DieselError::BrokenTransactionManager => Self::unavailable(UNREACHABLE).with_source(error),
            _ => Self::internal(error),
        }
    }
}

impl From<RunError> for Error {
    fn from(error: RunError) -> Self {
        Self::unavailable(UNREACHABLE).with_source(error)
    }
}

impl From<diesel::ConnectionError> for Error {
    fn from(error: diesel::ConnectionError) -> Self {
        Self::unavailable(UNREACHABLE).with_source(error)
    }
}

/// Whether trying the same again may help: Postgres is away, not the statement wrong.
#[must_use]
pub fn is_transient(error: &Error) -> bool {
    matches!(error.code(), ErrorCode::UpstreamUnavailable | ErrorCode::Timeout)
}

/// Whether it is this unique index that stood against a write.
#[must_use]
pub fn violates(error: &DieselError, index: &str) -> bool {
    matches!(error, DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, detail)
        if detail.constraint_name() == Some(index) || detail.message().contains(index))
}
