//! Statements about runs.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::Value;

use super::model::{Failure, QueryRun, RunStatus};
use crate::db::page::Page;
use crate::db::pool::Connection;
use crate::domain::workspaces::reading::seen_by;
use crate::error::Result;
use crate::events::bus::Bus;
use crate::events::fact::Fact;
use crate::ids::{DataSourceId, QueryResultId, QueryRunId, SavedQueryId, UserId};

pub(super) const RUN: &str = "r.id, r.source_id, r.asker_id, r.result_id, r.saved_query_id, r.sql, r.parameters, r.status, \
     r.is_cached, r.error_code, r.error_message, r.error_hint, r.error_line, r.error_column, r.started_at, r.ended_at, \
     r.cancel_requested_at, p.fields AS columns, p.row_count, CASE WHEN p.is_whole THEN p.byte_size END AS byte_size, \
     CASE WHEN p.is_whole THEN p.is_truncated END AS is_truncated, CASE WHEN p.is_whole THEN p.duration_ms END AS duration_ms";
pub(super) const FROM: &str = "query_runs r LEFT JOIN query_results p ON p.id = r.result_id";

/// Those of these runs that `reader` sees: all of the sources of their workspaces.
pub async fn load(mut conn: &Connection, reader: UserId, ids: &[QueryRunId]) -> Result<Vec<QueryRun>> {
    let seen = diesel::sql_query(format!(
        "SELECT {RUN} FROM {FROM} JOIN data_sources s ON s.id = r.source_id {} WHERE r.id = ANY ($2)",
        seen_by("s")
    ));
    Ok(seen.bind::<SqlUuid, _>(reader).bind::<Array<SqlUuid>, _>(ids).load(&mut conn).await?)
}

/// The run, whoever asks: for work that is the server's own.
pub async fn find(mut conn: &Connection, id: QueryRunId) -> Result<Option<QueryRun>> {
    let found = diesel::sql_query(format!("SELECT {RUN} FROM {FROM} WHERE r.id = $1"));
    Ok(found.bind::<SqlUuid, _>(id).get_result(&mut conn).await.optional()?)
}

/// A page of the history of a source, the newest first.
pub async fn page(
    mut conn: &Connection,
    reader: UserId,
    source: DataSourceId,
    page: &Page<QueryRunId>,
) -> Result<Vec<QueryRun>> {
    let (beside, order) = if page.is_backward() { (">", "ASC") } else { ("<", "DESC") };
    let seen = diesel::sql_query(format!(
        "SELECT {RUN} FROM {FROM} JOIN data_sources s ON s.id = r.source_id {} WHERE r.source_id = $2 \
         AND ($3 IS NULL OR r.id {beside} $3) ORDER BY r.id {order} LIMIT $4",
        seen_by("s")
    ));
    let seen = seen
        .bind::<SqlUuid, _>(reader)
        .bind::<SqlUuid, _>(source)
        .bind::<Nullable<SqlUuid>, _>(page.cursor)
        .bind::<BigInt, _>(page.limit());
    Ok(seen.load(&mut conn).await?)
}

/// A run that begins, or is over before it began.
#[derive(Debug, Clone)]
pub struct NewRun<'a> {
    pub id: QueryRunId,
    pub source: DataSourceId,
    /// `None` for what the server runs by itself.
    pub asker: Option<UserId>,
    pub saved: Option<SavedQueryId>,
    pub sql: &'a str,
    pub checked_sql: Option<&'a str>,
    pub parameters: Value,
    pub now: DateTime<Utc>,
    /// Until when it ends by itself; `None` for one that is over.
    pub leased_until: Option<DateTime<Utc>>,
    /// What was there already.
    pub result: Option<QueryResultId>,
    /// Why it never began.
    pub failure: Option<&'a Failure>,
}

/// Stores a run.
pub async fn insert(mut conn: &Connection, new: &NewRun<'_>) -> Result<()> {
    let status = match (new.leased_until, new.failure) {
        (Some(_), _) => RunStatus::Running,
        (None, Some(_)) => RunStatus::Failed,
        (None, None) => RunStatus::Succeeded,
    };
    let ended = (status != RunStatus::Running).then_some(new.now);
    let place = new.failure.and_then(|failure| failure.place);
    // What was kept may be gone since it was read.
    diesel::sql_query(
        "INSERT INTO query_runs (id, source_id, asker_id, sql, checked_sql, parameters, status, is_cached, result_id, \
             error_code, error_message, error_hint, error_line, error_column, started_at, leased_until, ended_at, saved_query_id) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, \
             (SELECT q.id FROM saved_queries q WHERE q.id = $18 AND q.source_id IS NOT NULL))",
    )
    .bind::<SqlUuid, _>(new.id)
    .bind::<SqlUuid, _>(new.source)
    .bind::<Nullable<SqlUuid>, _>(new.asker)
    .bind::<Text, _>(new.sql)
    .bind::<Nullable<Text>, _>(new.checked_sql)
    .bind::<Jsonb, _>(&new.parameters)
    .bind::<Text, _>(status)
    .bind::<Bool, _>(new.result.is_some())
    .bind::<Nullable<SqlUuid>, _>(new.result)
    .bind::<Nullable<Text>, _>(new.failure.map(|failure| failure.code.as_str()))
    .bind::<Nullable<Text>, _>(new.failure.map(|failure| failure.message.as_str()))
    .bind::<Nullable<Text>, _>(new.failure.and_then(|failure| failure.hint.as_deref()))
    .bind::<Nullable<Integer>, _>(place.map(|(line, _)| line))
    .bind::<Nullable<Integer>, _>(place.map(|(_, column)| column))
    .bind::<Timestamptz, _>(new.now)
    .bind::<Nullable<Timestamptz>, _>(new.leased_until)
    .bind::<Nullable<Timestamptz>, _>(ended)
    .bind::<Nullable<SqlUuid>, _>(new.saved)
    .execute(&mut conn)
    .await?;
    tell(conn, new.saved, new.id).await
}

/// Tells those who follow what is made of a kept statement that a run of it has begun or ended.
async fn tell(conn: &Connection, saved: Option<SavedQueryId>, run: QueryRunId) -> Result<()> {
    match saved {
        Some(query) => Bus::default().publish(conn, &Fact::SavedQueryRan { query, run }).await,
        None => Ok(()),
    }
}

/// Ends a run that runs; says whether it still did. Without a result it keeps what has come so far.
pub async fn end(
    mut conn: &Connection,
    id: QueryRunId,
    status: RunStatus,
    result: Option<QueryResultId>,
    failure: Option<&Failure>,
    now: DateTime<Utc>,
) -> Result<bool> {
    #[derive(QueryableByName)]
    struct Ended {
        #[diesel(sql_type = Nullable<SqlUuid>)]
        saved_query_id: Option<SavedQueryId>,
    }
    let ended = diesel::sql_query(
        "UPDATE query_runs SET status = $2, result_id = coalesce($3, result_id), error_code = $4, error_message = $5, error_hint = $6, \
             ended_at = $7 WHERE id = $1 AND status = 'RUNNING' RETURNING saved_query_id",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Text, _>(status)
    .bind::<Nullable<SqlUuid>, _>(result)
    .bind::<Nullable<Text>, _>(failure.map(|failure| failure.code.as_str()))
    .bind::<Nullable<Text>, _>(failure.map(|failure| failure.message.as_str()))
    .bind::<Nullable<Text>, _>(failure.and_then(|failure| failure.hint.as_deref()))
    .bind::<Timestamptz, _>(now);
    let ended: Option<Ended> = ended.get_result(&mut conn).await.optional()?;
    let Some(ended) = ended else { return Ok(false) };
    tell(conn, ended.saved_query_id, id).await?;
    Ok(true)
}

/// Writes down that somebody wants a run to stop.
pub async fn request_cancel(mut conn: &Connection, id: QueryRunId, now: DateTime<Utc>) -> Result<()> {
    diesel::sql_query(
        "UPDATE query_runs SET cancel_requested_at = coalesce(cancel_requested_at, $2) WHERE id = $1 AND status = 'RUNNING'",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Timestamptz, _>(now)
    .execute(&mut conn)
    .await?;
    Ok(())
}

/// Whether somebody wants a run to stop, or it is over.
pub async fn is_to_stop(mut conn: &Connection, id: QueryRunId) -> Result<bool> {
    #[derive(QueryableByName)]
    struct Wanted {
        #[diesel(sql_type = Bool)]
        runs: bool,
    }
    let wanted = diesel::sql_query(
        "SELECT EXISTS (SELECT FROM query_runs WHERE id = $1 AND status = 'RUNNING' AND cancel_requested_at IS NULL) AS runs",
    );
    let wanted: Wanted = wanted.bind::<SqlUuid, _>(id).get_result(&mut conn).await?;
    Ok(!wanted.runs)
}

/// Whether there is a run whose server is gone: it has not said for long that it is there.
pub async fn is_any_left_behind(mut conn: &Connection, now: DateTime<Utc>) -> Result<bool> {
    #[derive(QueryableByName)]
    struct Left {
        #[diesel(sql_type = Bool)]
        is_any: bool,
    }
    let left = diesel::sql_query(
        "SELECT EXISTS (SELECT FROM query_runs WHERE status = 'RUNNING' AND leased_until < $1) AS is_any",
    );
    let left: Left = left.bind::<Timestamptz, _>(now).get_result(&mut conn).await?;
    Ok(left.is_any)
}

/// Ends the runs that were left by processes that are gone, and says which.
pub async fn end_left_behind(mut conn: &Connection, now: DateTime<Utc>) -> Result<Vec<QueryRunId>> {
    #[derive(QueryableByName)]
    struct Left {
        #[diesel(sql_type = SqlUuid)]
        id: QueryRunId,
        #[diesel(sql_type = Nullable<SqlUuid>)]
        saved_query_id: Option<SavedQueryId>,
    }
    let left = diesel::sql_query(
        "UPDATE query_runs SET status = 'FAILED', error_code = 'INTERRUPTED', ended_at = $1, \
             error_message = 'The server that ran this stopped. Please run it again.' \
         WHERE status = 'RUNNING' AND leased_until < $1 RETURNING id, saved_query_id",
    );
    let left: Vec<Left> = left.bind::<Timestamptz, _>(now).load(&mut conn).await?;
    for run in &left {
        tell(conn, run.saved_query_id, run.id).await?;
    }
    Ok(left.into_iter().map(|left| left.id).collect())
}
