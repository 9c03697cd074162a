//! Notifications as data.

use async_graphql::{Enum, ID, SimpleObject};
use chrono::{DateTime, Utc};

use crate::domain::notifications::model;
use crate::graphql::scalars::id;

/// What a notification tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::NotificationKind")]
pub enum NotificationKind {
    /// What an alert watches has come to be as you wanted to be told of.
    AlertFiring,
    /// An alert fires, fails or lacks data no more.
    AlertResolved,
    /// An alert finds nothing to look at.
    AlertNoData,
    /// An alert cannot look.
    AlertFailing,
    /// A report was sent.
    ReportSent,
    /// A report could not be sent.
    ReportFailed,
    /// Somebody shares a dashboard with you.
    DashboardShared,
    /// A webhook was turned off, as it said that it is gone, or every try failed for five days.
    WebhookDisabled,
}

/// Something that you were told. Only you see it. Those that you have read are kept for 90 days, the others for a year.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct Notification {
    /// Opaque, and the same for the life of the notification. The place to go on from with the subscription.
    pub id: ID,
    /// What it tells of.
    pub kind: NotificationKind,
    /// One line of plain text, up to 200 characters.
    pub title: String,
    /// More about it, plain text of up to 2,000 characters. Null for nothing more.
    pub body: Option<String>,
    /// The id of what it is about, which may be gone, or not be yours to see. Null for nothing in particular. A dashboard that is shared
    /// with you opens with dashboardSharedWithMe.
    pub subject_id: Option<ID>,
    /// When you were told.
    pub created_at: DateTime<Utc>,
    /// When you had read it. Null before.
    pub read_at: Option<DateTime<Utc>>,
}

impl From<model::Notification> for Notification {
    fn from(row: model::Notification) -> Self {
        Self {
            id: id(row.id),
            kind: row.kind.into(),
            subject_id: row.about().map(|subject| ID(subject.to_string())),
            title: row.title,
            body: row.body,
            created_at: row.created_at,
            read_at: row.read_at,
        }
    }
}

/// Whether you want to be told of one kind. Where you have not said, `notifications` in the preferences of your profile holds.
#[derive(Debug, Clone, SimpleObject)]
pub struct NotificationPreference {
    /// The kind.
    pub kind: NotificationKind,
    /// Whether it comes into your inbox.
    pub in_app: bool,
    /// Whether it comes by mail too, to a confirmed address alone. Only the kinds ALERT_… are mailed: of the others this changes nothing.
    pub mail: bool,
}

impl From<model::Preference> for NotificationPreference {
    fn from(row: model::Preference) -> Self {
        Self { kind: row.kind.into(), in_app: row.in_app, mail: row.mail }
    }
}
