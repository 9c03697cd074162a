//! What a request is known by: its id, its place in a trace, its span.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::field::Empty;
use tracing::{Instrument as _, Span};
use uuid::Uuid;

use super::client_address::ClientAddress;
use crate::trace::context::TraceContext;
use crate::trace::span::{self, SPANS};
use crate::trace::work::{self, Work};

/// The header with the id, in requests and in answers.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longest id that is taken from a client, in bytes.
const MAX_ID_BYTES: usize = 64;
/// What probes ask for every few seconds is no news.
const WITHOUT_SPAN: [&str; 4] = ["/health", "/health/live", "/health/ready", "/metrics"];

/// Names a request and all that is done for it, and tells the client by which id.
pub async fn correlate(request: Request, next: Next) -> Response {
    let id = given_id(request.headers()).unwrap_or_else(fresh_id);
    let span = span(&request, &id);
    let place = span::begin(&span, caller(request.headers()).as_ref());
    let work = Work::new(Some(id.clone()), place);
    if let Some(ClientAddress(address)) = request.extensions().get::<ClientAddress>() {
        work.came_from(*address);
    }
    let route = request.extensions().get::<MatchedPath>().cloned();
    let answered = async {
        let method = request.method().clone();
        let started = Instant::now();
        let response = next.run(request).await;
        let (route, status) = (route.as_ref().map_or("", MatchedPath::as_str), response.status().as_u16());
        let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::debug!(%method, route, status, milliseconds, "answered");
        response
    };
    let mut response = work::within(Some(work), answered).instrument(span.clone()).await;
    span.record("http.response.status_code", i64::from(response.status().as_u16()));
    if response.status().is_server_error() {
        span.record("otel.status_code", "ERROR");
        span.record("error.type", response.status().as_str());
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// An id for a piece of work that its client has not named.
#[must_use]
pub fn fresh_id() -> String {
    Uuid::new_v4().to_string()
}

/// The client's place in a trace, from `traceparent` and `tracestate`.
#[must_use]
pub fn caller(headers: &HeaderMap) -> Option<TraceContext> {
    let text = |name: &str| headers.get(name)?.to_str().ok();
    TraceContext::parse(text("traceparent")?, text("tracestate"))
}

/// The client's own id, if it is short and plain: it goes into the log and comes back in a header.
fn given_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(REQUEST_ID)?.to_str().ok()?;
    let is_plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte));
    (is_plain && (1..=MAX_ID_BYTES).contains(&id.len())).then(|| id.to_owned())
}

/// One span a request, without its query string, which may hold what is nobody's business.
fn span(request: &Request, id: &str) -> Span {
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    if WITHOUT_SPAN.contains(&route) {
        return Span::none();
    }
    tracing::info_span!(
        target: SPANS,
        "request",
        otel.name = format!("{} {route}", request.method()).trim_end(),
        otel.kind = "server",
        otel.status_code = Empty,
        error.type = Empty,
        http.request.method = request.method().as_str(),
        http.route = route,
        http.response.status_code = Empty,
        elenchus.request.id = id,
    )
}
