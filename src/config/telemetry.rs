//! Where traces and error reports go. The names are those of the OpenTelemetry specification and of Sentry.

use std::str::FromStr as _;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use sentry::types::Dsn;

use super::env::{ConfigError, Env};

#[derive(Debug, Clone)]
pub struct TelemetryConfig {
    /// `None` for no traces.
    pub traces: Option<TracesConfig>,
    /// `SENTRY_DSN`
    pub sentry_dsn: Option<SecretString>,
}

#[derive(Debug, Clone)]
pub struct TracesConfig {
    /// Where spans are posted: `OTEL_EXPORTER_OTLP_ENDPOINT` with `/v1/traces`.
    pub url: String,
    /// `OTEL_EXPORTER_OTLP_HEADERS`
    pub headers: Vec<(String, SecretString)>,
    /// `OTEL_EXPORTER_OTLP_TIMEOUT`
    pub timeout: Duration,
    /// `OTEL_SERVICE_NAME`
    pub service_name: String,
    /// `OTEL_RESOURCE_ATTRIBUTES`
    pub attributes: Vec<(String, String)>,
    /// `OTEL_TRACES_SAMPLER`
    pub sampler: Sampler,
    /// `OTEL_BSP_MAX_QUEUE_SIZE`
    pub queue: usize,
    /// `OTEL_BSP_SCHEDULE_DELAY`
    pub delay: Duration,
}

/// Which traces are taken.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sampler {
    /// What the caller's `traceparent` says goes first.
    pub is_parent_based: bool,
    /// Of those that nobody has decided on, 0 to 1.
    pub share: f64,
}

impl TelemetryConfig {
    /// # Errors
    /// When a value is malformed, whether or not anything is sent.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let endpoint = env.text("OTEL_EXPORTER_OTLP_ENDPOINT")?;
        let url = endpoint.map(|endpoint| traces_url(&endpoint)).transpose()?;
        env.choice("OTEL_EXPORTER_OTLP_PROTOCOL", &[("http/protobuf", ())])?;
        let traces = TracesConfig {
            url: url.clone().unwrap_or_default(),
            headers: headers(env)?,
            timeout: Duration::from_millis(env.number("OTEL_EXPORTER_OTLP_TIMEOUT", 1..=600_000)?),
            service_name: env.parse("OTEL_SERVICE_NAME")?,
            attributes: pairs("OTEL_RESOURCE_ATTRIBUTES", &env.text("OTEL_RESOURCE_ATTRIBUTES")?.unwrap_or_default())?,
            sampler: sampler(env)?,
            queue: env.number("OTEL_BSP_MAX_QUEUE_SIZE", 1..=1_000_000)?,
            delay: Duration::from_millis(env.number("OTEL_BSP_SCHEDULE_DELAY", 1..=600_000)?),
        };
        let sentry_dsn = env.secret("SENTRY_DSN")?;
        if let Some(dsn) = &sentry_dsn {
            // Its own error may repeat the key.
            Dsn::from_str(dsn.expose_secret())
                .map_err(|_| ConfigError::new("SENTRY_DSN", "is not a DSN such as https://key@sentry.example.org/1"))?;
        }
        Ok(Self { traces: url.is_some().then_some(traces), sentry_dsn })
    }
}

fn traces_url(endpoint: &str) -> Result<String, ConfigError> {
    let problem = |said: String| ConfigError::new("OTEL_EXPORTER_OTLP_ENDPOINT", said);
    let url = url::Url::parse(endpoint).map_err(|error| problem(error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(problem("must start with http:// or https://".to_owned()));
    }
    if url.password().is_some() || !url.username().is_empty() {
        return Err(problem("holds a password: put it into OTEL_EXPORTER_OTLP_HEADERS".to_owned()));
    }
    Ok(format!("{}/v1/traces", endpoint.trim().trim_end_matches('/')))
}

fn headers(env: &Env) -> Result<Vec<(String, SecretString)>, ConfigError> {
    const NAME: &str = "OTEL_EXPORTER_OTLP_HEADERS";
    let text = env.secret(NAME)?.unwrap_or_default();
    let mut headers = Vec::new();
    for (name, value) in pairs(NAME, text.expose_secret())? {
        let is_header = reqwest::header::HeaderName::from_str(&name).is_ok()
            && reqwest::header::HeaderValue::from_str(&value).is_ok();
        if !is_header {
            return Err(ConfigError::new(NAME, "holds something that is no header"));
        }
        headers.push((name, SecretString::from(value)));
    }
    Ok(headers)
}

/// `a=1,b=2` with percent-encoded values, as in W3C Baggage.
fn pairs(setting: &'static str, text: &str) -> Result<Vec<(String, String)>, ConfigError> {
    let mut pairs = Vec::new();
    for (place, pair) in text.split(',').map(str::trim).filter(|pair| !pair.is_empty()).enumerate() {
        // The pair itself is not repeated: it may be a secret.
        let malformed = || ConfigError::new(setting, format!("part {} is not name=value", place + 1));
        let (name, value) = pair.split_once('=').ok_or_else(malformed)?;
        let value = percent_encoding::percent_decode_str(value.trim()).decode_utf8().map_err(|_| malformed())?;
        if name.trim().is_empty() {
            return Err(malformed());
        }
        pairs.push((name.trim().to_owned(), value.into_owned()));
    }
    Ok(pairs)
}

fn sampler(env: &Env) -> Result<Sampler, ConfigError> {
    let share: f64 = env.number("OTEL_TRACES_SAMPLER_ARG", 0.0..=1.0)?;
    let sampler = |is_parent_based, share| Sampler { is_parent_based, share };
    env.choice(
        "OTEL_TRACES_SAMPLER",
        &[
            ("always_on", sampler(false, 1.0)),
            ("always_off", sampler(false, 0.0)),
            ("traceidratio", sampler(false, share)),
            ("parentbased_always_on", sampler(true, 1.0)),
            ("parentbased_always_off", sampler(true, 0.0)),
            ("parentbased_traceidratio", sampler(true, share)),
        ],
    )
}
