//! Starts what the configuration asks for, and lets go of it in good order.

use std::io::IsTerminal as _;
use std::time::Duration;

use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::reports::Reports;
use super::traces::Traces;
use super::{logs, panics};
use crate::config::env::ConfigError;
use crate::config::server::ServerConfig;
use crate::config::telemetry::TelemetryConfig;

/// How long a stop waits for what is still to be delivered.
const LAST_DELIVERY: Duration = Duration::from_secs(5);

/// What runs as long as the process does.
pub struct Telemetry {
    traces: Option<Traces>,
    reports: Option<Reports>,
}

/// Starts the log on standard error, and traces and reports where they are configured. Called once, first thing.
///
/// # Errors
/// When `LOG_LEVEL` is no filter, or TLS cannot be set up.
pub fn start(server: &ServerConfig, telemetry: &TelemetryConfig) -> Result<Telemetry, ConfigError> {
    // Colours are for people: a file or a journal keeps them as garbage.
    let ansi = std::io::stderr().is_terminal();
    let logs = logs::layer(&server.log_level, server.log_format, ansi, std::io::stderr)?;
    let traces = telemetry.traces.as_ref().map(Traces::start).transpose()?;
    let reports = telemetry.sentry_dsn.as_ref().map(|dsn| Reports::start(dsn, server.is_production()));
    let registry = tracing_subscriber::registry()
        .with(logs)
        .with(traces.as_ref().map(Traces::layer))
        .with(reports.as_ref().map(Reports::layer));
    // A second call, as in a process that tests several servers, keeps the first subscriber.
    if registry.try_init().is_ok() {
        panics::install();
    }
    Ok(Telemetry { traces, reports })
}

impl Telemetry {
    /// Delivers what is still to be delivered, for a few seconds at most.
    pub fn stop(self) {
        if let Some(traces) = self.traces {
            traces.stop(LAST_DELIVERY);
        }
        if let Some(reports) = self.reports {
            reports.stop(LAST_DELIVERY);
        }
    }
}
