//! Every column that holds sealed values: the one list behind sealing, resealing and `elenchus doctor`.
//!
//! Such a column is called `sealed_…` and is a `bytea`; a test holds this list against the database.

/// A column of sealed values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Goes into the key of its values, so that one column's never open in another. Never changes, whatever becomes of the
    /// names below.
    pub purpose: &'static str,
    pub table: &'static str,
    /// The primary key: one `uuid`. It is sealed in with the value, which therefore opens in no other row.
    pub id: &'static str,
    pub value: &'static str,
}

/// All of them.
pub const COLUMNS: &[Column] = &[SECOND_FACTOR, OIDC_ATTEMPT, DATA_SOURCE, WEBHOOK, PREVIOUS_WEBHOOK];

/// What an authenticator app computes its codes from.
pub const SECOND_FACTOR: Column =
    Column { purpose: "second factor", table: "second_factors", id: "user_id", value: "sealed_secret" };

/// Nonce and verifier of a sign-in with another service, for the minutes that it takes.
pub const OIDC_ATTEMPT: Column =
    Column { purpose: "oidc attempt", table: "oidc_attempts", id: "id", value: "sealed_secrets" };

/// The password with which an external database is asked.
pub const DATA_SOURCE: Column = Column {
    purpose: "data source password",
    table: "data_source_connections",
    id: "source_id",
    value: "sealed_password",
};

/// What messages to a webhook are signed with.
pub const WEBHOOK: Column = Column { purpose: "webhook secret", table: "webhooks", id: "id", value: "sealed_secret" };

/// What they are signed with besides for a while, after the secret was exchanged.
pub const PREVIOUS_WEBHOOK: Column =
    Column { purpose: "previous webhook secret", table: "webhooks", id: "id", value: "sealed_previous_secret" };
