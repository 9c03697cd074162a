//! From parameters to a response, the same on every transport.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use async_graphql::{Request, Response};
use async_stream::stream;
use futures::stream::{self, BoxStream};
use futures::{FutureExt, StreamExt};
use tokio::time::timeout;
use tracing::Instrument;

use super::body::Budget;
use super::failure::{self, Failure};
use super::gateway::{Caller, Gateway, Operation};
use super::meters;
use super::params::Params;
use super::payload;
use super::permits::Permits;
use super::price;
use super::spans;
use crate::db::statements::counted;
use crate::error::{Error, ErrorCode};
use crate::graphql::cost::Cost;
use crate::graphql::error::log;
use crate::graphql::guard::{Documents, OperationKind};
use crate::graphql::variables;
use crate::trace::work::{self, Within};

/// What all requests of one router share.
pub struct Shared<G: Gateway> {
    pub gateway: G,
    pub documents: Documents,
    /// Websockets by caller.
    pub sockets: Permits,
    /// Streams over HTTP by caller.
    pub streams: Permits,
    /// Memory of JSON bodies that are arriving.
    pub bodies: Budget,
}

/// Bodies of the largest size that may arrive at the same time.
const LARGEST_BODIES: usize = 64;

impl<G: Gateway> Shared<G> {
    #[must_use]
    pub fn new(gateway: G) -> Self {
        let documents = Documents::new(gateway.settings().graphql.clone());
        let bodies = Budget::of(LARGEST_BODIES, gateway.settings().graphql.max_body_bytes);
        Self { gateway, documents, sockets: Permits::default(), streams: Permits::default(), bodies }
    }

    /// Finds, parses and guards the document, and checks the variables. `complete` adds what the parameters cannot hold.
    ///
    /// # Errors
    /// When the engine must not see the request.
    pub async fn prepare(
        &self,
        mut params: Params,
        complete: impl FnOnce(&mut Request) -> Result<(), Error>,
    ) -> Result<Operation, Failure> {
        let refused = self.gateway.settings().refused;
        if !params.names_document() {
            return Err(Failure::malformed("`query` is missing: send a document, or the id of one."));
        }
        let name = params.operation_name.take();
        let found = self.gateway.document(params.take_document()).await.map_err(|error| {
            let status = failure::status_of(error.code().as_str(), refused);
            log(&error);
            Failure::request(status, failure::server_error(&error))
        })?;
        // The parser is not ours: should it panic, one request fails and not a whole socket.
        let prepared = catch_unwind(AssertUnwindSafe(|| self.documents.prepare(&found.document, name.as_deref())))
            .map_err(|_| Failure::from(Error::internal("the parser panicked")))?
            .map_err(|error| Failure::guarded(&error, refused))?;
        self.gateway.keep(&found).await;
        let mut request = params.into_request(found.document.as_ref());
        complete(&mut request)?;
        let mut cost = Cost::Counted(0);
        if let Some(operation) = prepared.operation() {
            variables::check(&operation.node, &request.variables)
                .map_err(|error| Failure::variable(&error, self.gateway.settings().unfit))?;
            cost = self.gateway.cost(&prepared.document, &operation.node, &request.variables);
        }
        request.operation_name.clone_from(&prepared.operation_name);
        request.set_parsed_query(prepared.document.as_ref().clone());
        if let Some(work) = work::current() {
            let anonymous = || format!("{} {}", prepared.kind.as_str(), prepared.root_fields.join(","));
            work.name(&prepared.operation_name.clone().unwrap_or_else(anonymous));
        }
        Ok(Operation { request, kind: prepared.kind, root_fields: prepared.root_fields, cost })
    }

    /// Whether the caller may run this operation: what it may cost, and how often they may.
    ///
    /// # Errors
    /// When they may not.
    pub async fn admit(&self, caller: &Caller<G::Identity>, operation: &Operation) -> Result<(), Failure> {
        let refused = self.gateway.settings().refused;
        let limit = self.gateway.max_cost(caller);
        match operation.cost {
            Cost::Endless => Err(Failure::request(refused, price::endless())),
            Cost::Counted(cost) if cost > limit => Err(Failure::request(refused, price::too_high(cost, limit))),
            Cost::Counted(_) => Ok(self.gateway.admit(caller, operation).await?),
        }
    }

    /// Runs a query or a mutation, for no longer than a request may take. A mutation runs to its end even when nobody
    /// waits for it any more.
    pub async fn execute(self: &Arc<Self>, caller: &Arc<Caller<G::Identity>>, operation: Operation) -> Response {
        let kind = operation.kind;
        let this = Arc::clone(self);
        let caller = Arc::clone(caller);
        let price = price::Asked::by(&operation, self.gateway.max_cost(&caller));
        let span = spans::of(&operation);
        let run = async move {
            let ran = AssertUnwindSafe(this.gateway.execute(&caller, operation)).catch_unwind().await;
            let mut response = ran.unwrap_or_else(|_| panicked());
            payload::normalise(&mut response);
            price.tell(&mut response);
            meters::count(kind, &response);
            spans::note(&response);
            response
        };
        // A mutation runs in a task of its own, which does not know whose it is.
        let run = work::within(work::current(), run).instrument(span);
        let patience = self.gateway.settings().request_timeout;
        let (ended, message) = if kind == OperationKind::Mutation {
            let task = self.gateway.tasks().spawn(run);
            let ended = timeout(patience, task).await.map(|joined| joined.unwrap_or_else(|_| panicked()));
            (ended, "The mutation takes too long; it goes on without you.")
        } else {
            (timeout(patience, run).await, "The query took too long.")
        };
        ended.unwrap_or_else(|_| {
            meters::count_as(kind.as_str(), "timeout");
            let error = Error::new(ErrorCode::Timeout, message);
            log(&error);
            Response::from_errors(vec![failure::server_error(&error)])
        })
    }

    /// Runs any operation as a stream: a query or a mutation gives one response.
    pub fn stream(
        self: &Arc<Self>,
        caller: &Arc<Caller<G::Identity>>,
        operation: Operation,
    ) -> BoxStream<'static, Response> {
        let this = Arc::clone(self);
        let caller = Arc::clone(caller);
        let current = work::current();
        if operation.kind != OperationKind::Subscription {
            let run = async move { this.execute(&caller, operation).await };
            return stream::once(work::within(current, run).in_current_span()).boxed();
        }
        let price = price::Asked::by(&operation, self.gateway.max_cost(&caller));
        let span = spans::of(&operation);
        let inner = stream! {
            let _open = meters::Open::new(meters::SUBSCRIPTIONS);
            let started = catch_unwind(AssertUnwindSafe(|| this.gateway.stream(&caller, operation)));
            let mut outcome = "ok";
            let mut sent = spans::Statements::of_current();
            let mut responses = started.unwrap_or_else(|_| stream::once(async { panicked() }).boxed());
            loop {
                let (next, statements) = counted(AssertUnwindSafe(responses.next()).catch_unwind()).await;
                sent.add(statements);
                let (mut response, last) = match next {
                    Ok(None) => break,
                    Ok(Some(response)) => (response, false),
                    Err(_) => (panicked(), true),
                };
                payload::normalise(&mut response);
                price.tell(&mut response);
                spans::note(&response);
                if !payload::executed(&response) {
                    outcome = "refused";
                } else if !response.errors.is_empty() {
                    outcome = "partial";
                }
                yield response;
                if last {
                    break;
                }
            }
            meters::count_as(OperationKind::Subscription.as_str(), outcome);
        };
        Within { work: current, span, inner: inner.boxed() }.boxed()
    }
}

/// What a client sees of a panic; the panic's own report is in the log.
fn panicked() -> Response {
    Response::from_errors(vec![failure::server_error(&Error::internal("a resolver panicked"))])
}
