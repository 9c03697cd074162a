//! The span of one call of a model, by the semantic conventions for generative AI
//! (<https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/>). Prompts and answers are never a part of it.

use tracing::Span;
use tracing::field::Empty;

use super::error::ChatError;
use super::part::Part;
use super::request::ChatRequest;
use crate::config::models::ModelName;
use crate::trace::span::SPANS;

/// One call, from the request to the last word.
pub struct Call {
    pub span: Span,
    /// The call came to an end of its own, or failed; else whoever asked stopped listening.
    has_ended: bool,
}

impl Call {
    #[must_use]
    pub fn new(name: &ModelName, request: &ChatRequest, attempt: u32) -> Self {
        let span = tracing::info_span!(
            target: SPANS,
            "chat",
            otel.name = format!("chat {}", name.model),
            otel.kind = "client",
            otel.status_code = Empty,
            error.type = Empty,
            gen_ai.operation.name = "chat",
            gen_ai.provider.name = provider(&name.provider),
            gen_ai.request.model = name.model,
            gen_ai.request.max_tokens = i64::from(request.max_output_tokens),
            gen_ai.request.temperature = request.temperature,
            gen_ai.response.model = Empty,
            gen_ai.response.finish_reasons = Empty,
            gen_ai.usage.input_tokens = Empty,
            gen_ai.usage.output_tokens = Empty,
            gen_ai.usage.cache_read.input_tokens = Empty,
            elenchus.attempt = i64::from(attempt),
            elenchus.stopped = Empty,
        );
        Self { span, has_ended: false }
    }

    /// Notes what a part says of the call.
    pub fn note(&mut self, part: &Part) {
        let span = &self.span;
        match part {
            Part::Started { model, .. } => {
                span.record("gen_ai.response.model", model);
            }
            Part::Usage(usage) => {
                span.record("gen_ai.usage.input_tokens", i64::from(usage.input_tokens));
                span.record("gen_ai.usage.output_tokens", i64::from(usage.output_tokens));
                span.record("gen_ai.usage.cache_read.input_tokens", i64::from(usage.cached_input_tokens));
            }
            Part::Finished(reason) => {
                span.record("gen_ai.response.finish_reasons", reason.as_str().to_ascii_lowercase());
                self.has_ended = true;
            }
            Part::Text(_) | Part::ToolCall(_) => {}
        }
    }

    pub fn fail(&mut self, error: &ChatError) {
        self.span.record("error.type", error.kind.code());
        self.span.record("otel.status_code", "ERROR");
        self.has_ended = true;
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        if !self.has_ended {
            self.span.record("elenchus.stopped", true);
        }
    }
}

/// The conventions' word for a provider.
fn provider(name: &str) -> &str {
    match name {
        "google" => "gcp.gemini",
        other => other,
    }
}
