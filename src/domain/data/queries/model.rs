//! Rows and enums of statements that were run.

use chrono::{DateTime, Utc};
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use serde_json::Value;

use crate::domain::data::external::model::StoredConnection;
use crate::domain::data::model::DataSource;
use crate::ids::{DataSourceId, QueryResultId, QueryRunId, SavedQueryId, UserId};
use crate::warehouse::session::Statement;

/// Rows of a result that are stored together.
pub const PAGE_ROWS: usize = 500;

/// How far a statement has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum RunStatus {
    Running,
    Succeeded,
    /// The error says why.
    Failed,
    /// By whoever wanted no answer any more.
    Cancelled,
}

crate::db::enums::text_enum!(RunStatus {
    Running => "RUNNING",
    Succeeded => "SUCCEEDED",
    Failed => "FAILED",
    Cancelled => "CANCELLED",
});

/// A statement that somebody ran, and what came of it.
#[derive(Debug, Clone, PartialEq, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct QueryRun {
    #[diesel(sql_type = SqlUuid)]
    pub id: QueryRunId,
    #[diesel(sql_type = SqlUuid)]
    pub source_id: DataSourceId,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub asker_id: Option<UserId>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub result_id: Option<QueryResultId>,
    /// What was run, if it was kept and is there.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub saved_query_id: Option<SavedQueryId>,
    /// As it was written.
    #[diesel(sql_type = Text)]
    pub sql: String,
    /// A list of [`Given`](super::identity::Given).
    #[diesel(sql_type = Jsonb)]
    pub parameters: Value,
    #[diesel(sql_type = Text)]
    pub status: RunStatus,
    #[diesel(sql_type = Bool)]
    pub is_cached: bool,
    #[diesel(sql_type = Nullable<Text>)]
    pub error_code: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub error_message: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub error_hint: Option<String>,
    #[diesel(sql_type = Nullable<Integer>)]
    pub error_line: Option<i32>,
    #[diesel(sql_type = Nullable<Integer>)]
    pub error_column: Option<i32>,
    #[diesel(sql_type = Timestamptz)]
    pub started_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub ended_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub cancel_requested_at: Option<DateTime<Utc>>,
    /// Of the result, a list of [`CellColumn`](crate::warehouse::cells::CellColumn); `None` while there is none.
    #[diesel(sql_type = Nullable<Jsonb>)]
    pub columns: Option<Value>,
    /// Rows that are there so far.
    #[diesel(sql_type = Nullable<Integer>)]
    pub row_count: Option<i32>,
    /// `None` until the result is whole, as the next two.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub byte_size: Option<i64>,
    #[diesel(sql_type = Nullable<Bool>)]
    pub is_truncated: Option<bool>,
    #[diesel(sql_type = Nullable<Integer>)]
    pub duration_ms: Option<i32>,
}

impl QueryRun {
    /// Whether nothing more will happen.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        self.status != RunStatus::Running
    }
}

/// A run that begins.
#[derive(Debug)]
pub struct Running {
    pub id: QueryRunId,
    pub source: DataSource,
    /// How the database is reached that is somebody else's; `None` for uploads.
    pub outside: Option<StoredConnection>,
    pub statement: Statement,
    /// See [`identity::key`](super::identity::key).
    pub key: [u8; 32],
}

/// Why a statement failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// A code of the gate, SQLSTATE, or TIMEOUT, INTERRUPTED or `UPSTREAM_UNAVAILABLE`.
    pub code: String,
    /// A sentence for whoever wrote it.
    pub message: String,
    pub hint: Option<String>,
    /// Where in the statement as it was written, from 1.
    pub place: Option<(i32, i32)>,
}

/// The beginning of a result, for those who look what could be made of it.
#[derive(Debug, Clone, PartialEq, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct Sample {
    #[diesel(sql_type = SqlUuid)]
    pub result_id: QueryResultId,
    /// A list of [`CellColumn`](crate::warehouse::cells::CellColumn).
    #[diesel(sql_type = Jsonb)]
    pub columns: Value,
    /// Its first page: a list of lists of values, [`PAGE_ROWS`] at most.
    #[diesel(sql_type = Jsonb)]
    pub rows: Value,
}

/// What came of a statement so far, to be kept.
#[derive(Debug, Clone, PartialEq)]
pub struct NewResult {
    pub id: QueryResultId,
    pub source_id: DataSourceId,
    /// See [`identity::key`](super::identity::key).
    pub key: [u8; 32],
    pub data_version: i64,
    pub columns: Value,
    /// That are kept already.
    pub stored: usize,
    /// The next ones.
    pub rows: Vec<Vec<Value>>,
    /// How it ended; `None` while more may come.
    pub whole: Option<Whole>,
}

/// What is known of a result when its last row has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whole {
    /// Of all rows.
    pub byte_size: i64,
    pub is_truncated: bool,
    pub duration_ms: i32,
}
