//! What people did, newest first, as it was recorded: a page of each of several people by one statement.

use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use chrono::{DateTime, Utc};

use super::model::{Activity, ActivityCursor};
use crate::db::page::Page;
use crate::db::pool::Connection;
use crate::error::Result;
use crate::ids::{AuditEventId, UserId};

/// A page of each of these people's activity from one moment to before another; what a model writes unasked is left out.
/// Sign-ins only `with_sign_ins`.
pub async fn pages(
    mut conn: &Connection,
    people: &[UserId],
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    page: &Page<ActivityCursor>,
    with_sign_ins: bool,
) -> Result<Vec<Activity>> {
    let (order, beside) = if page.is_backward() { ("ASC", ">") } else { ("DESC", "<") };
    // Each part is cut to a page before they are put together.
    let part = |kind: &str,
                status: &str,
                there: &str,
                tokens: &str,
                took: &str,
                from: &str,
                at: &str,
                id: &str,
                holds: &str| {
        format!(
            "(SELECT {at} AS at, {id} AS id, {kind} AS kind, {status} AS status, {there} AS is_there, {tokens} AS tokens, \
                 {took} AS duration_ms FROM {from} WHERE {holds} AND {at} >= $2 AND {at} < $3 \
                 {} \
             ORDER BY {at} {order}, {id} {order} LIMIT $6)",
            page.cursor.map(|_| format!("AND ({at}, {id}) {beside} ($4, $5)")).unwrap_or_default()
        )
    };
    let parts = [
        part(
            "CASE WHEN g.purpose IN ('ANSWER', 'REPLY', 'TUTOR') THEN 'QUESTION' ELSE 'GENERATION' END",
            "CASE g.status WHEN 'COMPLETED' THEN 'SUCCEEDED' WHEN 'QUEUED' THEN 'RUNNING' ELSE g.status END",
            "g.discarded_at IS NULL",
            "g.input_tokens::bigint + g.output_tokens",
            "g.duration_ms",
            "generations g",
            "g.created_at",
            "g.id",
            "g.owner_id = o.user_id AND g.purpose NOT IN ('TITLE', 'SUMMARY')",
        ),
        part(
            "'UPLOAD'",
            "CASE d.status WHEN 'READY' THEN 'SUCCEEDED' WHEN 'FAILED' THEN 'FAILED' ELSE 'RUNNING' END",
            "d.deleted_at IS NULL",
            "NULL::bigint",
            "NULL::integer",
            "documents d",
            "d.created_at",
            "d.id",
            "d.owner_id = o.user_id",
        ),
        part(
            "'SESSION'",
            "CASE WHEN t.ended_at IS NULL THEN 'RUNNING' ELSE 'SUCCEEDED' END",
            "true",
            "NULL::bigint",
            "NULL::integer",
            "tutoring_sessions t",
            "t.started_at",
            "t.id",
            "t.student_id = o.user_id",
        ),
        part(
            "'SIGN_IN'",
            "'SUCCEEDED'",
            "false",
            "NULL::bigint",
            "NULL::integer",
            "audit_events e",
            "e.occurred_at",
            "e.id",
            "$7 AND e.account = o.account AND e.action = 'sign_in.succeeded' AND e.id >= $8",
        ),
    ];
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
    .bind::<Bool, _>(with_sign_ins)
    .bind::<SqlUuid, _>(AuditEventId::earliest(from))
    .bind::<Array<Text>, _>(names);
    Ok(rows.load(&mut conn).await?)
}
