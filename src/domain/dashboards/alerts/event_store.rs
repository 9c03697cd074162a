//! Statements about what happened to alerts, and what was seen when.

use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Numeric, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::model::AlertEvent;
use crate::db::page::Page;
use crate::db::pool::Connection;
use crate::domain::workspaces::reading::seen_by;
use crate::error::Result;
use crate::ids::{AlertEventId, AlertId, UserId};

const EVENT: &str =
    "e.id, e.alert_id, e.sequence, e.from_state, e.to_state, e.value, e.message, e.at, e.notified_count";

/// The same page of what happened to each of these alerts, as far as `reader` sees them, the newest first and in the order of the fetch; one
/// row more each than asked for if there is one.
pub async fn pages(
    mut conn: &Connection,
    reader: UserId,
    alerts: &[AlertId],
    page: &Page<AlertEventId>,
) -> Result<Vec<AlertEvent>> {
    let (beside, order) = if page.is_backward() { (">", "ASC") } else { ("<", "DESC") };
    let seen = diesel::sql_query(format!(
        "SELECT l.* FROM unnest($2) AS k (id) CROSS JOIN LATERAL (SELECT {EVENT} FROM alert_events e \
         JOIN alerts a ON a.id = e.alert_id {} WHERE e.alert_id = k.id AND ($3 IS NULL OR e.id {beside} $3) \
         ORDER BY e.id {order} LIMIT $4) l ORDER BY l.alert_id, l.id {order}",
        seen_by("a")
    ));
    let seen = seen
        .bind::<SqlUuid, _>(reader)
        .bind::<Array<SqlUuid>, _>(alerts)
        .bind::<Nullable<SqlUuid>, _>(page.cursor)
        .bind::<BigInt, _>(page.limit());
    Ok(seen.load(&mut conn).await?)
}

/// What an evaluation led to, whoever asks.
pub async fn find(mut conn: &Connection, alert: AlertId, sequence: i64) -> Result<Option<AlertEvent>> {
    let found =
        diesel::sql_query(format!("SELECT {EVENT} FROM alert_events e WHERE e.alert_id = $1 AND e.sequence = $2"));
    let found = found.bind::<SqlUuid, _>(alert).bind::<BigInt, _>(sequence);
    Ok(found.get_result(&mut conn).await.optional()?)
}

/// Stores something that happened. That an evaluation leads to one thing at most is the table's to refuse.
pub async fn insert(mut conn: &Connection, event: &AlertEvent) -> Result<()> {
    diesel::sql_query(
        "INSERT INTO alert_events (id, alert_id, sequence, from_state, to_state, value, message, at, notified_count) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind::<SqlUuid, _>(event.id)
    .bind::<SqlUuid, _>(event.alert_id)
    .bind::<BigInt, _>(event.sequence)
    .bind::<Text, _>(event.from_state)
    .bind::<Text, _>(event.to_state)
    .bind::<Nullable<Numeric>, _>(event.value.as_ref())
    .bind::<Text, _>(&event.message)
    .bind::<Timestamptz, _>(event.at)
    .bind::<Integer, _>(event.notified_count)
    .execute(&mut conn)
    .await?;
    Ok(())
}

/// Keeps what was seen, for changes over a time.
pub async fn keep_value(
    mut conn: &Connection,
    alert: AlertId,
    sequence: i64,
    value: &BigDecimal,
    now: DateTime<Utc>,
) -> Result<()> {
    let kept = diesel::sql_query("INSERT INTO alert_values (alert_id, sequence, value, at) VALUES ($1, $2, $3, $4)");
    kept.bind::<SqlUuid, _>(alert)
        .bind::<BigInt, _>(sequence)
        .bind::<Numeric, _>(value)
        .bind::<Timestamptz, _>(now)
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// What was seen last at or before `at`.
pub async fn value_at(mut conn: &Connection, alert: AlertId, at: DateTime<Utc>) -> Result<Option<BigDecimal>> {
    #[derive(QueryableByName)]
    struct Seen {
        #[diesel(sql_type = Numeric)]
        value: BigDecimal,
    }
    let found = diesel::sql_query(
        "SELECT value FROM alert_values WHERE alert_id = $1 AND at <= $2 ORDER BY at DESC, sequence DESC LIMIT 1",
    );
    let found: Option<Seen> =
        found.bind::<SqlUuid, _>(alert).bind::<Timestamptz, _>(at).get_result(&mut conn).await.optional()?;
    Ok(found.map(|seen| seen.value))
}

/// Removes events from before `before`, `limit` at most; says how many.
pub async fn prune_events(mut conn: &Connection, before: DateTime<Utc>, limit: i64) -> Result<usize> {
    let old = diesel::sql_query(
        "DELETE FROM alert_events WHERE id IN (SELECT id FROM alert_events WHERE at < $1 ORDER BY at LIMIT $2 \
         FOR UPDATE SKIP LOCKED)",
    );
    Ok(old.bind::<Timestamptz, _>(before).bind::<BigInt, _>(limit).execute(&mut conn).await?)
}

/// Removes values from before `before`, `limit` at most; says how many.
pub async fn prune_values(mut conn: &Connection, before: DateTime<Utc>, limit: i64) -> Result<usize> {
    let old = diesel::sql_query(
        "DELETE FROM alert_values WHERE (alert_id, sequence) IN (SELECT alert_id, sequence FROM alert_values WHERE at < $1 \
         ORDER BY at LIMIT $2 FOR UPDATE SKIP LOCKED)",
    );
    Ok(old.bind::<Timestamptz, _>(before).bind::<BigInt, _>(limit).execute(&mut conn).await?)
}
