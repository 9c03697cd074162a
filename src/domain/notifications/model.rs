//! Rows and enums of notifications.

use std::fmt;

use chrono::{DateTime, Utc};
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use crate::ids::{AlertId, DashboardId, NotificationId, ScheduledReportId, UserId, WebhookId};

/// What a notification tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum NotificationKind {
    /// What an alert watches is as it was to be told of.
    AlertFiring,
    /// It is so no more.
    AlertResolved,
    /// There is nothing to look at.
    AlertNoData,
    /// It cannot be looked at.
    AlertFailing,
    ReportSent,
    ReportFailed,
    /// Somebody shares a dashboard with the person.
    DashboardShared,
    /// An address was not reached for so long that it is told nothing any more.
    WebhookDisabled,
}

crate::db::enums::text_enum!(NotificationKind {
    AlertFiring => "ALERT_FIRING",
    AlertResolved => "ALERT_RESOLVED",
    AlertNoData => "ALERT_NO_DATA",
    AlertFailing => "ALERT_FAILING",
    ReportSent => "REPORT_SENT",
    ReportFailed => "REPORT_FAILED",
    DashboardShared => "DASHBOARD_SHARED",
    WebhookDisabled => "WEBHOOK_DISABLED",
});

/// What kind of thing a notification is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum SubjectKind {
    Alert,
    ScheduledReport,
    Dashboard,
    Webhook,
}

crate::db::enums::text_enum!(SubjectKind {
    Alert => "ALERT",
    ScheduledReport => "SCHEDULED_REPORT",
    Dashboard => "DASHBOARD",
    Webhook => "WEBHOOK",
});

/// The thing that a notification is about. It may be gone, or not be the reader's to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject {
    pub kind: SubjectKind,
    pub id: Uuid,
}

/// Its public id.
impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            SubjectKind::Alert => AlertId::from_uuid(self.id).fmt(f),
            SubjectKind::ScheduledReport => ScheduledReportId::from_uuid(self.id).fmt(f),
            SubjectKind::Dashboard => DashboardId::from_uuid(self.id).fmt(f),
            SubjectKind::Webhook => WebhookId::from_uuid(self.id).fmt(f),
        }
    }
}

/// Something that a person was told.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct Notification {
    #[diesel(sql_type = SqlUuid)]
    pub id: NotificationId,
    /// Its place among those of the person, in the order in which they became visible.
    #[diesel(sql_type = BigInt)]
    pub number: i64,
    #[diesel(sql_type = Text)]
    pub kind: NotificationKind,
    #[diesel(sql_type = Text)]
    pub title: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub body: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub subject_kind: Option<SubjectKind>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub subject: Option<Uuid>,
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    /// `None` while it is unread.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub read_at: Option<DateTime<Utc>>,
}

impl Notification {
    /// What it is about; `None` for nothing.
    #[must_use]
    pub fn about(&self) -> Option<Subject> {
        Some(Subject { kind: self.subject_kind?, id: self.subject? })
    }
}

/// Which notifications to list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct NotificationFilter {
    pub is_unread: bool,
    /// Only of these kinds; empty for all.
    pub kinds: Vec<NotificationKind>,
}

/// Which notifications are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chosen {
    /// These.
    These(Vec<NotificationId>),
    /// This one and all before it.
    UpTo(NotificationId),
    All,
}

/// Which notifications were marked as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// Those that were asked for by id, or else the newest of those that were unread.
    pub notifications: Vec<Notification>,
    /// How many were unread before.
    pub count: i64,
    /// How many are unread now.
    pub unread: i64,
}

/// Whether somebody wants to be told of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct Preference {
    #[diesel(sql_type = Text)]
    pub kind: NotificationKind,
    /// In the inbox.
    #[diesel(sql_type = Bool)]
    pub in_app: bool,
    /// By mail too, as far as any is sent.
    #[diesel(sql_type = Bool)]
    pub mail: bool,
}

/// What somebody says of one kind; `None` for as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PreferenceChange {
    pub kind: NotificationKind,
    pub in_app: Option<bool>,
    pub mail: Option<bool>,
}

/// Somebody who wants mail about a kind of notifications, at an address that is known to be theirs.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct Reader {
    #[diesel(sql_type = SqlUuid)]
    pub user: UserId,
    #[diesel(sql_type = Text)]
    pub email: String,
    /// As the person wants to be called; `None` where they have not said.
    #[diesel(sql_type = Nullable<Text>)]
    pub name: Option<String>,
    /// A name of the IANA database.
    #[diesel(sql_type = Text)]
    pub timezone: String,
    /// A BCP 47 tag.
    #[diesel(sql_type = Text)]
    pub language: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_named_as_the_thing_itself_is() {
        let id = Uuid::from_u128(7);
        let name = |kind| Subject { kind, id }.to_string();
        let names: Vec<String> = SubjectKind::ALL.iter().map(|kind| name(*kind)).collect();
        let end = "_00000000000000000000000007";
        assert_eq!(names, ["alert", "report", "dashboard", "webhook"].map(|kind| format!("{kind}{end}")));
        assert_eq!(name(SubjectKind::Dashboard), DashboardId::from_uuid(id).to_string());
    }
}
