//! Statements about deliveries. Those that read them for somebody join the members of the workspace.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::model::{Delivery, DeliveryStatus, EventKind, NewDelivery, Trouble};
use super::store::edited_by;
use crate::db::page::Page;
use crate::db::pool::Connection;
use crate::db::schema::webhook_deliveries as deliveries;
use crate::domain::workspaces::reading::seen_by;
use crate::error::Result;
use crate::ids::{UserId, WebhookDeliveryId, WebhookId};

const DELIVERY: &str = "d.id, d.webhook_id, d.kind, d.body, d.status, d.attempts, d.next_attempt_at, d.response_status, d.error_code, \
     d.duration_ms, d.created_at, d.delivered_at";

/// Those of these deliveries whose endpoint `reader` may change.
pub async fn load(mut conn: &Connection, reader: UserId, ids: &[WebhookDeliveryId]) -> Result<Vec<Delivery>> {
    let seen = diesel::sql_query(format!(
        "SELECT {DELIVERY} FROM webhook_deliveries d JOIN webhooks h ON h.id = d.webhook_id {} WHERE d.id = ANY ($2)",
        edited_by()
    ));
    Ok(seen.bind::<SqlUuid, _>(reader).bind::<Array<SqlUuid>, _>(ids).load(&mut conn).await?)
}

/// The endpoint of a delivery, if `reader` is a member of its workspace.
pub async fn webhook(mut conn: &Connection, reader: UserId, id: WebhookDeliveryId) -> Result<Option<WebhookId>> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = SqlUuid)]
        webhook_id: WebhookId,
    }
    let seen = format!(
        "SELECT d.webhook_id FROM webhook_deliveries d JOIN webhooks h ON h.id = d.webhook_id {} WHERE d.id = $2",
        seen_by("h")
    );
    let seen = diesel::sql_query(seen).bind::<SqlUuid, _>(reader).bind::<SqlUuid, _>(id);
    let seen: Option<Found> = seen.get_result(&mut conn).await.optional()?;
    Ok(seen.map(|found| found.webhook_id))
}

/// The same page of the deliveries to each of these endpoints, as far as `reader` may change them, the newest first and in the order of the
/// fetch; only those with this status, if one is given; one row more each than asked for if there is one.
pub async fn pages(
    mut conn: &Connection,
    reader: UserId,
    webhooks: &[WebhookId],
    page: &Page<WebhookDeliveryId>,
    status: Option<DeliveryStatus>,
) -> Result<Vec<Delivery>> {
    let (beside, order) = if page.is_backward() { (">", "ASC") } else { ("<", "DESC") };
    let seen = diesel::sql_query(format!(
        "SELECT l.* FROM unnest($2) AS k (id) CROSS JOIN LATERAL (SELECT {DELIVERY} FROM webhook_deliveries d \
             JOIN webhooks h ON h.id = d.webhook_id {} \
             WHERE d.webhook_id = k.id AND ($3 IS NULL OR d.id {beside} $3) AND ($4 IS NULL OR d.status = $4) \
             ORDER BY d.id {order} LIMIT $5) l \
         ORDER BY l.webhook_id, l.id {order}",
        edited_by()
    ));
    let seen = seen
        .bind::<SqlUuid, _>(reader)
        .bind::<Array<SqlUuid>, _>(webhooks)
        .bind::<Nullable<SqlUuid>, _>(page.cursor)
        .bind::<Nullable<Text>, _>(status)
        .bind::<BigInt, _>(page.limit());
    Ok(seen.load(&mut conn).await?)
}

/// Stores deliveries, but for those that an endpoint has already under the same key; gives those that are new.
pub async fn insert(mut conn: &Connection, new: &[NewDelivery]) -> Result<Vec<WebhookId>> {
    let inserted = diesel::insert_into(deliveries::table)
        .values(new)
        .on_conflict((deliveries::webhook_id, deliveries::key))
        .do_nothing()
        .returning(deliveries::webhook_id);
    Ok(inserted.get_results(&mut conn).await?)
}

/// Whether a locked endpoint has a delivery of this kind that is still to be tried.
pub async fn has_pending(mut conn: &Connection, webhook: WebhookId, kind: EventKind) -> Result<bool> {
    let pending = deliveries::table
        .filter(deliveries::webhook_id.eq(webhook))
        .filter(deliveries::kind.eq(kind))
        .filter(deliveries::status.eq(DeliveryStatus::Pending));
    Ok(diesel::select(diesel::dsl::exists(pending)).get_result(&mut conn).await?)
}

/// The delivery to an endpoint that is due first by `now`.
pub async fn due(mut conn: &Connection, webhook: WebhookId, now: DateTime<Utc>) -> Result<Option<Delivery>> {
    let due = diesel::sql_query(format!(
        "SELECT {DELIVERY} FROM webhook_deliveries d \
         WHERE d.webhook_id = $1 AND d.status = 'PENDING' AND d.next_attempt_at <= $2 \
         ORDER BY d.next_attempt_at, d.id LIMIT 1"
    ));
    Ok(due.bind::<SqlUuid, _>(webhook).bind::<Timestamptz, _>(now).get_result(&mut conn).await.optional()?)
}

/// When the next delivery to an endpoint is due; `None` when nothing is to be tried.
pub async fn next_due(mut conn: &Connection, webhook: WebhookId) -> Result<Option<DateTime<Utc>>> {
    let pending = deliveries::table
        .filter(deliveries::webhook_id.eq(webhook))
        .filter(deliveries::status.eq(DeliveryStatus::Pending));
    Ok(pending.select(diesel::dsl::min(deliveries::next_attempt_at)).get_result(&mut conn).await?)
}

/// What is written down of a try.
#[derive(Debug, Clone, Copy)]
pub struct Attempt {
    pub status: DeliveryStatus,
    pub next_attempt_at: Option<DateTime<Utc>>,
    pub response_status: Option<i32>,
    pub error_code: Option<Trouble>,
    pub duration_ms: i32,
    pub delivered_at: Option<DateTime<Utc>>,
}

/// Writes a try down, unless another was written down since `tried` was read; what was ended meanwhile stays so if the try was in vain.
pub async fn record(mut conn: &Connection, tried: &Delivery, attempt: &Attempt) -> Result<()> {
    let recorded = diesel::sql_query(
        "UPDATE webhook_deliveries SET status = $3, attempts = attempts + 1, next_attempt_at = $4, response_status = $5, \
                error_code = $6, duration_ms = $7, delivered_at = coalesce($8, delivered_at) \
         WHERE id = $1 AND attempts = $2 AND (status = 'PENDING' OR $3 = 'DELIVERED')",
    );
    recorded
        .bind::<SqlUuid, _>(tried.id)
        .bind::<Integer, _>(tried.attempts)
        .bind::<Text, _>(attempt.status)
        .bind::<Nullable<Timestamptz>, _>(attempt.next_attempt_at)
        .bind::<Nullable<Integer>, _>(attempt.response_status)
        .bind::<Nullable<Text>, _>(attempt.error_code)
        .bind::<Integer, _>(attempt.duration_ms)
        .bind::<Nullable<Timestamptz>, _>(attempt.delivered_at)
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Has a delivery tried again, from the first try on.
pub async fn reset(mut conn: &Connection, id: WebhookDeliveryId, now: DateTime<Utc>) -> Result<bool> {
    let reset = diesel::update(deliveries::table.find(id))
        .set((
            deliveries::status.eq(DeliveryStatus::Pending),
            deliveries::attempts.eq(0),
            deliveries::next_attempt_at.eq(now),
        ))
        .execute(&mut conn)
        .await?;
    Ok(reset == 1)
}

/// Gives up what is still to be tried at an endpoint that was turned off.
pub async fn give_up(mut conn: &Connection, webhook: WebhookId) -> Result<usize> {
    let pending = deliveries::table
        .filter(deliveries::webhook_id.eq(webhook))
        .filter(deliveries::status.eq(DeliveryStatus::Pending));
    let given_up = diesel::update(pending).set((
        deliveries::status.eq(DeliveryStatus::Failed),
        deliveries::next_attempt_at.eq(None::<DateTime<Utc>>),
        deliveries::error_code.eq(Trouble::Disabled),
    ));
    Ok(given_up.execute(&mut conn).await?)
}

/// Removes some deliveries from before this time, and says how many.
pub async fn prune(mut conn: &Connection, before: DateTime<Utc>, limit: i64) -> Result<usize> {
    let pruned = diesel::sql_query(
        "DELETE FROM webhook_deliveries WHERE id IN (SELECT id FROM webhook_deliveries WHERE created_at < $1 \
         ORDER BY created_at LIMIT $2)",
    );
    Ok(pruned.bind::<Timestamptz, _>(before).bind::<BigInt, _>(limit).execute(&mut conn).await?)
}
