//! The house error as a GraphQL error: message and code outward, the cause into the log, once.

use async_graphql::{ErrorExtensions as _, Value};

use crate::error::{Error, ErrorCode};

/// `extensions.code`, `extensions.fields` where input is at fault, `extensions.retryAfterSeconds` where waiting helps.
#[must_use]
#[expect(clippy::needless_pass_by_value, reason = "taken by `map_err(to_graphql)`")]
pub fn to_graphql(error: Error) -> async_graphql::Error {
    if error.code() == ErrorCode::Internal {
        tracing::error!(error = error.chain(), "internal error");
    } else {
        tracing::debug!(error = error.chain(), "request refused");
    }
    async_graphql::Error::new(error.message()).extend_with(|_, extensions| {
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
    })
}

/// As [`to_graphql`], for a failure that several wait for.
#[must_use]
pub fn to_graphql_ref(error: &Error) -> async_graphql::Error {
    let mut copy = Error::new(error.code(), error.message().to_owned());
    for field in error.fields() {
        copy = copy.with_field(field.path.clone());
    }
    if let Some(seconds) = error.retry_after_seconds() {
        copy = copy.with_retry_after(seconds);
    }
    to_graphql(copy.with_source(error.chain()))
}
