//! What the transports need from the rest of the server.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::{Request, Response, ServerError};
use axum::http::StatusCode;
use axum::http::request::Parts;
use chrono::{DateTime, Utc};
use futures::future;
use futures::stream::BoxStream;
use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::failure;
use crate::clock::Clock;
use crate::config::graphql::GraphqlConfig;
use crate::error::{Error, ErrorCode};
use crate::graphql::guard::OperationKind;

/// Who is asking.
#[derive(Debug)]
pub struct Caller<I> {
    /// The person, role and scopes, as the rest of the server knows them; opaque here.
    pub identity: I,
    /// What caps are counted by: the account, or the address of nobody in particular.
    pub key: String,
    /// When the credentials end; a websocket is closed at that moment. `None` never.
    pub expires_at: Option<DateTime<Utc>>,
}

/// One operation that was parsed, guarded and given its variables, ready for the engine.
pub struct Operation {
    /// Carries the parsed document, the name of the operation, variables and uploads.
    pub request: Request,
    pub kind: OperationKind,
    /// Names of the fields that the operation selects on its root, as often as it selects them, whatever their aliases.
    pub root_fields: Arc<[String]>,
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

    /// The document to run for what a client sent. The default takes the client's own; persisted and trusted documents
    /// are looked up here.
    ///
    /// # Errors
    /// What the client is told instead; it should carry a code.
    fn document(
        &self,
        query: Option<String>,
        extensions: &Map<String, Value>,
    ) -> impl Future<Output = Result<String, ServerError>> + Send {
        let _ = extensions;
        future::ready(query.ok_or_else(|| {
            failure::server_error(&Error::new(ErrorCode::BadUserInput, "`query` is missing: send a document."))
        }))
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
