//! Failures before anything runs, and how codes become statuses.

use async_graphql::{ErrorExtensionValues, Pos, Response, ServerError, Value};
use axum::http::StatusCode;

use crate::error::{Error, ErrorCode};
use crate::graphql::error::{extend, log, name_request};
use crate::graphql::guard::GuardError;
use crate::graphql::variables::BadVariable;

/// The message of every INTERNAL error: its cause is for the log.
pub const INTERNAL_MESSAGE: &str = "Something went wrong on our side.";

/// A request that was refused before it reached the engine.
#[derive(Debug)]
pub struct Failure {
    /// What HTTP says of it, whatever media type the client accepts.
    pub status: StatusCode,
    /// Boxed, for results are passed about by value.
    pub error: Box<ServerError>,
    /// The methods that would do, for 405.
    pub allow: Option<&'static str>,
    /// Whether the request was well-formed GraphQL over HTTP: clients of `application/json` then expect 200.
    pub well_formed: bool,
}

impl Failure {
    /// A request that is not GraphQL over HTTP.
    pub fn new(status: StatusCode, code: ErrorCode, message: impl Into<String>) -> Self {
        Self { status, error: Box::new(coded(message, code, None)), allow: None, well_formed: false }
    }

    /// A request whose parameters cannot be read: 400.
    pub fn malformed(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, ErrorCode::BadUserInput, message)
    }

    /// A method that does not do.
    pub fn method(allow: &'static str, message: impl Into<String>) -> Self {
        let failure = Self::new(StatusCode::METHOD_NOT_ALLOWED, ErrorCode::BadUserInput, message);
        Self { allow: Some(allow), ..failure }
    }

    /// A well-formed request that the engine must not see.
    pub fn request(status: StatusCode, error: ServerError) -> Self {
        Self { status, error: Box::new(error), allow: None, well_formed: true }
    }

    /// What the guard said.
    pub fn guarded(error: &GuardError, refused: StatusCode) -> Self {
        let message = error.to_string();
        let (status, error) = match error {
            GuardError::Syntax { at, .. } => (StatusCode::BAD_REQUEST, coded(message, ErrorCode::BadUserInput, *at)),
            GuardError::Invalid { at, .. } => (refused, coded(message, ErrorCode::BadUserInput, *at)),
            GuardError::TooComplex { .. } => {
                let message = format!("The document is too complex: {message}.");
                (refused, coded(message, ErrorCode::QueryTooComplex, None))
            }
        };
        Self::request(status, error)
    }

    /// Variables that do not fit.
    pub fn variable(error: &BadVariable, unfit: StatusCode) -> Self {
        let mut shown = coded(error.message.clone(), ErrorCode::BadUserInput, Some(error.at));
        let field = Value::from_json(serde_json::json!([{ "path": error.path, "message": error.message }]));
        if let (Some(extensions), Ok(field)) = (shown.extensions.as_mut(), field) {
            extensions.set("fields", field);
        }
        Self::request(unfit, shown)
    }

    /// The response that says so; it has no data, for nothing ran.
    #[must_use]
    pub fn into_response(self) -> Response {
        Response::from_errors(vec![*self.error])
    }
}

/// A failure of the server's own rooms, such as refused credentials: HTTP speaks of it whatever the client accepts.
impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        log(&error);
        let status = status_of(error.code().as_str(), StatusCode::BAD_REQUEST);
        Self { status, error: Box::new(server_error(&error)), allow: None, well_formed: false }
    }
}

/// The status for a response whose operation did not run, by the code of its first error. `otherwise` stands for
/// documents and variables that were refused.
#[must_use]
pub fn status_of(code: &str, otherwise: StatusCode) -> StatusCode {
    match code {
        "UNAUTHENTICATED" => StatusCode::UNAUTHORIZED,
        "FORBIDDEN" | "SECOND_FACTOR_SETUP_REQUIRED" | "PERSISTED_QUERY_NOT_IN_LIST" => StatusCode::FORBIDDEN,
        "PAYLOAD_TOO_LARGE" => StatusCode::PAYLOAD_TOO_LARGE,
        "UNSUPPORTED_MEDIA_TYPE" => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "RATE_LIMITED" | "QUOTA_EXCEEDED" => StatusCode::TOO_MANY_REQUESTS,
        "UPSTREAM_UNAVAILABLE" | "TIMEOUT" => StatusCode::SERVICE_UNAVAILABLE,
        "INTERNAL" => StatusCode::INTERNAL_SERVER_ERROR,
        _ => otherwise,
    }
}

/// The code of an error, when it has one.
#[must_use]
pub fn code_of(error: &ServerError) -> Option<&str> {
    match error.extensions.as_ref()?.get("code")? {
        Value::String(code) => Some(code),
        _ => None,
    }
}

/// An error with a code.
pub fn coded(message: impl Into<String>, code: ErrorCode, at: Option<Pos>) -> ServerError {
    let mut error = ServerError::new(message, at);
    set_code(&mut error, code);
    error
}

/// Gives an error its code.
pub fn set_code(error: &mut ServerError, code: ErrorCode) {
    let extensions = error.extensions.get_or_insert_with(ErrorExtensionValues::default);
    extensions.set("code", code.as_str());
    name_request(extensions, code);
}

/// The house error in the shape that clients see: message, code, fields, and when to try again.
#[must_use]
pub fn server_error(error: &Error) -> ServerError {
    let mut shown = ServerError::new(error.message(), None);
    extend(shown.extensions.get_or_insert_with(ErrorExtensionValues::default), error);
    shown
}
