//! What the transports count for `/metrics`.

use async_graphql::Response;

use super::payload;
use crate::graphql::guard::OperationKind;

/// Open websockets.
pub const SOCKETS: &str = "graphql_sockets";
/// Live subscriptions, on sockets and over HTTP.
pub const SUBSCRIPTIONS: &str = "graphql_subscriptions";
/// Operations that ended, by `kind` and `outcome`.
pub const OPERATIONS: &str = "graphql_operations_total";

/// One of something that is open; counts itself out when dropped.
#[derive(Debug)]
pub struct Open(&'static str);

impl Open {
    #[must_use]
    pub fn new(gauge: &'static str) -> Self {
        metrics::gauge!(gauge).increment(1.0);
        Self(gauge)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        metrics::gauge!(self.0).decrement(1.0);
    }
}

/// An operation that ended: `ok`, `partial` (ran, with errors) or `refused` (did not run).
pub fn count(kind: OperationKind, response: &Response) {
    let outcome = match (response.errors.is_empty(), payload::executed(response)) {
        (true, _) => "ok",
        (false, true) => "partial",
        (false, false) => "refused",
    };
    count_as(kind.as_str(), outcome);
}

/// A request that was refused before its operation was known.
pub fn count_refused() {
    count_as("unknown", "refused");
}

/// One operation by kind and outcome.
pub fn count_as(kind: &'static str, outcome: &'static str) {
    metrics::counter!(OPERATIONS, "kind" => kind, "outcome" => outcome).increment(1);
}
