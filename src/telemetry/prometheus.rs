//! Metrics in the Prometheus text format.

use std::sync::OnceLock;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// Seconds: from a millisecond to half a minute.
const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];
/// Things counted per operation or batch.
const COUNTS: [f64; 10] = [1.0, 2.0, 4.0, 8.0, 12.0, 16.0, 32.0, 64.0, 256.0, 2048.0];

static METRICS: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// The metrics of this process in the Prometheus text format; empty where another recorder was installed before.
#[must_use]
pub fn render() -> String {
    handle().map(PrometheusHandle::render).unwrap_or_default()
}

/// Installs the recorder. What is counted before is lost, so it comes early.
pub fn handle() -> Option<&'static PrometheusHandle> {
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
