//! `GET /files/{token}`: what a signed URL gives access to.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::{Json, http::StatusCode};
use serde_json::json;

use super::health::Vitals;
use crate::domain::accounts::export;
use crate::error::{Error, ErrorCode};

/// Streams the file that the token names, always as an attachment: what people upload is never run as a page of ours.
pub async fn download(State(vitals): State<Vitals>, Path(token): Path<String>) -> Response {
    match export::open_download(&vitals.app, &token).await {
        Ok(download) => {
            let mut response = Body::from_stream(download.bytes).into_response();
            let headers = response.headers_mut();
            headers.insert(CONTENT_TYPE, value(&download.media_type));
            headers.insert(CONTENT_LENGTH, HeaderValue::from(download.size));
            headers.insert(CONTENT_DISPOSITION, value(&download.disposition));
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
            response
        }
        Err(error) => refused(&error),
    }
}

/// What a client sees of a file that it does not get.
pub(super) fn refused(error: &Error) -> Response {
    let status = match error.code() {
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::Unauthenticated | ErrorCode::Forbidden => StatusCode::FORBIDDEN,
        // A picture of what cannot be drawn.
        ErrorCode::Conflict => StatusCode::CONFLICT,
        ErrorCode::UpstreamUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        _ => {
            tracing::error!(error = %error.chain(), "a download failed");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    };
    (status, Json(json!({ "error": { "code": error.code().as_str(), "message": error.message() } }))).into_response()
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static("application/octet-stream"))
}
