//! From webhooks to their workspace and to what was sent to them, and back.

use async_graphql::connection::{Connection, EmptyFields};
use async_graphql::{ComplexObject, Context, Result};

use super::loaders::{DeliveryPageOfWebhook, WebhookById};
use super::types::{Webhook, WebhookDelivery, WebhookDeliveryStatus};
use crate::domain::webhooks::model;
use crate::error::Error;
use crate::graphql::error::to_graphql;
use crate::graphql::loader::load;
use crate::graphql::page::{PageArgs, connection};
use crate::graphql::workspaces::loaders::WorkspaceById;
use crate::graphql::workspaces::types::Workspace;

/// A page of what was sent to a webhook.
pub type WebhookDeliveryConnection = Connection<String, WebhookDelivery, EmptyFields>;

#[ComplexObject]
impl Webhook {
    /// The workspace that it is told of.
    async fn workspace(&self, ctx: &Context<'_>) -> Result<Workspace> {
        let found = load::<WorkspaceById>(ctx, self.workspace_key).await?;
        found.map(Workspace::from).ok_or_else(|| to_graphql(Error::not_found("workspace")))
    }

    /// What was sent to it in the last 30 days, or is to be, the newest first.
    async fn deliveries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start of the list, 1 to 100. Null for 20.")] first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor. Null for the start of the list.")] after: Option<String>,
        #[graphql(desc = "How many from the end of the list, 1 to 100. Null for first.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor. Null for the end of the list.")] before: Option<String>,
        #[graphql(desc = "Only those that have come so far. Null for all.")] status: Option<WebhookDeliveryStatus>,
    ) -> Result<WebhookDeliveryConnection> {
        let page = PageArgs { first, after, last, before }.page(|text| text.parse().ok())?;
        let status = status.map(model::DeliveryStatus::from);
        let slice = load::<DeliveryPageOfWebhook>(ctx, (self.key, (page, status))).await?.unwrap_or_default();
        Ok(connection(slice, EmptyFields, |row: &model::Delivery| row.id.to_string(), WebhookDelivery::from))
    }
}

#[ComplexObject]
impl WebhookDelivery {
    /// The webhook that it is for.
    async fn webhook(&self, ctx: &Context<'_>) -> Result<Webhook> {
        let found = load::<WebhookById>(ctx, self.webhook_key).await?;
        found.map(Webhook::from).ok_or_else(|| to_graphql(Error::not_found("webhook")))
    }
}
