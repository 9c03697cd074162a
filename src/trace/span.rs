//! Spans of traces. They have a target of their own: only the exporter of traces takes it, and where there is none,
//! `tracing` turns each such span into a look at a flag.

use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::context::TraceContext;
use super::work;

/// The target of spans that are for traces, and not for the log.
pub const SPANS: &str = "spans";
/// A span with this attribute came to nothing, and is not exported.
pub const DISCARDED: &str = "elenchus.discarded";

/// Starts `span` as a child of `parent`, or as the root of a trace, and says where it is. Where nobody collects spans,
/// it is another place in the same trace all the same, so that logs can be joined with those of the caller.
#[must_use]
pub fn begin(span: &Span, parent: Option<&TraceContext>) -> TraceContext {
    if !span.is_disabled() {
        if let Some(parent) = parent {
            let context = opentelemetry::Context::new().with_remote_span_context(remote(parent));
            // The only error would be a span that has begun: it then is what it is.
            let _begun = span.set_parent(context);
        }
        if let Some(place) = of(span) {
            return place;
        }
    }
    parent.map_or_else(TraceContext::fresh, TraceContext::child)
}

/// Gives a span that has begun another name: a field does that only before.
pub fn rename(span: &Span, name: String) {
    if !span.is_disabled() {
        span.context().span().update_name(name);
    }
}

/// Where the current work is: its innermost span, or what its caller said.
#[must_use]
pub fn here() -> Option<TraceContext> {
    of(&Span::current()).or_else(|| work::current().map(|work| work.trace.clone()))
}

fn of(span: &Span) -> Option<TraceContext> {
    let context = span.context();
    let span = context.span();
    let place = span.span_context();
    TraceContext::new(place.trace_id().to_bytes(), place.span_id().to_bytes(), place.is_sampled())
}

fn remote(place: &TraceContext) -> SpanContext {
    let (trace_id, span_id) = place.ids();
    let flags = if place.is_sampled() { TraceFlags::SAMPLED } else { TraceFlags::default() };
    let state = place.state().and_then(|state| state.parse::<TraceState>().ok()).unwrap_or_default();
    SpanContext::new(TraceId::from_bytes(trace_id), SpanId::from_bytes(span_id), flags, true, state)
}
