//! Reports of failures to Sentry: internal errors and panics, as the log has them on its level ERROR.
//!
//! A report names the work by its ids and holds the causes without anything that they quote. Nothing is collected besides:
//! no variables, no addresses, no breadcrumbs, no traces (those go over OTLP, which Sentry takes as well).

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use sentry::protocol::{Event as Report, Exception, Level as Severity, User};
use sentry::transports::DefaultTransportFactory;
use sentry::{Client, ClientOptions};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, filter_fn};
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use super::line::Said;
use crate::trace::redact::redact_all;
use crate::trace::work;

/// Sentry's client, which sends from a thread of its own and drops what it cannot.
pub struct Reports {
    client: Arc<Client>,
}

impl Reports {
    #[must_use]
    pub fn start(dsn: &SecretString, is_production: bool) -> Self {
        let options = ClientOptions::new()
            .dsn(dsn.expose_secret())
            .release(concat!("elenchus@", env!("CARGO_PKG_VERSION")))
            .environment(if is_production { "production" } else { "development" })
            .default_integrations(false)
            .send_default_pii(false)
            .max_breadcrumbs(0)
            .transport(DefaultTransportFactory);
        Self { client: Arc::new(Client::with_options(options)) }
    }

    pub fn layer<S>(&self) -> Box<dyn Layer<S> + Send + Sync>
    where
        S: Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
    {
        let ours = filter_fn(|metadata| {
            metadata.is_event() && *metadata.level() == Level::ERROR && metadata.target().starts_with("elenchus")
        });
        ReportLayer { client: Arc::clone(&self.client) }
            .with_filter(ours.with_max_level_hint(LevelFilter::ERROR))
            .boxed()
    }

    /// Sends what there is, for at most as long.
    pub fn stop(self, patience: Duration) {
        self.client.close(Some(patience));
    }
}

struct ReportLayer {
    client: Arc<Client>,
}

impl<S: Subscriber> Layer<S> for ReportLayer {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        self.client.capture_event(report(&Said::of(event)), None);
    }
}

/// What is told of a failure.
fn report(said: &Said) -> Report<'static> {
    let cause = said.text("error").or_else(|| said.text("problem")).map(|cause| redact_all(cause).into_owned());
    let mut tags = BTreeMap::new();
    for name in ["code", "at", "generation", "job", "kind"] {
        if let Some(value) = said.text(name) {
            tags.insert(name.to_owned(), redact_all(value).into_owned());
        }
    }
    let mut user = None;
    if let Some(work) = work::current() {
        let names = [
            ("request_id", work.request_id.clone()),
            ("trace_id", Some(work.trace.trace_id())),
            ("operation", work.operation().map(ToOwned::to_owned)),
        ];
        tags.extend(names.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
        user = work.user().map(|id| User { id: Some(id.to_owned()), ..User::default() });
    }
    let exception = Exception { ty: said.message.clone(), value: cause, ..Exception::default() };
    Report {
        level: Severity::Error,
        logger: Some(said.target.clone()),
        transaction: tags.get("operation").cloned(),
        // Causes differ by what they name: one kind of failure is one issue.
        fingerprint: Cow::Owned(vec![
            said.target.clone().into(),
            said.message.clone().into(),
            tags.get("at").or(tags.get("operation")).cloned().unwrap_or_default().into(),
        ]),
        exception: vec![exception].into(),
        tags: tags.into_iter().collect(),
        user,
        ..Report::default()
    }
}
