//! Whether the server lives, whether it should be sent requests, and what is the matter with it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::app::App;
use crate::db::migrate;
use crate::domain::generation::engine::Engine;
use crate::domain::users::actions::authenticate;
use crate::domain::users::permissions::Permission;
use crate::jobs::queue;

/// What health is read from. Cheap to clone.
#[derive(Clone)]
pub struct Vitals {
    pub app: App,
    pub engine: Engine,
    /// Whether LISTEN stands.
    pub listening: watch::Receiver<bool>,
    /// Turned on by SIGTERM.
    pub draining: Arc<AtomicBool>,
}

impl Vitals {
    async fn database(&self) -> Result<(), String> {
        let ping = async { queue::depth(&*self.app.db.read().await?).await };
        self.app.db.bounded(ping).await.map(|_| ()).map_err(|error| error.message().to_owned())
    }

    fn is_draining(&self) -> bool {
        self.draining.load(Ordering::SeqCst)
    }
}

/// `GET /health/live`: the process answers.
pub async fn live() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// `GET /health/ready`: 200 while requests are welcome, 503 while Postgres is away and from SIGTERM on.
pub async fn ready(State(vitals): State<Vitals>) -> Response {
    let problem = if vitals.is_draining() {
        Some("draining")
    } else if vitals.database().await.is_err() {
        Some("database")
    } else {
        None
    };
    match problem {
        None => Json(json!({ "status": "ok" })).into_response(),
        Some(problem) => (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "status": "unavailable", "reason": problem })))
            .into_response(),
    }
}

/// `GET /health`: the state in a word; with every part of it for whoever may see the system.
pub async fn detail(State(vitals): State<Vitals>, headers: HeaderMap) -> Response {
    let database = vitals.database().await;
    let status = match (&database, vitals.is_draining()) {
        (Ok(()), false) => "ok",
        (Ok(()), true) => "draining",
        (Err(_), _) => "degraded",
    };
    let code = if database.is_ok() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let mut body = json!({ "status": status, "service": "elenchus", "version": env!("CARGO_PKG_VERSION") });
    if may_see(&vitals.app, &headers).await {
        body["parts"] = parts(&vitals, database).await;
    }
    (code, Json(body)).into_response()
}

async fn may_see(app: &App, headers: &HeaderMap) -> bool {
    let token = headers.get("authorization").and_then(|value| value.to_str().ok());
    match token.and_then(|value| value.strip_prefix("Bearer ")) {
        Some(token) => {
            let actor = app.db.bounded(authenticate::authenticate(app, token)).await;
            actor.is_ok_and(|actor| actor.may(Permission::SeeSystem))
        }
        None => false,
    }
}

async fn parts(vitals: &Vitals, database: Result<(), String>) -> Value {
    let app = &vitals.app;
    let embedder = app.embedder.borrow().as_ref().map(|embedder| embedder.model().to_owned());
    let depth = app.db.bounded(async { queue::depth(&*app.db.read().await?).await }).await.ok();
    let pending = app.db.bounded(migrate::pending(app.db.connector())).await.ok();
    let (busy, open) = app.db.pool_state();
    json!({
        "database": database.map_or_else(|problem| problem, |()| "ok".to_owned()),
        "pendingMigrations": pending,
        "pool": { "busy": busy, "open": open },
        "events": if *vitals.listening.borrow() { "listening" } else { "reconnecting" },
        "chatModel": app.config.models.chat.to_string(),
        "embeddingModel": embedder,
        "storage": app.storage.check().await.map_or_else(|error| error.message().to_owned(), |()| "ok".to_owned()),
        "jobsWaiting": depth,
        "liveRuns": vitals.engine.live_runs(),
    })
}
