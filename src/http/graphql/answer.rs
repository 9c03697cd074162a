//! Responses over HTTP: media type, status and headers.

use async_graphql::{Response as GraphqlResponse, Value};
use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};

use super::accept::Media;
use super::failure::{Failure, code_of, status_of};
use super::payload;

/// One response as JSON. `unexecuted` is the status when the operation did not run and no code says otherwise.
///
/// With `application/graphql-response+json` a response that did not run says so in its status. One that ran is 200 even
/// if only in part: 294, which the draft proposes for partial data, is unknown to proxies and clients. With
/// `application/json` it is 200 in either case, as older clients expect.
#[must_use]
pub fn json(mut response: GraphqlResponse, media: Media, unexecuted: StatusCode) -> Response<Body> {
    let status = if payload::executed(&response) || media == Media::Json {
        StatusCode::OK
    } else {
        let code = response.errors.first().and_then(code_of).unwrap_or_default();
        status_of(code, unexecuted)
    };
    let headers = std::mem::take(&mut response.http_headers);
    let mut answer = with_status(&response, media, status);
    for (name, value) in &headers {
        answer.headers_mut().append(name, value.clone());
    }
    if let Some(cache) = response.cache_control.value().filter(|_| response.errors.is_empty())
        && let Ok(cache) = HeaderValue::from_str(&cache)
    {
        answer.headers_mut().insert(header::CACHE_CONTROL, cache);
    }
    answer
}

/// A failure before the operation ran.
#[must_use]
pub fn failure(failure: Failure, media: Media) -> Response<Body> {
    let status = if failure.well_formed && media == Media::Json { StatusCode::OK } else { failure.status };
    let (allow, asked) = (failure.allow, failure.status == StatusCode::UNAUTHORIZED);
    let late = failure.status == StatusCode::REQUEST_TIMEOUT;
    let mut answer = with_status(&failure.into_response(), media, status);
    if let Some(allow) = allow {
        answer.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allow));
    }
    if asked {
        answer.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if late {
        answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    answer
}

fn with_status(response: &GraphqlResponse, media: Media, status: StatusCode) -> Response<Body> {
    let mut answer = Response::new(Body::from(payload::to_json(response)));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media.content_type()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.append(header::VARY, HeaderValue::from_static("Accept"));
    if let Some(seconds) = retry_after(response) {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    answer
}

fn retry_after(response: &GraphqlResponse) -> Option<u64> {
    response.errors.iter().find_map(|error| match error.extensions.as_ref()?.get("retryAfterSeconds")? {
        Value::Number(seconds) => seconds.as_u64(),
        _ => None,
    })
}

/// An answer that streams: never buffered by a proxy, never kept.
#[must_use]
pub fn stream(body: Body, media: Media) -> Response<Body> {
    let mut answer = Response::new(body);
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media.content_type()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.append(header::VARY, HeaderValue::from_static("Accept"));
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    answer
}
