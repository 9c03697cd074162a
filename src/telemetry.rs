//! What the server says about itself: logs as text or JSON, and metrics.

use std::io::IsTerminal as _;
use std::sync::OnceLock;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::config::env::ConfigError;
use crate::config::server::{LogFormat, ServerConfig};

/// Seconds: from a millisecond to half a minute.
const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];
/// Things counted per operation or batch.
const COUNTS: [f64; 10] = [1.0, 2.0, 4.0, 8.0, 12.0, 16.0, 32.0, 64.0, 256.0, 2048.0];

static METRICS: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Starts logging to standard error. Called once, first thing.
///
/// # Errors
/// When `LOG_LEVEL` is no filter.
pub fn start_logging(config: &ServerConfig) -> Result<(), ConfigError> {
    // The client repeats every NOTICE of Postgres ("already exists, skipping") as news.
    let filter = EnvFilter::try_new(format!("tokio_postgres=warn,{}", config.log_level))
        .map_err(|error| ConfigError::new("LOG_LEVEL", format!("{:?} is not a filter: {error}", config.log_level)))?;
    let registry = tracing_subscriber::registry().with(filter);
    // Colours are for people: a file or a journal keeps them as garbage.
    let ansi = std::io::stderr().is_terminal();
    // A second call, as in a process that tests several servers, keeps the first subscriber.
    let _again = match config.log_format {
        LogFormat::Json => registry
            .with(tracing_subscriber::fmt::layer().json().flatten_event(true).with_writer(std::io::stderr))
            .try_init(),
        LogFormat::Pretty => registry
            .with(tracing_subscriber::fmt::layer().compact().with_ansi(ansi).with_writer(std::io::stderr))
            .try_init(),
    };
    Ok(())
}

/// The metrics of this process in the Prometheus text format; empty where another recorder was installed before.
#[must_use]
pub fn render_metrics() -> String {
    metrics_handle().map(PrometheusHandle::render).unwrap_or_default()
}

/// Installs the recorder. What is counted before is lost, so it comes early.
pub fn metrics_handle() -> Option<&'static PrometheusHandle> {
    let install = || {
        let builder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
            .and_then(|builder| builder.set_buckets_for_metric(Matcher::Suffix("_statements".to_owned()), &COUNTS))
            .and_then(|builder| builder.set_buckets_for_metric(Matcher::Suffix("_rows".to_owned()), &COUNTS));
        match builder.and_then(PrometheusBuilder::install_recorder) {
            Ok(handle) => Some(handle),
            Err(error) => {
                tracing::warn!(%error, "no metrics");
                None
            }
        }
    };
    METRICS.get_or_init(install).as_ref()
}
