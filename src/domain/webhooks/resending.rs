//! Sending because somebody asks for it: a ping, and what was sent before.

use serde_json::json;
use uuid::Uuid;

use super::actions::editable;
use super::delivery_store;
use super::jobs::DeliverWebhook;
use super::model::{Delivery, EventKind, Webhook};
use super::reading::missing_delivery;
use super::sending::{Event, send_to};
use crate::app::App;
use crate::db::pool::{Connection, Transactional as _};
use crate::domain::users::actions::verification::require_verified;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::{UserId, WebhookDeliveryId, WebhookId};
use crate::jobs::queue;

/// Sends a ping to an endpoint.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown endpoint, FORBIDDEN for a viewer, CONFLICT for one that is turned off, and while a ping is on its way.
pub async fn test(app: &App, actor: &Actor, id: WebhookId) -> Result<Delivery> {
    let editor = actor.require_may(Permission::ManageOwnData)?.user.id;
    require_verified(app, actor)?;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let webhook = editable(conn, editor, id).await?.webhook;
        require_enabled(&webhook)?;
        if delivery_store::has_pending(conn, id, EventKind::Ping).await? {
            return Err(Error::conflict("A ping is on its way already. Please wait for what becomes of it."));
        }
        let key = format!("ping:{}", Uuid::new_v4());
        let data = json!({ "webhookId": id.to_string(), "workspaceId": webhook.workspace_id.to_string() });
        let event = Event { kind: EventKind::Ping, key, data };
        let delivery = send_to(conn, &app.clock, id, &event).await?;
        found(conn, editor, delivery).await
    })
    .await
}

/// Sends what was sent before, or is to be, at once: the same message with the same id, with all tries anew.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown delivery, FORBIDDEN for a viewer, CONFLICT for an endpoint that is turned off.
pub async fn redeliver(app: &App, actor: &Actor, id: WebhookDeliveryId) -> Result<Delivery> {
    let editor = actor.require_may(Permission::ManageOwnData)?.user.id;
    require_verified(app, actor)?;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let webhook = delivery_store::webhook(conn, editor, id).await?.ok_or_else(missing_delivery)?;
        require_enabled(&editable(conn, editor, webhook).await?.webhook)?;
        if !delivery_store::reset(conn, id, app.clock.now()).await? {
            return Err(missing_delivery());
        }
        queue::enqueue::<App, _>(conn, &app.clock, &DeliverWebhook::new(webhook)).await?;
        found(conn, editor, id).await
    })
    .await
}

fn require_enabled(webhook: &Webhook) -> Result<()> {
    if webhook.is_enabled {
        return Ok(());
    }
    Err(Error::conflict("This webhook is turned off. Please turn it on first."))
}

async fn found(conn: &Connection, editor: UserId, id: WebhookDeliveryId) -> Result<Delivery> {
    delivery_store::load(conn, editor, &[id]).await?.pop().ok_or_else(missing_delivery)
}
