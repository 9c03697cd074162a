//! Reports and what came of them, as data.

use async_graphql::{Enum, ID, SimpleObject};
use chrono::{DateTime, Utc};

use crate::domain::dashboards::boards::model::FilterValue;
use crate::domain::dashboards::reports::model;
use crate::domain::dashboards::reports::problems::UNSUBSCRIBED;
use crate::graphql::scalars::id;
use crate::ids::{DashboardId, ScheduledReportId, UserId, WorkspaceId};

/// A file that a report brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::Attachment")]
pub enum ReportAttachment {
    /// The whole dashboard, a page for each tab.
    Pdf,
    /// The result of each tile.
    Csv,
    /// The result of each tile, as a workbook.
    Xlsx,
}

/// Why a report was run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::Trigger")]
pub enum ReportTrigger {
    /// Its time had come.
    Schedule,
    /// Somebody called sendReportNow.
    Manual,
}

/// What came of a run of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::RunStatus")]
pub enum ReportRunStatus {
    /// It is not at its end.
    Running,
    /// Everybody got everything.
    Sent,
    /// Some tile or file is missing in it, or somebody did not get it: problems says which.
    Partial,
    /// Nobody got anything.
    Failed,
}

/// What became of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::DeliveryStatus")]
pub enum ReportDeliveryStatus {
    /// It is still to be sent, or is tried again.
    Pending,
    /// The mail server took it.
    Sent,
    /// The mail server did not take it.
    Failed,
    /// It was not sent: whom it is for may not see the dashboard any more, or wants no report any more.
    Skipped,
}

/// What a problem of a run concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::Part")]
pub enum ReportProblemPart {
    /// All of the run.
    Run,
    /// A tile that is not shown.
    Tile,
    /// A file that was left out.
    Attachment,
    /// Somebody who got nothing.
    Recipient,
}

/// The value of a dashboard's filter with which a report is sent.
#[derive(Debug, Clone, SimpleObject)]
pub struct ReportFilterValue {
    /// The filter.
    pub name: String,
    /// The value, as Postgres reads it. Null for no value.
    pub value: Option<String>,
}

/// A dashboard that is mailed at times, with its charts, to people who may see it. Editors of its workspace see all of its reports, others
/// those that they get.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct ScheduledReport {
    /// Opaque, and the same for the life of the report.
    pub id: ID,
    /// The subject of its mails.
    pub title: String,
    /// When it is sent, in five fields: minute, hour, day of the month, month, day of the week.
    pub cron: String,
    /// Whose clock the fields mean, as the IANA database calls it.
    pub time_zone: String,
    /// Values of the dashboard's filters; all others have their defaults.
    pub filters: Vec<ReportFilterValue>,
    /// The files that it brings.
    pub attachments: Vec<ReportAttachment>,
    /// Whether it is sent at its times.
    pub is_enabled: bool,
    /// Why it is sent no more, where it stopped by itself. Null while it is sent, and when somebody stopped it.
    pub disabled_reason: Option<String>,
    /// When it is sent next. Null while it is stopped.
    pub next_run_at: Option<DateTime<Utc>>,
    /// From 1, one more with every change. Give it back with updateReport.
    pub version: i32,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed; when it was made, if it never was.
    pub updated_at: DateTime<Utc>,
    #[graphql(skip)]
    pub key: ScheduledReportId,
    #[graphql(skip)]
    pub dashboard_key: DashboardId,
    #[graphql(skip)]
    pub workspace_key: WorkspaceId,
    #[graphql(skip)]
    pub author_key: Option<UserId>,
    /// As it was read, for its times.
    #[graphql(skip)]
    pub row: Box<model::Report>,
}

impl From<model::Report> for ScheduledReport {
    fn from(row: model::Report) -> Self {
        let value = |it: FilterValue| ReportFilterValue { name: it.name, value: it.value };
        Self {
            id: id(row.id),
            title: row.title.clone(),
            cron: row.cron.clone(),
            time_zone: row.time_zone.clone(),
            filters: row.chosen().unwrap_or_default().into_iter().map(value).collect(),
            attachments: row.attached().unwrap_or_default().into_iter().map(ReportAttachment::from).collect(),
            is_enabled: row.is_enabled,
            disabled_reason: row.disabled_reason.clone(),
            next_run_at: row.next_run_at,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
            key: row.id,
            dashboard_key: row.dashboard_id,
            workspace_key: row.workspace_id,
            author_key: row.author_id,
            row: Box::new(row),
        }
    }
}

/// Who gets a report.
#[derive(Debug, Clone, SimpleObject)]
pub struct ReportRecipient {
    /// The address of their account.
    pub email: String,
    /// What they are called. Null when they have not said.
    pub name: Option<String>,
    /// Since when they want it no more. Null while they want it.
    pub unsubscribed_at: Option<DateTime<Utc>>,
    /// Whether they may see the dashboard: without that they are sent nothing.
    pub may_see: bool,
}

impl From<model::Recipient> for ReportRecipient {
    fn from(row: model::Recipient) -> Self {
        Self { email: row.email, name: row.name, unsubscribed_at: row.unsubscribed_at, may_see: row.may_see }
    }
}

/// Something that is missing in a run, and why.
#[derive(Debug, Clone, SimpleObject)]
pub struct ReportProblem {
    /// What it concerns.
    pub part: ReportProblemPart,
    /// The title of the tile, the name of the file, or the address of the person. Null for what has none.
    pub name: Option<String>,
    /// Stable: that of the tile's query, or TIMEOUT, CANCELLED, `NO_RESULT`, `NOT_DRAWN`, `TOO_LARGE`, `DOES_NOT_FIT`, `ACCESS_LOST`, `NO_RECIPIENTS`,
    /// `NOTHING_TO_SHOW`, `PROCESSING_FAILED`, or one of the API's.
    pub code: String,
    /// A sentence. It never holds values of the data.
    pub message: String,
}

impl From<model::Problem> for ReportProblem {
    fn from(problem: model::Problem) -> Self {
        Self { part: problem.part.into(), name: problem.name, code: problem.code, message: problem.message }
    }
}

/// Why a letter was not sent.
#[derive(Debug, Clone, SimpleObject)]
pub struct ReportDeliveryError {
    /// A stable code: one of those of letters in docs/REPORTS.md.
    pub code: String,
    /// A sentence for a person.
    pub message: String,
}

/// A letter of a run.
#[derive(Debug, Clone, SimpleObject)]
pub struct ReportDelivery {
    /// The address of whom it is for.
    pub email: String,
    /// What they are called. Null when they have not said.
    pub name: Option<String>,
    /// What became of it.
    pub status: ReportDeliveryStatus,
    /// When the mail server took it. Null unless status is SENT.
    pub sent_at: Option<DateTime<Utc>>,
    /// Why it was not sent. Null unless status is FAILED or SKIPPED.
    pub error: Option<ReportDeliveryError>,
}

/// A time at which a report was sent, or should have been.
#[derive(Debug, Clone, SimpleObject)]
pub struct ReportRun {
    /// Opaque, and the same for the life of the run.
    pub id: ID,
    /// What came of it.
    pub status: ReportRunStatus,
    /// Why it was run.
    pub trigger: ReportTrigger,
    /// The time that had come; of several that were missed, the first.
    pub scheduled_for: DateTime<Utc>,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended. Null while status is RUNNING.
    pub ended_at: Option<DateTime<Utc>>,
    /// Tiles with a result that are in the mail.
    pub tiles_shown: i32,
    /// Tiles that are not, and of which the mail says so.
    pub tiles_missing: i32,
    /// What is missing, and why; empty when everybody got everything.
    pub problems: Vec<ReportProblem>,
    /// Its letters, by address; to whom only gets the report, their own.
    pub deliveries: Vec<ReportDelivery>,
}

impl From<model::Logged> for ReportRun {
    fn from(logged: model::Logged) -> Self {
        let model::Logged { run, deliveries } = logged;
        let mut problems: Vec<ReportProblem> =
            run.problems().unwrap_or_default().into_iter().map(ReportProblem::from).collect();
        // Letters are told by their rows, so that nothing of them outlives an account.
        for letter in &deliveries {
            let (Some(code), Some(message)) = (&letter.error_code, &letter.error_message) else { continue };
            if code != UNSUBSCRIBED {
                problems.push(ReportProblem {
                    part: ReportProblemPart::Recipient,
                    name: Some(letter.email.clone()),
                    code: code.clone(),
                    message: message.clone(),
                });
            }
        }
        let letter = |it: model::Delivery| ReportDelivery {
            email: it.email,
            name: it.name,
            status: it.status.into(),
            sent_at: it.sent_at,
            error: it.error_code.zip(it.error_message).map(|(code, message)| ReportDeliveryError { code, message }),
        };
        Self {
            id: id(run.id),
            status: run.status.into(),
            trigger: run.trigger.into(),
            scheduled_for: run.scheduled_for,
            started_at: run.started_at,
            ended_at: run.ended_at,
            tiles_shown: run.tiles_shown,
            tiles_missing: run.tiles_missing,
            problems,
            deliveries: deliveries.into_iter().map(letter).collect(),
        }
    }
}
