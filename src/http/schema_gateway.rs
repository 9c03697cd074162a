//! The schema behind the transports: who asks, what they are given, what an operation costs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use async_graphql::parser::types::{ExecutableDocument, OperationDefinition};
use async_graphql::{Pos, Request, Response, Value, Variables};
use axum::http::HeaderValue;
use axum::http::header::{AUTHORIZATION, USER_AGENT};
use axum::http::request::Parts;
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use futures::{FutureExt as _, StreamExt as _};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::client_address::ClientAddress;
use super::graphql::gateway::{Caller, Gateway, Operation, Settings};
use super::graphql::spans;
use crate::app::App;
use crate::clock::Clock;
use crate::db::statements;
use crate::domain::generation::engine::Engine;
use crate::domain::users::actions::{authenticate, standing};
use crate::domain::users::actor::{Actor, SignedIn};
use crate::domain::users::client::Client;
use crate::domain::users::key_uses::KeyUses;
use crate::domain::users::model::Role;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, ErrorCode, Result};
use crate::graphql::classes;
use crate::graphql::cost::{self, Cost};
use crate::graphql::error::to_graphql;
use crate::graphql::guard::OperationKind;
use crate::graphql::loader::Loaders;
use crate::graphql::persisted::queries::{Found, Named, PersistedQueries};
use crate::graphql::schema::ElenchusSchema;
use crate::graphql::shape::Shape;
use crate::limits::class::Class;
use crate::limits::key;
use crate::trace::work;

/// Everything an operation needs. Cheap to clone.
#[derive(Clone)]
pub struct SchemaGateway {
    inner: Arc<Inner>,
}

struct Inner {
    app: App,
    engine: Engine,
    contract: Contract,
    settings: Settings,
    shutdown: CancellationToken,
    tasks: TaskTracker,
    key_uses: KeyUses,
    /// Set while the server goes down: mutations are refused, so that clients try them on another.
    draining: Arc<AtomicBool>,
}

/// What may be asked.
pub struct Contract {
    pub schema: ElenchusSchema,
    /// What the cost of an operation depends on.
    pub shape: Shape,
    /// Documents that clients name instead of sending them.
    pub persisted: PersistedQueries,
}

impl SchemaGateway {
    #[must_use]
    pub fn new(
        app: App,
        engine: Engine,
        contract: Contract,
        settings: Settings,
        shutdown: CancellationToken,
        tasks: TaskTracker,
        draining: Arc<AtomicBool>,
    ) -> Self {
        let key_uses = KeyUses::default();
        Self { inner: Arc::new(Inner { app, engine, contract, settings, shutdown, tasks, key_uses, draining }) }
    }

    /// What is counted of API keys here.
    #[must_use]
    pub fn key_uses(&self) -> &KeyUses {
        &self.inner.key_uses
    }

    async fn caller(&self, parts: &Parts, token: Option<&str>) -> Result<Caller<Actor>> {
        let address = parts.extensions.get::<ClientAddress>().map(|address| address.0);
        let user_agent = parts.headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
        let client = Client::new(address, user_agent);
        let actor = match token {
            Some(token) => self.inner.app.db.bounded(authenticate::authenticate(&self.inner.app, token)).await?,
            None => Actor::nobody(),
        };
        let key = match actor.signed_in() {
            Some(signed_in) => signed_in.user.id.to_string(),
            None => key::address(address),
        };
        if let (Some(work), Some(signed_in)) = (work::current(), actor.signed_in()) {
            work.asked_by(signed_in.user.id.to_string());
        }
        let expires_at = actor.signed_in().map(|signed_in| signed_in.expires_at);
        Ok(Caller { identity: actor.with(client), key, expires_at })
    }

    /// Puts what resolvers need into a request.
    fn equip(&self, caller: &Caller<Actor>, request: Request) -> Request {
        let actor = &caller.identity;
        let loaders = Arc::new(Loaders::new(self.inner.app.clone(), actor.clone()));
        request.data(self.inner.app.clone()).data(self.inner.engine.clone()).data(actor.clone()).data(loaders)
    }
}

impl Gateway for SchemaGateway {
    type Identity = Actor;

    async fn authenticate(&self, parts: &Parts) -> Result<Caller<Actor>> {
        self.caller(parts, bearer(parts)?).await
    }

    async fn authenticate_socket(&self, parts: &Parts, token: Option<&str>) -> Result<Caller<Actor>> {
        match token {
            Some(token) => self.caller(parts, Some(token)).await,
            None => self.caller(parts, bearer(parts)?).await,
        }
    }

    fn ended(&self, caller: &Caller<Actor>) -> BoxFuture<'static, ()> {
        standing::ended(self.inner.app.clone(), caller.identity.clone()).boxed()
    }

    async fn document(&self, named: Named) -> Result<Found> {
        self.inner.contract.persisted.find(named).await
    }

    async fn keep(&self, found: &Found) {
        self.inner.contract.persisted.keep(found).await;
    }

    async fn arrive(&self, caller: &Caller<Actor>, upload: bool) -> Result<()> {
        let limits = &self.inner.app.limits;
        limits.take(Class::Request, &caller.key, 1).await?;
        if let Some(key) = caller.identity.signed_in().and_then(SignedIn::api_key) {
            limits.take(Class::ApiKey, &key.to_string(), 1).await?;
            self.inner.key_uses.note(key, self.inner.app.clock.now());
        }
        limits.take(Class::Upload, &caller.key, upload.into()).await
    }

    fn cost(&self, document: &ExecutableDocument, operation: &OperationDefinition, variables: &Variables) -> Cost {
        cost::cost(&self.inner.contract.shape, document, operation, variables)
    }

    fn max_cost(&self, caller: &Caller<Actor>) -> u64 {
        let config = &self.inner.settings.graphql;
        match caller.identity.signed_in() {
            None => config.max_cost_anonymous,
            Some(signed_in) if signed_in.user.role == Role::Admin => config.max_cost_admin,
            Some(_) => config.max_cost,
        }
    }

    async fn admit(&self, caller: &Caller<Actor>, operation: &Operation) -> Result<()> {
        let limits = &self.inner.app.limits;
        let sign_ins = classes::count(&operation.root_fields, Class::SignIn);
        if sign_ins > 1 {
            return Err(Error::new(ErrorCode::BadUserInput, "Sign in or register once in one request."));
        }
        let address = key::address(caller.identity.client().address);
        limits.take(Class::SignIn, &address, sign_ins).await?;
        for class in [Class::Chat, Class::Statement] {
            limits.take(class, &caller.key, classes::count(&operation.root_fields, class)).await?;
        }
        Ok(())
    }

    fn may_upload(&self, caller: &Caller<Actor>) -> Result<()> {
        caller.identity.require_may(Permission::ManageOwnDocuments).map(|_| ())
    }

    async fn execute(&self, caller: &Caller<Actor>, operation: Operation) -> Response {
        if operation.kind == OperationKind::Mutation && self.inner.draining.load(Ordering::SeqCst) {
            let refused = Error::unavailable("This server is going down. Please try again.").with_retry_after(1);
            return Response::from_errors(vec![to_graphql(refused).into_server_error(Pos::default())]);
        }
        let started = Instant::now();
        let kind = operation.kind.as_str();
        let request = self.equip(caller, operation.request);
        let (mut response, count) = statements::counted(self.inner.contract.schema.execute(request)).await;
        if let Cost::Counted(cost) = operation.cost {
            metrics::histogram!("elenchus_operation_cost", "kind" => kind)
                .record(f64::from(u32::try_from(cost).unwrap_or(u32::MAX)));
        }
        metrics::histogram!("elenchus_operation_seconds", "kind" => kind).record(started.elapsed().as_secs_f64());
        spans::statements(count);
        metrics::histogram!("elenchus_operation_statements", "kind" => kind).record(f64::from(count));
        if self.inner.settings.development {
            // For whoever develops against it: a number that grows with the page is a loader that is missing.
            response.http_headers.insert("x-sql-statements", HeaderValue::from(count));
        }
        response
    }

    fn stream(&self, caller: &Caller<Actor>, operation: Operation) -> BoxStream<'static, Response> {
        self.inner.contract.schema.execute_stream(self.equip(caller, operation.request)).boxed()
    }

    fn resume(&self, _: &Caller<Actor>, request: &mut Request, last_event_id: &str) {
        // The one argument by which streams go on is `after`; a document that takes it names a variable so.
        request.variables.insert(async_graphql::Name::new("after"), Value::from(last_event_id));
    }

    fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    fn clock(&self) -> &Clock {
        &self.inner.app.clock
    }

    fn shutdown(&self) -> &CancellationToken {
        &self.inner.shutdown
    }

    fn tasks(&self) -> &TaskTracker {
        &self.inner.tasks
    }
}

/// The token of the header `Authorization: Bearer …`; `None` without the header.
fn bearer(parts: &Parts) -> Result<Option<&str>> {
    let Some(value) = parts.headers.get(AUTHORIZATION) else { return Ok(None) };
    let refused = || Error::unauthenticated("The Authorization header must read `Bearer` and a token.");
    let (scheme, token) = value.to_str().ok().and_then(|text| text.split_once(' ')).ok_or_else(refused)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(Some(token.trim())) } else { Err(refused()) }
}
