//! What belongs to the runs of this instance: their feeds, their log, those that live here. It lets go of them in good
//! order; `taking` is what gives it new ones.

use std::sync::Arc;
use std::time::Duration;

use dashmap::DashMap;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::feed::Feeds;
use super::purpose::Purposes;
use super::writer::LogWriter;
use crate::ai::chat::models::Models;
use crate::ai::chat::prices::Prices;
use crate::app::App;
use crate::ids::{GenerationId, InstanceId};

/// What ends a run from outside.
#[derive(Clone, Default)]
pub struct Signals {
    /// Somebody wants it to stop.
    pub stop: CancellationToken,
    /// The server goes down and waits no longer.
    pub hand_over: CancellationToken,
}

/// The engine of this instance. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    pub(super) inner: Arc<Inner>,
}

/// Its parts, for the engine and for what takes runs.
pub(super) struct Inner {
    pub(super) app: App,
    pub(super) purposes: Purposes,
    pub(super) instance: InstanceId,
    pub(super) feeds: Feeds,
    pub(super) log: LogWriter,
    pub(super) live: DashMap<GenerationId, Signals>,
    pub(super) tasks: TaskTracker,
    /// No new runs are taken.
    pub(super) draining: CancellationToken,
    pub(super) room: Notify,
}

impl Engine {
    /// An engine that does nothing until [`Engine::work`] runs.
    #[must_use]
    pub fn new(app: App, purposes: Purposes, instance: InstanceId) -> Self {
        let feeds = Feeds::default();
        let log = LogWriter::start(app.db.clone(), instance, feeds.clone());
        let inner = Inner {
            app,
            purposes,
            instance,
            feeds,
            log,
            live: DashMap::new(),
            tasks: TaskTracker::new(),
            draining: CancellationToken::new(),
            room: Notify::new(),
        };
        Self { inner: Arc::new(inner) }
    }

    #[must_use]
    pub fn app(&self) -> &App {
        &self.inner.app
    }

    #[must_use]
    pub fn models(&self) -> &Models {
        &self.inner.app.models
    }

    #[must_use]
    pub fn prices(&self) -> &Prices {
        &self.inner.app.prices
    }

    #[must_use]
    pub fn purposes(&self) -> &Purposes {
        &self.inner.purposes
    }

    #[must_use]
    pub fn instance(&self) -> InstanceId {
        self.inner.instance
    }

    #[must_use]
    pub fn feeds(&self) -> &Feeds {
        &self.inner.feeds
    }

    #[must_use]
    pub fn log(&self) -> &LogWriter {
        &self.inner.log
    }

    /// Runs that are written here right now.
    #[must_use]
    pub fn live_runs(&self) -> usize {
        self.inner.live.len()
    }

    /// Stops a run if it is written here.
    pub fn stop_here(&self, id: GenerationId) {
        if let Some(signals) = self.inner.live.get(&id) {
            signals.stop.cancel();
        }
    }

    /// Takes no more runs, lets the live ones end within `patience`, and hands over the rest.
    pub async fn drain(&self, patience: Duration) {
        self.inner.draining.cancel();
        self.inner.tasks.close();
        if tokio::time::timeout(patience, self.inner.tasks.wait()).await.is_err() {
            for run in &self.inner.live {
                run.value().hand_over.cancel();
            }
            // What is left are a few statements; without Postgres they would wait for ever, and the reaper ends them.
            if tokio::time::timeout(Duration::from_secs(5), self.inner.tasks.wait()).await.is_err() {
                tracing::warn!(runs = self.live_runs(), "runs are left to be ended by another instance");
            }
        }
    }

    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.inner.draining.is_cancelled()
    }
}
