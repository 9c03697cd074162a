//! `POST /v1/chat/completions`: a voice agent asks what to say. The bearer token is `VOICE_LLM_SECRET`, and says that it is the
//! agent; in whose session it speaks says the token that the student's browser passes along.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use async_stream::stream;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use axum::{Json, Router};
use futures::StreamExt as _;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

use super::answer::{Answer, DONE};
use super::refusal::refusal;
use super::request::CompletionRequest;
use crate::domain::courses::voice::turns;
use crate::error::{Error, ErrorCode, Result};
use crate::http::health::Vitals;

/// Longest request, in bytes: the agent sends all that was said so far, each time.
const MAX_BYTES: usize = 512 << 10;
/// How long a request may take to arrive.
const PATIENCE: Duration = Duration::from_secs(10);

/// Who is answered, and what they are known by.
#[derive(Clone)]
struct Desk {
    vitals: Vitals,
    /// SHA-256 of the secret.
    secret: Arc<[u8; 32]>,
}

/// The endpoint; without `VOICE_LLM_SECRET` there is none.
pub fn router(vitals: Vitals, secret: &SecretString) -> Router {
    let secret = Arc::new(Sha256::digest(secret.expose_secret()).into());
    Router::new().route("/v1/chat/completions", post(complete)).with_state(Desk { vitals, secret })
}

async fn complete(State(desk): State<Desk>, request: Request) -> Response {
    match answered(&desk, request).await {
        Ok(response) => response,
        Err(error) => refusal(&error),
    }
}

async fn answered(desk: &Desk, request: Request) -> Result<Response> {
    let (parts, body) = request.into_parts();
    // Hashed first: how long the comparison takes tells nothing.
    let is_known = bearer(&parts.headers).is_some_and(|given| *desk.secret == <[u8; 32]>::from(Sha256::digest(given)));
    if !is_known {
        return Err(Error::unauthenticated("The bearer token is not VOICE_LLM_SECRET."));
    }
    let request = read(body).await?;
    let heard = request.heard().ok_or_else(|| {
        let field = "elevenlabs_extra_body.elenchus_session";
        Error::bad_input(
            field,
            "This must be the token of the session, as TutoringSession.voice.customLlmExtraBody has it.",
        )
    })?;
    let patience = desk.vitals.app.config.server.request_timeout;
    let begun = tokio::time::timeout(patience, turns::answer(&desk.vitals.engine, heard)).await;
    let mut steps = begun.map_err(|_| Error::new(ErrorCode::Timeout, "This took too long. Please try again."))??;
    let mut answer = Answer::begin(desk.vitals.app.clock.now(), request.can_hang_up());
    if !request.stream {
        return Ok(Json(answer.whole(steps.collect().await)).into_response());
    }
    let events = stream! {
        yield event(&answer.opening());
        while let Some(step) = steps.next().await {
            yield event(&answer.step(step));
        }
        yield event(&answer.ending());
        yield Event::default().data(DONE);
    };
    let mut response = Sse::new(events.map(Ok::<_, Infallible>)).into_response();
    response.headers_mut().insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Ok(response)
}

fn event(chunk: &serde_json::Value) -> Event {
    Event::default().data(chunk.to_string())
}

async fn read(body: Body) -> Result<CompletionRequest> {
    let read = tokio::time::timeout(PATIENCE, to_bytes(body, MAX_BYTES)).await;
    let late = |_| Error::new(ErrorCode::Timeout, "The body took too long to arrive.");
    let bytes = read.map_err(late)?.map_err(|error| {
        let message = format!("The body broke off, or has more than {MAX_BYTES} bytes.");
        Error::new(ErrorCode::PayloadTooLarge, message).with_source(error)
    })?;
    // What serde says of it could repeat some of it.
    serde_json::from_slice(&bytes)
        .map_err(|_| Error::bad_input("messages", "This is no request for a chat completion."))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}
