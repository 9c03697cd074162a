//! What people did, newest first, as it was recorded: a page of each of several people by one statement.

use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use chrono::{DateTime, Utc};

use super::activity_parts::{OF_DATA, PARTS, Part};
use super::model::{Activity, ActivityCursor};
use crate::db::page::Page;
use crate::db::pool::Connection;
use crate::error::Result;
use crate::ids::{AuditEventId, UserId};

/// What is told besides what is always.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct With {
    pub sign_ins: bool,
    /// What was done with data.
    pub data: bool,
}

/// A page of each of these people's activity from one moment to before another; what a model writes unasked is left out.
pub async fn pages(
    mut conn: &Connection,
    people: &[UserId],
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    page: &Page<ActivityCursor>,
    with: With,
) -> Result<Vec<Activity>> {
    let (order, beside) = if page.is_backward() { ("ASC", ">") } else { ("DESC", "<") };
    // Each part is cut to a page before they are put together.
    let part = |part: &Part| {
        let Part { kind, status, there, tokens, took, from, at, id, holds } = *part;
        format!(
            "(SELECT {at} AS at, {id} AS id, {kind} AS kind, {status} AS status, {there} AS is_there, {tokens} AS tokens, \
                 {took} AS duration_ms FROM {from} WHERE {holds} AND {at} >= $2 AND {at} < $3 \
                 {} \
             ORDER BY {at} {order}, {id} {order} LIMIT $6)",
            page.cursor.map(|_| format!("AND ({at}, {id}) {beside} ($4, $5)")).unwrap_or_default()
        )
    };
    let of_data: &[Part] = if with.data { &OF_DATA } else { &[] };
    let parts: Vec<String> = PARTS.iter().chain(of_data).map(part).collect();
    let names: Vec<String> = people.iter().map(ToString::to_string).collect();
    let rows = diesel::sql_query(format!(
        "SELECT o.user_id, a.* FROM unnest($1, $9) AS o (user_id, account) CROSS JOIN LATERAL ( \
             SELECT * FROM ({}) AS p ORDER BY p.at {order}, p.id {order} LIMIT $6) AS a \
         ORDER BY o.user_id, a.at {order}, a.id {order}",
        parts.join(" UNION ALL ")
    ))
    .bind::<Array<SqlUuid>, _>(people)
    .bind::<Timestamptz, _>(from)
    .bind::<Timestamptz, _>(to)
    .bind::<Nullable<Timestamptz>, _>(page.cursor.map(|cursor| cursor.at))
    .bind::<Nullable<SqlUuid>, _>(page.cursor.map(|cursor: ActivityCursor| -> Uuid { cursor.id }))
    .bind::<BigInt, _>(page.limit())
    .bind::<Bool, _>(with.sign_ins)
    .bind::<SqlUuid, _>(AuditEventId::earliest(from))
    .bind::<Array<Text>, _>(names);
    Ok(rows.load(&mut conn).await?)
}
