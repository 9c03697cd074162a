//! Telling endpoints what happened: the door for the domains behind this one.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use serde_json::Value;

use super::jobs::DeliverWebhook;
use super::model::{DeliveryStatus, EventKind, NewDelivery};
use super::{delivery_store, store};
use crate::app::App;
use crate::clock::Clock;
use crate::db::pool::Connection;
use crate::error::{Error, Result};
use crate::ids::{WebhookDeliveryId, WebhookId, WorkspaceId};
use crate::jobs::queue;

/// What happened.
#[derive(Debug, Clone)]
pub struct Event {
    pub kind: EventKind,
    /// What the sender calls it: each endpoint is told of it once.
    pub key: String,
    /// What receivers get. Better small, below 20 kB: they can ask for more.
    pub data: Value,
}

/// A message as Standard Webhooks has it.
#[derive(Debug, Serialize)]
struct Message<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    /// When it happened, whenever it is sent.
    timestamp: String,
    data: &'a Value,
}

/// Has all endpoints of a workspace told that listen to such an event, in the caller's transaction: they are told when it commits, and not at
/// all when it does not. An endpoint that was told under this key is not told again.
///
/// # Errors
/// When Postgres does not answer.
pub async fn send(conn: &Connection, clock: &Clock, workspace: WorkspaceId, event: &Event) -> Result<()> {
    let listening = store::listening(conn, workspace, event.kind).await?;
    if listening.is_empty() {
        return Ok(());
    }
    let now = clock.now();
    let body = body(event, now)?;
    let new: Vec<NewDelivery> =
        listening.into_iter().map(|webhook| delivery(webhook, event, body.clone(), now)).collect();
    for webhook in delivery_store::insert(conn, &new).await? {
        queue::enqueue::<App, _>(conn, clock, &DeliverWebhook::new(webhook)).await?;
    }
    Ok(())
}

/// Has one endpoint told, whatever it listens to; gives the id of the delivery.
pub(super) async fn send_to(
    conn: &Connection,
    clock: &Clock,
    webhook: WebhookId,
    event: &Event,
) -> Result<WebhookDeliveryId> {
    let now = clock.now();
    let new = delivery(webhook, event, body(event, now)?, now);
    let id = new.id;
    delivery_store::insert(conn, &[new]).await?;
    queue::enqueue::<App, _>(conn, clock, &DeliverWebhook::new(webhook)).await?;
    Ok(id)
}

fn delivery(webhook: WebhookId, event: &Event, body: String, now: DateTime<Utc>) -> NewDelivery {
    NewDelivery {
        id: WebhookDeliveryId::generate(now),
        webhook_id: webhook,
        kind: event.kind,
        key: event.key.clone(),
        body,
        status: DeliveryStatus::Pending,
        next_attempt_at: Some(now),
        created_at: now,
    }
}

/// The text that is signed and sent.
fn body(event: &Event, now: DateTime<Utc>) -> Result<String> {
    let timestamp = now.to_rfc3339_opts(SecondsFormat::Micros, true);
    let message = Message { kind: event.kind.wire(), timestamp, data: &event.data };
    serde_json::to_string(&message).map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_message_is_what_the_specification_says() {
        let event = Event { kind: EventKind::AlertChanged, key: "a".to_owned(), data: json!({ "id": "x" }) };
        let now = "2026-03-01T12:00:00.25Z".parse().unwrap();
        let expected = r#"{"type":"alert.changed","timestamp":"2026-03-01T12:00:00.250000Z","data":{"id":"x"}}"#;
        assert_eq!(body(&event, now).unwrap(), expected);
    }
}
