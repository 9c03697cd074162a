//! Statements about runs and their results.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::Value;

use super::model::{Failure, NewResult, PAGE_ROWS, QueryRun, RunStatus};
use crate::db::page::Page;
use crate::db::pool::Connection;
use crate::db::schema::{query_result_pages, query_results};
use crate::domain::workspaces::reading::seen_by;
use crate::error::{Error, Result};
use crate::ids::{DataSourceId, QueryResultId, QueryRunId, SavedQueryId, UserId};

pub(super) const RUN: &str = "r.id, r.source_id, r.asker_id, r.result_id, r.saved_query_id, r.sql, r.parameters, r.status, \
     r.is_cached, r.error_code, r.error_message, r.error_hint, r.error_line, r.error_column, r.started_at, r.ended_at, \
     r.cancel_requested_at, \
     p.fields AS columns, p.row_count, p.byte_size, p.is_truncated, p.duration_ms";
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
             (SELECT q.id FROM saved_queries q WHERE q.id = $18))",
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
    Ok(())
}

/// The newest result of this statement on the data as they are.
pub async fn cached(
    mut conn: &Connection,
    source: DataSourceId,
    key: &[u8; 32],
    data_version: i64,
) -> Result<Option<QueryResultId>> {
    let found = query_results::table
        .filter(query_results::source_id.eq(source))
        .filter(query_results::key.eq(key.as_slice()))
        .filter(query_results::data_version.eq(data_version))
        .order(query_results::computed_at.desc())
        .select(query_results::id);
    Ok(found.first(&mut conn).await.optional()?)
}

/// Stores a result with all its rows, in the caller's transaction.
pub async fn insert_result(mut conn: &Connection, new: &NewResult, now: DateTime<Utc>) -> Result<()> {
    diesel::insert_into(query_results::table)
        .values((
            query_results::id.eq(new.id),
            query_results::source_id.eq(new.source_id),
            query_results::key.eq(new.key.as_slice()),
            query_results::data_version.eq(new.data_version),
            query_results::fields.eq(&new.columns),
            query_results::row_count.eq(i32::try_from(new.rows.len()).map_err(Error::internal)?),
            query_results::byte_size.eq(new.byte_size),
            query_results::is_truncated.eq(new.is_truncated),
            query_results::duration_ms.eq(new.duration_ms),
            query_results::computed_at.eq(now),
        ))
        .execute(&mut conn)
        .await?;
    for (position, rows) in (0_i32..).zip(new.rows.chunks(PAGE_ROWS)) {
        diesel::insert_into(query_result_pages::table)
            .values((
                query_result_pages::result_id.eq(new.id),
                query_result_pages::position.eq(position),
                query_result_pages::rows.eq(serde_json::to_value(rows).map_err(Error::internal)?),
            ))
            .execute(&mut conn)
            .await?;
    }
    Ok(())
}

/// Ends a run that runs; says whether it still did.
pub async fn end(
    mut conn: &Connection,
    id: QueryRunId,
    status: RunStatus,
    result: Option<QueryResultId>,
    failure: Option<&Failure>,
    now: DateTime<Utc>,
) -> Result<bool> {
    let ended = diesel::sql_query(
        "UPDATE query_runs SET status = $2, result_id = $3, error_code = $4, error_message = $5, error_hint = $6, ended_at = $7 \
         WHERE id = $1 AND status = 'RUNNING'",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Text, _>(status)
    .bind::<Nullable<SqlUuid>, _>(result)
    .bind::<Nullable<Text>, _>(failure.map(|failure| failure.code.as_str()))
    .bind::<Nullable<Text>, _>(failure.map(|failure| failure.message.as_str()))
    .bind::<Nullable<Text>, _>(failure.and_then(|failure| failure.hint.as_deref()))
    .bind::<Timestamptz, _>(now);
    Ok(ended.execute(&mut conn).await? == 1)
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

/// Ends the runs that were left by processes that are gone, and says which.
pub async fn end_left_behind(mut conn: &Connection, now: DateTime<Utc>) -> Result<Vec<QueryRunId>> {
    #[derive(QueryableByName)]
    struct Left {
        #[diesel(sql_type = SqlUuid)]
        id: QueryRunId,
    }
    let left = diesel::sql_query(
        "UPDATE query_runs SET status = 'FAILED', error_code = 'INTERRUPTED', ended_at = $1, \
             error_message = 'The server that ran this stopped. Please run it again.' \
         WHERE status = 'RUNNING' AND leased_until < $1 RETURNING id",
    );
    let left: Vec<Left> = left.bind::<Timestamptz, _>(now).load(&mut conn).await?;
    Ok(left.into_iter().map(|left| left.id).collect())
}

/// Removes results that were computed before `before`, `limit` at most, with their rows; says how many. Their runs stay.
pub async fn remove_old_results(mut conn: &Connection, before: DateTime<Utc>, limit: i64) -> Result<usize> {
    let removed = diesel::sql_query(
        "DELETE FROM query_results WHERE id IN (SELECT id FROM query_results WHERE computed_at < $1 \
         ORDER BY computed_at LIMIT $2 FOR UPDATE SKIP LOCKED)",
    );
    Ok(removed.bind::<Timestamptz, _>(before).bind::<BigInt, _>(limit).execute(&mut conn).await?)
}

/// A page of a result's rows.
#[derive(Debug, QueryableByName)]
pub struct StoredPage {
    #[diesel(sql_type = SqlUuid)]
    pub result_id: QueryResultId,
    #[diesel(sql_type = Integer)]
    pub position: i32,
    #[diesel(sql_type = Jsonb)]
    pub rows: Value,
}

/// These pages of these results, in their order. That the reader may see them was found out when the runs were loaded.
pub async fn result_pages(
    mut conn: &Connection,
    results: &[QueryResultId],
    first: &[i32],
    last: &[i32],
) -> Result<Vec<StoredPage>> {
    let pages = diesel::sql_query(
        "SELECT p.result_id, p.position, p.rows FROM unnest($1, $2, $3) AS wanted (id, first, last) \
         JOIN query_result_pages p ON p.result_id = wanted.id AND p.position BETWEEN wanted.first AND wanted.last \
         ORDER BY p.result_id, p.position",
    );
    let pages =
        pages.bind::<Array<SqlUuid>, _>(results).bind::<Array<Integer>, _>(first).bind::<Array<Integer>, _>(last);
    Ok(pages.load(&mut conn).await?)
}
