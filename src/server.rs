//! Serves until SIGTERM, then lets go of everything in good order.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::App;
use crate::domain::generation::engine::Engine;
use crate::domain::users::key_uses::KeyUses;
use crate::error::{Error, Result};
use crate::graphql::persisted::queries::PersistedQueries;
use crate::graphql::schema;
use crate::graphql::shape::Shape;
use crate::http::connections;
use crate::http::graphiql::GraphiqlConfig;
use crate::http::graphql::gateway::{Settings, UploadSettings};
use crate::http::health::Vitals;
use crate::http::router::{self, Pages};
use crate::http::schema_gateway::{Contract, SchemaGateway};
use crate::ids::InstanceId;
use crate::telemetry::prometheus;
use crate::{start, worker};

/// How the server runs.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Shown in GraphiQL's sign-in.
    pub demo_login: Option<(String, String)>,
    /// Leaves background jobs to `elenchus worker`.
    pub without_worker: bool,
    /// Nobody else uses the database: what other instances left can be ended at once.
    pub is_alone: bool,
}

/// A server that is running.
pub struct Running {
    pub address: SocketAddr,
    shutdown: Shutdown,
}

struct Shutdown {
    app: App,
    engine: Engine,
    draining: Arc<AtomicBool>,
    /// Ends sockets and streams.
    closing: CancellationToken,
    jobs: CancellationToken,
    tasks: TaskTracker,
    key_uses: KeyUses,
    /// What listens to Postgres and writes to it without being asked: it ends before Postgres does.
    background: JoinSet<()>,
    served: tokio::task::JoinHandle<()>,
    worked: Option<tokio::task::JoinHandle<()>>,
}

/// Starts everything and returns once requests are answered.
///
/// # Errors
/// When the port is taken or Postgres does not answer.
pub async fn serve(app: App, options: Options) -> Result<Running> {
    prometheus::handle();
    let config = Arc::clone(&app.config);
    let address = SocketAddr::new(config.server.host, config.server.port);
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| Error::unavailable(format!("cannot listen on {address}: {error}")))?;
    let address = listener.local_addr().map_err(Error::internal)?;

    let (listening, is_listening) = watch::channel(false);
    let mut background = JoinSet::new();
    background.spawn(app.bus.clone().run(app.db.connector().clone(), listening));
    let instance = InstanceId::generate(app.clock.now());
    let engine = Engine::new(app.clone(), start::purposes(), instance);
    if options.is_alone {
        engine.reap(Some(0)).await?;
    }
    engine.register().await?;
    for task in [Background::Work, Background::Follow, Background::KeepAlive] {
        background.spawn(task.run(engine.clone()));
    }

    let jobs = CancellationToken::new();
    let drain = config.server.drain;
    let worked = (!options.without_worker).then(|| tokio::spawn(worker::work(app.clone(), jobs.clone(), drain)));

    let closing = CancellationToken::new();
    let tasks = TaskTracker::new();
    let draining = Arc::new(AtomicBool::new(false));
    let uploads = UploadSettings {
        dir: app.storage.temp_dir().to_owned(),
        max_bytes: config.documents.max_bytes,
        max_files: config.documents.max_files,
    };
    let mut settings = Settings::new(config.graphql.clone(), uploads, config.server.request_timeout);
    settings.origins.clone_from(&config.server.cors_origins);
    settings.development = !config.server.is_production();
    let persisted = PersistedQueries::new(&config.graphql, app.db.clone(), app.clock.clone())?;
    let shape = Shape::read(&schema::sdl()).ok_or_else(|| Error::internal("the schema's text cannot be read"))?;
    let schema = schema::build(config.graphql.introspection);
    let gateway = SchemaGateway::new(
        app.clone(),
        engine.clone(),
        Contract { schema, shape, persisted },
        settings,
        closing.clone(),
        tasks.clone(),
        Arc::clone(&draining),
    );
    let key_uses = gateway.key_uses().clone();
    background.spawn(key_uses.clone().keep(app.clone()));
    let vitals =
        Vitals { app: app.clone(), engine: engine.clone(), listening: is_listening, draining: Arc::clone(&draining) };
    let pages = Pages {
        graphiql: config.graphql.graphiql.then_some(GraphiqlConfig { demo_login: options.demo_login }),
        schema: config.graphql.introspection,
    };
    let service = router::build(gateway, vitals, &config.server, pages);
    let served = tokio::spawn(connections::serve(listener, service, config.server.keep_alive, closing.clone()));
    let shutdown = Shutdown { app, engine, draining, closing, jobs, tasks, key_uses, background, served, worked };
    Ok(Running { address, shutdown })
}

enum Background {
    Work,
    Follow,
    KeepAlive,
}

impl Background {
    async fn run(self, engine: Engine) {
        match self {
            Self::Work => engine.work().await,
            Self::Follow => engine.follow_others().await,
            Self::KeepAlive => engine.keep_alive().await,
        }
    }
}

impl Running {
    /// Turns readiness off, refuses new work, lets live runs end within the drain time and hands over the rest, closes
    /// sockets so that their clients come back elsewhere, and waits for what is in hand.
    pub async fn stop(self) {
        let Shutdown { app, engine, draining, closing, jobs, tasks, key_uses, mut background, served, worked } =
            self.shutdown;
        tracing::info!("stopping: no new work");
        draining.store(true, Ordering::SeqCst);
        jobs.cancel();
        engine.drain(app.config.server.drain).await;
        // Readers are told of the last events before their sockets close.
        tokio::time::sleep(Duration::from_millis(50)).await;
        closing.cancel();
        tasks.close();
        let rest = Duration::from_secs(5);
        if tokio::time::timeout(rest, tasks.wait()).await.is_err() {
            tracing::warn!("requests were cut off");
        }
        if tokio::time::timeout(rest, served).await.is_err() {
            tracing::warn!("connections were cut off");
        }
        if let Some(worked) = worked
            && tokio::time::timeout(app.config.server.drain + rest, worked).await.is_err()
        {
            tracing::warn!("jobs were cut off; their leases run out by themselves");
        }
        background.shutdown().await;
        if let Err(error) = key_uses.flush(&app).await {
            tracing::warn!(error = %error.chain(), "the last uses of API keys are not written down");
        }
        if let Err(error) = engine.retire().await {
            tracing::debug!(error = %error.chain(), "the heartbeat runs out by itself");
        }
        tracing::info!("stopped");
    }
}

/// Waits for SIGTERM or Ctrl-C.
pub async fn asked_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => {
            let _no_signal = interrupt.await;
        }
    }
}
