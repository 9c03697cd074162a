//! Scheduling reports, changing and removing them, and having one sent at once.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::model::{Change, Content, Report, Run, Trigger, kept_attachments, kept_filters};
use super::policy::{REPORTS_MAX, checked};
use super::reading::missing;
use super::run_job::RunReport;
use super::schedule::Schedule;
use super::store::{self, Written};
use super::{recipient_store, run_store};
use crate::app::App;
use crate::db::pool::{Connection, Transactional as _};
use crate::domain::dashboards::boards::model::Dashboard;
use crate::domain::dashboards::boards::{reading as boards, store as board_store, values};
use crate::domain::users::actions::verification::require_verified;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::permissions::Permission;
use crate::domain::workspaces::policy::require_editor;
use crate::domain::workspaces::reading as workspaces;
use crate::error::{Error, FieldError, Result};
use crate::ids::{DashboardId, ReportRunId, ScheduledReportId, UserId};
use crate::jobs::queue;
use crate::limits::class::Class;

/// Has a dashboard mailed at times.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown dashboard, FORBIDDEN for a viewer of its workspace and where this installation sends no mail, CONFLICT
/// for more than 20 of one dashboard, BAD_USER_INPUT for content that does not do.
pub async fn schedule(app: &App, actor: &Actor, dashboard: DashboardId, content: &Content) -> Result<Report> {
    let editor = actor.require_may(Permission::ManageOwnData)?.user.id;
    require_verified(app, actor)?;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let dashboard = board_store::lock(conn, editor, dashboard).await?.ok_or_else(boards::missing)?;
        require_editor(workspaces::lock_role(conn, editor, dashboard.workspace_id).await?)?;
        app.mail.require_on()?;
        let now = app.clock.now();
        let content = checked(content)?;
        let next = next(&content, now)?;
        values::filled(&dashboard.filters()?, &content.filters, "input.filters")?;
        if store::count(conn, dashboard.id).await? >= REPORTS_MAX {
            return Err(Error::conflict(format!("A dashboard has at most {REPORTS_MAX} reports.")));
        }
        let people = match &content.recipients {
            Some(emails) => people(app, conn, dashboard.id, emails, now).await?,
            None => vec![editor],
        };
        let id = ScheduledReportId::generate(now);
        let (filters, attachments) = (kept_filters(&content.filters)?, kept_attachments(&content.attachments));
        store::insert(conn, id, dashboard.id, editor, &written(&content, (&filters, &attachments), next), now).await?;
        recipient_store::replace(conn, id, &people, editor).await?;
        let after = json!({ "dashboard": dashboard.id.to_string(), "cron": content.cron, "timeZone": content.time_zone,
            "recipients": people.len() });
        audit::record(conn, now, actor, Entry::new(Action::ReportScheduled).on(id).after(after)).await?;
        store::find(conn, id).await?.ok_or_else(missing)
    })
    .await
}

/// Changes a report that the actor has seen as `version`: all of it or nothing.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown report, FORBIDDEN for whoever only gets it, CONFLICT when it was changed since, BAD_USER_INPUT for
/// content that does not do.
pub async fn update(app: &App, actor: &Actor, id: ScheduledReportId, version: i32, change: &Change) -> Result<Report> {
    let editor = actor.require_may(Permission::ManageOwnData)?.user.id;
    require_verified(app, actor)?;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let now = app.clock.now();
        let (report, dashboard) = editable(conn, editor, id, now).await?;
        if report.version != version {
            let is = report.version;
            let message = format!("Somebody changed this report: it is version {is} now. Please look at it again.");
            return Err(Error::conflict(message).with_field("input.version"));
        }
        let content = checked(&changed(&report, change)?)?;
        let next = next(&content, now)?;
        if next.is_some() {
            app.mail.require_on()?;
        }
        if change.filters.is_some() {
            values::filled(&dashboard.filters()?, &content.filters, "input.filters")?;
        }
        if let Some(emails) = &content.recipients {
            let people = people(app, conn, dashboard.id, emails, now).await?;
            let unwilling = recipient_store::unsubscribed(conn, id).await?;
            require_willing(&people, &unwilling, editor)?;
            recipient_store::replace(conn, id, &people, editor).await?;
        }
        let (filters, attachments) = (kept_filters(&content.filters)?, kept_attachments(&content.attachments));
        store::update(conn, id, &written(&content, (&filters, &attachments), next), now).await?;
        let entry = Entry::new(Action::ReportUpdated).on(id).before(json!({ "version": version }));
        let entry = entry.after(json!({ "version": version.saturating_add(1), "changed": named(change) }));
        audit::record(conn, now, actor, entry).await?;
        store::find(conn, id).await?.ok_or_else(missing)
    })
    .await
}

/// Removes a report with all that is known of its runs.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown report, FORBIDDEN for whoever only gets it.
pub async fn delete(app: &App, actor: &Actor, id: ScheduledReportId) -> Result<()> {
    let editor = actor.require_may(Permission::ManageOwnData)?.user.id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let now = app.clock.now();
        let (report, _) = editable(conn, editor, id, now).await?;
        store::remove(conn, id).await?;
        let entry = Entry::new(Action::ReportDeleted).on(id).before(json!({ "version": report.version }));
        audit::record(conn, now, actor, entry).await
    })
    .await
}

/// Has a report sent at once, to all who get it, beside its times.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown report, FORBIDDEN for whoever only gets it and where this installation sends no mail, CONFLICT while
/// it is being sent, `RATE_LIMITED` for too many in an hour.
pub async fn send_now(app: &App, actor: &Actor, id: ScheduledReportId) -> Result<(Report, Run)> {
    let editor = actor.require_may(Permission::ManageOwnData)?.user.id;
    require_verified(app, actor)?;
    let now = app.clock.now();
    let mut conn = app.db.write().await?;
    // What is counted is counted of those alone who may.
    let may: Result<()> = conn.transaction(async |conn| editable(conn, editor, id, now).await.map(drop)).await;
    may?;
    drop(conn);
    app.mail.require_on()?;
    app.limits.take(Class::Mail, &id.to_string(), 1).await?;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let (report, _) = editable(conn, editor, id, now).await?;
        if run_store::is_running(conn, id).await? {
            return Err(Error::conflict("This report is being sent. Please wait for its end."));
        }
        let run = ReportRunId::generate(now);
        run_store::insert(conn, run, id, (Trigger::Manual, now), now).await?;
        queue::enqueue::<App, _>(conn, &app.clock, &RunReport { run_id: run, looks: 0 }).await?;
        let entry = Entry::new(Action::ReportRun).on(id).after(json!({ "run": run.to_string() }));
        audit::record(conn, now, actor, entry).await?;
        let run = run_store::find(conn, run).await?.ok_or_else(missing)?;
        Ok((report, run))
    })
    .await
}

/// The report, locked, and its dashboard, for somebody who may change them.
async fn editable(
    conn: &Connection,
    editor: UserId,
    id: ScheduledReportId,
    now: DateTime<Utc>,
) -> Result<(Report, Dashboard)> {
    let report = store::lock(conn, editor, id, now).await?.ok_or_else(missing)?;
    let forbidden = || Error::forbidden("Only the owners and the editors of this workspace may do this.");
    // Whom the dashboard is only shared with knows of the report, and is nothing in the workspace.
    let role = workspaces::lock_role(conn, editor, report.workspace_id).await.map_err(|_| forbidden())?;
    require_editor(role)?;
    let dashboard = board_store::find(conn, report.dashboard_id).await?.ok_or_else(missing)?;
    Ok((report, dashboard))
}

/// When a report with this content is sent next; `None` for one that is stopped.
fn next(content: &Content, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
    let schedule = Schedule::read(&content.cron, &content.time_zone, "input")?;
    if !content.is_enabled {
        return Ok(None);
    }
    let never = || Error::bad_input("input.cron", "This time never comes.");
    schedule.next(now).ok_or_else(never).map(Some)
}

/// The people who have these addresses, and may see the dashboard. That somebody else has an account shows nowhere.
async fn people(
    app: &App,
    conn: &Connection,
    dashboard: DashboardId,
    emails: &[String],
    now: DateTime<Utc>,
) -> Result<Vec<UserId>> {
    let must = app.config.accounts.require_verified_email;
    let found = recipient_store::candidates(conn, dashboard, emails, must, now).await?;
    let found: HashMap<String, UserId> = found.into_iter().map(|it| (it.email, it.user_id)).collect();
    let (mut people, mut wrong) = (Vec::new(), Vec::new());
    for (place, email) in emails.iter().enumerate() {
        match found.get(email) {
            Some(person) if people.contains(person) => {}
            Some(person) => people.push(*person),
            None => wrong.push(FieldError {
                path: format!("input.recipients.{place}"),
                message: "This is nobody who may see the dashboard. Share it with them first.".to_owned(),
            }),
        }
    }
    if wrong.is_empty() { Ok(people) } else { Err(Error::bad_inputs(wrong)) }
}

/// Refuses to have somebody else mailed who wants it no more.
fn require_willing(people: &[UserId], unwilling: &[UserId], editor: UserId) -> Result<()> {
    let wrong = people.iter().enumerate().filter(|(_, person)| **person != editor && unwilling.contains(person));
    let wrong: Vec<FieldError> = wrong
        .map(|(place, _)| FieldError {
            path: format!("input.recipients.{place}"),
            message: "This person does not want this report any more.".to_owned(),
        })
        .collect();
    if wrong.is_empty() { Ok(()) } else { Err(Error::bad_inputs(wrong)) }
}

fn changed(report: &Report, change: &Change) -> Result<Content> {
    Ok(Content {
        title: change.title.as_ref().unwrap_or(&report.title).clone(),
        cron: change.cron.as_ref().unwrap_or(&report.cron).clone(),
        time_zone: change.time_zone.as_ref().unwrap_or(&report.time_zone).clone(),
        filters: match &change.filters {
            Some(filters) => filters.clone(),
            None => report.chosen()?,
        },
        recipients: change.recipients.clone(),
        attachments: match &change.attachments {
            Some(attachments) => attachments.clone(),
            None => report.attached()?,
        },
        is_enabled: change.is_enabled.unwrap_or(report.is_enabled),
    })
}

/// The names of what somebody said, as the API has them.
fn named(change: &Change) -> Vec<&'static str> {
    let parts = [
        ("title", change.title.is_some()),
        ("cron", change.cron.is_some()),
        ("timeZone", change.time_zone.is_some()),
        ("filters", change.filters.is_some()),
        ("recipients", change.recipients.is_some()),
        ("attachments", change.attachments.is_some()),
        ("isEnabled", change.is_enabled.is_some()),
    ];
    parts.into_iter().filter_map(|(name, is_said)| is_said.then_some(name)).collect()
}

fn written<'a>(
    content: &'a Content,
    (filters, attachments): (&'a Value, &'a Value),
    next_run_at: Option<DateTime<Utc>>,
) -> Written<'a> {
    let Content { title, cron, time_zone, .. } = content;
    Written { title, cron, time_zone, filters, attachments, next_run_at }
}
