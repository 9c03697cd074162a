//! Statements about alerts as people write them. All that read them for somebody join the members of the workspace.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::Value;

use super::model::{Alert, AlertState};
use crate::db::page::Page;
use crate::db::pool::Connection;
use crate::db::schema::alerts;
use crate::domain::workspaces::reading::seen_by;
use crate::error::Result;
use crate::ids::{AlertId, SavedQueryId, UserId, WorkspaceId};

/// What is read of an alert `a`.
pub(super) const ALERT: &str = "a.id, a.workspace_id, a.query_id, a.name, a.description, a.parameters, a.rule, a.interval_seconds, \
     a.muted_until, a.version, a.author_id, a.created_at, a.updated_at, a.state, a.since, a.cleared_at, a.failures, a.last_value, \
     a.last_message, a.last_evaluated_at, a.notified_at, a.acknowledged_at, a.acknowledger_id, a.next_evaluation_at, a.sequence, \
     a.claimed_until, a.run_id, ARRAY(SELECT p.user_id FROM alert_recipients r JOIN workspace_members p ON p.id = r.member_id \
     WHERE r.alert_id = a.id ORDER BY p.id) AS recipients";

/// Those of these alerts that `reader` sees.
pub async fn load(mut conn: &Connection, reader: UserId, ids: &[AlertId]) -> Result<Vec<Alert>> {
    let seen = diesel::sql_query(format!("SELECT {ALERT} FROM alerts a {} WHERE a.id = ANY ($2)", seen_by("a")));
    Ok(seen.bind::<SqlUuid, _>(reader).bind::<Array<SqlUuid>, _>(ids).load(&mut conn).await?)
}

/// The alert, whoever asks, unless its workspace was deleted: for work that is the server's own.
pub async fn find(mut conn: &Connection, id: AlertId) -> Result<Option<Alert>> {
    let found = diesel::sql_query(format!(
        "SELECT {ALERT} FROM alerts a JOIN workspaces w ON w.id = a.workspace_id AND w.deleted_at IS NULL WHERE a.id = $1"
    ));
    Ok(found.bind::<SqlUuid, _>(id).get_result(&mut conn).await.optional()?)
}

/// The alert, if `reader` sees it; nobody else changes or removes it until the transaction ends.
pub async fn lock(mut conn: &Connection, reader: UserId, id: AlertId) -> Result<Option<Alert>> {
    let seen = format!("SELECT {ALERT} FROM alerts a {} WHERE a.id = $2 FOR NO KEY UPDATE OF a", seen_by("a"));
    let seen = diesel::sql_query(seen).bind::<SqlUuid, _>(reader).bind::<SqlUuid, _>(id);
    Ok(seen.get_result(&mut conn).await.optional()?)
}

/// The same page of the alerts in one of these states of each of these workspaces, as far as `reader` sees them, the newest first and in
/// the order of the fetch; one row more each than asked for if there is one.
pub async fn pages(
    mut conn: &Connection,
    reader: UserId,
    workspaces: &[WorkspaceId],
    states: &[AlertState],
    page: &Page<AlertId>,
) -> Result<Vec<Alert>> {
    let (beside, order) = if page.is_backward() { (">", "ASC") } else { ("<", "DESC") };
    let states: Vec<&str> = states.iter().map(|state| state.as_str()).collect();
    let seen = diesel::sql_query(format!(
        "SELECT l.* FROM unnest($2) AS k (id) CROSS JOIN LATERAL (SELECT {ALERT} FROM alerts a {} \
         WHERE a.workspace_id = k.id AND a.state = ANY ($3) AND ($4 IS NULL OR a.id {beside} $4) ORDER BY a.id {order} LIMIT $5) l \
         ORDER BY l.workspace_id, l.id {order}",
        seen_by("a")
    ));
    let seen = seen
        .bind::<SqlUuid, _>(reader)
        .bind::<Array<SqlUuid>, _>(workspaces)
        .bind::<Array<Text>, _>(states)
        .bind::<Nullable<SqlUuid>, _>(page.cursor)
        .bind::<BigInt, _>(page.limit());
    Ok(seen.load(&mut conn).await?)
}

/// The alerts of these queries, as far as `reader` sees them, the oldest first.
pub async fn of_queries(mut conn: &Connection, reader: UserId, queries: &[SavedQueryId]) -> Result<Vec<Alert>> {
    let seen = format!("SELECT {ALERT} FROM alerts a {} WHERE a.query_id = ANY ($2) ORDER BY a.id", seen_by("a"));
    let seen = diesel::sql_query(seen).bind::<SqlUuid, _>(reader).bind::<Array<SqlUuid>, _>(queries);
    Ok(seen.load(&mut conn).await?)
}

/// All alerts of a workspace that `reader` sees.
pub async fn all(mut conn: &Connection, reader: UserId, workspace: WorkspaceId) -> Result<Vec<Alert>> {
    let seen = format!("SELECT {ALERT} FROM alerts a {} WHERE a.workspace_id = $2 ORDER BY a.id", seen_by("a"));
    let seen = diesel::sql_query(seen).bind::<SqlUuid, _>(reader).bind::<SqlUuid, _>(workspace);
    Ok(seen.load(&mut conn).await?)
}

/// How many alerts a workspace has.
pub async fn count(mut conn: &Connection, workspace: WorkspaceId) -> Result<i64> {
    let all = alerts::table.filter(alerts::workspace_id.eq(workspace)).count();
    Ok(all.get_result(&mut conn).await?)
}

/// What is to be written of an alert.
#[derive(Debug, Clone)]
pub struct Written<'a> {
    pub name: &'a str,
    pub description: Option<&'a str>,
    pub parameters: Value,
    pub rule: Value,
    pub interval_seconds: i32,
}

/// Stores an alert, which is due at once.
pub async fn insert(
    mut conn: &Connection,
    id: AlertId,
    (workspace, query): (WorkspaceId, SavedQueryId),
    author: UserId,
    written: &Written<'_>,
    now: DateTime<Utc>,
) -> Result<()> {
    diesel::insert_into(alerts::table)
        .values((
            alerts::id.eq(id),
            alerts::workspace_id.eq(workspace),
            alerts::query_id.eq(query),
            alerts::name.eq(written.name),
            alerts::description.eq(written.description),
            alerts::parameters.eq(&written.parameters),
            alerts::rule.eq(&written.rule),
            alerts::interval_seconds.eq(written.interval_seconds),
            alerts::author_id.eq(author),
            alerts::created_at.eq(now),
            alerts::updated_at.eq(now),
            alerts::state.eq(AlertState::Ok),
            alerts::since.eq(now),
            alerts::next_evaluation_at.eq(now),
        ))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Writes a locked alert anew, as its next version. It is due at once.
pub async fn update(mut conn: &Connection, id: AlertId, written: &Written<'_>, now: DateTime<Utc>) -> Result<()> {
    let updated = diesel::sql_query(
        "UPDATE alerts SET name = $2, description = $3, parameters = $4, rule = $5, interval_seconds = $6, version = version + 1, \
             updated_at = $7, next_evaluation_at = $7 WHERE id = $1",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Text, _>(written.name)
    .bind::<Nullable<Text>, _>(written.description)
    .bind::<Jsonb, _>(&written.parameters)
    .bind::<Jsonb, _>(&written.rule)
    .bind::<Integer, _>(written.interval_seconds)
    .bind::<Timestamptz, _>(now);
    updated.execute(&mut conn).await?;
    Ok(())
}

/// Has a locked alert begin from nothing, because it watches for something else: what was claimed before counts no more.
pub async fn reset(mut conn: &Connection, id: AlertId, now: DateTime<Utc>) -> Result<()> {
    let reset = diesel::sql_query(
        "UPDATE alerts SET state = 'OK', since = CASE WHEN state = 'OK' THEN since ELSE $2 END, cleared_at = NULL, failures = 0, \
             last_value = NULL, last_message = NULL, last_evaluated_at = NULL, notified_at = NULL, acknowledged_at = NULL, \
             acknowledger_id = NULL, sequence = sequence + 1, claimed_until = NULL, run_id = NULL WHERE id = $1",
    );
    reset.bind::<SqlUuid, _>(id).bind::<Timestamptz, _>(now).execute(&mut conn).await?;
    diesel::sql_query("DELETE FROM alert_values WHERE alert_id = $1").bind::<SqlUuid, _>(id).execute(&mut conn).await?;
    Ok(())
}

/// Says until when nobody hears of a locked alert; `None` for heard from now on.
pub async fn set_muted(mut conn: &Connection, id: AlertId, until: Option<DateTime<Utc>>) -> Result<()> {
    diesel::update(alerts::table.find(id)).set(alerts::muted_until.eq(until)).execute(&mut conn).await?;
    Ok(())
}

/// Says that somebody sees to a locked alert.
pub async fn set_acknowledged(mut conn: &Connection, id: AlertId, by: UserId, now: DateTime<Utc>) -> Result<()> {
    diesel::update(alerts::table.find(id))
        .set((alerts::acknowledged_at.eq(now), alerts::acknowledger_id.eq(by)))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Removes an alert with all that happened to it.
pub async fn remove(mut conn: &Connection, id: AlertId) -> Result<()> {
    diesel::delete(alerts::table.find(id)).execute(&mut conn).await?;
    Ok(())
}
