//! Spans for OpenTelemetry: which are taken, and what they say of this service.

use std::collections::HashMap;
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider, SpanExporter as _};
use secrecy::ExposeSecret as _;
use tracing::{Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, filter_fn};
use tracing_subscriber::registry::LookupSpan;

use super::delivery::{Delivery, Queue};
use crate::config::env::ConfigError;
use crate::config::telemetry::{self as config, TracesConfig};
use crate::outbound::client::client;
use crate::trace::span::SPANS;

/// Traces that are being made and delivered.
pub struct Traces {
    provider: SdkTracerProvider,
    delivery: Delivery,
}

impl Traces {
    /// # Errors
    /// When TLS or the thread that delivers cannot be set up.
    pub fn start(config: &TracesConfig) -> Result<Self, ConfigError> {
        let problem = |error: String| ConfigError::new("OTEL_EXPORTER_OTLP_ENDPOINT", error);
        let client = client(|builder| builder.timeout(config.timeout)).map_err(|error| problem(error.to_string()))?;
        let headers: HashMap<String, String> =
            config.headers.iter().map(|(name, value)| (name.clone(), value.expose_secret().to_owned())).collect();
        let mut exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(client)
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(config.url.clone())
            .with_headers(headers)
            .with_timeout(config.timeout)
            .build()
            .map_err(|error| problem(error.to_string()))?;
        let resource = resource(config);
        exporter.set_resource(&resource);
        let (queue, delivery) =
            Queue::start(exporter, config.queue, config.delay).map_err(|error| problem(error.to_string()))?;
        let provider = SdkTracerProvider::builder()
            .with_span_processor(queue)
            .with_sampler(sampler(config.sampler))
            .with_resource(resource)
            .build();
        Ok(Self { provider, delivery })
    }

    /// Takes the spans that are meant for traces, and nothing that is said within them.
    pub fn layer<S>(&self) -> Box<dyn Layer<S> + Send + Sync>
    where
        S: Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
    {
        tracing_opentelemetry::layer()
            .with_tracer(self.provider.tracer("elenchus"))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_tracked_inactivity(false)
            .with_context_activation(false)
            .with_filter(
                filter_fn(|metadata| metadata.is_span() && metadata.target() == SPANS)
                    .with_max_level_hint(LevelFilter::from_level(Level::INFO)),
            )
            .boxed()
    }

    /// Delivers what there is, for at most as long.
    pub fn stop(self, patience: Duration) {
        self.delivery.flush(patience);
    }
}

fn resource(config: &TracesConfig) -> Resource {
    let attributes = config.attributes.iter().map(|(name, value)| KeyValue::new(name.clone(), value.clone()));
    Resource::builder_empty()
        .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
        .with_attribute(KeyValue::new("service.instance.id", uuid::Uuid::new_v4().to_string()))
        .with_attributes(attributes)
        .with_service_name(config.service_name.clone())
        .build()
}

fn sampler(config: config::Sampler) -> Sampler {
    let own = Sampler::TraceIdRatioBased(config.share);
    if config.is_parent_based { Sampler::ParentBased(Box::new(own)) } else { own }
}
