//! Statements about notifications. All but those of jobs and of posting are about one person's.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::model::{Notification, NotificationFilter, NotificationKind, Subject, SubjectKind};
use crate::db::page::Page;
use crate::db::pool::Connection;
use crate::error::Result;
use crate::ids::{NotificationId, UserId};

/// What is read of a notification.
const NOTIFICATION: &str = "id, number, kind, title, body, subject_kind, subject, created_at, read_at";

/// Those of the person `$1` that are there, unread if `$2`, of the kinds `$3` if there are any.
const LISTED: &str = "notifications WHERE user_id = $1 AND deleted_at IS NULL AND (NOT $2 OR read_at IS NULL) \
     AND (cardinality($3) = 0 OR kind = ANY ($3))";

/// A notification to be stored; everything in it is tidied.
#[derive(Debug, Clone)]
pub struct NewNotification {
    pub id: NotificationId,
    pub user_id: UserId,
    pub kind: NotificationKind,
    pub title: String,
    pub body: Option<String>,
    pub subject: Option<Subject>,
    pub key: String,
}

#[derive(QueryableByName)]
struct Told {
    #[diesel(sql_type = SqlUuid)]
    user_id: UserId,
}

/// Stores those that their readers want and have not got, and says who got one, as often as they did. The inboxes of all of them
/// are locked until the transaction ends, in the order of their owners' ids.
pub async fn insert(mut conn: &Connection, new: &[NewNotification], now: DateTime<Utc>) -> Result<Vec<UserId>> {
    let ids: Vec<NotificationId> = new.iter().map(|row| row.id).collect();
    let users: Vec<UserId> = new.iter().map(|row| row.user_id).collect();
    let kinds: Vec<NotificationKind> = new.iter().map(|row| row.kind).collect();
    let titles: Vec<&str> = new.iter().map(|row| row.title.as_str()).collect();
    let bodies: Vec<Option<&str>> = new.iter().map(|row| row.body.as_deref()).collect();
    let subject_kinds: Vec<Option<SubjectKind>> = new.iter().map(|row| row.subject.map(|about| about.kind)).collect();
    let subjects: Vec<Option<Uuid>> = new.iter().map(|row| row.subject.map(|about| about.id)).collect();
    let keys: Vec<&str> = new.iter().map(|row| row.key.as_str()).collect();
    // Numbers are given under the lock of the inbox, which the upsert takes: the higher one commits later.
    let told: Vec<Told> = diesel::sql_query(
        "WITH given AS ( \
             SELECT g.*, row_number() OVER (PARTITION BY g.user_id ORDER BY g.place) AS nth \
             FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) WITH ORDINALITY \
                  AS g (id, user_id, kind, title, body, subject_kind, subject, key, place) \
             JOIN users u ON u.id = g.user_id AND u.is_active AND u.deleted_at IS NULL \
             LEFT JOIN notification_preferences p ON p.user_id = g.user_id AND p.kind = g.kind \
             WHERE coalesce(p.in_app, u.preferences #> '{notifications,inApp}' IS DISTINCT FROM 'false'::jsonb) \
               AND NOT EXISTS (SELECT FROM notifications n WHERE n.user_id = g.user_id AND n.key = g.key) \
         ), of_each AS ( \
             SELECT user_id, count(*) AS many FROM given GROUP BY user_id \
         ), counted AS ( \
             INSERT INTO notification_inboxes AS i (user_id, last_number) \
             SELECT user_id, many FROM of_each ORDER BY user_id \
             ON CONFLICT (user_id) DO UPDATE SET last_number = i.last_number + excluded.last_number \
             RETURNING user_id, last_number \
         ) \
         INSERT INTO notifications (id, user_id, number, kind, title, body, subject_kind, subject, key, created_at) \
         SELECT g.id, g.user_id, c.last_number - e.many + g.nth, g.kind, g.title, g.body, g.subject_kind, g.subject, g.key, $9 \
         FROM given g JOIN of_each e ON e.user_id = g.user_id JOIN counted c ON c.user_id = g.user_id \
         ORDER BY g.user_id, g.place \
         ON CONFLICT (user_id, key) DO NOTHING RETURNING user_id",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Array<SqlUuid>, _>(users)
    .bind::<Array<Text>, _>(kinds)
    .bind::<Array<Text>, _>(titles)
    .bind::<Array<Nullable<Text>>, _>(bodies)
    .bind::<Array<Nullable<Text>>, _>(subject_kinds)
    .bind::<Array<Nullable<SqlUuid>>, _>(subjects)
    .bind::<Array<Text>, _>(keys)
    .bind::<Timestamptz, _>(now)
    .load(&mut conn)
    .await?;
    Ok(told.into_iter().map(|row| row.user_id).collect())
}

/// A page of a person's notifications, the newest first, in the order of the fetch; one row more than asked for if there is one.
pub async fn page(
    mut conn: &Connection,
    reader: UserId,
    filter: &NotificationFilter,
    page: &Page<i64>,
) -> Result<Vec<Notification>> {
    let (beside, order) = if page.is_backward() { (">", "ASC") } else { ("<", "DESC") };
    let rows = diesel::sql_query(format!(
        "SELECT {NOTIFICATION} FROM {LISTED} AND ($4 IS NULL OR number {beside} $4) ORDER BY number {order} LIMIT $5"
    ));
    let rows = rows
        .bind::<SqlUuid, _>(reader)
        .bind::<Bool, _>(filter.is_unread)
        .bind::<Array<Text>, _>(&filter.kinds)
        .bind::<Nullable<BigInt>, _>(page.cursor)
        .bind::<BigInt, _>(page.limit());
    Ok(rows.load(&mut conn).await?)
}

#[derive(QueryableByName)]
struct Figure {
    #[diesel(sql_type = BigInt)]
    figure: i64,
}

/// How many notifications [`page`] goes through.
pub async fn count(mut conn: &Connection, reader: UserId, filter: &NotificationFilter) -> Result<i64> {
    let count = diesel::sql_query(format!("SELECT count(*) AS figure FROM {LISTED}"));
    let count = count.bind::<SqlUuid, _>(reader).bind::<Bool, _>(filter.is_unread);
    Ok(count.bind::<Array<Text>, _>(&filter.kinds).get_result::<Figure>(&mut conn).await?.figure)
}

/// How many notifications a person has not read.
pub async fn count_unread(mut conn: &Connection, reader: UserId) -> Result<i64> {
    let count = diesel::sql_query(
        "SELECT count(*) AS figure FROM notifications WHERE user_id = $1 AND read_at IS NULL AND deleted_at IS NULL",
    );
    Ok(count.bind::<SqlUuid, _>(reader).get_result::<Figure>(&mut conn).await?.figure)
}

/// Those of these notifications that are a person's, the newest first.
pub async fn load(mut conn: &Connection, reader: UserId, ids: &[NotificationId]) -> Result<Vec<Notification>> {
    let rows = diesel::sql_query(format!(
        "SELECT {NOTIFICATION} FROM notifications WHERE user_id = $1 AND id = ANY ($2) AND deleted_at IS NULL ORDER BY number DESC"
    ));
    Ok(rows.bind::<SqlUuid, _>(reader).bind::<Array<SqlUuid>, _>(ids).load(&mut conn).await?)
}

/// The number of one of a person's notifications, also of one that they deleted; `None` when there is none.
pub async fn number_of(mut conn: &Connection, reader: UserId, id: NotificationId) -> Result<Option<i64>> {
    let found = diesel::sql_query("SELECT number AS figure FROM notifications WHERE user_id = $1 AND id = $2");
    let found = found.bind::<SqlUuid, _>(reader).bind::<SqlUuid, _>(id).get_result::<Figure>(&mut conn).await;
    Ok(found.optional()?.map(|row| row.figure))
}

/// How far a person's notifications are numbered; 0 when there never was one.
pub async fn last_number(mut conn: &Connection, reader: UserId) -> Result<i64> {
    let found = diesel::sql_query("SELECT last_number AS figure FROM notification_inboxes WHERE user_id = $1");
    let found = found.bind::<SqlUuid, _>(reader).get_result::<Figure>(&mut conn).await;
    Ok(found.optional()?.map_or(0, |row| row.figure))
}

/// Some of a person's notifications behind a number, the oldest first.
pub async fn behind(mut conn: &Connection, reader: UserId, number: i64, limit: i64) -> Result<Vec<Notification>> {
    let rows = diesel::sql_query(format!(
        "SELECT {NOTIFICATION} FROM notifications WHERE user_id = $1 AND number > $2 AND deleted_at IS NULL ORDER BY number LIMIT $3"
    ));
    let rows = rows.bind::<SqlUuid, _>(reader).bind::<BigInt, _>(number).bind::<BigInt, _>(limit);
    Ok(rows.load(&mut conn).await?)
}

/// Marks these of a person's notifications as read, and says how many were not.
pub async fn mark(mut conn: &Connection, reader: UserId, ids: &[NotificationId], now: DateTime<Utc>) -> Result<usize> {
    let marked = diesel::sql_query(
        "UPDATE notifications SET read_at = $3 WHERE user_id = $1 AND id = ANY ($2) AND read_at IS NULL AND deleted_at IS NULL",
    );
    let marked = marked.bind::<SqlUuid, _>(reader).bind::<Array<SqlUuid>, _>(ids).bind::<Timestamptz, _>(now);
    Ok(marked.execute(&mut conn).await?)
}

#[derive(QueryableByName)]
struct Many {
    #[diesel(sql_type = BigInt)]
    many: i64,
    #[diesel(embed)]
    notification: Notification,
}

/// Marks all unread ones of a person up to a number as read: the newest of them, `limit` at most, and how many they are in all.
pub async fn mark_up_to(
    mut conn: &Connection,
    reader: UserId,
    number: Option<i64>,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<(Vec<Notification>, i64)> {
    let marked: Vec<Many> = diesel::sql_query(format!(
        "WITH marked AS (UPDATE notifications SET read_at = $3 WHERE user_id = $1 AND ($2 IS NULL OR number <= $2) \
             AND read_at IS NULL AND deleted_at IS NULL RETURNING {NOTIFICATION}) \
         SELECT count(*) OVER () AS many, m.* FROM marked m ORDER BY m.number DESC LIMIT $4"
    ))
    .bind::<SqlUuid, _>(reader)
    .bind::<Nullable<BigInt>, _>(number)
    .bind::<Timestamptz, _>(now)
    .bind::<BigInt, _>(limit)
    .load(&mut conn)
    .await?;
    let many = marked.as_slice().first().map_or(0, |row| row.many);
    Ok((marked.into_iter().map(|row| row.notification).collect(), many))
}

/// Takes these of a person's notifications away, with what they said, and says how many there were. Their keys stay, so that none
/// is posted again, and their numbers, so that what is behind one can still be asked for.
pub async fn remove(
    mut conn: &Connection,
    reader: UserId,
    ids: &[NotificationId],
    now: DateTime<Utc>,
) -> Result<usize> {
    let removed = diesel::sql_query(
        "UPDATE notifications SET deleted_at = $3, title = '', body = NULL, subject_kind = NULL, subject = NULL \
         WHERE user_id = $1 AND id = ANY ($2) AND deleted_at IS NULL",
    );
    let removed = removed.bind::<SqlUuid, _>(reader).bind::<Array<SqlUuid>, _>(ids).bind::<Timestamptz, _>(now);
    Ok(removed.execute(&mut conn).await?)
}

/// Removes some that were posted before `before`, and of those that were read or deleted some posted before `done_before`; says
/// how many.
pub async fn prune(
    mut conn: &Connection,
    before: DateTime<Utc>,
    done_before: DateTime<Utc>,
    limit: i64,
) -> Result<usize> {
    let old = diesel::sql_query(
        "DELETE FROM notifications WHERE id IN (SELECT id FROM notifications WHERE id < $1 ORDER BY id LIMIT $2)",
    );
    let old = old.bind::<SqlUuid, _>(NotificationId::earliest(before)).bind::<BigInt, _>(limit);
    let old = old.execute(&mut conn).await?;
    let done = diesel::sql_query(
        "DELETE FROM notifications WHERE id IN (SELECT id FROM notifications WHERE id < $1 \
         AND (read_at IS NOT NULL OR deleted_at IS NOT NULL) ORDER BY id LIMIT $2)",
    );
    let done = done.bind::<SqlUuid, _>(NotificationId::earliest(done_before)).bind::<BigInt, _>(limit);
    Ok(old + done.execute(&mut conn).await?)
}
