//! `GET /files/{token}`: what a signed URL gives access to.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::{Json, http::StatusCode};
use serde_json::json;

use super::health::Vitals;
use crate::domain::documents::actions::download;
use crate::error::{Error, ErrorCode};

/// Streams the file that the token names, always as an attachment: what people upload is never run as a page of ours.
pub async fn download(State(vitals): State<Vitals>, Path(token): Path<String>) -> Response {
    match download::open_download(&vitals.app, &token).await {
        Ok(download) => {
            let mut response = Body::from_stream(download.bytes).into_response();
            let headers = response.headers_mut();
            headers.insert(CONTENT_TYPE, value(&download.media_type));
            headers.insert(CONTENT_LENGTH, HeaderValue::from(download.size));
            headers.insert(CONTENT_DISPOSITION, value(&disposition(&download.filename)));
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
            response
        }
        Err(error) => refused(&error),
    }
}

fn refused(error: &Error) -> Response {
    let status = match error.code() {
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::Unauthenticated | ErrorCode::Forbidden => StatusCode::FORBIDDEN,
        ErrorCode::UpstreamUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        _ => {
            tracing::error!(error = %error.chain(), "a download failed");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    };
    (status, Json(json!({ "error": { "code": error.code().as_str(), "message": error.message() } }))).into_response()
}

/// The name for any browser: plain ASCII, and as it is after RFC 6266 and RFC 8187.
fn disposition(filename: &str) -> String {
    let plain: String = filename
        .chars()
        .map(|c| if c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%' | ';') { c } else { '_' })
        .collect();
    let mut exact = String::new();
    for byte in filename.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            exact.push(char::from(byte));
        } else {
            exact.push('%');
            exact.push_str(&hex::encode_upper([byte]));
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{exact}")
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static("application/octet-stream"))
}
