//! `/graphql`: one operation over HTTP, answered as JSON or as a stream.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Request, Response, StatusCode};
use futures::StreamExt;
use futures::stream;

use super::accept::{Accepted, Media};
use super::body::Arriving;
use super::content_type::{ContentType, content_type, is_encoded};
use super::failure::Failure;
use super::gateway::{Caller, Gateway, Operation};
use super::params::Params;
use super::run::Shared;
use super::streaming::Credentials;
use super::upload::{self, Files};
use super::{answer, body, csrf, meters, streaming};
use crate::error::{Error, ErrorCode};
use crate::graphql::guard::OperationKind;

/// The header of a client that comes back to a stream.
const LAST_EVENT_ID: &str = "last-event-id";

/// Answers a request of any method.
pub async fn serve<G: Gateway>(State(shared): State<Arc<Shared<G>>>, request: Request<Body>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let accepted = Accepted::read(&parts.headers);
    match answer(&shared, &parts, body, &accepted).await {
        Ok(answer) => answer,
        Err(failure) => {
            meters::count_refused();
            // A client of streams alone reads a refused document from the stream, and anything worse from the status.
            match accepted.only_stream().filter(|_| failure.well_formed) {
                Some(media) => {
                    let once = stream::once(async move { failure.into_response() }).boxed();
                    let body = streaming::body(Arc::clone(&shared), Credentials::endless(), once, media, None);
                    answer::stream(Body::from_stream(body), media)
                }
                None => answer::failure(failure, accepted.for_failure()),
            }
        }
    }
}

async fn answer<G: Gateway>(
    shared: &Arc<Shared<G>>,
    parts: &Parts,
    body: Body,
    accepted: &Accepted,
) -> Result<Response<Body>, Failure> {
    let caller = match caller_of(shared, parts, accepted).await {
        Ok(caller) => Arc::new(caller),
        Err(failure) => {
            // Or the sender of an upload finds its connection reset instead of the reason.
            Arriving::new(body, shared.gateway.settings()).linger().await;
            return Err(failure);
        }
    };
    let (params, files) = params(shared, parts, &caller, body).await?;
    let mut operation = shared.prepare(params, |request| files.map_or(Ok(()), |files| files.put(request))).await?;
    if operation.kind == OperationKind::Mutation && parts.method == Method::GET {
        return Err(Failure::method("POST", "A mutation must be sent as a POST."));
    }
    let Some(media) = accepted.choose(operation.kind) else {
        return Err(Failure::new(
            StatusCode::NOT_ACCEPTABLE,
            ErrorCode::BadUserInput,
            "A subscription needs text/event-stream or multipart/mixed;subscriptionSpec=1.0, or a websocket.",
        ));
    };
    shared.admit(&caller, &operation).await?;
    match media {
        Media::GraphqlResponse | Media::Json => {
            let response = shared.execute(&caller, operation).await;
            Ok(answer::json(response, media, shared.gateway.settings().refused))
        }
        Media::EventStream | Media::Multipart => {
            if let Some(last) = last_event_id(&parts.headers) {
                shared.gateway.resume(&caller, &mut operation.request, last);
            }
            open_stream(shared, &caller, operation, media)
        }
    }
}

/// Who asks, where the head of the request lets them in.
async fn caller_of<G: Gateway>(
    shared: &Arc<Shared<G>>,
    parts: &Parts,
    accepted: &Accepted,
) -> Result<Caller<G::Identity>, Failure> {
    if parts.method != Method::POST && parts.method != Method::GET {
        return Err(Failure::method("GET, POST", "Send a POST, or a GET for queries."));
    }
    if !accepted.is_possible() {
        return Err(Failure::new(
            StatusCode::NOT_ACCEPTABLE,
            ErrorCode::BadUserInput,
            "Accept one of application/graphql-response+json, application/json, text/event-stream, or \
             multipart/mixed;subscriptionSpec=1.0.",
        ));
    }
    refuse_foreign(parts)?;
    let caller = shared.gateway.authenticate(parts).await?;
    let upload = matches!(content_type(&parts.headers), ContentType::Multipart { .. });
    shared.gateway.arrive(&caller, upload).await?;
    Ok(caller)
}

/// Nothing that a foreign page can make a browser send gets further.
fn refuse_foreign(parts: &Parts) -> Result<(), Failure> {
    let kind = content_type(&parts.headers);
    if parts.method == Method::POST && kind == ContentType::Other {
        return Err(Failure::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            ErrorCode::UnsupportedMediaType,
            "Send application/json in UTF-8, or multipart/form-data for uploads.",
        ));
    }
    if parts.method == Method::POST && is_encoded(&parts.headers) {
        return Err(Failure::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            ErrorCode::UnsupportedMediaType,
            "Send the body uncompressed.",
        ));
    }
    if !csrf::is_preflighted(&parts.headers) {
        return Err(Failure::malformed(
            "This request could come from a foreign page. Send the header `apollo-require-preflight: true`, a JSON \
             content type, or a bearer token.",
        ));
    }
    Ok(())
}

async fn params<G: Gateway>(
    shared: &Arc<Shared<G>>,
    parts: &Parts,
    caller: &Caller<G::Identity>,
    body: Body,
) -> Result<(Params, Option<Files>), Failure> {
    let settings = shared.gateway.settings();
    if parts.method == Method::GET {
        return Ok((Params::from_query(parts.uri.query().unwrap_or_default())?, None));
    }
    if let ContentType::Multipart { boundary } = content_type(&parts.headers) {
        if let Err(error) = shared.gateway.may_upload(caller) {
            Arriving::new(body, settings).linger().await;
            return Err(error.into());
        }
        let (params, files) = upload::read(body, boundary, settings).await?.split();
        return Ok((params, Some(files)));
    }
    let body = body::read(body, &parts.headers, settings.graphql.max_body_bytes, settings, &shared.bodies).await?;
    Ok((Params::from_json(&body)?, None))
}

fn open_stream<G: Gateway>(
    shared: &Arc<Shared<G>>,
    caller: &Arc<Caller<G::Identity>>,
    operation: Operation,
    media: Media,
) -> Result<Response<Body>, Failure> {
    let limit = shared.gateway.settings().graphql.socket_max_subscriptions;
    let Some(permit) = shared.streams.take(&caller.key, limit) else {
        let message = format!("Too many streams at once: at most {limit}.");
        return Err(Failure::from(Error::new(ErrorCode::RateLimited, message).with_retry_after(1)));
    };
    let responses = shared.stream(caller, operation);
    let credentials = Credentials { expires_at: caller.expires_at, ended: shared.gateway.ended(caller) };
    let body = streaming::body(Arc::clone(shared), credentials, responses, media, Some(permit));
    Ok(answer::stream(Body::from_stream(body), media))
}

fn last_event_id(headers: &HeaderMap) -> Option<&str> {
    headers.get(LAST_EVENT_ID).and_then(|id| id.to_str().ok()).filter(|id| !id.is_empty())
}
