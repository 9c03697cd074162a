//! What people do with what they were told.

use std::collections::BTreeSet;

use super::model::{Chosen, Marked};
use super::{policy, store};
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::NotificationId;

/// The input that names notifications.
const IDS: &str = "input.ids";

/// What is said of a notification that is not there for whoever asks.
fn missing(path: &str) -> Error {
    Error::not_found("notification").with_field(path)
}

/// Marks what the actor was told as read. What is read already stays as it is.
///
/// # Errors
/// `NOT_FOUND`, and nothing is marked, when one that is named is foreign, deleted or unknown; `BAD_USER_INPUT` for no ids or more
/// than 100.
pub async fn mark_read(app: &App, actor: &Actor, chosen: &Chosen) -> Result<Marked> {
    let reader = actor.require_may(Permission::ManageOwnNotifications)?.user.id;
    let now = app.clock.now();
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let (notifications, count) = match chosen {
            Chosen::These(ids) => {
                let ids = distinct(ids)?;
                let count = store::mark(conn, reader, &ids, now).await?;
                let found = store::load(conn, reader, &ids).await?;
                if found.len() < ids.len() {
                    return Err(missing(IDS));
                }
                (found, i64::try_from(count).unwrap_or(i64::MAX))
            }
            Chosen::UpTo(id) => {
                let number = store::number_of(conn, reader, *id).await?.ok_or_else(|| missing("input.upTo"))?;
                store::mark_up_to(conn, reader, Some(number), now, policy::SHOWN_MAX).await?
            }
            Chosen::All => store::mark_up_to(conn, reader, None, now, policy::SHOWN_MAX).await?,
        };
        Ok(Marked { notifications, count, unread: store::count_unread(conn, reader).await? })
    })
    .await
}

/// Takes away what the actor was told, for good, and says how many are unread now. They are not told the same again.
///
/// # Errors
/// As [`mark_read`].
pub async fn delete(app: &App, actor: &Actor, ids: &[NotificationId]) -> Result<i64> {
    let reader = actor.require_may(Permission::ManageOwnNotifications)?.user.id;
    let ids = distinct(ids)?;
    let now = app.clock.now();
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        if store::remove(conn, reader, &ids, now).await? < ids.len() {
            return Err(missing(IDS));
        }
        store::count_unread(conn, reader).await
    })
    .await
}

/// Each of them once.
fn distinct(ids: &[NotificationId]) -> Result<Vec<NotificationId>> {
    policy::check_ids(ids.len())?;
    Ok(ids.iter().copied().collect::<BTreeSet<_>>().into_iter().collect())
}
