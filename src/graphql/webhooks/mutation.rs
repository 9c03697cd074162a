//! Making webhooks, changing and trying them.

use async_graphql::{Context, Object, Result};
use secrecy::{ExposeSecret as _, SecretString};

use super::inputs::{
    CreateWebhookInput, DeleteWebhookInput, DeleteWebhookPayload, RedeliverWebhookInput, RotateWebhookSecretInput,
    TestWebhookInput, UpdateWebhookInput, WebhookDeliveryPayload, WebhookPayload, WebhookSecretPayload,
};
use crate::domain::webhooks::{actions, model, resending, rotating};
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::scalars::parse_id;

/// The part of the root that has messages sent.
#[derive(Default)]
pub struct WebhooksMutation;

/// What can be done with webhooks.
#[Object]
impl WebhooksMutation {
    /// Has signed messages sent to an address from now on when something happens in a workspace. Its secret is shown this once. NOT_FOUND for a
    /// workspace that you are no member of, FORBIDDEN for its viewers, BAD_USER_INPUT with every field at fault, CONFLICT for more than 20 in
    /// one workspace.
    async fn create_webhook(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The address, and what it is told of.")] input: CreateWebhookInput,
    ) -> Result<WebhookSecretPayload> {
        let workspace = parse_id(&input.workspace_id, "input.workspaceId", "workspace")?;
        secret(actions::create(app(ctx), actor(ctx), workspace, &input.into()).await)
    }

    /// Changes a webhook, all of it or nothing. NOT_FOUND for one of a workspace that you are no member of, FORBIDDEN for its viewers, CONFLICT
    /// when it is another version by now, BAD_USER_INPUT as for createWebhook.
    async fn update_webhook(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The webhook, and what to change in it.")] input: UpdateWebhookInput,
    ) -> Result<WebhookPayload> {
        let id = parse_id(&input.id, "input.id", "webhook")?;
        let version = input.version;
        let webhook = actions::update(app(ctx), actor(ctx), id, version, &input.into()).await.map_err(to_graphql)?;
        Ok(WebhookPayload { webhook: webhook.into() })
    }

    /// Gives a webhook a new secret, which is shown this once. For 24 hours messages are signed with the one before as well. NOT_FOUND for one of
    /// a workspace that you are no member of, FORBIDDEN for its viewers.
    async fn rotate_webhook_secret(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The webhook.")] input: RotateWebhookSecretInput,
    ) -> Result<WebhookSecretPayload> {
        let id = parse_id(&input.id, "input.id", "webhook")?;
        secret(rotating::rotate(app(ctx), actor(ctx), id).await)
    }

    /// Deletes a webhook, with all that was sent to it; what is still to be delivered is not. NOT_FOUND for one of a workspace that you are no
    /// member of, FORBIDDEN for its viewers.
    async fn delete_webhook(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The webhook to delete.")] input: DeleteWebhookInput,
    ) -> Result<DeleteWebhookPayload> {
        let id = parse_id(&input.id, "input.id", "webhook")?;
        actions::delete(app(ctx), actor(ctx), id).await.map_err(to_graphql)?;
        Ok(DeleteWebhookPayload { deleted_id: input.id })
    }

    /// Sends a PING to a webhook, and answers at once: read the delivery again for what became of it. NOT_FOUND for one of a workspace that you
    /// are no member of, FORBIDDEN for its viewers, CONFLICT for one that is turned off, and while another PING is on its way.
    async fn test_webhook(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The webhook to try.")] input: TestWebhookInput,
    ) -> Result<WebhookDeliveryPayload> {
        let id = parse_id(&input.id, "input.id", "webhook")?;
        delivery(resending::test(app(ctx), actor(ctx), id).await)
    }

    /// Sends a message to a webhook again, or at once, whatever has become of it: the same message with the same id. NOT_FOUND for one of a
    /// workspace that you are no member of, FORBIDDEN for its viewers, CONFLICT for a webhook that is turned off.
    async fn redeliver_webhook(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The delivery to repeat.")] input: RedeliverWebhookInput,
    ) -> Result<WebhookDeliveryPayload> {
        let id = parse_id(&input.delivery_id, "input.deliveryId", "webhook delivery")?;
        delivery(resending::redeliver(app(ctx), actor(ctx), id).await)
    }
}

fn secret(result: crate::error::Result<(model::Webhook, SecretString)>) -> Result<WebhookSecretPayload> {
    let (webhook, secret) = result.map_err(to_graphql)?;
    Ok(WebhookSecretPayload { webhook: webhook.into(), secret: secret.expose_secret().to_owned() })
}

fn delivery(result: crate::error::Result<model::Delivery>) -> Result<WebhookDeliveryPayload> {
    result.map(|delivery| WebhookDeliveryPayload { delivery: delivery.into() }).map_err(to_graphql)
}
