//! What mutations of notifications take and give.

use async_graphql::{ID, InputObject, SimpleObject};

use super::types::{Notification, NotificationKind, NotificationPreference};
use crate::domain::notifications::model;

/// Which notifications to list.
#[derive(Debug, Clone, Default, InputObject)]
pub struct NotificationFilter {
    /// True for only those that are unread. Null and false for all.
    pub unread_only: Option<bool>,
    /// Only of these kinds. Null or empty for all.
    pub kinds: Option<Vec<NotificationKind>>,
}

impl From<NotificationFilter> for model::NotificationFilter {
    fn from(filter: NotificationFilter) -> Self {
        let kinds = filter.kinds.unwrap_or_default().into_iter().map(Into::into).collect();
        Self { is_unread: filter.unread_only.unwrap_or(false), kinds }
    }
}

/// What you have read. Give exactly one of the three.
#[derive(Debug, Clone, InputObject)]
pub struct MarkNotificationsReadInput {
    /// These, 1 to 100. Null where another one is given.
    pub ids: Option<Vec<ID>>,
    /// This one and all before it: the newest that you have seen, so that none that came meanwhile is missed. Null where another one is
    /// given.
    pub up_to: Option<ID>,
    /// True for all that there are. Null and false where another one is given.
    pub all: Option<bool>,
}

/// What is read now.
#[derive(Debug, Clone, SimpleObject)]
pub struct MarkNotificationsReadPayload {
    /// Those that were named by their ids; otherwise the newest of those that were unread, 100 at most. Newest first.
    pub notifications: Vec<Notification>,
    /// How many were unread before.
    pub marked_count: i64,
    /// How many are unread now.
    pub unread_notification_count: i64,
}

impl From<model::Marked> for MarkNotificationsReadPayload {
    fn from(marked: model::Marked) -> Self {
        Self {
            notifications: marked.notifications.into_iter().map(Notification::from).collect(),
            marked_count: marked.count,
            unread_notification_count: marked.unread,
        }
    }
}

/// What to take away.
#[derive(Debug, Clone, InputObject)]
pub struct DeleteNotificationsInput {
    /// The notifications, 1 to 100.
    pub ids: Vec<ID>,
}

/// What was taken away.
#[derive(Debug, Clone, SimpleObject)]
pub struct DeleteNotificationsPayload {
    /// The ids that they had.
    pub deleted_ids: Vec<ID>,
    /// How many are unread now.
    pub unread_notification_count: i64,
}

/// What you say of one kind of notifications.
#[derive(Debug, Clone, InputObject)]
pub struct NotificationPreferenceInput {
    /// The kind.
    pub kind: NotificationKind,
    /// Whether it comes into your inbox. Null for as it is.
    pub in_app: Option<bool>,
    /// Whether it comes by mail too. Null for as it is.
    pub mail: Option<bool>,
}

impl From<NotificationPreferenceInput> for model::PreferenceChange {
    fn from(input: NotificationPreferenceInput) -> Self {
        Self { kind: input.kind.into(), in_app: input.in_app, mail: input.mail }
    }
}

/// Which notifications you want.
#[derive(Debug, Clone, InputObject)]
pub struct SetNotificationPreferencesInput {
    /// What you say of these kinds, each once. The others stay as they are.
    pub preferences: Vec<NotificationPreferenceInput>,
}

/// Which notifications you want now.
#[derive(Debug, Clone, SimpleObject)]
pub struct SetNotificationPreferencesPayload {
    /// Of all kinds.
    pub preferences: Vec<NotificationPreference>,
}
