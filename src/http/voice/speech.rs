//! `GET /speech/{token}`: a tutor's reply, read aloud.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};

use crate::domain::courses::voice::aloud;
use crate::http::files::refused;
use crate::http::health::Vitals;

/// Streams the sound as it is made. Each fetch is made anew and costs, so that browsers are to keep what they have heard.
pub async fn speak(State(vitals): State<Vitals>, Path(token): Path<String>) -> Response {
    match aloud::open(&vitals.app, &token).await {
        Ok((format, sound)) => {
            let mut response = Body::from_stream(sound).into_response();
            let headers = response.headers_mut();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, max-age=3600"));
            response
        }
        Err(error) => refused(&error),
    }
}
