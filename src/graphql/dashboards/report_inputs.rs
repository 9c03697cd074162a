//! What is said of reports.

use async_graphql::{ID, InputObject, SimpleObject};

use super::board_inputs::{FilterValueInput, chosen};
use super::report_types::{ReportAttachment, ReportRun, ScheduledReport};
use crate::domain::dashboards::reports::model;

/// A dashboard to mail at times.
#[derive(Debug, Clone, InputObject)]
pub struct ScheduleReportInput {
    /// The dashboard.
    pub dashboard_id: ID,
    /// The subject of the mails, 1 to 200 characters.
    pub title: String,
    /// When to send it, in five fields: minute, hour, day of the month, month, day of the week, every 15 minutes at most. `reportTimes` says
    /// which times that are.
    pub cron: String,
    /// Whose clock the fields mean, as the IANA database calls it, such as Europe/Berlin.
    pub time_zone: String,
    /// Values of the dashboard's filters; what is left out has its default. Null or empty for all defaults.
    pub filters: Option<Vec<FilterValueInput>>,
    /// Addresses of the accounts of people who may see the dashboard, 1 to 50: members of its workspace, and those whom it is shared with.
    /// Null for yourself.
    pub recipients: Option<Vec<String>>,
    /// The files that it brings. Null or empty for none.
    pub attachments: Option<Vec<ReportAttachment>>,
    /// Whether it is sent at its times.
    #[graphql(default = true)]
    pub is_enabled: bool,
}

impl ScheduleReportInput {
    /// The dashboard, and the report.
    #[must_use]
    pub fn parts(self) -> (ID, model::Content) {
        let content = model::Content {
            title: self.title,
            cron: self.cron,
            time_zone: self.time_zone,
            filters: chosen(self.filters),
            recipients: self.recipients,
            attachments: self.attachments.unwrap_or_default().into_iter().map(model::Attachment::from).collect(),
            is_enabled: self.is_enabled,
        };
        (self.dashboard_id, content)
    }
}

/// What to change in a report. A field that is left out, or null, stays.
#[derive(Debug, Clone, InputObject)]
pub struct UpdateReportInput {
    /// The report.
    pub id: ID,
    /// The version that you have seen.
    pub version: i32,
    /// The subject of the mails, 1 to 200 characters. Null for as it is.
    pub title: Option<String>,
    /// When to send it, in five fields, every 15 minutes at most. Null for as it is.
    pub cron: Option<String>,
    /// Whose clock the fields mean. Null for as it is.
    pub time_zone: Option<String>,
    /// All values of the dashboard's filters; what is left out has its default. Null for as they are.
    pub filters: Option<Vec<FilterValueInput>>,
    /// The addresses of all who get it, 1 to 50. Null for as they are.
    pub recipients: Option<Vec<String>>,
    /// All files that it brings. Null for as they are.
    pub attachments: Option<Vec<ReportAttachment>>,
    /// Whether it is sent at its times: one that stopped by itself is sent again with true. Null for as it is.
    pub is_enabled: Option<bool>,
}

impl UpdateReportInput {
    /// What is to be changed.
    #[must_use]
    pub fn change(self) -> model::Change {
        let attachments = |all: Vec<ReportAttachment>| all.into_iter().map(model::Attachment::from).collect();
        model::Change {
            title: self.title,
            cron: self.cron,
            time_zone: self.time_zone,
            filters: self.filters.map(|filters| chosen(Some(filters))),
            recipients: self.recipients,
            attachments: self.attachments.map(attachments),
            is_enabled: self.is_enabled,
        }
    }
}

/// A report.
#[derive(Debug, Clone, InputObject)]
pub struct ReportInput {
    /// Its id.
    pub id: ID,
}

/// A report as it is now.
#[derive(Debug, Clone, SimpleObject)]
pub struct ReportPayload {
    /// The report.
    pub report: ScheduledReport,
}

/// A report that is gone.
#[derive(Debug, Clone, SimpleObject)]
pub struct DeleteReportPayload {
    /// The id that it had.
    pub deleted_id: ID,
}

/// A report that is being sent.
#[derive(Debug, Clone, SimpleObject)]
pub struct SendReportNowPayload {
    /// The report.
    pub report: ScheduledReport,
    /// Its run, which has just begun: see `ScheduledReport.runs`.
    pub run: ReportRun,
}

/// A report that you get no more.
#[derive(Debug, Clone, SimpleObject)]
pub struct UnsubscribeFromReportPayload {
    /// Its id. You may not see it any more.
    pub report_id: ID,
}
