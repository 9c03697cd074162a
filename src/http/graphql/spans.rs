//! The span of one operation: what it is called, what it asks for, what it took.

use async_graphql::Response;
use tracing::Span;
use tracing::field::Empty;

use super::failure::code_of;
use super::gateway::Operation;
use crate::graphql::cost::Cost;
use crate::trace::span::SPANS;

/// Longest name of an operation in a trace, in characters.
const LONGEST_NAME: usize = 100;

/// A span that begins with the operation. Names are the client's own words and are bounded; variables and the document
/// are never a part of it.
#[must_use]
pub fn of(operation: &Operation) -> Span {
    let kind = operation.kind.as_str();
    tracing::info_span!(
        target: SPANS,
        "operation",
        otel.name = display_name(kind, operation.request.operation_name.as_deref()),
        otel.status_code = Empty,
        error.type = Empty,
        graphql.operation.type = kind,
        graphql.operation.name = operation.request.operation_name.as_deref().map(short),
        elenchus.graphql.root_fields = operation.root_fields.join(","),
        elenchus.graphql.cost = cost(operation),
        elenchus.sql.statements = Empty,
    )
}

/// Notes how many statements the current operation sent.
pub fn statements(count: u32) {
    Span::current().record("elenchus.sql.statements", i64::from(count));
}

/// The statements of an operation that lasts, noted once: when it ends, or when nobody listens any more.
pub struct Statements {
    span: Span,
    count: u32,
}

impl Statements {
    #[must_use]
    pub fn of_current() -> Self {
        Self { span: Span::current(), count: 0 }
    }

    pub fn add(&mut self, count: u32) {
        self.count = self.count.saturating_add(count);
    }
}

impl Drop for Statements {
    fn drop(&mut self) {
        self.span.record("elenchus.sql.statements", i64::from(self.count));
    }
}

/// Notes how the current operation ended: the code of its first error, and a failure if that is the server's.
pub fn note(response: &Response) {
    let span = Span::current();
    if span.is_disabled() {
        return;
    }
    if let Some(code) = response.errors.iter().find_map(code_of) {
        span.record("error.type", code);
    }
    if response.errors.iter().filter_map(code_of).any(|code| code == "INTERNAL") {
        span.record("otel.status_code", "ERROR");
    }
}

fn cost(operation: &Operation) -> Option<u64> {
    match operation.cost {
        Cost::Counted(cost) => Some(cost),
        Cost::Endless => None,
    }
}

fn display_name(kind: &str, name: Option<&str>) -> String {
    name.map_or_else(|| kind.to_owned(), |name| format!("{kind} {}", short(name)))
}

fn short(name: &str) -> &str {
    name.char_indices().nth(LONGEST_NAME).map_or(name, |(end, _)| &name[..end])
}
