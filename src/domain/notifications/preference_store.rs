//! Statements about what people want to be told of.

use chrono::{DateTime, Utc};
use diesel::sql_types::{Array, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::model::{NotificationKind, Preference, PreferenceChange, Reader};
use crate::db::pool::Connection;
use crate::error::Result;
use crate::ids::UserId;

/// What a person says of kinds, in the order of these: where they have not said, their profile does, and else all are wanted.
pub async fn of(mut conn: &Connection, user: UserId, kinds: &[NotificationKind]) -> Result<Vec<Preference>> {
    let rows = diesel::sql_query(
        "SELECT k.kind, \
                coalesce(p.in_app, u.preferences #> '{notifications,inApp}' IS DISTINCT FROM 'false'::jsonb) AS in_app, \
                coalesce(p.mail, u.preferences #> '{notifications,email}' IS DISTINCT FROM 'false'::jsonb) AS mail \
         FROM unnest($2) WITH ORDINALITY AS k (kind, place) JOIN users u ON u.id = $1 \
         LEFT JOIN notification_preferences p ON p.user_id = u.id AND p.kind = k.kind ORDER BY k.place",
    );
    Ok(rows.bind::<SqlUuid, _>(user).bind::<Array<Text>, _>(kinds).load(&mut conn).await?)
}

/// Keeps what a person says of kinds, each of which is there once.
pub async fn set(mut conn: &Connection, user: UserId, changes: &[PreferenceChange], now: DateTime<Utc>) -> Result<()> {
    let kinds: Vec<NotificationKind> = changes.iter().map(|change| change.kind).collect();
    let in_app: Vec<Option<bool>> = changes.iter().map(|change| change.in_app).collect();
    let mail: Vec<Option<bool>> = changes.iter().map(|change| change.mail).collect();
    diesel::sql_query(
        "INSERT INTO notification_preferences AS p (user_id, kind, in_app, mail, updated_at) \
         SELECT $1, g.kind, g.in_app, g.mail, $5 FROM unnest($2, $3, $4) AS g (kind, in_app, mail) ORDER BY g.kind \
         ON CONFLICT (user_id, kind) DO UPDATE SET in_app = coalesce(excluded.in_app, p.in_app), \
             mail = coalesce(excluded.mail, p.mail), updated_at = excluded.updated_at",
    )
    .bind::<SqlUuid, _>(user)
    .bind::<Array<Text>, _>(kinds)
    .bind::<Array<Nullable<Bool>>, _>(in_app)
    .bind::<Array<Nullable<Bool>>, _>(mail)
    .bind::<Timestamptz, _>(now)
    .execute(&mut conn)
    .await?;
    Ok(())
}

/// Those of these people with an open account and a verified address who want mail about this kind.
pub async fn mail_readers(mut conn: &Connection, users: &[UserId], kind: NotificationKind) -> Result<Vec<Reader>> {
    let rows = diesel::sql_query(
        "SELECT u.id AS \"user\", u.email, u.full_name AS name, u.timezone, u.language FROM users u \
         LEFT JOIN notification_preferences p ON p.user_id = u.id AND p.kind = $2 \
         WHERE u.id = ANY ($1) AND u.is_active AND u.deleted_at IS NULL AND u.email_verified_at IS NOT NULL \
           AND coalesce(p.mail, u.preferences #> '{notifications,email}' IS DISTINCT FROM 'false'::jsonb) ORDER BY u.id",
    );
    Ok(rows.bind::<Array<SqlUuid>, _>(users).bind::<Text, _>(kind).load(&mut conn).await?)
}
