//! Statements about reports. Those for somebody show editors of the workspace all of its reports, and all others those that they get.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::Value;

use super::model::Report;
use crate::db::page::Page;
use crate::db::pool::Connection;
use crate::db::schema::scheduled_reports;
use crate::error::Result;
use crate::ids::{DashboardId, ScheduledReportId, UserId, WorkspaceId};

const REPORT: &str = "r.id, r.dashboard_id, b.workspace_id, r.title, r.cron, r.time_zone, r.filters, r.attachments, r.is_enabled, \
     r.disabled_reason, r.next_run_at, r.failures, r.version, r.author_id, r.created_at, r.updated_at";
const FROM: &str = "scheduled_reports r JOIN dashboards b ON b.id = r.dashboard_id \
     JOIN workspaces w ON w.id = b.workspace_id AND w.deleted_at IS NULL";

/// Whether `person` may see the dashboard `b` at `now`: as a member of its workspace, or because it is shared with them by somebody who may
/// still edit there.
#[must_use]
pub(super) fn may_see(person: &str, now: &str) -> String {
    format!(
        "(EXISTS (SELECT FROM workspace_members k WHERE k.workspace_id = b.workspace_id AND k.user_id = {person}) \
         OR EXISTS (SELECT FROM dashboard_shares s \
             JOIN workspace_members g ON g.workspace_id = b.workspace_id AND g.user_id = s.author_id AND g.role IN ('OWNER', 'EDITOR') \
             JOIN users a ON a.id = g.user_id AND a.is_active AND a.deleted_at IS NULL \
             WHERE s.dashboard_id = b.id AND s.user_id = {person} AND s.revoked_at IS NULL \
             AND (s.expires_at IS NULL OR s.expires_at > {now})))"
    )
}

/// What `$1` may know of at `$2`, with their membership `m` if they have one.
#[must_use]
pub(super) fn seen() -> String {
    format!(
        "{FROM} LEFT JOIN workspace_members m ON m.workspace_id = w.id AND m.user_id = $1 \
         WHERE (m.role IN ('OWNER', 'EDITOR') OR (EXISTS (SELECT FROM report_recipients p WHERE p.report_id = r.id AND p.user_id = $1 \
             AND p.unsubscribed_at IS NULL) AND {}))",
        may_see("$1", "$2")
    )
}

/// Those of these reports that `reader` may know of.
pub async fn load(
    mut conn: &Connection,
    reader: UserId,
    ids: &[ScheduledReportId],
    now: DateTime<Utc>,
) -> Result<Vec<Report>> {
    let seen = diesel::sql_query(format!("SELECT {REPORT} FROM {} AND r.id = ANY ($3)", seen()));
    let seen = seen.bind::<SqlUuid, _>(reader).bind::<Timestamptz, _>(now);
    Ok(seen.bind::<Array<SqlUuid>, _>(ids).load(&mut conn).await?)
}

/// All reports of these dashboards that `reader` may know of, the oldest first.
pub async fn of_dashboards(
    mut conn: &Connection,
    reader: UserId,
    dashboards: &[DashboardId],
    now: DateTime<Utc>,
) -> Result<Vec<Report>> {
    let seen =
        diesel::sql_query(format!("SELECT {REPORT} FROM {} AND r.dashboard_id = ANY ($3) ORDER BY r.id", seen()));
    let seen = seen.bind::<SqlUuid, _>(reader).bind::<Timestamptz, _>(now);
    Ok(seen.bind::<Array<SqlUuid>, _>(dashboards).load(&mut conn).await?)
}

/// The same page of the reports of each of these workspaces that `reader` may know of, the newest first and in the order of the fetch; one
/// row more each than asked for if there is one.
pub async fn pages(
    mut conn: &Connection,
    reader: UserId,
    workspaces: &[WorkspaceId],
    now: DateTime<Utc>,
    page: &Page<ScheduledReportId>,
) -> Result<Vec<Report>> {
    let (beside, order) = if page.is_backward() { (">", "ASC") } else { ("<", "DESC") };
    let seen = diesel::sql_query(format!(
        "SELECT l.* FROM unnest($3) AS f (id) CROSS JOIN LATERAL (SELECT {REPORT} FROM {} AND b.workspace_id = f.id \
         AND ($4 IS NULL OR r.id {beside} $4) ORDER BY r.id {order} LIMIT $5) l ORDER BY l.workspace_id, l.id {order}",
        seen()
    ));
    let seen = seen
        .bind::<SqlUuid, _>(reader)
        .bind::<Timestamptz, _>(now)
        .bind::<Array<SqlUuid>, _>(workspaces)
        .bind::<Nullable<SqlUuid>, _>(page.cursor)
        .bind::<BigInt, _>(page.limit());
    Ok(seen.load(&mut conn).await?)
}

/// The report, whoever asks: for work that is the server's own. `None` as well when its workspace is deleted.
pub async fn find(mut conn: &Connection, id: ScheduledReportId) -> Result<Option<Report>> {
    let found = diesel::sql_query(format!("SELECT {REPORT} FROM {FROM} WHERE r.id = $1"));
    Ok(found.bind::<SqlUuid, _>(id).get_result(&mut conn).await.optional()?)
}

/// As [`find`]; nobody else changes it until the transaction ends.
pub async fn lock_any(mut conn: &Connection, id: ScheduledReportId) -> Result<Option<Report>> {
    let found = diesel::sql_query(format!("SELECT {REPORT} FROM {FROM} WHERE r.id = $1 FOR NO KEY UPDATE OF r"));
    Ok(found.bind::<SqlUuid, _>(id).get_result(&mut conn).await.optional()?)
}

/// The report, if `reader` may know of it; nobody else changes it until the transaction ends.
pub async fn lock(
    mut conn: &Connection,
    reader: UserId,
    id: ScheduledReportId,
    now: DateTime<Utc>,
) -> Result<Option<Report>> {
    let seen = format!("SELECT {REPORT} FROM {} AND r.id = $3 FOR NO KEY UPDATE OF r", seen());
    let seen = diesel::sql_query(seen).bind::<SqlUuid, _>(reader).bind::<Timestamptz, _>(now);
    Ok(seen.bind::<SqlUuid, _>(id).get_result(&mut conn).await.optional()?)
}

/// How many reports a locked dashboard has.
pub async fn count(mut conn: &Connection, dashboard: DashboardId) -> Result<i64> {
    let of = scheduled_reports::table.filter(scheduled_reports::dashboard_id.eq(dashboard));
    Ok(of.select(diesel::dsl::count_star()).get_result(&mut conn).await?)
}

/// What is to be written of a report.
#[derive(Debug, Clone)]
pub struct Written<'a> {
    pub title: &'a str,
    pub cron: &'a str,
    pub time_zone: &'a str,
    pub filters: &'a Value,
    pub attachments: &'a Value,
    /// `None` for one that is stopped.
    pub next_run_at: Option<DateTime<Utc>>,
}

/// Stores a report.
pub async fn insert(
    mut conn: &Connection,
    id: ScheduledReportId,
    dashboard: DashboardId,
    author: UserId,
    written: &Written<'_>,
    now: DateTime<Utc>,
) -> Result<()> {
    diesel::insert_into(scheduled_reports::table)
        .values((
            scheduled_reports::id.eq(id),
            scheduled_reports::dashboard_id.eq(dashboard),
            scheduled_reports::title.eq(written.title),
            scheduled_reports::cron.eq(written.cron),
            scheduled_reports::time_zone.eq(written.time_zone),
            scheduled_reports::filters.eq(written.filters),
            scheduled_reports::attachments.eq(written.attachments),
            scheduled_reports::is_enabled.eq(written.next_run_at.is_some()),
            scheduled_reports::next_run_at.eq(written.next_run_at),
            scheduled_reports::author_id.eq(author),
            scheduled_reports::created_at.eq(now),
            scheduled_reports::updated_at.eq(now),
        ))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Writes a locked report anew, as its next version. Whoever writes one that had stopped by itself has seen why.
pub async fn update(
    mut conn: &Connection,
    id: ScheduledReportId,
    written: &Written<'_>,
    now: DateTime<Utc>,
) -> Result<()> {
    diesel::update(scheduled_reports::table.find(id))
        .set((
            scheduled_reports::title.eq(written.title),
            scheduled_reports::cron.eq(written.cron),
            scheduled_reports::time_zone.eq(written.time_zone),
            scheduled_reports::filters.eq(written.filters),
            scheduled_reports::attachments.eq(written.attachments),
            scheduled_reports::is_enabled.eq(written.next_run_at.is_some()),
            scheduled_reports::next_run_at.eq(written.next_run_at),
            scheduled_reports::disabled_reason.eq(None::<String>),
            scheduled_reports::failures.eq(0),
            scheduled_reports::version.eq(scheduled_reports::version + 1),
            scheduled_reports::updated_at.eq(now),
        ))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Removes a report with its runs.
pub async fn remove(mut conn: &Connection, id: ScheduledReportId) -> Result<()> {
    diesel::delete(scheduled_reports::table.find(id)).execute(&mut conn).await?;
    Ok(())
}

/// Says how many of a locked report's newest runs failed, and with `stopped` why it is sent no more.
pub async fn set_failures(
    mut conn: &Connection,
    id: ScheduledReportId,
    failures: i32,
    stopped: Option<&str>,
) -> Result<()> {
    let report = diesel::update(scheduled_reports::table.find(id));
    match stopped {
        None => report.set(scheduled_reports::failures.eq(failures)).execute(&mut conn).await?,
        Some(reason) => {
            report
                .set((
                    scheduled_reports::failures.eq(failures),
                    scheduled_reports::is_enabled.eq(false),
                    scheduled_reports::next_run_at.eq(None::<DateTime<Utc>>),
                    scheduled_reports::disabled_reason.eq(reason),
                    scheduled_reports::version.eq(scheduled_reports::version + 1),
                ))
                .execute(&mut conn)
                .await?
        }
    };
    Ok(())
}

/// Whether the time of any report has come.
pub async fn is_any_due(mut conn: &Connection, now: DateTime<Utc>) -> Result<bool> {
    #[derive(QueryableByName)]
    struct Due {
        #[diesel(sql_type = diesel::sql_types::Bool)]
        is_any: bool,
    }
    let due = format!("SELECT EXISTS (SELECT FROM {FROM} WHERE r.next_run_at <= $1) AS is_any");
    let due: Due = diesel::sql_query(due).bind::<Timestamptz, _>(now).get_result(&mut conn).await?;
    Ok(due.is_any)
}

/// Locks some reports whose time has come, `limit` at most, and none that another server has locked.
pub async fn lock_due(mut conn: &Connection, now: DateTime<Utc>, limit: i32) -> Result<Vec<Report>> {
    let due = diesel::sql_query(format!(
        "SELECT {REPORT} FROM {FROM} WHERE r.next_run_at <= $1 ORDER BY r.next_run_at LIMIT $2 FOR NO KEY UPDATE OF r SKIP LOCKED"
    ));
    Ok(due.bind::<Timestamptz, _>(now).bind::<Integer, _>(limit).load(&mut conn).await?)
}

/// Says when a locked report is sent next; `None` for never again.
pub async fn set_next(mut conn: &Connection, id: ScheduledReportId, next: Option<DateTime<Utc>>) -> Result<()> {
    diesel::update(scheduled_reports::table.find(id))
        .set((scheduled_reports::next_run_at.eq(next), scheduled_reports::is_enabled.eq(next.is_some())))
        .execute(&mut conn)
        .await?;
    Ok(())
}
