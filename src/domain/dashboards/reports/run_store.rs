//! Statements about runs of reports, and about their letters.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::Value;

use super::model::{Delivery, DeliveryStatus, Run, RunStatus, Trigger};
use super::store::seen;
use crate::db::page::Page;
use crate::db::pool::Connection;
use crate::db::schema::{report_deliveries, report_runs};
use crate::error::Result;
use crate::ids::{ReportRunId, ScheduledReportId, UserId};

const RUN: &str = "n.id, n.report_id, n.trigger, n.status, n.scheduled_for, n.started_at, n.ended_at, n.awaited, \
     n.letter IS NOT NULL AS is_written, n.tiles_shown, n.tiles_missing, n.problems";
const DELIVERY: &str = "d.run_id, d.user_id, u.email, coalesce(u.full_name, u.username) AS name, d.status, d.sent_at, d.error_code, \
     d.error_message";

/// The same page of the runs of each of these reports, as far as `reader` is a member of its workspace and may know of the report, the
/// newest first and in the order of the fetch; one row more each than asked for if there is one.
pub async fn pages(
    mut conn: &Connection,
    reader: UserId,
    reports: &[ScheduledReportId],
    now: DateTime<Utc>,
    page: &Page<ReportRunId>,
) -> Result<Vec<Run>> {
    let (beside, order) = if page.is_backward() { (">", "ASC") } else { ("<", "DESC") };
    let found = diesel::sql_query(format!(
        "SELECT l.* FROM (SELECT r.id FROM {} AND m.user_id IS NOT NULL AND r.id = ANY ($3)) f CROSS JOIN LATERAL \
         (SELECT {RUN} FROM report_runs n WHERE n.report_id = f.id AND ($4 IS NULL OR n.id {beside} $4) ORDER BY n.id {order} LIMIT $5) l \
         ORDER BY l.report_id, l.id {order}",
        seen()
    ));
    let found = found
        .bind::<SqlUuid, _>(reader)
        .bind::<Timestamptz, _>(now)
        .bind::<Array<SqlUuid>, _>(reports)
        .bind::<Nullable<SqlUuid>, _>(page.cursor)
        .bind::<BigInt, _>(page.limit());
    Ok(found.load(&mut conn).await?)
}

/// The letters of these runs, which `reader` was shown: all of them for editors, and for all others their own.
pub async fn letters(mut conn: &Connection, reader: UserId, runs: &[ReportRunId]) -> Result<Vec<Delivery>> {
    let found = diesel::sql_query(format!(
        "SELECT {DELIVERY} FROM report_deliveries d JOIN users u ON u.id = d.user_id JOIN report_runs n ON n.id = d.run_id \
         JOIN scheduled_reports r ON r.id = n.report_id JOIN dashboards b ON b.id = r.dashboard_id \
         JOIN workspace_members m ON m.workspace_id = b.workspace_id AND m.user_id = $1 \
         WHERE d.run_id = ANY ($2) AND (m.role IN ('OWNER', 'EDITOR') OR d.user_id = $1) ORDER BY d.run_id, u.email"
    ));
    Ok(found.bind::<SqlUuid, _>(reader).bind::<Array<SqlUuid>, _>(runs).load(&mut conn).await?)
}

/// A run, whoever asks: for work that has found out what may be seen, or is the server's own.
pub async fn find(mut conn: &Connection, id: ReportRunId) -> Result<Option<Run>> {
    let found = diesel::sql_query(format!("SELECT {RUN} FROM report_runs n WHERE n.id = $1"));
    Ok(found.bind::<SqlUuid, _>(id).get_result(&mut conn).await.optional()?)
}

/// As [`find`]; nobody else changes it until the transaction ends.
pub async fn lock(mut conn: &Connection, id: ReportRunId) -> Result<Option<Run>> {
    let found = diesel::sql_query(format!("SELECT {RUN} FROM report_runs n WHERE n.id = $1 FOR NO KEY UPDATE"));
    Ok(found.bind::<SqlUuid, _>(id).get_result(&mut conn).await.optional()?)
}

/// Begins a run, unless there is one for this time, and says whether it did.
pub async fn insert(
    mut conn: &Connection,
    id: ReportRunId,
    report: ScheduledReportId,
    (trigger, scheduled_for): (Trigger, DateTime<Utc>),
    now: DateTime<Utc>,
) -> Result<bool> {
    let added = diesel::insert_into(report_runs::table)
        .values((
            report_runs::id.eq(id),
            report_runs::report_id.eq(report),
            report_runs::trigger.eq(trigger),
            report_runs::scheduled_for.eq(scheduled_for),
            report_runs::started_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(&mut conn)
        .await?;
    Ok(added == 1)
}

/// Whether a report is being run.
pub async fn is_running(mut conn: &Connection, report: ScheduledReportId) -> Result<bool> {
    let running =
        report_runs::table.filter(report_runs::report_id.eq(report)).filter(report_runs::status.eq(RunStatus::Running));
    Ok(diesel::select(diesel::dsl::exists(running)).get_result(&mut conn).await?)
}

/// Writes down which queries were begun for a run, unless somebody has written down others than `before` meanwhile.
pub async fn set_awaited(
    mut conn: &Connection,
    id: ReportRunId,
    before: Option<&Value>,
    awaited: &Value,
) -> Result<()> {
    let run = report_runs::table.find(id).filter(report_runs::awaited.is_not_distinct_from(before));
    diesel::update(run).set(report_runs::awaited.eq(awaited)).execute(&mut conn).await?;
    Ok(())
}

/// What was written of a locked run, but for its letter.
#[derive(Debug, Clone)]
pub struct Found<'a> {
    pub shown: i32,
    pub missing: i32,
    pub problems: &'a Value,
}

/// Keeps the letter of a locked run until it has left, for these people.
pub async fn set_letter(
    mut conn: &Connection,
    id: ReportRunId,
    found: &Found<'_>,
    letter: &str,
    people: &[UserId],
) -> Result<()> {
    diesel::update(report_runs::table.find(id))
        .set((
            report_runs::letter.eq(letter),
            report_runs::tiles_shown.eq(found.shown),
            report_runs::tiles_missing.eq(found.missing),
            report_runs::problems.eq(found.problems),
        ))
        .execute(&mut conn)
        .await?;
    let rows: Vec<_> = people
        .iter()
        .map(|person| (report_deliveries::run_id.eq(id), report_deliveries::user_id.eq(*person)))
        .collect();
    diesel::insert_into(report_deliveries::table).values(rows).on_conflict_do_nothing().execute(&mut conn).await?;
    Ok(())
}

/// Writes down what a locked run found that has no letter.
pub async fn set_found(mut conn: &Connection, id: ReportRunId, found: &Found<'_>) -> Result<()> {
    diesel::update(report_runs::table.find(id))
        .set((
            report_runs::tiles_shown.eq(found.shown),
            report_runs::tiles_missing.eq(found.missing),
            report_runs::problems.eq(found.problems),
        ))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// The letter of a run, while there are any to be sent.
pub async fn letter(mut conn: &Connection, id: ReportRunId) -> Result<Option<String>> {
    let letter = report_runs::table.find(id).select(report_runs::letter);
    let letter: Option<Option<String>> = letter.first(&mut conn).await.optional()?;
    Ok(letter.flatten())
}

/// Ends a locked run.
pub async fn end(mut conn: &Connection, id: ReportRunId, status: RunStatus, now: DateTime<Utc>) -> Result<()> {
    diesel::update(report_runs::table.find(id))
        .set((report_runs::status.eq(status), report_runs::ended_at.eq(now), report_runs::letter.eq(None::<String>)))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// One letter of a run, whoever asks.
pub async fn delivery(mut conn: &Connection, run: ReportRunId, person: UserId) -> Result<Option<DeliveryStatus>> {
    let row = report_deliveries::table.find((run, person)).select(report_deliveries::status);
    Ok(row.first(&mut conn).await.optional()?)
}

/// What became of the letters of a run.
pub async fn outcomes(mut conn: &Connection, run: ReportRunId) -> Result<Vec<(DeliveryStatus, Option<String>)>> {
    let rows = report_deliveries::table
        .filter(report_deliveries::run_id.eq(run))
        .select((report_deliveries::status, report_deliveries::error_code));
    Ok(rows.load(&mut conn).await?)
}

/// Writes down what became of a letter that was still to be sent, and says whether it was.
pub async fn settle(
    mut conn: &Connection,
    run: ReportRunId,
    person: UserId,
    (status, failure): (DeliveryStatus, Option<(&str, &str)>),
    now: DateTime<Utc>,
) -> Result<bool> {
    let row =
        report_deliveries::table.find((run, person)).filter(report_deliveries::status.eq(DeliveryStatus::Pending));
    let settled = diesel::update(row)
        .set((
            report_deliveries::status.eq(status),
            report_deliveries::sent_at.eq((status == DeliveryStatus::Sent).then_some(now)),
            report_deliveries::error_code.eq(failure.map(|(code, _)| code)),
            report_deliveries::error_message.eq(failure.map(|(_, message)| message)),
        ))
        .execute(&mut conn)
        .await?;
    Ok(settled == 1)
}

/// Gives up all letters of a run that were still to be sent.
pub async fn settle_all(mut conn: &Connection, run: ReportRunId, (code, message): (&str, &str)) -> Result<()> {
    let rows = report_deliveries::table
        .filter(report_deliveries::run_id.eq(run))
        .filter(report_deliveries::status.eq(DeliveryStatus::Pending));
    diesel::update(rows)
        .set((
            report_deliveries::status.eq(DeliveryStatus::Failed),
            report_deliveries::error_code.eq(code),
            report_deliveries::error_message.eq(message),
        ))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Whom a run reached.
pub async fn reached(mut conn: &Connection, run: ReportRunId) -> Result<Vec<UserId>> {
    let reached = report_deliveries::table
        .filter(report_deliveries::run_id.eq(run))
        .filter(report_deliveries::status.eq(DeliveryStatus::Sent))
        .select(report_deliveries::user_id);
    Ok(reached.load(&mut conn).await?)
}

/// Runs that have not ended though they began before `before`.
pub async fn left(mut conn: &Connection, before: DateTime<Utc>) -> Result<Vec<ReportRunId>> {
    let left = report_runs::table
        .filter(report_runs::status.eq(RunStatus::Running))
        .filter(report_runs::started_at.lt(before))
        .select(report_runs::id);
    Ok(left.load(&mut conn).await?)
}

/// Forgets runs that began before `before`, and of each report all but its newest `kept`: 1,000 at a time, and says how many.
pub async fn prune(mut conn: &Connection, before: DateTime<Utc>, kept: i32) -> Result<usize> {
    let pruned = diesel::sql_query(
        "DELETE FROM report_runs WHERE id IN (SELECT x.id FROM scheduled_reports s CROSS JOIN LATERAL (SELECT r.id FROM report_runs r \
         WHERE r.report_id = s.id AND r.status <> 'RUNNING' AND (r.started_at < $1 \
             OR r.id <= (SELECT n.id FROM report_runs n WHERE n.report_id = s.id ORDER BY n.id DESC OFFSET $2 LIMIT 1)) \
         ORDER BY r.id LIMIT 1000) x LIMIT 1000)",
    );
    Ok(pruned.bind::<Timestamptz, _>(before).bind::<Integer, _>(kept).execute(&mut conn).await?)
}
