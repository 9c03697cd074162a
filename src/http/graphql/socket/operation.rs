//! One operation of a socket, from `subscribe` to its last message.

use std::sync::Arc;

use async_graphql::Response;
use async_stream::stream;
use futures::StreamExt;
use futures::stream::BoxStream;
use serde_json::Value;
use tracing::Span;
use tracing::field::Empty;

use super::super::super::correlation::fresh_id;
use super::super::failure::Failure;
use super::super::gateway::{Caller, Gateway};
use super::super::params::Params;
use super::super::run::Shared;
use super::super::{meters, payload};
use crate::trace::context::TraceContext;
use crate::trace::span::{self, SPANS};
use crate::trace::work::{Within, Work};

/// What an operation says.
#[derive(Debug)]
pub enum Step {
    /// A response; more may come.
    Next(Box<Response>),
    /// It did not run, or cannot go on. The last step.
    Refused(Box<Response>),
    /// It ran to its end. The last step.
    End,
}

/// The steps of an operation. Preparing it is part of the stream, so that a slow look-up of one document does not hold
/// up the socket's other operations; dropping the stream stops it at once.
///
/// `opener` is the trace that the socket was opened in; an operation may name one of its own.
pub fn steps<G: Gateway>(
    shared: Arc<Shared<G>>,
    caller: Arc<Caller<G::Identity>>,
    params: Params,
    opener: Option<&TraceContext>,
) -> BoxStream<'static, Step> {
    let own = caller_of(&params);
    let id = fresh_id();
    let span = root(&id);
    let work = Work::new(Some(id), span::begin(&span, own.as_ref().or(opener)));
    if caller.expires_at.is_some() {
        work.asked_by(caller.key.clone());
    }
    let inner = stream! {
        let prepared = async {
            shared.gateway.arrive(&caller, false).await?;
            let operation = shared.prepare(params, |_| Ok(())).await?;
            shared.admit(&caller, &operation).await?;
            Ok::<_, Failure>(operation)
        };
        let operation = match prepared.await {
            Ok(operation) => operation,
            Err(failure) => {
                meters::count_refused();
                yield Step::Refused(Box::new(failure.into_response()));
                return;
            }
        };
        let mut responses = shared.stream(&caller, operation);
        while let Some(response) = responses.next().await {
            if !payload::executed(&response) {
                drop(responses);
                yield Step::Refused(Box::new(response));
                return;
            }
            yield Step::Next(Box::new(response));
        }
        yield Step::End;
    };
    Within { work: Some(work), span, inner: inner.boxed() }.boxed()
}

/// `extensions.traceparent` and `extensions.tracestate`: a browser cannot send headers with an operation.
fn caller_of(params: &Params) -> Option<TraceContext> {
    let text = |name: &str| params.extensions.get(name).and_then(Value::as_str);
    TraceContext::parse(text("traceparent")?, text("tracestate"))
}

/// What the span of a request is to an operation over HTTP.
fn root(id: &str) -> Span {
    tracing::info_span!(
        target: SPANS,
        parent: None,
        "subscribe",
        otel.name = "SUBSCRIBE /graphql/ws",
        otel.kind = "server",
        otel.status_code = Empty,
        http.route = "/graphql/ws",
        network.protocol.name = "websocket",
        elenchus.request.id = id,
    )
}
