//! Rows and enums of webhooks.

use chrono::{DateTime, Utc};
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Bytea, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};

use crate::db::schema::{webhook_deliveries, webhooks};
use crate::ids::{WebhookDeliveryId, WebhookId, WorkspaceId};

/// What an endpoint is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum EventKind {
    /// An alert went into another state.
    AlertChanged,
    /// A scheduled report was sent.
    ReportSent,
    /// A scheduled report could not be sent.
    ReportFailed,
    /// Somebody tries the endpoint. Nobody listens to it: it comes when it is asked for.
    Ping,
}

crate::db::enums::text_enum!(EventKind {
    AlertChanged => "ALERT_CHANGED",
    ReportSent => "REPORT_SENT",
    ReportFailed => "REPORT_FAILED",
    Ping => "PING",
});

impl EventKind {
    /// The `type` of its messages: words between full stops, as Standard Webhooks recommends.
    #[must_use]
    pub const fn wire(self) -> &'static str {
        match self {
            Self::AlertChanged => "alert.changed",
            Self::ReportSent => "report.sent",
            Self::ReportFailed => "report.failed",
            Self::Ping => "ping",
        }
    }
}

/// Why nothing is sent to an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum DisabledReason {
    /// An editor turned it off.
    Editor,
    /// It answered 410 Gone.
    Gone,
    /// Every try failed for five days.
    Failing,
}

crate::db::enums::text_enum!(DisabledReason { Editor => "EDITOR", Gone => "GONE", Failing => "FAILING" });

/// How far a delivery has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum DeliveryStatus {
    /// Is tried, or will be.
    Pending,
    /// Was taken.
    Delivered,
    /// Is not tried any more.
    Failed,
}

crate::db::enums::text_enum!(DeliveryStatus { Pending => "PENDING", Delivered => "DELIVERED", Failed => "FAILED" });

/// Why a try did not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum Trouble {
    /// A status that is neither 2xx nor one of those below.
    Status,
    /// 3xx.
    Redirect,
    /// 410.
    Gone,
    Timeout,
    Unreachable,
    Tls,
    NoAddress,
    AddressClosed,
    Plaintext,
    /// The secret does not open.
    Secret,
    /// The server that tried was stopped, again and again.
    Interrupted,
    /// The endpoint was turned off before it came to it.
    Disabled,
}

crate::db::enums::text_enum!(Trouble {
    Status => "STATUS",
    Redirect => "REDIRECT",
    Gone => "GONE",
    Timeout => "TIMEOUT",
    Unreachable => "UNREACHABLE",
    Tls => "TLS",
    NoAddress => "NO_ADDRESS",
    AddressClosed => "ADDRESS_CLOSED",
    Plaintext => "PLAINTEXT",
    Secret => "SECRET",
    Interrupted => "INTERRUPTED",
    Disabled => "DISABLED",
});

impl Trouble {
    /// The same for a person.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::Status => "The endpoint answered with a status that is not 2xx.",
            Self::Redirect => "The endpoint redirects, which is not followed. Enter the address that it redirects to.",
            Self::Gone => "The endpoint answered 410 Gone, and was turned off.",
            Self::Timeout => "The endpoint did not answer within 10 seconds.",
            Self::Unreachable => "There was no connection to the endpoint, or it broke.",
            Self::Tls => "There was no TLS connection to the endpoint that can be trusted.",
            Self::NoAddress => "The name of the endpoint has no address.",
            Self::AddressClosed => "The address of the endpoint is not one that this server calls.",
            Self::Plaintext => "This server calls this address with https alone.",
            Self::Secret => "The secret of the endpoint cannot be read. Exchange it.",
            Self::Interrupted => "The server was stopped while it tried.",
            Self::Disabled => "The endpoint was turned off.",
        }
    }
}

/// Where a workspace has messages sent. Secrets are not in it.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct Webhook {
    #[diesel(sql_type = SqlUuid)]
    pub id: WebhookId,
    #[diesel(sql_type = SqlUuid)]
    pub workspace_id: WorkspaceId,
    #[diesel(sql_type = Text)]
    pub url: String,
    /// At least one, each once.
    #[diesel(sql_type = Array<Text>)]
    pub events: Vec<EventKind>,
    /// `None` while nobody has said.
    #[diesel(sql_type = Nullable<Text>)]
    pub description: Option<String>,
    #[diesel(sql_type = Bool)]
    pub is_enabled: bool,
    /// `None` when it is on.
    #[diesel(sql_type = Nullable<Text>)]
    pub disabled_reason: Option<DisabledReason>,
    /// `None` when the last try did not fail.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub failing_since: Option<DateTime<Utc>>,
    /// How the secret begins.
    #[diesel(sql_type = Text)]
    pub secret_prefix: String,
    /// `None` when only one secret signs.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub previous_secret_expires_at: Option<DateTime<Utc>>,
    /// From 1, one more with every change but of the secret.
    #[diesel(sql_type = Integer)]
    pub version: i32,
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    pub updated_at: DateTime<Utc>,
}

/// One that is being called, with its secrets.
#[derive(Debug, Clone, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct Claimed {
    #[diesel(embed)]
    pub webhook: Webhook,
    #[diesel(sql_type = Bytea)]
    pub sealed_secret: Vec<u8>,
    #[diesel(sql_type = Nullable<Bytea>)]
    pub sealed_previous_secret: Option<Vec<u8>>,
}

/// One to be stored.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = webhooks)]
pub struct NewWebhook {
    pub id: WebhookId,
    pub workspace_id: WorkspaceId,
    pub url: String,
    pub events: Vec<EventKind>,
    pub description: Option<String>,
    pub secret_prefix: String,
    pub sealed_secret: Vec<u8>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A message for one endpoint.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct Delivery {
    #[diesel(sql_type = SqlUuid)]
    pub id: WebhookDeliveryId,
    #[diesel(sql_type = SqlUuid)]
    pub webhook_id: WebhookId,
    #[diesel(sql_type = Text)]
    pub kind: EventKind,
    /// As it is sent.
    #[diesel(sql_type = Text)]
    pub body: String,
    #[diesel(sql_type = Text)]
    pub status: DeliveryStatus,
    /// Tries since it was last asked for.
    #[diesel(sql_type = Integer)]
    pub attempts: i32,
    /// `None` unless it is pending.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// `None` before the first answer, and when there was none to the last try.
    #[diesel(sql_type = Nullable<Integer>)]
    pub response_status: Option<i32>,
    /// `None` when the last try did, and before the first.
    #[diesel(sql_type = Nullable<Text>)]
    pub error_code: Option<Trouble>,
    /// Of the last try; `None` before it.
    #[diesel(sql_type = Nullable<Integer>)]
    pub duration_ms: Option<i32>,
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    /// `None` while it never was.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub delivered_at: Option<DateTime<Utc>>,
}

/// One to be stored.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = webhook_deliveries)]
pub struct NewDelivery {
    pub id: WebhookDeliveryId,
    pub webhook_id: WebhookId,
    pub kind: EventKind,
    pub key: String,
    pub body: String,
    pub status: DeliveryStatus,
    pub next_attempt_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

/// An endpoint as somebody wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    pub url: String,
    pub events: Vec<EventKind>,
    /// `None` for nothing to say.
    pub description: Option<String>,
    pub is_enabled: bool,
}

impl Webhook {
    /// What can be changed of it.
    #[must_use]
    pub fn content(&self) -> Content {
        Content {
            url: self.url.clone(),
            events: self.events.clone(),
            description: self.description.clone(),
            is_enabled: self.is_enabled,
        }
    }
}

/// What is to be changed; `None` for as it is.
#[derive(Debug, Clone, Default)]
pub struct Change {
    pub url: Option<String>,
    pub events: Option<Vec<EventKind>>,
    pub description: Option<Option<String>>,
    pub is_enabled: Option<bool>,
}

impl Change {
    /// What comes of it.
    #[must_use]
    pub fn of(&self, was: &Content) -> Content {
        Content {
            url: self.url.as_ref().unwrap_or(&was.url).clone(),
            events: self.events.as_ref().unwrap_or(&was.events).clone(),
            description: self.description.as_ref().unwrap_or(&was.description).clone(),
            is_enabled: self.is_enabled.unwrap_or(was.is_enabled),
        }
    }
}
