//! Rows of reports, of their runs and of the letters of those.

use chrono::{DateTime, Utc};
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::dashboards::boards::model::FilterValue;
use crate::error::{Error, Result};
use crate::ids::{DashboardId, DashboardTileId, QueryRunId, ReportRunId, ScheduledReportId, UserId, WorkspaceId};

/// A file that a report brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum Attachment {
    /// The whole dashboard.
    Pdf,
    /// The result of each tile.
    Csv,
    /// The result of each tile.
    Xlsx,
}

crate::db::enums::text_enum!(Attachment { Pdf => "PDF", Csv => "CSV", Xlsx => "XLSX" });

/// Why a report is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum Trigger {
    /// Its time had come.
    Schedule,
    /// Somebody wanted it at once.
    Manual,
}

crate::db::enums::text_enum!(Trigger { Schedule => "SCHEDULE", Manual => "MANUAL" });

/// What came of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum RunStatus {
    Running,
    /// Everybody got everything.
    Sent,
    /// Something of it did not arrive, or somewhere.
    Partial,
    /// Nobody got anything.
    Failed,
}

crate::db::enums::text_enum!(RunStatus {
    Running => "RUNNING",
    Sent => "SENT",
    Partial => "PARTIAL",
    Failed => "FAILED",
});

/// What became of one letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum DeliveryStatus {
    Pending,
    /// The mail server took it.
    Sent,
    /// It did not, at any try.
    Failed,
    /// It was not sent: whom it is for may not have it any more, or does not want it.
    Skipped,
}

crate::db::enums::text_enum!(DeliveryStatus {
    Pending => "PENDING",
    Sent => "SENT",
    Failed => "FAILED",
    Skipped => "SKIPPED",
});

/// What of a run is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Part {
    /// All of it.
    Run,
    /// A tile that could not be shown.
    Tile,
    /// A file that was left out.
    Attachment,
    /// Somebody who got nothing.
    Recipient,
}

/// Something that is missing, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    pub part: Part,
    /// The title of the tile, the name of the file or of the person; `None` for what has none.
    pub name: Option<String>,
    /// Stable.
    pub code: String,
    /// A sentence. Never a value of the data.
    pub message: String,
}

impl Problem {
    #[must_use]
    pub fn new(part: Part, name: Option<&str>, code: &str, message: impl Into<String>) -> Self {
        Self { part, name: name.map(str::to_owned), code: code.to_owned(), message: message.into() }
    }
}

/// A report, as somebody writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    pub title: String,
    pub cron: String,
    pub time_zone: String,
    pub filters: Vec<FilterValue>,
    /// Addresses of accounts of people who may see the dashboard; `None` for whoever writes it.
    pub recipients: Option<Vec<String>>,
    pub attachments: Vec<Attachment>,
    pub is_enabled: bool,
}

/// What is to be changed; `None` for as it is.
#[derive(Debug, Clone, Default)]
pub struct Change {
    pub title: Option<String>,
    pub cron: Option<String>,
    pub time_zone: Option<String>,
    pub filters: Option<Vec<FilterValue>>,
    pub recipients: Option<Vec<String>>,
    pub attachments: Option<Vec<Attachment>>,
    pub is_enabled: Option<bool>,
}

/// A value of a filter as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Chosen {
    name: String,
    value: Option<String>,
}

/// A dashboard that is mailed at times.
#[derive(Debug, Clone, PartialEq, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct Report {
    #[diesel(sql_type = SqlUuid)]
    pub id: ScheduledReportId,
    #[diesel(sql_type = SqlUuid)]
    pub dashboard_id: DashboardId,
    #[diesel(sql_type = SqlUuid)]
    pub workspace_id: WorkspaceId,
    #[diesel(sql_type = Text)]
    pub title: String,
    /// Five fields.
    #[diesel(sql_type = Text)]
    pub cron: String,
    #[diesel(sql_type = Text)]
    pub time_zone: String,
    /// A list of name and value.
    #[diesel(sql_type = Jsonb)]
    pub filters: Value,
    /// A list of [`Attachment`].
    #[diesel(sql_type = Jsonb)]
    pub attachments: Value,
    #[diesel(sql_type = Bool)]
    pub is_enabled: bool,
    /// Why it stopped by itself.
    #[diesel(sql_type = Nullable<Text>)]
    pub disabled_reason: Option<String>,
    /// `None` while it is stopped.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub next_run_at: Option<DateTime<Utc>>,
    /// How many of its newest runs by schedule failed one after another.
    #[diesel(sql_type = Integer)]
    pub failures: i32,
    /// From 1, one more with every change.
    #[diesel(sql_type = Integer)]
    pub version: i32,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub author_id: Option<UserId>,
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    pub updated_at: DateTime<Utc>,
}

impl Report {
    /// What is chosen of the dashboard's filters.
    ///
    /// # Errors
    /// INTERNAL when the row holds something else.
    pub fn chosen(&self) -> Result<Vec<FilterValue>> {
        let kept: Vec<Chosen> = serde_json::from_value(self.filters.clone()).map_err(Error::internal)?;
        Ok(kept.into_iter().map(|it| FilterValue { name: it.name, value: it.value }).collect())
    }

    /// The files that it brings.
    ///
    /// # Errors
    /// INTERNAL when the row holds something else.
    pub fn attached(&self) -> Result<Vec<Attachment>> {
        let kept: Vec<String> = serde_json::from_value(self.attachments.clone()).map_err(Error::internal)?;
        kept.iter().map(|text| text.parse::<Attachment>().map_err(Error::internal)).collect()
    }
}

/// Values of filters as they are kept.
///
/// # Errors
/// INTERNAL, never.
pub fn kept_filters(chosen: &[FilterValue]) -> Result<Value> {
    let kept = chosen.iter().map(|it| Chosen { name: it.name.clone(), value: it.value.clone() });
    serde_json::to_value(kept.collect::<Vec<_>>()).map_err(Error::internal)
}

/// Files as they are kept.
#[must_use]
pub fn kept_attachments(attachments: &[Attachment]) -> Value {
    Value::Array(attachments.iter().map(|it| Value::String(it.as_str().to_owned())).collect())
}

/// Who gets a report.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct Recipient {
    #[diesel(sql_type = SqlUuid)]
    pub report_id: ScheduledReportId,
    #[diesel(sql_type = SqlUuid)]
    pub user_id: UserId,
    #[diesel(sql_type = Text)]
    pub email: String,
    /// What they are called; `None` when they have not said.
    #[diesel(sql_type = Nullable<Text>)]
    pub name: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub unsubscribed_at: Option<DateTime<Utc>>,
    /// Whether they may see the dashboard, and have an open account.
    #[diesel(sql_type = Bool)]
    pub may_see: bool,
}

/// A tile that a query is run for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Awaited {
    pub tile: DashboardTileId,
    pub run: QueryRunId,
    /// Whether this run was begun because the server of the first one stopped: there is no third.
    #[serde(default)]
    pub is_second: bool,
}

/// A time at which a report was sent, or should have been.
#[derive(Debug, Clone, PartialEq, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct Run {
    #[diesel(sql_type = SqlUuid)]
    pub id: ReportRunId,
    #[diesel(sql_type = SqlUuid)]
    pub report_id: ScheduledReportId,
    #[diesel(sql_type = Text)]
    pub trigger: Trigger,
    #[diesel(sql_type = Text)]
    pub status: RunStatus,
    #[diesel(sql_type = Timestamptz)]
    pub scheduled_for: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    pub started_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub ended_at: Option<DateTime<Utc>>,
    /// A list of [`Awaited`]; `None` until the queries have been begun.
    #[diesel(sql_type = Nullable<Jsonb>)]
    pub awaited: Option<Value>,
    /// Whether the letter is written.
    #[diesel(sql_type = Bool)]
    pub is_written: bool,
    #[diesel(sql_type = Integer)]
    pub tiles_shown: i32,
    #[diesel(sql_type = Integer)]
    pub tiles_missing: i32,
    /// A list of [`Problem`].
    #[diesel(sql_type = Jsonb)]
    pub problems: Value,
}

impl Run {
    /// What was found missing while the letter was written.
    ///
    /// # Errors
    /// INTERNAL when the row holds something else.
    pub fn problems(&self) -> Result<Vec<Problem>> {
        serde_json::from_value(self.problems.clone()).map_err(Error::internal)
    }
}

/// One letter of a run.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct Delivery {
    #[diesel(sql_type = SqlUuid)]
    pub run_id: ReportRunId,
    #[diesel(sql_type = SqlUuid)]
    pub user_id: UserId,
    #[diesel(sql_type = Text)]
    pub email: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub name: Option<String>,
    #[diesel(sql_type = Text)]
    pub status: DeliveryStatus,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub sent_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    pub error_code: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub error_message: Option<String>,
}

/// A run as somebody sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Logged {
    pub run: Run,
    /// Those of the letters that they may know of.
    pub deliveries: Vec<Delivery>,
}
