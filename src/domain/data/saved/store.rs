//! Statements about what is kept. All that read it for somebody join the members of the workspace.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::Value;

use super::model::SavedQuery;
use crate::db::page::Page;
use crate::db::pool::Connection;
use crate::db::schema::saved_queries;
use crate::domain::workspaces::reading::{seen_by, there};
use crate::error::Result;
use crate::ids::{DataSourceId, SavedQueryId, UserId};

const QUERY: &str = "q.id, q.source_id, s.workspace_id, q.name, q.description, q.question, q.sql, q.parameters, q.version, \
     q.author_id, q.is_verified, q.verifier_id, q.verified_at, q.created_at, q.updated_at";
/// One that was deleted has no source, and its source, when that was deleted, no workspace.
const FROM: &str = "saved_queries q JOIN data_sources s ON s.id = q.source_id AND s.workspace_id IS NOT NULL";

/// Those of these queries that `reader` sees.
pub async fn load(mut conn: &Connection, reader: UserId, ids: &[SavedQueryId]) -> Result<Vec<SavedQuery>> {
    let seen = diesel::sql_query(format!("SELECT {QUERY} FROM {FROM} {} WHERE q.id = ANY ($2)", seen_by("s")));
    Ok(seen.bind::<SqlUuid, _>(reader).bind::<Array<SqlUuid>, _>(ids).load(&mut conn).await?)
}

/// Those of these queries that are there, in workspaces that are, whoever asks: for work that has found out what may be seen, or is the
/// server's own.
pub async fn find_many(mut conn: &Connection, ids: &[SavedQueryId]) -> Result<Vec<SavedQuery>> {
    let found = diesel::sql_query(format!("SELECT {QUERY} FROM {FROM} {} WHERE q.id = ANY ($1)", there("s")));
    Ok(found.bind::<Array<SqlUuid>, _>(ids).load(&mut conn).await?)
}

/// The queries about a source that somebody vouches for and that answer a question, those that were verified last first, 500 at most,
/// whoever asks: for work that has found out what may be seen.
pub async fn verified(mut conn: &Connection, source: DataSourceId) -> Result<Vec<SavedQuery>> {
    let found = diesel::sql_query(format!(
        "SELECT {QUERY} FROM {FROM} WHERE q.source_id = $1 AND q.is_verified AND q.question IS NOT NULL \
         ORDER BY q.verified_at DESC, q.id DESC LIMIT 500"
    ));
    Ok(found.bind::<SqlUuid, _>(source).load(&mut conn).await?)
}

/// The query, if `reader` sees it; nobody else changes or removes it until the transaction ends.
pub async fn lock(mut conn: &Connection, reader: UserId, id: SavedQueryId) -> Result<Option<SavedQuery>> {
    let seen = format!("SELECT {QUERY} FROM {FROM} {} WHERE q.id = $2 FOR NO KEY UPDATE OF q", seen_by("s"));
    let seen = diesel::sql_query(seen).bind::<SqlUuid, _>(reader).bind::<SqlUuid, _>(id);
    Ok(seen.get_result(&mut conn).await.optional()?)
}

/// A page of all queries that `reader` sees, the newest first; with `search` those that have it in name, description or question.
pub async fn page(
    mut conn: &Connection,
    reader: UserId,
    search: Option<&str>,
    page: &Page<SavedQueryId>,
) -> Result<Vec<SavedQuery>> {
    let (beside, order) = if page.is_backward() { (">", "ASC") } else { ("<", "DESC") };
    let seen = diesel::sql_query(format!(
        "SELECT {QUERY} FROM {FROM} {} WHERE ($2 IS NULL OR q.name ILIKE $2 OR q.description ILIKE $2 OR q.question ILIKE $2) \
         AND ($3 IS NULL OR q.id {beside} $3) ORDER BY q.id {order} LIMIT $4",
        seen_by("s")
    ));
    let seen = seen
        .bind::<SqlUuid, _>(reader)
        .bind::<Nullable<Text>, _>(search.map(like_pattern))
        .bind::<Nullable<SqlUuid>, _>(page.cursor)
        .bind::<BigInt, _>(page.limit());
    Ok(seen.load(&mut conn).await?)
}

/// A pattern for text that contains `text` as it is. Postgres takes no NUL, and no text of its has one.
fn like_pattern(text: &str) -> String {
    let clean = text.replace('\0', "\u{FFFD}");
    let escaped = clean.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

/// The same page of the queries of each of these sources, as far as `reader` sees them, the newest first and in the order of the fetch;
/// one row more each than asked for if there is one.
pub async fn pages(
    mut conn: &Connection,
    reader: UserId,
    sources: &[DataSourceId],
    page: &Page<SavedQueryId>,
) -> Result<Vec<SavedQuery>> {
    let (beside, order) = if page.is_backward() { (">", "ASC") } else { ("<", "DESC") };
    let seen = diesel::sql_query(format!(
        "SELECT l.* FROM unnest($2) AS k (id) CROSS JOIN LATERAL (SELECT {QUERY} FROM {FROM} {} WHERE q.source_id = k.id \
         AND ($3 IS NULL OR q.id {beside} $3) ORDER BY q.id {order} LIMIT $4) l ORDER BY l.source_id, l.id {order}",
        seen_by("s")
    ));
    let seen = seen
        .bind::<SqlUuid, _>(reader)
        .bind::<Array<SqlUuid>, _>(sources)
        .bind::<Nullable<SqlUuid>, _>(page.cursor)
        .bind::<BigInt, _>(page.limit());
    Ok(seen.load(&mut conn).await?)
}

/// What is to be written of a query.
#[derive(Debug, Clone)]
pub struct Written<'a> {
    pub name: &'a str,
    pub description: Option<&'a str>,
    pub question: Option<&'a str>,
    pub sql: &'a str,
    pub parameters: &'a Value,
}

/// Stores a query.
pub async fn insert(
    mut conn: &Connection,
    id: SavedQueryId,
    source: DataSourceId,
    author: UserId,
    written: &Written<'_>,
    now: DateTime<Utc>,
) -> Result<()> {
    diesel::insert_into(saved_queries::table)
        .values((
            saved_queries::id.eq(id),
            saved_queries::source_id.eq(source),
            saved_queries::name.eq(written.name),
            saved_queries::description.eq(written.description),
            saved_queries::question.eq(written.question),
            saved_queries::sql.eq(written.sql),
            saved_queries::parameters.eq(written.parameters),
            saved_queries::author_id.eq(author),
            saved_queries::created_at.eq(now),
            saved_queries::updated_at.eq(now),
        ))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Writes a locked query anew, as its next version.
pub async fn update(mut conn: &Connection, id: SavedQueryId, written: &Written<'_>, now: DateTime<Utc>) -> Result<()> {
    diesel::update(saved_queries::table.find(id))
        .set((
            saved_queries::name.eq(written.name),
            saved_queries::description.eq(written.description),
            saved_queries::question.eq(written.question),
            saved_queries::sql.eq(written.sql),
            saved_queries::parameters.eq(written.parameters),
            saved_queries::version.eq(saved_queries::version + 1),
            saved_queries::updated_at.eq(now),
        ))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Says who vouches for a locked query since when; `None` for nobody.
pub async fn set_verified(
    mut conn: &Connection,
    id: SavedQueryId,
    verified: Option<(UserId, DateTime<Utc>)>,
) -> Result<()> {
    let (verifier, at) = verified.unzip();
    diesel::update(saved_queries::table.find(id))
        .set((
            saved_queries::is_verified.eq(verified.is_some()),
            saved_queries::verifier_id.eq(verifier),
            saved_queries::verified_at.eq(at),
        ))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Whether as many runs, questions or texts as `many` hang on a query, or more.
pub async fn is_long(mut conn: &Connection, id: SavedQueryId, many: i64) -> Result<bool> {
    #[derive(QueryableByName)]
    struct Length {
        #[diesel(sql_type = Bool)]
        is_long: bool,
    }
    let length = diesel::sql_query(
        "SELECT (SELECT count(*) FROM (SELECT 1 FROM query_runs WHERE saved_query_id = $1 LIMIT $2) r) >= $2 \
         OR (SELECT count(*) FROM (SELECT 1 FROM data_questions WHERE saved_query_id = $1 LIMIT $2) q) >= $2 \
         OR (SELECT count(*) FROM (SELECT 1 FROM insights WHERE saved_query_id = $1 LIMIT $2) i) >= $2 AS is_long",
    );
    let length: Length = length.bind::<SqlUuid, _>(id).bind::<BigInt, _>(many).get_result(&mut conn).await?;
    Ok(length.is_long)
}

/// Takes a locked query from whoever sees it, with its charts, tiles and alerts; a job lets go of its runs, and removes it.
pub async fn hide(mut conn: &Connection, id: SavedQueryId) -> Result<()> {
    // These go with their query, and do so at once as they would with its row: none is left that shows nothing, or tells of it.
    for stands_on_it in [
        "DELETE FROM charts WHERE query_id = $1",
        "DELETE FROM dashboard_tiles WHERE query_id = $1",
        "DELETE FROM alerts WHERE query_id = $1",
    ] {
        diesel::sql_query(stands_on_it).bind::<SqlUuid, _>(id).execute(&mut conn).await?;
    }
    let hidden = diesel::update(saved_queries::table.find(id)).set(saved_queries::source_id.eq(None::<DataSourceId>));
    hidden.execute(&mut conn).await?;
    Ok(())
}

/// Removes a query with its charts. What was run stays in the history of its source.
pub async fn remove(mut conn: &Connection, id: SavedQueryId) -> Result<()> {
    diesel::delete(saved_queries::table.find(id)).execute(&mut conn).await?;
    Ok(())
}
