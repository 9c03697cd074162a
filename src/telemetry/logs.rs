//! The log, on standard error.

use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::filter::{FilterExt as _, filter_fn};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{EnvFilter, Layer, fmt};

use super::line::Line;
use crate::config::env::ConfigError;
use crate::config::server::LogFormat;
use crate::trace::span::SPANS;

/// What is written where: `level` is `LOG_LEVEL`, `ansi` colours the lines.
///
/// # Errors
/// When `level` is no filter.
pub fn layer<S, W>(
    level: &str,
    format: LogFormat,
    ansi: bool,
    writer: W,
) -> Result<Box<dyn Layer<S> + Send + Sync>, ConfigError>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    // The client repeats every NOTICE of Postgres ("already exists, skipping") as news.
    let filter = EnvFilter::try_new(format!("tokio_postgres=warn,{level}"))
        .map_err(|error| ConfigError::new("LOG_LEVEL", format!("{level:?} is not a filter: {error}")))?;
    let lines = fmt::layer().event_format(Line(format)).with_ansi(ansi).with_writer(writer);
    Ok(lines.with_filter(filter.and(filter_fn(may_be_written))).boxed())
}

/// Libraries speak of what passes through them on their lower levels: statements with parameters, frames with their
/// contents. None of that is written, whatever `LOG_LEVEL` says.
fn may_be_written(metadata: &Metadata<'_>) -> bool {
    let room = metadata.target().split("::").next();
    room != Some(SPANS) && (room == Some("elenchus") || *metadata.level() <= Level::INFO)
}
