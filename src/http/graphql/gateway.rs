//! What the transports need from the rest of the server.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::parser::types::{ExecutableDocument, OperationDefinition};
use async_graphql::{Request, Response, Variables};
use axum::http::StatusCode;
use axum::http::request::Parts;
use chrono::{DateTime, Utc};
use futures::FutureExt as _;
use futures::future::{self, BoxFuture};
use futures::stream::BoxStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clock::Clock;
use crate::config::graphql::GraphqlConfig;
use crate::error::{Error, ErrorCode};
use crate::graphql::cost::Cost;
use crate::graphql::guard::OperationKind;
use crate::graphql::persisted::queries::{Found, Named};

/// Who is asking.
#[derive(Debug)]
pub struct Caller<I> {
    /// The person, role and scopes, as the rest of the server knows them; opaque here.
    pub identity: I,
    /// What caps are counted by: the account, or the address of nobody in particular.
    pub key: String,
    /// When the credentials end; a websocket is closed at that moment. `None` never. See [`Gateway::ended`] for an earlier
    /// end.
    pub expires_at: Option<DateTime<Utc>>,
}

/// One operation that was parsed, guarded and given its variables, ready for the engine.
pub struct Operation {
    /// Carries the parsed document, the name of the operation, variables and uploads.
    pub request: Request,
    pub kind: OperationKind,
    /// Names of the fields that the operation selects on its root, as often as it selects them, whatever their aliases.
    pub root_fields: Arc<[String]>,
    /// What it may cost at most.
    pub cost: Cost,
}

/// Where uploads go while they arrive, and how much may.
#[derive(Debug, Clone)]
pub struct UploadSettings {
    /// An existing folder; files in it have no name and vanish with their last handle.
    pub dir: PathBuf,
    /// Largest file, in bytes.
    pub max_bytes: u64,
    /// Files in one request.
    pub max_files: usize,
}

/// How the transports behave.
#[derive(Debug, Clone)]
pub struct Settings {
    pub graphql: GraphqlConfig,
    pub uploads: UploadSettings,
    /// Origins that may open a websocket from a browser, exact, as in `https://app.example.org`.
    pub origins: Vec<String>,
    /// Lets pages from localhost on any port open a websocket.
    pub development: bool,
    /// Longest time for a request that is not a stream, its body included.
    pub request_timeout: Duration,
    /// Longest wait for the next byte of a body.
    pub body_idle: Duration,
    /// Status of a document that was refused, for `application/graphql-response+json`.
    pub refused: StatusCode,
    /// Status of variables that do not fit. The draft of August 2026 says 422 here as well, the reference audits warn about
    /// anything but 400; both are a "should", and clients of this media type read the body whatever the status.
    pub unfit: StatusCode,
    /// Longest wait for `connection_init`.
    pub socket_init: Duration,
    /// Silence after which a stream over HTTP sends a heartbeat.
    pub heartbeat: Duration,
}

impl Settings {
    /// The times of `SECURITY`: 10 s for a byte of a body, 3 s for `connection_init`, a heartbeat every 15 s.
    #[must_use]
    pub fn new(graphql: GraphqlConfig, uploads: UploadSettings, request_timeout: Duration) -> Self {
        Self {
            graphql,
            uploads,
            origins: Vec::new(),
            development: false,
            refused: StatusCode::UNPROCESSABLE_ENTITY,
            unfit: StatusCode::BAD_REQUEST,
            request_timeout,
            body_idle: Duration::from_secs(10),
            socket_init: Duration::from_secs(3),
            heartbeat: Duration::from_secs(15),
        }
    }
}

/// The rest of the server, as the transports see it. A clone is a handle to the same.
pub trait Gateway: Clone + Send + Sync + 'static {
    /// See [`Caller::identity`].
    type Identity: Send + Sync + 'static;

    /// Who sent an HTTP request. No credentials mean nobody in particular; bad ones are UNAUTHENTICATED.
    fn authenticate(&self, parts: &Parts) -> impl Future<Output = Result<Caller<Self::Identity>, Error>> + Send;

    /// Who opened a websocket: `parts` is the upgrade request, `token` the one in the payload of `connection_init`
    /// without `Bearer`. Without a token it is whom the request names, or nobody in particular.
    fn authenticate_socket(
        &self,
        parts: &Parts,
        token: Option<&str>,
    ) -> impl Future<Output = Result<Caller<Self::Identity>, Error>> + Send;

    /// Whether the caller may send files at all, asked before any of them is read: what nobody in particular sends would
    /// only fill the disk for a while. The default takes them from everybody.
    ///
    /// # Errors
    /// What the client is told instead.
    fn may_upload(&self, caller: &Caller<Self::Identity>) -> Result<(), Error> {
        let _ = caller;
        Ok(())
    }

    /// Completes when the caller's credentials end before their time, or are worth something else than when they were
    /// presented; for what outlives a request. The default never does.
    fn ended(&self, caller: &Caller<Self::Identity>) -> BoxFuture<'static, ()> {
        let _ = caller;
        future::pending().boxed()
    }

    /// The document to run for what a client sent. The default takes the client's own; persisted and trusted documents
    /// are looked up here.
    ///
    /// # Errors
    /// What the client is told instead.
    fn document(&self, named: Named) -> impl Future<Output = Result<Found, Error>> + Send {
        let missing = || Error::new(ErrorCode::BadUserInput, "`query` is missing: send a document.");
        let found = named.document.map(|document| Found { document: document.into(), keep: None });
        future::ready(found.ok_or_else(missing))
    }

    /// Keeps a document that passed the guard, where [`Gateway::document`] said that its client wants it kept.
    fn keep(&self, found: &Found) -> impl Future<Output = ()> + Send {
        let _ = found;
        future::ready(())
    }

    /// Whether a caller may send another request, or operation on a socket; `upload` when it brings files. Asked before
    /// anything of it is read. The default takes any number.
    ///
    /// # Errors
    /// What the client is told instead.
    fn arrive(&self, caller: &Caller<Self::Identity>, upload: bool) -> impl Future<Output = Result<(), Error>> + Send {
        let _ = (caller, upload);
        future::ready(Ok(()))
    }

    /// What an operation may cost. The default counts nothing.
    fn cost(&self, document: &ExecutableDocument, operation: &OperationDefinition, variables: &Variables) -> Cost {
        let _ = (document, operation, variables);
        Cost::Counted(0)
    }

    /// The most that an operation of a caller may cost. The default has no bound.
    fn max_cost(&self, caller: &Caller<Self::Identity>) -> u64 {
        let _ = caller;
        u64::MAX
    }

    /// Whether a caller may run this operation. The default lets all of them run.
    ///
    /// # Errors
    /// What the client is told instead.
    fn admit(
        &self,
        caller: &Caller<Self::Identity>,
        operation: &Operation,
    ) -> impl Future<Output = Result<(), Error>> + Send {
        let _ = (caller, operation);
        future::ready(Ok(()))
    }

    /// Runs a query or a mutation to its end.
    fn execute(&self, caller: &Caller<Self::Identity>, operation: Operation) -> impl Future<Output = Response> + Send;

    /// Runs a subscription for as long as the stream is kept.
    fn stream(&self, caller: &Caller<Self::Identity>, operation: Operation) -> BoxStream<'static, Response>;

    /// Makes a subscription go on after the event with this cursor: the `Last-Event-ID` of a client that came back.
    fn resume(&self, caller: &Caller<Self::Identity>, request: &mut Request, last_event_id: &str);

    fn settings(&self) -> &Settings;

    fn clock(&self) -> &Clock;

    /// Cancelled when the server goes down: sockets and streams then end, so that their clients come back elsewhere.
    fn shutdown(&self) -> &CancellationToken;

    /// Where mutations run, so that one whose client is gone still ends, and a stop can wait for it.
    fn tasks(&self) -> &TaskTracker;
}
