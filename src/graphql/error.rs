//! The house error as a GraphQL error: message and code outward, the cause into the log, once.

use async_graphql::{ErrorExtensionValues, ErrorExtensions as _, Value};

use crate::error::{Error, ErrorCode};
use crate::trace::work;

/// `extensions.code`, `extensions.fields` where input is at fault, `extensions.retryAfterSeconds` where waiting helps,
/// `extensions.resetsAt` and `extensions.budget` where a budget is used up, `extensions.requestId` where only the log says
/// more.
#[must_use]
#[expect(clippy::needless_pass_by_value, reason = "taken by `map_err(to_graphql)`")]
pub fn to_graphql(error: Error) -> async_graphql::Error {
    to_graphql_ref(&error)
}

/// As [`to_graphql`], for a failure that several wait for.
#[must_use]
pub fn to_graphql_ref(error: &Error) -> async_graphql::Error {
    log(error);
    async_graphql::Error::new(error.message()).extend_with(|_, extensions| extend(extensions, error))
}

/// Writes the chain of causes once, where the error leaves the server by the first of its doors.
pub fn log(error: &Error) {
    if !error.tell() {
        return;
    }
    let code = error.code().as_str();
    match error.code() {
        ErrorCode::Internal => tracing::error!(code, error = error.chain(), "internal error"),
        // The server is well; something that it needs is not.
        ErrorCode::UpstreamUnavailable | ErrorCode::Timeout => {
            tracing::warn!(code, error = error.chain(), "request failed");
        }
        // What was refused may be repeated in the refusal: its place says enough.
        _ => {
            let fields: Vec<&str> = error.fields().iter().map(|field| field.path.as_str()).collect();
            tracing::debug!(code, fields = fields.join(","), "request refused");
        }
    }
}

/// Everything about an error that a program can read.
pub fn extend(extensions: &mut ErrorExtensionValues, error: &Error) {
    extensions.set("code", error.code().as_str());
    if !error.fields().is_empty() {
        let fields = error.fields().iter().map(|field| {
            let pairs = [("path", &field.path), ("message", &field.message)];
            Value::Object(
                pairs
                    .into_iter()
                    .map(|(name, text)| (async_graphql::Name::new(name), Value::from(text.as_str())))
                    .collect(),
            )
        });
        extensions.set("fields", Value::List(fields.collect()));
    }
    if let Some(seconds) = error.retry_after_seconds() {
        extensions.set("retryAfterSeconds", seconds);
    }
    for (name, value) in error.details() {
        extensions.set(*name, value.as_str());
    }
    if let Some(quota) = error.quota() {
        extensions.set("resetsAt", quota.resets_at.to_rfc3339());
        let budget = [("kind", quota.kind), ("period", quota.period), ("unit", quota.unit)];
        let budget = budget.map(|(name, text)| (async_graphql::Name::new(name), Value::from(text)));
        extensions.set("budget", Value::Object(budget.into_iter().collect()));
    }
    name_request(extensions, error.code());
}

/// Says under which id the log tells more. Refusals have none: they say all there is to say.
pub fn name_request(extensions: &mut ErrorExtensionValues, code: ErrorCode) {
    let is_ours = matches!(code, ErrorCode::Internal | ErrorCode::UpstreamUnavailable | ErrorCode::Timeout);
    if let Some(id) = work::request_id().filter(|_| is_ours) {
        extensions.set("requestId", id);
    }
}
