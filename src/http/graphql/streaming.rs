//! Streams over HTTP: GraphQL over SSE in its distinct connections mode, and Apollo's multipart subscriptions.
//!
//! <https://github.com/graphql/graphql-over-http/blob/main/rfcs/GraphQLOverSSE.md> and
//! <https://www.apollographql.com/docs/graphos/routing/operations/subscriptions/multipart-protocol>. A stream that the
//! server cuts short, because the caller's credentials end or the server goes down, has no `complete`: the client then
//! comes back with the last `id` it saw.

use std::convert::Infallible;
use std::future::pending;
use std::sync::Arc;

use async_graphql::Response;
use async_stream::stream;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use futures::{FutureExt as _, Stream, StreamExt};
use tokio::time::{sleep, timeout};

use super::accept::Media;
use super::failure::server_error;
use super::gateway::Gateway;
use super::payload;
use super::permits::Permit;
use super::run::Shared;
use crate::error::Error;

/// How long a stream may go on.
pub struct Credentials {
    /// When they end by themselves; `None` never.
    pub expires_at: Option<DateTime<Utc>>,
    /// Completes when they end before.
    pub ended: BoxFuture<'static, ()>,
}

impl Credentials {
    /// Of somebody who has none that could end.
    #[must_use]
    pub fn endless() -> Self {
        Self { expires_at: None, ended: pending().boxed() }
    }
}

/// What comes next of a stream.
enum Step {
    Response(Box<Response>),
    Silence,
    End,
    Expired,
    Shutdown,
}

/// The body of a streamed answer. The operation is dropped with it when the client goes away.
pub fn body<G: Gateway>(
    shared: Arc<Shared<G>>,
    credentials: Credentials,
    mut responses: BoxStream<'static, Response>,
    media: Media,
    permit: Option<Permit>,
) -> impl Stream<Item = Result<Bytes, Infallible>> + Send + 'static {
    let Credentials { expires_at, mut ended } = credentials;
    let left = expires_at.map(|end| (end - shared.gateway.clock().now()).to_std().unwrap_or_default());
    let heartbeat = shared.gateway.settings().heartbeat;
    stream! {
        let _permit = permit;
        let expiry = async {
            match left {
                Some(left) => sleep(left).await,
                None => pending().await,
            }
        };
        tokio::pin!(expiry);
        let shutdown = shared.gateway.shutdown().clone();
        // Gets the headers out before there is anything to say.
        yield Ok(opening(media));
        loop {
            let step = tokio::select! {
                biased;
                () = shutdown.cancelled() => Step::Shutdown,
                () = &mut expiry => Step::Expired,
                () = &mut ended => Step::Expired,
                next = timeout(heartbeat, responses.next()) => match next {
                    Err(_) => Step::Silence,
                    Ok(None) => Step::End,
                    Ok(Some(response)) => Step::Response(Box::new(response)),
                },
            };
            let last = matches!(step, Step::End | Step::Expired | Step::Shutdown);
            if let Some(bytes) = write(media, &step) {
                yield Ok(bytes);
            }
            if last {
                break;
            }
        }
    }
}

fn opening(media: Media) -> Bytes {
    match media {
        Media::Multipart => Bytes::from_static(b"\r\n--graphql"),
        _ => Bytes::from_static(b":\n\n"),
    }
}

fn write(media: Media, step: &Step) -> Option<Bytes> {
    if media == Media::Multipart { Some(write_part(step)) } else { write_event(step) }
}

fn write_event(step: &Step) -> Option<Bytes> {
    match step {
        Step::Response(response) => {
            let mut event = Vec::new();
            if let Some(cursor) = payload::cursor(response) {
                event.extend_from_slice(b"id: ");
                event.extend_from_slice(cursor.as_bytes());
                event.push(b'\n');
            }
            event.extend_from_slice(b"event: next\ndata: ");
            event.extend_from_slice(payload::to_json(response).as_bytes());
            event.extend_from_slice(b"\n\n");
            Some(event.into())
        }
        Step::Silence => Some(Bytes::from_static(b":\n\n")),
        // `data` must be there: browsers drop an event without it.
        Step::End => Some(Bytes::from_static(b"event: complete\ndata: \n\n")),
        Step::Expired | Step::Shutdown => None,
    }
}

/// The boundary is written after each part, so that a part is complete as soon as it is sent.
fn write_part(step: &Step) -> Bytes {
    const HEAD: &[u8] = b"\r\ncontent-type: application/json\r\n\r\n";
    let mut part = Vec::new();
    let boundary: &[u8] = match step {
        Step::Response(response) => {
            part.extend_from_slice(HEAD);
            part.extend_from_slice(b"{\"payload\":");
            part.extend_from_slice(payload::to_json(response).as_bytes());
            part.push(b'}');
            b"\r\n--graphql"
        }
        Step::Silence => {
            part.extend_from_slice(HEAD);
            part.extend_from_slice(b"{}");
            b"\r\n--graphql"
        }
        // Makes the last boundary the closing one. No empty part before it: urql would show its last result once more.
        Step::End => b"--\r\n",
        Step::Expired | Step::Shutdown => {
            let error = if matches!(step, Step::Expired) {
                Error::unauthenticated("Your sign-in has ended.")
            } else {
                Error::unavailable("The server is restarting: connect again.")
            };
            part.extend_from_slice(HEAD);
            part.extend_from_slice(b"{\"payload\":null,\"errors\":");
            let errors = payload::errors_to_json(&Response::from_errors(vec![server_error(&error)]));
            part.extend_from_slice(errors.as_bytes());
            part.push(b'}');
            b"\r\n--graphql--\r\n"
        }
    };
    part.extend_from_slice(boundary);
    part.into()
}
