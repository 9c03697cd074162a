//! Statements that were run, as data.

use std::time::Duration;

use async_graphql::{Enum, ID, InputObject, Json, SimpleObject};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;

use crate::domain::data::queries::following::News;
use crate::domain::data::queries::{identity, model};
use crate::graphql::scalars::{id, whole};
use crate::ids::{DataSourceId, QueryResultId, QueryRunId, SavedQueryId};

/// How far a statement has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::RunStatus")]
pub enum QueryRunStatus {
    /// It waits for its turn, or the database works on it.
    Running,
    /// It has a result.
    Succeeded,
    /// The error says why it has none.
    Failed,
    /// Somebody wanted no answer any more.
    Cancelled,
}

/// What the values of a column of a result are, and how they come as JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CellType {
    /// true or false.
    Boolean,
    /// A whole number; a text where JSON would not hold it exactly.
    Integer,
    /// An exact number; a text where it has more than 15 digits.
    Decimal,
    /// A double; a text for infinities and what is no number.
    Float,
    /// A text such as 2026-12-31.
    Date,
    /// A text such as 10:00:00.
    Time,
    /// A text such as 2026-12-31T10:00:00, without a time zone.
    Timestamp,
    /// A text such as 2026-12-31T10:00:00+00:00, in UTC.
    TimestampTz,
    /// A text.
    Text,
    /// Any JSON.
    Json,
}

/// A column of a result.
#[derive(Debug, Clone, SimpleObject, Deserialize)]
pub struct ResultColumn {
    /// As the statement calls it. Two may have one name.
    pub name: String,
    /// What its values are.
    #[graphql(name = "type")]
    #[serde(rename = "type")]
    pub kind: CellType,
}

/// Why a statement has no result.
#[derive(Debug, Clone, SimpleObject)]
pub struct QueryError {
    /// A stable code: one of those in docs/DATA.md for what is not run at all, SQLSTATE for what Postgres refuses, or TIMEOUT, INTERRUPTED or
    /// UPSTREAM_UNAVAILABLE.
    pub code: String,
    /// A sentence for whoever wrote it.
    pub message: String,
    /// What Postgres would try instead. Null for nothing.
    pub hint: Option<String>,
    /// The line in the statement, from 1. Null when that is not known.
    pub line: Option<i32>,
    /// The character in that line, from 1. Null when that is not known.
    pub column: Option<i32>,
}

/// What a parameter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "identity::GivenType")]
pub enum QueryParameterType {
    /// A text.
    Text,
    /// A number, exact.
    Number,
    /// True or false.
    Boolean,
    /// A day.
    Date,
    /// A moment; one without an offset is in UTC.
    Timestamp,
}

/// A value that the statement asks for as $name. It is sent beside the statement and never part of its text.
#[derive(Debug, Clone, InputObject)]
pub struct QueryParameterInput {
    /// Its name, without the $: a letter and up to 62 letters, digits and underscores.
    pub name: String,
    /// What it is.
    #[graphql(name = "type")]
    pub kind: QueryParameterType,
    /// The value as Postgres reads it, of at most 10,000 characters. Null for no value.
    pub value: Option<String>,
}

impl From<QueryParameterInput> for identity::Given {
    fn from(input: QueryParameterInput) -> Self {
        Self { name: input.name, kind: input.kind.into(), value: input.value }
    }
}

/// A parameter and its value.
#[derive(Debug, Clone, SimpleObject)]
pub struct QueryParameter {
    /// Its name, without the $.
    pub name: String,
    /// What it is.
    #[graphql(name = "type")]
    pub kind: QueryParameterType,
    /// The value as Postgres reads it. Null for no value.
    pub value: Option<String>,
}

/// A statement that somebody ran, and what came of it. Part of the history of its source, which all members of the workspace see.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct QueryRun {
    /// Opaque, and the same for the life of the run.
    pub id: ID,
    /// How far it has come.
    pub status: QueryRunStatus,
    /// The statement as it was written.
    pub sql: String,
    /// The values that were sent beside it.
    pub parameters: Vec<QueryParameter>,
    /// Columns of the result. Empty before its first rows, and when it has none.
    pub columns: Vec<ResultColumn>,
    /// How many rows there are so far, or were kept. Those that came before the run failed or was stopped stay. Null before the first.
    pub row_count: Option<i32>,
    /// Size of the rows that were kept, in bytes. Null unless the result is whole.
    pub byte_size: Option<i32>,
    /// Whether there was more than is kept: rows, bytes, or characters of a value. Null unless the result is
    /// whole.
    pub is_truncated: Option<bool>,
    /// Whether the result was there already: the same statement on the same data.
    pub is_cached: bool,
    /// How long the database took, in milliseconds; for a result that was there already, when it was computed. Null unless
    /// the result is whole.
    pub duration_ms: Option<i32>,
    /// Why it has no whole result. Null unless status is FAILED.
    pub error: Option<QueryError>,
    /// When it was asked for.
    pub started_at: DateTime<Utc>,
    /// When it ended. Null while it runs.
    pub ended_at: Option<DateTime<Utc>>,
    #[graphql(skip)]
    pub key: QueryRunId,
    #[graphql(skip)]
    pub source_key: DataSourceId,
    #[graphql(skip)]
    pub result_key: Option<QueryResultId>,
    #[graphql(skip)]
    pub saved_key: Option<SavedQueryId>,
}

impl From<model::QueryRun> for QueryRun {
    fn from(row: model::QueryRun) -> Self {
        let given: Vec<identity::Given> = serde_json::from_value(row.parameters).unwrap_or_default();
        let parameter =
            |given: identity::Given| QueryParameter { name: given.name, kind: given.kind.into(), value: given.value };
        let columns = row.columns.and_then(|columns| serde_json::from_value(columns).ok());
        let error = row.error_code.map(|code| QueryError {
            code,
            message: row.error_message.unwrap_or_default(),
            hint: row.error_hint,
            line: row.error_line,
            column: row.error_column,
        });
        Self {
            id: id(row.id),
            status: row.status.into(),
            sql: row.sql,
            parameters: given.into_iter().map(parameter).collect(),
            columns: columns.unwrap_or_default(),
            row_count: row.row_count,
            byte_size: row.byte_size.map(whole),
            is_truncated: row.is_truncated,
            is_cached: row.is_cached,
            duration_ms: row.duration_ms,
            error,
            started_at: row.started_at,
            ended_at: row.ended_at,
            key: row.id,
            source_key: row.source_id,
            result_key: row.result_id,
            saved_key: row.saved_query_id,
        }
    }
}

/// What has become of a run since the last event.
#[derive(Debug, Clone, SimpleObject)]
pub struct QueryRunEvent {
    /// The run as it is now.
    pub run: QueryRun,
    /// How many rows are before those of this event. After the event you have this many and its own: that is `after` when the socket drops.
    pub offset: i32,
    /// Rows that came, 1,000 at most, each a list of values in the order of the columns. Empty when none did, and when none were asked for.
    pub rows: Vec<Vec<Json<Value>>>,
}

impl From<News> for QueryRunEvent {
    fn from(news: News) -> Self {
        let rows = news.rows.into_iter().map(|row| row.into_iter().map(Json).collect()).collect();
        Self { run: news.run.into(), offset: i32::try_from(news.offset).unwrap_or(i32::MAX), rows }
    }
}

/// A statement to run.
#[derive(Debug, Clone, InputObject)]
pub struct RunQueryInput {
    /// The source that it is about.
    pub data_source_id: ID,
    /// One SELECT in the SQL of Postgres, of at most 20,000 characters. See docs/DATA.md for what of it is run.
    pub sql: String,
    /// Values that it asks for. Null or empty for none, 50 at most.
    pub parameters: Option<Vec<QueryParameterInput>>,
    /// True to run it anew though its result is there. Null for false.
    pub fresh: Option<bool>,
    /// How long the answer may wait for the end, in milliseconds, 0 to 10,000. Null for 1,000. Follow what takes longer with `queryRun`.
    pub wait_ms: Option<i32>,
}

impl RunQueryInput {
    /// How long to wait.
    #[must_use]
    pub fn wait(&self) -> Duration {
        wait(self.wait_ms)
    }
}

/// How long an answer waits for the end of a run, for so many milliseconds or, for `None`, as usual.
#[must_use]
pub fn wait(milliseconds: Option<i32>) -> Duration {
    const USUAL: u64 = 1000;
    let asked = milliseconds.map(|wait| u64::try_from(wait).unwrap_or(0));
    Duration::from_millis(asked.unwrap_or(USUAL))
}

/// A run to stop.
#[derive(Debug, Clone, InputObject)]
pub struct CancelRunInput {
    /// The run.
    pub id: ID,
}

/// A run as it is now.
#[derive(Debug, Clone, SimpleObject)]
pub struct QueryRunPayload {
    /// The run.
    pub run: QueryRun,
}
