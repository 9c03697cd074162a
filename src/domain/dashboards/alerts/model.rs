//! Rows and enums of alerts.

use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Jsonb, Nullable, Numeric, Text, Timestamptz, Uuid as SqlUuid};
use serde_json::Value;

use super::rule::{Content, Rule};
use crate::error::{Error, Result};
use crate::ids::{AlertEventId, AlertId, QueryRunId, SavedQueryId, UserId, WorkspaceId};

/// How an alert stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum AlertState {
    /// The condition does not hold.
    Ok,
    /// It holds, but not for long enough yet.
    Pending,
    /// It holds.
    Firing,
    /// There is nothing to hold against it.
    NoData,
    /// The query fails.
    Error,
}

crate::db::enums::text_enum!(AlertState {
    Ok => "OK",
    Pending => "PENDING",
    Firing => "FIRING",
    NoData => "NO_DATA",
    Error => "ERROR",
});

/// An alert, and how it stands.
#[derive(Debug, Clone, PartialEq, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct Alert {
    #[diesel(sql_type = SqlUuid)]
    pub id: AlertId,
    /// That of its query.
    #[diesel(sql_type = SqlUuid)]
    pub workspace_id: WorkspaceId,
    #[diesel(sql_type = SqlUuid)]
    pub query_id: SavedQueryId,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub description: Option<String>,
    /// A list of pairs: the name of a parameter, and its value.
    #[diesel(sql_type = Jsonb)]
    pub parameters: Value,
    /// A [`Rule`].
    #[diesel(sql_type = Jsonb)]
    pub rule: Value,
    #[diesel(sql_type = Integer)]
    pub interval_seconds: i32,
    /// Until when nobody hears of it; `None`, or past, for heard.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub muted_until: Option<DateTime<Utc>>,
    /// From 1, one more with every change of what somebody wrote.
    #[diesel(sql_type = Integer)]
    pub version: i32,
    /// `None` when their account is gone.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub author_id: Option<UserId>,
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    pub updated_at: DateTime<Utc>,
    #[diesel(sql_type = Text)]
    pub state: AlertState,
    #[diesel(sql_type = Timestamptz)]
    pub since: DateTime<Utc>,
    /// Since when the condition of a firing alert does not hold; `None` while it does.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub cleared_at: Option<DateTime<Utc>>,
    /// Evaluations in a row that failed.
    #[diesel(sql_type = Integer)]
    pub failures: i32,
    /// What was seen last; `None` before, and without a value.
    #[diesel(sql_type = Nullable<Numeric>)]
    pub last_value: Option<BigDecimal>,
    /// What was said of that, in a sentence.
    #[diesel(sql_type = Nullable<Text>)]
    pub last_message: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub last_evaluated_at: Option<DateTime<Utc>>,
    /// When it was last told again that it fires; `None` since the state changed.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub notified_at: Option<DateTime<Utc>>,
    /// Since when somebody sees to it; `None` while nobody does.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub acknowledged_at: Option<DateTime<Utc>>,
    /// Who; `None` as well when their account is gone.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub acknowledger_id: Option<UserId>,
    #[diesel(sql_type = Timestamptz)]
    pub next_evaluation_at: DateTime<Utc>,
    /// That of the newest evaluation or change, from 1.
    #[diesel(sql_type = BigInt)]
    pub sequence: i64,
    /// Until when somebody evaluates it; `None` while nobody does.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub claimed_until: Option<DateTime<Utc>>,
    /// What was begun for that evaluation.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub run_id: Option<QueryRunId>,
    /// Members of its workspace who hear of it.
    #[diesel(sql_type = Array<SqlUuid>)]
    pub recipients: Vec<UserId>,
}

impl Alert {
    /// What it watches for.
    ///
    /// # Errors
    /// INTERNAL when the row holds something else.
    pub fn rule(&self) -> Result<Rule> {
        serde_json::from_value(self.rule.clone()).map_err(Error::internal)
    }

    /// Values by the names of the query's parameters.
    ///
    /// # Errors
    /// As [`Alert::rule`].
    pub fn values(&self) -> Result<Vec<(String, Option<String>)>> {
        serde_json::from_value(self.parameters.clone()).map_err(Error::internal)
    }

    /// As somebody would write it.
    ///
    /// # Errors
    /// As [`Alert::rule`].
    pub fn content(&self) -> Result<Content> {
        Ok(Content {
            name: self.name.clone(),
            description: self.description.clone(),
            values: self.values()?,
            rule: self.rule()?,
            interval_seconds: self.interval_seconds,
        })
    }
}

/// Something that happened to an alert.
#[derive(Debug, Clone, PartialEq, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct AlertEvent {
    #[diesel(sql_type = SqlUuid)]
    pub id: AlertEventId,
    #[diesel(sql_type = SqlUuid)]
    pub alert_id: AlertId,
    /// That of the evaluation, or of the change.
    #[diesel(sql_type = BigInt)]
    pub sequence: i64,
    #[diesel(sql_type = Text)]
    pub from_state: AlertState,
    /// The same for one that was told again.
    #[diesel(sql_type = Text)]
    pub to_state: AlertState,
    /// What was seen; `None` without a value.
    #[diesel(sql_type = Nullable<Numeric>)]
    pub value: Option<BigDecimal>,
    #[diesel(sql_type = Text)]
    pub message: String,
    #[diesel(sql_type = Timestamptz)]
    pub at: DateTime<Utc>,
    /// People who were told.
    #[diesel(sql_type = Integer)]
    pub notified_count: i32,
}
