//! Webhooks and what was sent to them, by key.

use std::collections::HashMap;

use crate::app::App;
use crate::db::page::{Page, Slice};
use crate::domain::users::actor::Actor;
use crate::domain::webhooks::model::{Delivery, DeliveryStatus, Webhook};
use crate::domain::webhooks::reading;
use crate::error::Result;
use crate::graphql::loader::Load;
use crate::ids::{WebhookDeliveryId, WebhookId, WorkspaceId};

/// A webhook that the reader may change.
pub struct WebhookById;

impl Load for WebhookById {
    type Key = WebhookId;
    type Value = Webhook;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::load(app, actor, keys).await
    }
}

/// The webhooks of a workspace, as far as the reader may change them.
pub struct WebhooksOfWorkspace;

impl Load for WebhooksOfWorkspace {
    type Key = WorkspaceId;
    type Value = Vec<Webhook>;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::of(app, actor, keys).await
    }
}

/// A delivery to a webhook that the reader may change.
pub struct WebhookDeliveryById;

impl Load for WebhookDeliveryById {
    type Key = WebhookDeliveryId;
    type Value = Delivery;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::load_deliveries(app, actor, keys).await
    }
}

/// A page of the deliveries to a webhook, of those with a status, if one is given.
pub struct DeliveryPageOfWebhook;

/// What is asked of one webhook.
type Window = (Page<WebhookDeliveryId>, Option<DeliveryStatus>);

impl Load for DeliveryPageOfWebhook {
    type Key = (WebhookId, Window);
    type Value = Slice<Delivery>;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        let mut by_window: HashMap<Window, Vec<WebhookId>> = HashMap::new();
        for (webhook, window) in keys {
            by_window.entry(*window).or_default().push(*webhook);
        }
        let mut pages = HashMap::new();
        for (window, webhooks) in by_window {
            let (page, status) = window;
            let found = reading::delivery_pages(app, actor, &webhooks, &page, status).await?;
            pages.extend(found.into_iter().map(|(webhook, slice)| ((webhook, window), slice)));
        }
        Ok(pages)
    }
}
