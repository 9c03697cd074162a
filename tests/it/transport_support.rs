//! A small schema of the tests' own, behind the real transports on a real port.
#![expect(clippy::unused_async, reason = "resolvers are async whether they wait or not")]

use std::io::Read;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use async_graphql::{Context, Object, Request, Response, Schema, SimpleObject, Subscription, Upload};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use chrono::TimeDelta;
use elenchus::clock::Clock;
use elenchus::config::graphql::GraphqlConfig;
use elenchus::error::{Error, ErrorCode};
use elenchus::graphql::persisted::queries::{Found, Named};
use elenchus::http::graphql::gateway::{Caller, Gateway, Operation, Settings, UploadSettings};
use elenchus::http::graphql::{failure, router};
use futures::stream::BoxStream;
use futures::{Stream, StreamExt, stream};
use serde_json::Value;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// What the resolvers did, and what they wait for.
#[derive(Default)]
pub struct World {
    pub mutations: AtomicUsize,
    pub ticks: AtomicUsize,
    pub live: AtomicUsize,
    pub stored: AtomicBool,
    /// Lets `slowMutation` and `slowQuery` end.
    pub go: Notify,
    /// Says that one of them has begun.
    pub begun: Notify,
    /// Says that a subscription was dropped.
    pub dropped: Notify,
}

#[derive(SimpleObject)]
struct Tick {
    number: i32,
    cursor: String,
}

#[derive(SimpleObject)]
struct Stored {
    name: String,
    media: Option<String>,
    text: String,
}

struct Item;

#[Object]
impl Item {
    async fn name(&self) -> &str {
        "item"
    }
    async fn item(&self) -> Item {
        Item
    }
}

pub struct Query;

#[Object]
impl Query {
    async fn hello(&self, name: Option<String>) -> String {
        format!("hello {}", name.unwrap_or_else(|| "you".to_owned()))
    }
    async fn twice(&self, number: i32) -> i32 {
        number * 2
    }
    async fn item(&self) -> Item {
        Item
    }
    async fn secret(&self) -> async_graphql::Result<Option<String>> {
        Err("connection to 10.0.0.7 refused".into())
    }
    async fn missing(&self) -> async_graphql::Result<Option<String>> {
        Err(async_graphql::Error {
            message: "There is no such thing.".to_owned(),
            source: None,
            extensions: failure::server_error(&Error::not_found("thing")).extensions,
        })
    }
    async fn panics(&self) -> i32 {
        "a resolver broke".parse().unwrap()
    }
    async fn slow_query(&self, context: &Context<'_>) -> bool {
        let world = context.data_unchecked::<Arc<World>>();
        world.begun.notify_one();
        world.go.notified().await;
        true
    }
    async fn me<'a>(&self, context: &'a Context<'_>) -> &'a str {
        context.data_unchecked::<Who>().0.as_str()
    }
}

pub struct Mutation;

#[Object]
impl Mutation {
    async fn touch(&self, context: &Context<'_>) -> usize {
        context.data_unchecked::<Arc<World>>().mutations.fetch_add(1, Ordering::SeqCst) + 1
    }
    async fn give(&self, context: &Context<'_>, number: i32) -> i32 {
        context.data_unchecked::<Arc<World>>().mutations.fetch_add(1, Ordering::SeqCst);
        number
    }
    async fn slow_mutation(&self, context: &Context<'_>) -> bool {
        let world = context.data_unchecked::<Arc<World>>();
        world.begun.notify_one();
        world.go.notified().await;
        world.stored.store(true, Ordering::SeqCst);
        true
    }
    async fn upload(&self, context: &Context<'_>, file: Upload) -> async_graphql::Result<Stored> {
        read(context, file)
    }
    async fn uploads(&self, context: &Context<'_>, files: Vec<Upload>) -> async_graphql::Result<Vec<Stored>> {
        files.into_iter().map(|file| read(context, file)).collect()
    }
}

fn read(context: &Context<'_>, file: Upload) -> async_graphql::Result<Stored> {
    let mut value = file.value(context)?;
    let mut text = String::new();
    value.content.read_to_string(&mut text)?;
    Ok(Stored { name: value.filename, media: value.content_type, text })
}

struct Live(Arc<World>);

impl Drop for Live {
    fn drop(&mut self) {
        self.0.live.fetch_sub(1, Ordering::SeqCst);
        self.0.dropped.notify_one();
    }
}

pub struct Subscriptions;

#[Subscription]
impl Subscriptions {
    /// Numbers after `after`, up to `to`; then waits for ever when `stay`.
    async fn count(
        &self,
        context: &Context<'_>,
        to: i32,
        #[graphql(default)] stay: bool,
    ) -> impl Stream<Item = Tick> + use<> {
        let world = Arc::clone(context.data_unchecked::<Arc<World>>());
        let after = context.data_opt::<Resumed>().map_or(0, |resumed| resumed.0);
        world.live.fetch_add(1, Ordering::SeqCst);
        let live = Live(Arc::clone(&world));
        let ticks = stream::iter(after + 1..=to).map(move |number| {
            world.ticks.fetch_add(1, Ordering::SeqCst);
            Tick { number, cursor: format!("c{number}") }
        });
        let rest = if stay { stream::pending().boxed() } else { stream::empty().boxed() };
        ticks.chain(rest).map(move |tick| {
            let _ = &live;
            tick
        })
    }
    /// Large events without end.
    async fn flood(&self, context: &Context<'_>) -> impl Stream<Item = String> + use<> {
        let world = Arc::clone(context.data_unchecked::<Arc<World>>());
        stream::repeat_with(move || {
            world.ticks.fetch_add(1, Ordering::SeqCst);
            "x".repeat(16 * 1024)
        })
    }
    async fn breaks(&self) -> impl Stream<Item = i32> + use<> {
        stream::iter(0..2).map(|number| if number == 1 { panic!("a stream broke") } else { number })
    }
}

/// The name of whoever asks.
pub struct Who(pub String);
struct Resumed(i32);

pub type TestSchema = Schema<Query, Mutation, Subscriptions>;

#[derive(Clone)]
pub struct TestGateway {
    pub schema: TestSchema,
    pub settings: Arc<Settings>,
    pub world: Arc<World>,
    pub clock: Clock,
    pub shutdown: CancellationToken,
    pub tasks: TaskTracker,
}

impl TestGateway {
    fn caller(&self, token: Option<&str>) -> Result<Caller<String>, Error> {
        let (name, expires_at) = match token {
            None => ("nobody", None),
            Some("ann") => ("ann", None),
            Some("short") => ("short", Some(self.clock.now() + TimeDelta::milliseconds(300))),
            Some("expired") => ("expired", Some(self.clock.now() - TimeDelta::seconds(1))),
            Some("down") => return Err(Error::unavailable("The database does not answer.")),
            Some(_) => return Err(Error::unauthenticated("The token does not hold.")),
        };
        Ok(Caller { identity: name.to_owned(), key: name.to_owned(), expires_at })
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get("authorization")?.to_str().ok()?.strip_prefix("Bearer ")
}

impl Gateway for TestGateway {
    type Identity = String;

    async fn authenticate(&self, parts: &Parts) -> Result<Caller<String>, Error> {
        self.caller(bearer(&parts.headers))
    }
    async fn authenticate_socket(&self, parts: &Parts, token: Option<&str>) -> Result<Caller<String>, Error> {
        self.caller(token.or_else(|| bearer(&parts.headers)))
    }
    async fn document(&self, named: Named) -> Result<Found, Error> {
        let document = match (named.document, named.sha256.as_deref()) {
            (Some(document), _) => document.into(),
            (None, Some("known")) => "{ hello }".into(),
            (None, _) => return Err(Error::new(ErrorCode::PersistedQueryNotFound, "PersistedQueryNotFound")),
        };
        Ok(Found { document, keep: None })
    }
    async fn execute(&self, caller: &Caller<String>, operation: Operation) -> Response {
        if operation.root_fields.iter().filter(|name| name.as_str() == "touch").count() > 1 {
            let error = Error::new(ErrorCode::RateLimited, "Once is enough.").with_retry_after(7);
            return Response::from_errors(vec![failure::server_error(&error)]);
        }
        self.schema.execute(operation.request.data(Who(caller.identity.clone()))).await
    }
    fn stream(&self, caller: &Caller<String>, operation: Operation) -> BoxStream<'static, Response> {
        self.schema.execute_stream(operation.request.data(Who(caller.identity.clone()))).boxed()
    }
    fn resume(&self, _caller: &Caller<String>, request: &mut Request, last_event_id: &str) {
        if let Some(number) = last_event_id.strip_prefix('c').and_then(|number| number.parse().ok()) {
            request.data.insert(Resumed(number));
        }
    }
    fn settings(&self) -> &Settings {
        &self.settings
    }
    fn clock(&self) -> &Clock {
        &self.clock
    }
    fn shutdown(&self) -> &CancellationToken {
        &self.shutdown
    }
    fn tasks(&self) -> &TaskTracker {
        &self.tasks
    }
}

/// The limits of the defaults.
pub fn limits() -> GraphqlConfig {
    GraphqlConfig {
        max_bytes: 16 * 1024,
        max_depth: 16,
        max_fields: 400,
        max_aliases: 30,
        max_root_fields: 20,
        max_directives: 20,
        max_body_bytes: 1024 * 1024,
        message_max_chars: 10_000,
        introspection: true,
        graphiql: false,
        socket_max_subscriptions: 50,
        socket_idle: Duration::from_mins(1),
        sockets_per_user: 20,
        max_cost: 10_000,
        max_cost_anonymous: 200,
        max_cost_admin: 50_000,
        persisted_queries_max: 100,
        trusted_documents: None,
    }
}

/// A server that lives as long as this.
pub struct Server {
    pub address: SocketAddr,
    pub gateway: TestGateway,
    pub client: reqwest::Client,
    pub uploads: PathBuf,
    _dir: tempfile::TempDir,
}

pub async fn serve() -> Server {
    serve_with(|_| {}).await
}

pub async fn serve_with(change: impl FnOnce(&mut Settings)) -> Server {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let dir = tempfile::tempdir().unwrap();
    let uploads = UploadSettings { dir: dir.path().to_owned(), max_bytes: 1000, max_files: 3 };
    let mut settings = Settings::new(limits(), uploads, Duration::from_secs(30));
    settings.origins.push("https://app.example.org".to_owned());
    change(&mut settings);
    let world = Arc::new(World::default());
    let schema = Schema::build(Query, Mutation, Subscriptions).data(Arc::clone(&world)).disable_suggestions().finish();
    let gateway = TestGateway {
        schema,
        settings: Arc::new(settings),
        world,
        clock: Clock::System,
        shutdown: CancellationToken::new(),
        tasks: TaskTracker::new(),
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = router::router(gateway.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let uploads = dir.path().to_owned();
    Server { address, gateway, client: reqwest::Client::new(), uploads, _dir: dir }
}

impl Server {
    pub fn url(&self) -> String {
        format!("http://{}/graphql", self.address)
    }
    pub fn world(&self) -> &World {
        &self.gateway.world
    }
    /// A POST of JSON, with what the client accepts.
    pub async fn post(&self, accept: &str, body: impl Into<String>) -> Answer {
        let request = self.client.post(self.url()).header("accept", accept).header("content-type", "application/json");
        Answer::read(request.body(body.into())).await
    }
    /// A document as `application/graphql-response+json`.
    pub async fn run(&self, query: &str) -> Answer {
        self.post(RESPONSE, serde_json::json!({ "query": query }).to_string()).await
    }
}

pub const RESPONSE: &str = "application/graphql-response+json";
pub const JSON: &str = "application/json";

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
}

impl Answer {
    pub async fn read(request: reqwest::RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, text: response.text().await.unwrap() }
    }
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
    /// The code of the only error, after making sure of the shape.
    pub fn code(&self) -> String {
        let body = self.json();
        let errors = body["errors"].as_array().unwrap_or_else(|| panic!("no errors: {body}"));
        assert_eq!(errors.len(), 1, "{body}");
        assert!(!errors[0]["message"].as_str().unwrap().is_empty());
        errors[0]["extensions"]["code"].as_str().unwrap_or_else(|| panic!("no code: {body}")).to_owned()
    }
    /// Status, code, and whether there is a `data` entry.
    pub fn refusal(&self) -> (u16, String, bool) {
        (self.status, self.code(), self.json().get("data").is_some())
    }
}

pub fn refused(status: u16, code: &str) -> (u16, String, bool) {
    (status, code.to_owned(), false)
}
