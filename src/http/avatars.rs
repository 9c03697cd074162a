//! `GET /avatars/{hash}/{side}`: pictures of people.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};

use super::files::refused;
use super::health::Vitals;
use crate::domain::users::actions::avatar;

/// Streams a picture that was drawn here. An address never shows another picture, so it may be kept for ever.
pub async fn show(State(vitals): State<Vitals>, Path((hash, side)): Path<(String, String)>) -> Response {
    match avatar::open_avatar(&vitals.app, &hash, &side).await {
        Ok(stored) => {
            let mut response = Body::from_stream(stored.bytes).into_response();
            let headers = response.headers_mut();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(avatar::MEDIA_TYPE));
            headers.insert(CONTENT_LENGTH, HeaderValue::from(stored.size));
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
            response
        }
        Err(error) => refused(&error),
    }
}
