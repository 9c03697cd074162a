//! Webhooks as data.

use async_graphql::{Enum, ID, SimpleObject};
use chrono::{DateTime, Utc};

use crate::domain::webhooks::model;
use crate::graphql::scalars::id;
use crate::ids::{WebhookId, WorkspaceId};

/// What a webhook is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "model::EventKind")]
pub enum WebhookEvent {
    /// An alert came to or left FIRING, `NO_DATA` or ERROR, or reminds that it fires; not while it is muted. `alert.changed` in the message.
    AlertChanged,
    /// A scheduled report was sent to somebody; `report.sent` in the message.
    ReportSent,
    /// A scheduled report was sent to nobody; `report.failed` in the message.
    ReportFailed,
    /// Somebody tries the webhook with testWebhook; `ping` in the message. Nothing listens to it by itself.
    Ping,
}

/// Why nothing is sent to a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::DisabledReason")]
pub enum WebhookDisabledReason {
    /// An editor turned it off.
    Editor,
    /// It answered 410 Gone.
    Gone,
    /// Every try failed for five days.
    Failing,
}

/// How far a message to a webhook has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "model::DeliveryStatus")]
pub enum WebhookDeliveryStatus {
    /// Is tried, or will be.
    Pending,
    /// Was taken, with a status of 2xx.
    Delivered,
    /// Is not tried any more; redeliverWebhook sends it again.
    Failed,
}

/// Where a workspace has signed messages sent when something happens, after Standard Webhooks. Only the workspace's editors see it.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct Webhook {
    /// Opaque, and the same for the life of the webhook.
    pub id: ID,
    /// What is called.
    pub url: String,
    /// What it is told of.
    pub events: Vec<WebhookEvent>,
    /// What it is for. Null while nobody has said.
    pub description: Option<String>,
    /// Whether anything is sent there.
    pub is_enabled: bool,
    /// Why nothing is sent there. Null when something is.
    pub disabled_reason: Option<WebhookDisabledReason>,
    /// Since when every try has failed. Null when the last one did not.
    pub failing_since: Option<DateTime<Utc>>,
    /// How its secret begins, by which you know which one it is.
    pub secret_prefix: String,
    /// Until when messages are signed with the secret before as well. Null when they are not.
    pub previous_secret_expires_at: Option<DateTime<Utc>>,
    /// From 1, one more with every change. Give it back with updateWebhook.
    pub version: i32,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed, but for its secret; when it was made, if it never was.
    pub updated_at: DateTime<Utc>,
    #[graphql(skip)]
    pub key: WebhookId,
    #[graphql(skip)]
    pub workspace_key: WorkspaceId,
}

impl From<model::Webhook> for Webhook {
    fn from(row: model::Webhook) -> Self {
        Self {
            id: id(row.id),
            url: row.url,
            events: row.events.into_iter().map(WebhookEvent::from).collect(),
            description: row.description,
            is_enabled: row.is_enabled,
            disabled_reason: row.disabled_reason.map(WebhookDisabledReason::from),
            failing_since: row.failing_since,
            secret_prefix: row.secret_prefix,
            previous_secret_expires_at: row.previous_secret_expires_at,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
            key: row.id,
            workspace_key: row.workspace_id,
        }
    }
}

/// Why a try to deliver a message did not do.
#[derive(Debug, Clone, SimpleObject)]
pub struct WebhookDeliveryError {
    /// A stable code: STATUS for one that is not 2xx, REDIRECT, GONE, TIMEOUT, UNREACHABLE, TLS, `NO_ADDRESS`, `ADDRESS_CLOSED`, PLAINTEXT, SECRET,
    /// INTERRUPTED, or DISABLED when the webhook was turned off.
    pub code: String,
    /// A sentence for a person.
    pub message: String,
}

/// A message to a webhook. It arrives at least once, each time with this id as its `webhook-id`; it is kept for 30 days.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct WebhookDelivery {
    /// Opaque, and the same for the life of the delivery: receivers get it as `webhook-id`.
    pub id: ID,
    /// What it tells.
    pub event: WebhookEvent,
    /// How far it has come.
    pub status: WebhookDeliveryStatus,
    /// Tries since it was last asked for.
    pub attempts: i32,
    /// The status of the last answer. Null before the first try, and when there was no answer to the last.
    pub response_status: Option<i32>,
    /// How long the last try took, in milliseconds. Null before the first.
    pub duration_ms: Option<i32>,
    /// Why the last try did not do. Null when it did, and before the first.
    pub error: Option<WebhookDeliveryError>,
    /// When it is tried next, or since when it waits for that. Null unless status is PENDING.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last taken. Null while it never was.
    pub delivered_at: Option<DateTime<Utc>>,
    #[graphql(skip)]
    pub webhook_key: WebhookId,
}

impl From<model::Delivery> for WebhookDelivery {
    fn from(row: model::Delivery) -> Self {
        let error = row.error_code.map(|trouble| WebhookDeliveryError {
            code: trouble.as_str().to_owned(),
            message: trouble.message().to_owned(),
        });
        Self {
            id: id(row.id),
            event: row.kind.into(),
            status: row.status.into(),
            attempts: row.attempts,
            response_status: row.response_status,
            duration_ms: row.duration_ms,
            error,
            next_attempt_at: row.next_attempt_at,
            created_at: row.created_at,
            delivered_at: row.delivered_at,
            webhook_key: row.webhook_id,
        }
    }
}
