//! `GET /metrics`: what Prometheus reads.

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use super::health::Vitals;
use crate::jobs::queue;
use crate::telemetry::prometheus;

/// Answers with the metrics of this process; gauges are read now.
pub async fn metrics(State(vitals): State<Vitals>) -> Response {
    let (busy, open) = vitals.app.db.pool_state();
    metrics::gauge!("elenchus_pool_connections", "state" => "busy").set(f64::from(busy));
    metrics::gauge!("elenchus_pool_connections", "state" => "open").set(f64::from(open));
    let live = u32::try_from(vitals.engine.live_runs()).unwrap_or(u32::MAX);
    metrics::gauge!("elenchus_live_runs").set(f64::from(live));
    let db = &vitals.app.db;
    if let Ok(depth) = db.bounded(async { queue::depth(&*db.read().await?).await }).await {
        metrics::gauge!("elenchus_jobs_waiting").set(f64::from(u32::try_from(depth).unwrap_or(u32::MAX)));
    }
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], prometheus::render()).into_response()
}
