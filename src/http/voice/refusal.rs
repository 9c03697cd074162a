//! Errors as OpenAI's clients read them.

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

use crate::error::{Error, ErrorCode};

/// An error with its status.
#[must_use]
pub fn refusal(error: &Error) -> Response {
    let (status, kind) = match error.code() {
        ErrorCode::Unauthenticated => (StatusCode::UNAUTHORIZED, "authentication_error"),
        ErrorCode::Forbidden | ErrorCode::SecondFactorSetupRequired => (StatusCode::FORBIDDEN, "permission_error"),
        ErrorCode::NotFound => (StatusCode::NOT_FOUND, "invalid_request_error"),
        ErrorCode::BadUserInput => (StatusCode::BAD_REQUEST, "invalid_request_error"),
        ErrorCode::PayloadTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "invalid_request_error"),
        ErrorCode::Timeout => (StatusCode::REQUEST_TIMEOUT, "invalid_request_error"),
        ErrorCode::RateLimited => (StatusCode::TOO_MANY_REQUESTS, "rate_limit_error"),
        ErrorCode::UpstreamUnavailable => (StatusCode::SERVICE_UNAVAILABLE, "server_error"),
        _ => {
            tracing::error!(error = %error.chain(), "a voice agent got no answer");
            (StatusCode::INTERNAL_SERVER_ERROR, "server_error")
        }
    };
    let param = error.fields().first().map(|field| field.path.as_str());
    let body = json!({ "error": {
        "message": error.message(), "type": kind, "param": param, "code": error.code().as_str(),
    } });
    let mut response = (status, Json(body)).into_response();
    if let Some(seconds) = error.retry_after_seconds() {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    response
}
