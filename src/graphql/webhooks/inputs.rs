//! What is said of webhooks.

use async_graphql::{ID, InputObject, MaybeUndefined, SimpleObject};

use super::types::{Webhook, WebhookDelivery, WebhookEvent};
use crate::domain::webhooks::model;
use crate::graphql::scalars::changed;

/// A webhook to make.
#[derive(Debug, Clone, InputObject)]
pub struct CreateWebhookInput {
    /// The workspace that it is told of.
    pub workspace_id: ID,
    /// What is called: https, up to 2,000 characters, without a name, a password and a part behind #, at an address that this server may call.
    pub url: String,
    /// What it is told of, at least one; not PING.
    pub events: Vec<WebhookEvent>,
    /// What it is for, up to 500 characters. Null for nothing to say.
    pub description: Option<String>,
}

impl From<CreateWebhookInput> for model::Content {
    fn from(input: CreateWebhookInput) -> Self {
        Self {
            url: input.url,
            events: input.events.into_iter().map(model::EventKind::from).collect(),
            description: input.description,
            is_enabled: true,
        }
    }
}

/// What to change in a webhook. A field that is left out stays.
#[derive(Debug, Clone, InputObject)]
pub struct UpdateWebhookInput {
    /// The webhook.
    pub id: ID,
    /// The version that you have seen.
    pub version: i32,
    /// What is called, as in createWebhook. Null for as it is. Its secret stays.
    pub url: Option<String>,
    /// All that it is told of, in the place of what it was. Null for as it is.
    pub events: Option<Vec<WebhookEvent>>,
    /// What it is for. Null for nothing to say.
    pub description: MaybeUndefined<String>,
    /// Whether anything is sent there. Turned off, what is still to be delivered is given up; turned on, it begins anew. Null for as it is.
    pub is_enabled: Option<bool>,
}

impl From<UpdateWebhookInput> for model::Change {
    fn from(input: UpdateWebhookInput) -> Self {
        Self {
            url: input.url,
            events: input.events.map(|events| events.into_iter().map(model::EventKind::from).collect()),
            description: changed(input.description),
            is_enabled: input.is_enabled,
        }
    }
}

/// A webhook whose secret is to be exchanged.
#[derive(Debug, Clone, InputObject)]
pub struct RotateWebhookSecretInput {
    /// The webhook.
    pub id: ID,
}

/// A webhook to delete.
#[derive(Debug, Clone, InputObject)]
pub struct DeleteWebhookInput {
    /// The webhook.
    pub id: ID,
}

/// A webhook to try.
#[derive(Debug, Clone, InputObject)]
pub struct TestWebhookInput {
    /// The webhook.
    pub id: ID,
}

/// A message to send again.
#[derive(Debug, Clone, InputObject)]
pub struct RedeliverWebhookInput {
    /// The delivery.
    pub delivery_id: ID,
}

/// A webhook as it is now.
#[derive(Debug, Clone, SimpleObject)]
pub struct WebhookPayload {
    /// The webhook.
    pub webhook: Webhook,
}

/// A webhook with a new secret.
#[derive(Debug, Clone, SimpleObject)]
pub struct WebhookSecretPayload {
    /// The webhook.
    pub webhook: Webhook,
    /// What its messages are signed with: `whsec_` and base64, as libraries for Standard Webhooks take it. It is shown this once, and cannot be
    /// found out again.
    pub secret: String,
}

/// A webhook that was deleted.
#[derive(Debug, Clone, SimpleObject)]
pub struct DeleteWebhookPayload {
    /// The id of what is gone.
    pub deleted_id: ID,
}

/// A message that is on its way.
#[derive(Debug, Clone, SimpleObject)]
pub struct WebhookDeliveryPayload {
    /// The delivery. Read it again, by its id, for what becomes of it.
    pub delivery: WebhookDelivery,
}
