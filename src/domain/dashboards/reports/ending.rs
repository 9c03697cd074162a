//! How a run ends, and who hears of it: the report, its author when it goes wrong, and whoever listens to the workspace's events, all in the
//! transaction that ends it.

use serde_json::json;

use super::model::{DeliveryStatus, Report, Run, RunStatus, Trigger};
use super::policy::is_to_stop;
use super::problems::outcome;
use super::{run_store, store};
use crate::app::App;
use crate::db::pool::Connection;
use crate::domain::notifications::model::{NotificationKind, Subject, SubjectKind};
use crate::domain::notifications::posting::{News, post};
use crate::domain::webhooks::model::EventKind;
use crate::domain::webhooks::sending::{Event, send};
use crate::domain::workspaces::reading::lock_role;
use crate::error::Result;
use crate::ids::ReportRunId;

/// Ends a locked run, if none of its letters is still to be sent.
///
/// # Errors
/// When Postgres does not answer.
pub(super) async fn end(app: &App, conn: &Connection, id: ReportRunId) -> Result<()> {
    let letters = run_store::outcomes(conn, id).await?;
    if letters.iter().any(|(status, _)| *status == DeliveryStatus::Pending) {
        return Ok(());
    }
    let Some(run) = run_store::find(conn, id).await?.filter(|run| run.status == RunStatus::Running) else {
        return Ok(());
    };
    let told: Vec<_> = letters.iter().map(|(status, code)| (*status, code.as_deref())).collect();
    let status = outcome(run.problems()?.len(), &told);
    let now = app.clock.now();
    run_store::end(conn, id, status, now).await?;
    metrics::counter!("elenchus_report_runs_total", "status" => status.as_str()).increment(1);
    // That of a deleted workspace is nobody's.
    let Some(report) = store::lock_any(conn, run.report_id).await? else { return Ok(()) };
    let failures = count(conn, &report, &run, status).await?;
    let sent = letters.iter().filter(|(status, _)| *status == DeliveryStatus::Sent).count();
    let event = Event {
        kind: if status == RunStatus::Failed { EventKind::ReportFailed } else { EventKind::ReportSent },
        key: id.to_string(),
        data: json!({
            "report": { "id": report.id.to_string(), "title": report.title },
            "dashboard": { "id": report.dashboard_id.to_string() },
            "run": {
                "id": id.to_string(),
                "status": status.as_str(),
                "trigger": run.trigger.as_str(),
                "scheduledFor": run.scheduled_for,
                "tilesShown": run.tiles_shown,
                "tilesMissing": run.tiles_missing,
                "lettersSent": sent,
            },
        }),
    };
    send(conn, &app.clock, report.workspace_id, &event).await?;
    // The last, as it locks inboxes.
    tell(app, conn, (&report, &run), status, failures).await
}

/// Counts failures in a row, and stops a report with too many; how many there are by now.
async fn count(conn: &Connection, report: &Report, run: &Run, status: RunStatus) -> Result<i32> {
    if run.trigger == Trigger::Manual {
        return Ok(0);
    }
    let failures = if status == RunStatus::Failed { report.failures.saturating_add(1) } else { 0 };
    if failures != report.failures {
        let reason = format!("It failed {failures} times in a row.");
        let stopped = (report.is_enabled && is_to_stop(failures)).then_some(reason.as_str());
        store::set_failures(conn, report.id, failures, stopped).await?;
    }
    Ok(failures)
}

/// Tells whom a run reached in their inboxes too, and whoever wrote the report what went wrong.
async fn tell(
    app: &App,
    conn: &Connection,
    (report, run): (&Report, &Run),
    status: RunStatus,
    failures: i32,
) -> Result<()> {
    if status == RunStatus::Failed {
        return tell_author(app, conn, (report, run), failures).await;
    }
    let missing = run.tiles_missing;
    let body = (missing > 0)
        .then(|| format!("Not everything that it shows is in it: {missing} of its tiles could not be shown."));
    let news = |user| News {
        user,
        kind: NotificationKind::ReportSent,
        title: format!("The report \u{201c}{}\u{201d} was mailed to you", report.title),
        body: body.clone(),
        subject: Some(Subject { kind: SubjectKind::ScheduledReport, id: report.id.uuid() }),
        key: format!("report-sent:{}", run.id),
    };
    let news: Vec<News> = run_store::reached(conn, run.id).await?.into_iter().map(news).collect();
    post(conn, app.clock.now(), &news).await
}

/// Tells whoever wrote a report of the first failure in a row, and of the one after which it stopped.
async fn tell_author(app: &App, conn: &Connection, (report, run): (&Report, &Run), failures: i32) -> Result<()> {
    let Some(author) = report.author_id else { return Ok(()) };
    // Whoever left the workspace hears nothing of it.
    if lock_role(conn, author, report.workspace_id).await.is_err() {
        return Ok(());
    }
    let is_stopped = report.is_enabled && is_to_stop(failures);
    if failures > 1 && !is_stopped {
        return Ok(());
    }
    let title = if is_stopped {
        format!("The report \u{201c}{}\u{201d} was stopped", report.title)
    } else {
        format!("The report \u{201c}{}\u{201d} was not sent", report.title)
    };
    let why = run.problems()?.into_iter().map(|problem| problem.message).next_back();
    let stopped = is_stopped.then(|| format!("It failed {failures} times in a row."));
    let body: Vec<String> = stopped.into_iter().chain(why).collect();
    let news = News {
        user: author,
        kind: NotificationKind::ReportFailed,
        title,
        body: (!body.is_empty()).then(|| body.join(" ")),
        subject: Some(Subject { kind: SubjectKind::ScheduledReport, id: report.id.uuid() }),
        key: format!("report-failed:{}", run.id),
    };
    post(conn, app.clock.now(), &[news]).await
}
