//! Statements about what was deleted and has a history: some rows of it at a time.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::pool::Connection;
use crate::error::Result;
use crate::ids::{DataSourceId, SavedQueryId};

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// A statement about something with the id `$1` that lets go of `$2` rows, and how many those are at once.
pub type Part = (&'static str, i64);

/// What hangs on a saved query. What was run, and asked, stays in the history of its source.
pub const OF_QUERY: &[Part] = &[
    (
        "UPDATE insights SET saved_query_id = NULL WHERE id IN (SELECT id FROM insights WHERE saved_query_id = $1 LIMIT $2)",
        1000,
    ),
    (
        "UPDATE query_runs SET saved_query_id = NULL WHERE id IN (SELECT id FROM query_runs WHERE saved_query_id = $1 LIMIT $2)",
        1000,
    ),
    (
        "UPDATE data_questions SET saved_query_id = NULL \
         WHERE id IN (SELECT id FROM data_questions WHERE saved_query_id = $1 LIMIT $2)",
        1000,
    ),
];

/// The history of a source, what hangs on other rows first. A result may be large.
pub const OF_SOURCE: &[Part] = &[
    ("DELETE FROM insights WHERE id IN (SELECT id FROM insights WHERE source_id = $1 LIMIT $2)", 1000),
    ("DELETE FROM data_questions WHERE id IN (SELECT id FROM data_questions WHERE source_id = $1 LIMIT $2)", 1000),
    ("DELETE FROM query_runs WHERE id IN (SELECT id FROM query_runs WHERE source_id = $1 LIMIT $2)", 1000),
    ("DELETE FROM query_results WHERE id IN (SELECT id FROM query_results WHERE source_id = $1 LIMIT $2)", 20),
];

/// Lets go of some rows, and says how many.
pub async fn let_go(mut conn: &Connection, id: Uuid, part: Part) -> Result<usize> {
    let gone = diesel::sql_query(part.0).bind::<SqlUuid, _>(id).bind::<BigInt, _>(part.1);
    Ok(gone.execute(&mut conn).await?)
}

/// A saved query that was deleted and is still there.
pub async fn deleted_query(mut conn: &Connection) -> Result<Option<SavedQueryId>> {
    let found = diesel::sql_query("SELECT id FROM saved_queries WHERE source_id IS NULL LIMIT 1");
    let found: Option<Found> = found.get_result(&mut conn).await.optional()?;
    Ok(found.map(|found| SavedQueryId::from_uuid(found.id)))
}

/// Removes a saved query that was deleted, and that nothing hangs on.
pub async fn remove_query(mut conn: &Connection, id: SavedQueryId) -> Result<()> {
    let removed = diesel::sql_query("DELETE FROM saved_queries WHERE id = $1 AND source_id IS NULL");
    removed.bind::<SqlUuid, _>(id).execute(&mut conn).await?;
    Ok(())
}

/// A source that was deleted and is still there.
pub async fn deleted_source(mut conn: &Connection) -> Result<Option<DataSourceId>> {
    let found = diesel::sql_query("SELECT id FROM data_sources WHERE workspace_id IS NULL LIMIT 1");
    let found: Option<Found> = found.get_result(&mut conn).await.optional()?;
    Ok(found.map(|found| DataSourceId::from_uuid(found.id)))
}

/// Removes a source that was deleted, and has no history.
pub async fn remove_source(mut conn: &Connection, id: DataSourceId) -> Result<()> {
    let removed = diesel::sql_query("DELETE FROM data_sources WHERE id = $1 AND workspace_id IS NULL");
    removed.bind::<SqlUuid, _>(id).execute(&mut conn).await?;
    Ok(())
}

/// A source with a history, of a workspace that was deleted before `before`.
pub async fn doomed_source(mut conn: &Connection, before: DateTime<Utc>) -> Result<Option<DataSourceId>> {
    let found = diesel::sql_query(
        "SELECT s.id FROM workspaces w JOIN data_sources s ON s.workspace_id = w.id WHERE w.deleted_at < $1 \
         AND (EXISTS (SELECT FROM data_questions q WHERE q.source_id = s.id) \
             OR EXISTS (SELECT FROM query_runs r WHERE r.source_id = s.id) \
             OR EXISTS (SELECT FROM insights i WHERE i.source_id = s.id) \
             OR EXISTS (SELECT FROM query_results p WHERE p.source_id = s.id)) LIMIT 1",
    );
    let found: Option<Found> = found.bind::<Timestamptz, _>(before).get_result(&mut conn).await.optional()?;
    Ok(found.map(|found| DataSourceId::from_uuid(found.id)))
}
