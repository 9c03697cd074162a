//! Statements about who gets a report.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::model::Recipient;
use super::store::{may_see, seen};
use crate::db::pool::Connection;
use crate::db::schema::report_recipients;
use crate::error::Result;
use crate::ids::{DashboardId, ScheduledReportId, UserId};

/// What is read of the recipient `p`, who is `u`, of a report on the dashboard `b`.
fn recipient(now: &str, verified: &str) -> String {
    format!(
        "p.report_id, p.user_id, u.email, coalesce(u.full_name, u.username) AS name, p.unsubscribed_at, \
         u.is_active AND u.deleted_at IS NULL AND (u.email_verified_at IS NOT NULL OR NOT {verified}) AND {} AS may_see",
        may_see("u.id", now)
    )
}

/// Who gets these reports, in the order in which they came: all of them for editors, and for all others themselves.
pub async fn of(
    mut conn: &Connection,
    reader: UserId,
    reports: &[ScheduledReportId],
    is_verified: bool,
    now: DateTime<Utc>,
) -> Result<Vec<Recipient>> {
    // `seen` ends in its condition, so what is joined here comes in a part of its own.
    let found = diesel::sql_query(format!(
        "SELECT {} FROM (SELECT r.id, r.dashboard_id, coalesce(m.role IN ('OWNER', 'EDITOR'), false) AS is_all FROM {} AND r.id = ANY ($3)) k \
         JOIN dashboards b ON b.id = k.dashboard_id JOIN report_recipients p ON p.report_id = k.id AND (k.is_all OR p.user_id = $1) \
         JOIN users u ON u.id = p.user_id AND u.deleted_at IS NULL ORDER BY p.report_id, u.email",
        recipient("$2", "$4"),
        seen()
    ));
    let found = found.bind::<SqlUuid, _>(reader).bind::<Timestamptz, _>(now).bind::<Array<SqlUuid>, _>(reports);
    Ok(found.bind::<Bool, _>(is_verified).load(&mut conn).await?)
}

/// All who get a report, whoever asks: for work that is the server's own.
pub async fn find(
    mut conn: &Connection,
    report: ScheduledReportId,
    is_verified: bool,
    now: DateTime<Utc>,
) -> Result<Vec<Recipient>> {
    let found = diesel::sql_query(format!(
        "SELECT {} FROM report_recipients p JOIN scheduled_reports r ON r.id = p.report_id JOIN dashboards b ON b.id = r.dashboard_id \
         JOIN users u ON u.id = p.user_id WHERE p.report_id = $1 ORDER BY u.email",
        recipient("$2", "$3")
    ));
    let found = found.bind::<SqlUuid, _>(report).bind::<Timestamptz, _>(now);
    Ok(found.bind::<Bool, _>(is_verified).load(&mut conn).await?)
}

/// Somebody who may get a report of a dashboard.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct Candidate {
    #[diesel(sql_type = SqlUuid)]
    pub user_id: UserId,
    #[diesel(sql_type = Text)]
    pub email: String,
}

/// Those of these addresses, in small letters, that are of people who may see a dashboard.
pub async fn candidates(
    mut conn: &Connection,
    dashboard: DashboardId,
    emails: &[String],
    is_verified: bool,
    now: DateTime<Utc>,
) -> Result<Vec<Candidate>> {
    let found = diesel::sql_query(format!(
        "SELECT u.id AS user_id, lower(u.email) AS email FROM users u JOIN dashboards b ON b.id = $1 \
         WHERE lower(u.email) = ANY ($2) AND u.is_active AND u.deleted_at IS NULL \
         AND (u.email_verified_at IS NOT NULL OR NOT $3) AND {}",
        may_see("u.id", "$4")
    ));
    let found = found.bind::<SqlUuid, _>(dashboard).bind::<Array<Text>, _>(emails);
    Ok(found.bind::<Bool, _>(is_verified).bind::<Timestamptz, _>(now).load(&mut conn).await?)
}

/// Whether all who get a report are members of the workspace of its dashboard.
pub async fn are_all_members(mut conn: &Connection, report: ScheduledReportId) -> Result<bool> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = Bool)]
        are_all: bool,
    }
    let found = diesel::sql_query(
        "SELECT NOT EXISTS (SELECT FROM report_recipients p JOIN scheduled_reports r ON r.id = p.report_id \
             JOIN dashboards b ON b.id = r.dashboard_id WHERE p.report_id = $1 AND p.unsubscribed_at IS NULL \
             AND NOT EXISTS (SELECT FROM workspace_members m WHERE m.workspace_id = b.workspace_id AND m.user_id = p.user_id)) AS are_all",
    );
    let found: Found = found.bind::<SqlUuid, _>(report).get_result(&mut conn).await?;
    Ok(found.are_all)
}

/// Who does not want a report any more.
pub async fn unsubscribed(mut conn: &Connection, report: ScheduledReportId) -> Result<Vec<UserId>> {
    let gone = report_recipients::table
        .filter(report_recipients::report_id.eq(report))
        .filter(report_recipients::unsubscribed_at.is_not_null())
        .select(report_recipients::user_id);
    Ok(gone.load(&mut conn).await?)
}

/// Puts these people in the place of those who get a report, but for those who want it no more: `but` alone may want it again.
pub async fn replace(mut conn: &Connection, report: ScheduledReportId, people: &[UserId], but: UserId) -> Result<()> {
    let gone = report_recipients::table
        .filter(report_recipients::report_id.eq(report))
        .filter(report_recipients::user_id.ne_all(people.to_vec()))
        .filter(report_recipients::unsubscribed_at.is_null());
    diesel::delete(gone).execute(&mut conn).await?;
    let again = report_recipients::table
        .filter(report_recipients::report_id.eq(report))
        .filter(report_recipients::user_id.eq(but))
        .filter(report_recipients::user_id.eq_any(people.to_vec()));
    diesel::update(again).set(report_recipients::unsubscribed_at.eq(None::<DateTime<Utc>>)).execute(&mut conn).await?;
    let rows: Vec<_> = people
        .iter()
        .map(|person| (report_recipients::report_id.eq(report), report_recipients::user_id.eq(*person)))
        .collect();
    diesel::insert_into(report_recipients::table).values(rows).on_conflict_do_nothing().execute(&mut conn).await?;
    Ok(())
}

/// Writes down that somebody wants a report no more, and says whether they did.
pub async fn unsubscribe(
    mut conn: &Connection,
    report: ScheduledReportId,
    person: UserId,
    now: DateTime<Utc>,
) -> Result<bool> {
    let row = report_recipients::table.find((report, person)).filter(report_recipients::unsubscribed_at.is_null());
    let changed = diesel::update(row).set(report_recipients::unsubscribed_at.eq(now)).execute(&mut conn).await?;
    Ok(changed == 1)
}

/// Whether somebody gets a report, or did.
pub async fn is_known(mut conn: &Connection, report: ScheduledReportId, person: UserId) -> Result<bool> {
    let row = report_recipients::table.find((report, person));
    Ok(diesel::select(diesel::dsl::exists(row)).get_result(&mut conn).await?)
}
