//! Statements about charts. All that read them for somebody join the members of the workspace.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::Value;

use super::model::Chart;
use crate::db::pool::Connection;
use crate::db::schema::charts;
use crate::domain::workspaces::reading::{seen_by, there};
use crate::error::Result;
use crate::ids::{ChartId, SavedQueryId, UserId};

const CHART: &str = "c.id, c.query_id, s.workspace_id, c.title, c.description, c.spec, c.version, c.author_id, c.created_at, \
     c.updated_at";
const FROM: &str = "charts c JOIN saved_queries q ON q.id = c.query_id JOIN data_sources s ON s.id = q.source_id";

/// Those of these charts that `reader` sees.
pub async fn load(mut conn: &Connection, reader: UserId, ids: &[ChartId]) -> Result<Vec<Chart>> {
    let seen = diesel::sql_query(format!("SELECT {CHART} FROM {FROM} {} WHERE c.id = ANY ($2)", seen_by("s")));
    Ok(seen.bind::<SqlUuid, _>(reader).bind::<Array<SqlUuid>, _>(ids).load(&mut conn).await?)
}

/// Those of these charts that are there, in workspaces that are, whoever asks.
pub async fn find_many(mut conn: &Connection, ids: &[ChartId]) -> Result<Vec<Chart>> {
    let found = diesel::sql_query(format!("SELECT {CHART} FROM {FROM} {} WHERE c.id = ANY ($1)", there("s")));
    Ok(found.bind::<Array<SqlUuid>, _>(ids).load(&mut conn).await?)
}

/// The charts of these queries, as far as `reader` sees them, the oldest first.
pub async fn of_queries(mut conn: &Connection, reader: UserId, queries: &[SavedQueryId]) -> Result<Vec<Chart>> {
    let seen = diesel::sql_query(format!(
        "SELECT {CHART} FROM {FROM} {} WHERE c.query_id = ANY ($2) ORDER BY c.id",
        seen_by("s")
    ));
    Ok(seen.bind::<SqlUuid, _>(reader).bind::<Array<SqlUuid>, _>(queries).load(&mut conn).await?)
}

/// The chart, if `reader` sees it; nobody else changes or removes it until the transaction ends.
pub async fn lock(mut conn: &Connection, reader: UserId, id: ChartId) -> Result<Option<Chart>> {
    let seen = format!("SELECT {CHART} FROM {FROM} {} WHERE c.id = $2 FOR NO KEY UPDATE OF c", seen_by("s"));
    let seen = diesel::sql_query(seen).bind::<SqlUuid, _>(reader).bind::<SqlUuid, _>(id);
    Ok(seen.get_result(&mut conn).await.optional()?)
}

/// How many charts a locked query has.
pub async fn count(mut conn: &Connection, query: SavedQueryId) -> Result<i64> {
    let of = charts::table.filter(charts::query_id.eq(query)).select(diesel::dsl::count_star());
    Ok(of.get_result(&mut conn).await?)
}

/// What is to be written of a chart.
#[derive(Debug, Clone)]
pub struct Written<'a> {
    pub title: &'a str,
    pub description: Option<&'a str>,
    pub spec: &'a Value,
}

/// Stores a chart.
pub async fn insert(
    mut conn: &Connection,
    id: ChartId,
    query: SavedQueryId,
    author: UserId,
    written: &Written<'_>,
    now: DateTime<Utc>,
) -> Result<()> {
    diesel::insert_into(charts::table)
        .values((
            charts::id.eq(id),
            charts::query_id.eq(query),
            charts::title.eq(written.title),
            charts::description.eq(written.description),
            charts::spec.eq(written.spec),
            charts::author_id.eq(author),
            charts::created_at.eq(now),
            charts::updated_at.eq(now),
        ))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Writes a locked chart anew, as its next version.
pub async fn update(mut conn: &Connection, id: ChartId, written: &Written<'_>, now: DateTime<Utc>) -> Result<()> {
    diesel::update(charts::table.find(id))
        .set((
            charts::title.eq(written.title),
            charts::description.eq(written.description),
            charts::spec.eq(written.spec),
            charts::version.eq(charts::version + 1),
            charts::updated_at.eq(now),
        ))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Removes a chart.
pub async fn remove(mut conn: &Connection, id: ChartId) -> Result<()> {
    diesel::delete(charts::table.find(id)).execute(&mut conn).await?;
    Ok(())
}
