//! `GET /pictures/{token}`: charts, drawn as they are fetched.

use axum::extract::{Path, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};

use super::files::refused;
use super::health::Vitals;
use crate::domain::dashboards::pictures::linking::{self, KEPT_SECONDS, Sent};

/// What a picture may do where it is opened as a page: be looked at.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// Shows the picture that the token names, in a page or by itself. It is drawn here, and nothing of what people wrote runs in it.
pub async fn show(State(vitals): State<Vitals>, Path(token): Path<String>, headers: HeaderMap) -> Response {
    let known = headers.get(IF_NONE_MATCH).and_then(|known| known.to_str().ok());
    match linking::open(&vitals.app, &token, known).await {
        Ok(Sent { media_type, etag, bytes }) => {
            let mut response = match bytes {
                Some(bytes) => bytes.into_response(),
                None => StatusCode::NOT_MODIFIED.into_response(),
            };
            let is_whole = response.status() == StatusCode::OK;
            let headers = response.headers_mut();
            if is_whole {
                headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
                headers.insert(CONTENT_DISPOSITION, HeaderValue::from_static("inline"));
            }
            if let Ok(etag) = HeaderValue::from_str(&etag) {
                headers.insert(ETAG, etag);
            }
            if let Ok(kept) = HeaderValue::from_str(&format!("private, max-age={KEPT_SECONDS}")) {
                headers.insert(CACHE_CONTROL, kept);
            }
            headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
            headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
            response
        }
        Err(error) => refused(&error),
    }
}
