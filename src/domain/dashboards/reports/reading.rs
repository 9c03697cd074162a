//! Looking at reports, at who gets them, and at what came of them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::model::{Delivery, Logged, Recipient, Report};
use super::schedule::Schedule;
use super::{recipient_store, run_store, store};
use crate::app::App;
use crate::db::page::{Page, Slice};
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::{DashboardId, ReportRunId, ScheduledReportId, WorkspaceId};

/// Times that are told at once.
pub const TIMES_MAX: usize = 100;

/// Those of these reports that the actor may know of.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn load(app: &App, actor: &Actor, ids: &[ScheduledReportId]) -> Result<HashMap<ScheduledReportId, Report>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let found = store::load(&*app.db.read().await?, reader, ids, app.clock.now()).await?;
    Ok(found.into_iter().map(|report| (report.id, report)).collect())
}

/// The reports of these dashboards that the actor may know of, the oldest first.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn of_dashboards(
    app: &App,
    actor: &Actor,
    dashboards: &[DashboardId],
) -> Result<HashMap<DashboardId, Vec<Report>>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let mut of: HashMap<DashboardId, Vec<Report>> = HashMap::new();
    for report in store::of_dashboards(&*app.db.read().await?, reader, dashboards, app.clock.now()).await? {
        of.entry(report.dashboard_id).or_default().push(report);
    }
    Ok(of)
}

/// The same page of the reports of each of these workspaces that the actor may know of, the newest first.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn pages_of(
    app: &App,
    actor: &Actor,
    workspaces: &[WorkspaceId],
    page: &Page<ScheduledReportId>,
) -> Result<HashMap<WorkspaceId, Slice<Report>>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let mut of: HashMap<WorkspaceId, Vec<Report>> = HashMap::new();
    for report in store::pages(&*app.db.read().await?, reader, workspaces, app.clock.now(), page).await? {
        of.entry(report.workspace_id).or_default().push(report);
    }
    Ok(of.into_iter().map(|(workspace, reports)| (workspace, page.slice(reports))).collect())
}

/// Who gets these reports: all of them for editors, and for all others themselves.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn recipients_of(
    app: &App,
    actor: &Actor,
    reports: &[ScheduledReportId],
) -> Result<HashMap<ScheduledReportId, Vec<Recipient>>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let must = app.config.accounts.require_verified_email;
    let mut of: HashMap<ScheduledReportId, Vec<Recipient>> = HashMap::new();
    for recipient in recipient_store::of(&*app.db.read().await?, reader, reports, must, app.clock.now()).await? {
        of.entry(recipient.report_id).or_default().push(recipient);
    }
    Ok(of)
}

/// The same page of the runs of each of these reports, the newest first, for members of the workspace, with those letters that they may know
/// of.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn runs_of(
    app: &App,
    actor: &Actor,
    reports: &[ScheduledReportId],
    page: &Page<ReportRunId>,
) -> Result<HashMap<ScheduledReportId, Slice<Logged>>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let conn = app.db.read().await?;
    let runs = run_store::pages(&conn, reader, reports, app.clock.now(), page).await?;
    let ids: Vec<ReportRunId> = runs.iter().map(|run| run.id).collect();
    let mut letters: HashMap<ReportRunId, Vec<Delivery>> = HashMap::new();
    for letter in run_store::letters(&conn, reader, &ids).await? {
        letters.entry(letter.run_id).or_default().push(letter);
    }
    let mut of: HashMap<ScheduledReportId, Vec<Logged>> = HashMap::new();
    for run in runs {
        let deliveries = letters.remove(&run.id).unwrap_or_default();
        of.entry(run.report_id).or_default().push(Logged { run, deliveries });
    }
    Ok(of.into_iter().map(|(report, runs)| (report, page.slice(runs))).collect())
}

/// The next so many times of fields of cron on the clock of a time zone, and of a report with them.
///
/// # Errors
/// UNAUTHENTICATED for nobody, BAD_USER_INPUT for what is no schedule, and for fewer than 1 or more than 100.
pub fn times(app: &App, actor: &Actor, cron: &str, time_zone: &str, count: i32) -> Result<Vec<DateTime<Utc>>> {
    actor.require_may(Permission::ReadOwnData)?;
    let schedule = Schedule::read(cron, time_zone, "")?;
    Ok(schedule.times(app.clock.now(), counted(count, "count")?))
}

/// The next so many times of a report that the actor has loaded; none while it is stopped.
///
/// # Errors
/// BAD_USER_INPUT for fewer than 1 or more than 100.
pub fn next_times(report: &Report, count: i32) -> Result<Vec<DateTime<Utc>>> {
    let count = counted(count, "first")?;
    let Some(first) = report.next_run_at else { return Ok(Vec::new()) };
    let schedule = Schedule::read(&report.cron, &report.time_zone, "input")?;
    let others = schedule.times(first, count.saturating_sub(1));
    Ok(std::iter::once(first).chain(others).collect())
}

fn counted(count: i32, path: &str) -> Result<usize> {
    let count = usize::try_from(count).ok().filter(|count| (1..=TIMES_MAX).contains(count));
    count.ok_or_else(|| Error::bad_input(path, format!("From 1 to {TIMES_MAX}.")))
}

/// What is said of a report that is not there for whoever asks.
#[must_use]
pub fn missing() -> Error {
    Error::not_found("report")
}
