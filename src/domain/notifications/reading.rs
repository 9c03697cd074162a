//! Looking at notifications, and at who wants mail about what they tell.

use std::collections::HashMap;

use super::model::{Notification, NotificationFilter, NotificationKind, Reader};
use super::{preference_store, store};
use crate::app::App;
use crate::db::page::{Page, Slice};
use crate::db::pool::Connection;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::Result;
use crate::ids::{NotificationId, UserId};

/// A page of what the actor was told, the newest first.
///
/// # Errors
/// UNAUTHENTICATED for nobody, FORBIDDEN for a key that may not read notifications.
pub async fn page(
    app: &App,
    actor: &Actor,
    filter: &NotificationFilter,
    page: &Page<i64>,
) -> Result<Slice<Notification>> {
    let reader = actor.require_may(Permission::ReadOwnNotifications)?.user.id;
    Ok(page.slice(store::page(&*app.db.read().await?, reader, filter, page).await?))
}

/// How many notifications [`page`] goes through.
///
/// # Errors
/// As [`page`].
pub async fn count(app: &App, actor: &Actor, filter: &NotificationFilter) -> Result<i64> {
    let reader = actor.require_may(Permission::ReadOwnNotifications)?.user.id;
    store::count(&*app.db.read().await?, reader, filter).await
}

/// How many notifications the actor has not read.
///
/// # Errors
/// As [`page`].
pub async fn count_unread(app: &App, actor: &Actor) -> Result<i64> {
    let reader = actor.require_may(Permission::ReadOwnNotifications)?.user.id;
    store::count_unread(&*app.db.read().await?, reader).await
}

/// Those of these notifications that are the actor's, by id.
///
/// # Errors
/// As [`page`].
pub async fn of_ids(app: &App, actor: &Actor, ids: &[NotificationId]) -> Result<HashMap<NotificationId, Notification>> {
    let reader = actor.require_may(Permission::ReadOwnNotifications)?.user.id;
    let found = store::load(&*app.db.read().await?, reader, ids).await?;
    Ok(found.into_iter().map(|row| (row.id, row)).collect())
}

/// Those of these people who want mail about this kind, in the order of their ids, each once: with an open account and an address
/// that was verified. For whoever sends it, which has found out whom it concerns.
///
/// # Errors
/// When Postgres does not answer.
pub async fn mail_readers(conn: &Connection, users: &[UserId], kind: NotificationKind) -> Result<Vec<Reader>> {
    preference_store::mail_readers(conn, users, kind).await
}
