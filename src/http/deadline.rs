//! How long a route may take until it answers. What it answers may take its time: files are read by people with slow lines.

use std::time::Duration;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::trace::work;

/// Answers 503 for a route that has not begun to answer after `patience`.
pub async fn within(State(patience): State<Duration>, request: Request, next: Next) -> Response {
    tokio::time::timeout(patience, next.run(request)).await.unwrap_or_else(|_| {
        let error = json!({
            "code": "TIMEOUT",
            "message": "This took too long. Please try again.",
            "requestId": work::request_id(),
        });
        (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "error": error }))).into_response()
    })
}
