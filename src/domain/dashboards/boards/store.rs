//! Statements about dashboards. All that read them for somebody join the members of the workspace.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::Value;

use super::model::{Dashboard, Refresh, RefreshPolicy};
use crate::db::page::Page;
use crate::db::pool::Connection;
use crate::db::schema::dashboards;
use crate::domain::workspaces::reading::{seen_by, there};
use crate::error::Result;
use crate::ids::{DashboardId, SavedQueryId, UserId, WorkspaceId};

/// What is read of a dashboard `b`.
pub(in crate::domain::dashboards) const DASHBOARD: &str = "b.id, b.workspace_id, b.title, b.description, b.tabs, b.filters, b.refresh_policy, b.refresh_seconds, \
     b.refreshed_at, b.read_at, b.version, b.author_id, b.created_at, b.updated_at";

/// Those of these dashboards that `reader` sees.
pub async fn load(mut conn: &Connection, reader: UserId, ids: &[DashboardId]) -> Result<Vec<Dashboard>> {
    let seen =
        diesel::sql_query(format!("SELECT {DASHBOARD} FROM dashboards b {} WHERE b.id = ANY ($2)", seen_by("b")));
    Ok(seen.bind::<SqlUuid, _>(reader).bind::<Array<SqlUuid>, _>(ids).load(&mut conn).await?)
}

/// The dashboard, if its workspace is there, whoever asks: for work that has found out what may be seen, or is the server's own.
pub async fn find(mut conn: &Connection, id: DashboardId) -> Result<Option<Dashboard>> {
    let found = diesel::sql_query(format!("SELECT {DASHBOARD} FROM dashboards b {} WHERE b.id = $1", there("b")));
    Ok(found.bind::<SqlUuid, _>(id).get_result(&mut conn).await.optional()?)
}

/// The dashboard, if `reader` sees it; nobody else changes or removes it until the transaction ends.
pub async fn lock(mut conn: &Connection, reader: UserId, id: DashboardId) -> Result<Option<Dashboard>> {
    let seen = format!("SELECT {DASHBOARD} FROM dashboards b {} WHERE b.id = $2 FOR NO KEY UPDATE OF b", seen_by("b"));
    let seen = diesel::sql_query(seen).bind::<SqlUuid, _>(reader).bind::<SqlUuid, _>(id);
    Ok(seen.get_result(&mut conn).await.optional()?)
}

/// A page of all dashboards that `reader` sees, the newest first; with `search` those that have it in title or description.
pub async fn page(
    mut conn: &Connection,
    reader: UserId,
    search: Option<&str>,
    page: &Page<DashboardId>,
) -> Result<Vec<Dashboard>> {
    let (beside, order) = if page.is_backward() { (">", "ASC") } else { ("<", "DESC") };
    let seen = diesel::sql_query(format!(
        "SELECT {DASHBOARD} FROM dashboards b {} WHERE ($2 IS NULL OR b.title ILIKE $2 OR b.description ILIKE $2) \
         AND ($3 IS NULL OR b.id {beside} $3) ORDER BY b.id {order} LIMIT $4",
        seen_by("b")
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

/// The same page of the dashboards of each of these workspaces, as far as `reader` sees them, the newest first and in the order of the
/// fetch; one row more each than asked for if there is one.
pub async fn pages(
    mut conn: &Connection,
    reader: UserId,
    workspaces: &[WorkspaceId],
    page: &Page<DashboardId>,
) -> Result<Vec<Dashboard>> {
    let (beside, order) = if page.is_backward() { (">", "ASC") } else { ("<", "DESC") };
    let seen = diesel::sql_query(format!(
        "SELECT l.* FROM unnest($2) AS k (id) CROSS JOIN LATERAL (SELECT {DASHBOARD} FROM dashboards b {} \
         WHERE b.workspace_id = k.id AND ($3 IS NULL OR b.id {beside} $3) ORDER BY b.id {order} LIMIT $4) l \
         ORDER BY l.workspace_id, l.id {order}",
        seen_by("b")
    ));
    let seen = seen
        .bind::<SqlUuid, _>(reader)
        .bind::<Array<SqlUuid>, _>(workspaces)
        .bind::<Nullable<SqlUuid>, _>(page.cursor)
        .bind::<BigInt, _>(page.limit());
    Ok(seen.load(&mut conn).await?)
}

/// What is to be written of a dashboard.
#[derive(Debug, Clone)]
pub struct Written<'a> {
    pub title: &'a str,
    pub description: Option<&'a str>,
    pub tabs: &'a Value,
    pub filters: &'a Value,
}

/// Stores a dashboard. One that is run at intervals is due at once.
pub async fn insert(
    mut conn: &Connection,
    id: DashboardId,
    workspace: WorkspaceId,
    author: UserId,
    (written, refresh): (&Written<'_>, Refresh),
    now: DateTime<Utc>,
) -> Result<()> {
    diesel::insert_into(dashboards::table)
        .values((
            dashboards::id.eq(id),
            dashboards::workspace_id.eq(workspace),
            dashboards::title.eq(written.title),
            dashboards::description.eq(written.description),
            dashboards::tabs.eq(written.tabs),
            dashboards::filters.eq(written.filters),
            dashboards::refresh_policy.eq(refresh.policy),
            dashboards::refresh_seconds.eq(refresh.seconds),
            dashboards::next_refresh_at.eq(due(refresh, now)),
            dashboards::read_at.eq(now),
            dashboards::author_id.eq(author),
            dashboards::created_at.eq(now),
            dashboards::updated_at.eq(now),
        ))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Writes a locked dashboard anew, as its next version.
pub async fn update(mut conn: &Connection, id: DashboardId, written: &Written<'_>, now: DateTime<Utc>) -> Result<()> {
    diesel::update(dashboards::table.find(id))
        .set((
            dashboards::title.eq(written.title),
            dashboards::description.eq(written.description),
            dashboards::tabs.eq(written.tabs),
            dashboards::filters.eq(written.filters),
            dashboards::version.eq(dashboards::version + 1),
            dashboards::read_at.eq(now),
            dashboards::updated_at.eq(now),
        ))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Says when a locked dashboard is run again. One that is run at intervals is due at once.
pub async fn set_refresh(mut conn: &Connection, id: DashboardId, refresh: Refresh, now: DateTime<Utc>) -> Result<()> {
    diesel::update(dashboards::table.find(id))
        .set((
            dashboards::refresh_policy.eq(refresh.policy),
            dashboards::refresh_seconds.eq(refresh.seconds),
            dashboards::next_refresh_at.eq(due(refresh, now)),
        ))
        .execute(&mut conn)
        .await?;
    Ok(())
}

fn due(refresh: Refresh, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    (refresh.policy == RefreshPolicy::Interval).then_some(now)
}

/// Removes a dashboard with its tiles.
pub async fn remove(mut conn: &Connection, id: DashboardId) -> Result<()> {
    diesel::delete(dashboards::table.find(id)).execute(&mut conn).await?;
    Ok(())
}

/// Writes down that all tiles of a dashboard were run.
pub async fn set_refreshed(mut conn: &Connection, id: DashboardId, now: DateTime<Utc>) -> Result<()> {
    diesel::update(dashboards::table.find(id)).set(dashboards::refreshed_at.eq(now)).execute(&mut conn).await?;
    Ok(())
}

/// Writes down that somebody looks at a dashboard, if that was last said before `before`.
pub async fn set_read(mut conn: &Connection, id: DashboardId, now: DateTime<Utc>, before: DateTime<Utc>) -> Result<()> {
    let old = dashboards::table.find(id).filter(dashboards::read_at.lt(before));
    diesel::update(old).set(dashboards::read_at.eq(now)).execute(&mut conn).await?;
    Ok(())
}

/// Which dashboards are run at intervals, are due, and were read behind `$2`.
const DUE: &str = "dashboards b JOIN workspaces w ON w.id = b.workspace_id AND w.deleted_at IS NULL \
     WHERE b.next_refresh_at <= $1 AND b.read_at > $2";

/// Whether any dashboard is due that was read behind `read`.
pub async fn is_any_due(mut conn: &Connection, now: DateTime<Utc>, read: DateTime<Utc>) -> Result<bool> {
    #[derive(QueryableByName)]
    struct Due {
        #[diesel(sql_type = diesel::sql_types::Bool)]
        is_any: bool,
    }
    let due = diesel::sql_query(format!("SELECT EXISTS (SELECT FROM {DUE}) AS is_any"));
    let due: Due = due.bind::<Timestamptz, _>(now).bind::<Timestamptz, _>(read).get_result(&mut conn).await?;
    Ok(due.is_any)
}

/// Takes some dashboards that are due, `limit` at most, and says when they are next.
pub async fn take_due(
    mut conn: &Connection,
    now: DateTime<Utc>,
    read: DateTime<Utc>,
    limit: i32,
) -> Result<Vec<DashboardId>> {
    #[derive(QueryableByName)]
    struct Due {
        #[diesel(sql_type = SqlUuid)]
        id: DashboardId,
    }
    let due = diesel::sql_query(format!(
        "UPDATE dashboards SET next_refresh_at = $1 + refresh_seconds * interval '1 second' WHERE id IN \
         (SELECT b.id FROM {DUE} ORDER BY b.next_refresh_at LIMIT $3 FOR NO KEY UPDATE OF b SKIP LOCKED) RETURNING id"
    ));
    let due = due.bind::<Timestamptz, _>(now).bind::<Timestamptz, _>(read).bind::<Integer, _>(limit);
    let due: Vec<Due> = due.load(&mut conn).await?;
    Ok(due.into_iter().map(|due| due.id).collect())
}

/// Has dashboards be due now that are run at intervals and that show one of these queries, by itself or as a chart.
pub async fn set_due(mut conn: &Connection, queries: &[SavedQueryId], now: DateTime<Utc>) -> Result<()> {
    // By one order of ids, so that no two wait for one another.
    let due = diesel::sql_query(
        "UPDATE dashboards SET next_refresh_at = $2 WHERE id IN (SELECT b.id FROM dashboards b \
         WHERE b.refresh_policy = 'INTERVAL' AND b.next_refresh_at > $2 AND b.id IN \
             (SELECT t.dashboard_id FROM dashboard_tiles t WHERE t.query_id = ANY ($1) \
              UNION SELECT t.dashboard_id FROM charts c JOIN dashboard_tiles t ON t.chart_id = c.id WHERE c.query_id = ANY ($1)) \
         ORDER BY b.id FOR NO KEY UPDATE OF b)",
    );
    due.bind::<Array<SqlUuid>, _>(queries).bind::<Timestamptz, _>(now).execute(&mut conn).await?;
    Ok(())
}
