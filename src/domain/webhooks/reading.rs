//! Looking at endpoints, and at what was sent to them. Only those see them who may change them.

use std::collections::HashMap;

use super::model::{Delivery, DeliveryStatus, Webhook};
use super::{delivery_store, store};
use crate::app::App;
use crate::db::page::{Page, Slice};
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::{WebhookDeliveryId, WebhookId, WorkspaceId};

/// Those of these endpoints that the actor may change.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn load(app: &App, actor: &Actor, ids: &[WebhookId]) -> Result<HashMap<WebhookId, Webhook>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let found = store::load(&*app.db.read().await?, reader, ids).await?;
    Ok(found.into_iter().map(|webhook| (webhook.id, webhook)).collect())
}

/// The endpoints of these workspaces, as far as the actor may change them, the oldest first.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn of(app: &App, actor: &Actor, workspaces: &[WorkspaceId]) -> Result<HashMap<WorkspaceId, Vec<Webhook>>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let mut of: HashMap<WorkspaceId, Vec<Webhook>> = HashMap::new();
    for webhook in store::of(&*app.db.read().await?, reader, workspaces).await? {
        of.entry(webhook.workspace_id).or_default().push(webhook);
    }
    Ok(of)
}

/// Those of these deliveries whose endpoint the actor may change.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn load_deliveries(
    app: &App,
    actor: &Actor,
    ids: &[WebhookDeliveryId],
) -> Result<HashMap<WebhookDeliveryId, Delivery>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let found = delivery_store::load(&*app.db.read().await?, reader, ids).await?;
    Ok(found.into_iter().map(|delivery| (delivery.id, delivery)).collect())
}

/// The same page of the deliveries to each of these endpoints, as far as the actor may change them, the newest first; only those with this
/// status, if one is given.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn delivery_pages(
    app: &App,
    actor: &Actor,
    webhooks: &[WebhookId],
    page: &Page<WebhookDeliveryId>,
    status: Option<DeliveryStatus>,
) -> Result<HashMap<WebhookId, Slice<Delivery>>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let mut of: HashMap<WebhookId, Vec<Delivery>> = HashMap::new();
    for delivery in delivery_store::pages(&*app.db.read().await?, reader, webhooks, page, status).await? {
        of.entry(delivery.webhook_id).or_default().push(delivery);
    }
    Ok(of.into_iter().map(|(webhook, deliveries)| (webhook, page.slice(deliveries))).collect())
}

/// What is said of an endpoint that is not there for whoever asks.
pub(super) fn missing() -> Error {
    Error::not_found("webhook")
}

/// What is said of a delivery that is not there for whoever asks.
pub(super) fn missing_delivery() -> Error {
    Error::not_found("webhook delivery")
}
