//! What somebody wants to be told of, here and by mail.

use super::model::{NotificationKind, Preference, PreferenceChange};
use super::{policy, preference_store};
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::Result;

/// What the actor says of each kind, in the order of the kinds.
///
/// # Errors
/// UNAUTHENTICATED for nobody, FORBIDDEN for a key that may not read notifications.
pub async fn get(app: &App, actor: &Actor) -> Result<Vec<Preference>> {
    let user = actor.require_may(Permission::ReadOwnNotifications)?.user.id;
    preference_store::of(&*app.db.read().await?, user, NotificationKind::ALL).await
}

/// Keeps what the actor says, and gives what holds of each kind since. What they were told before stays.
///
/// # Errors
/// `BAD_USER_INPUT` for a kind that is named twice.
pub async fn set(app: &App, actor: &Actor, changes: &[PreferenceChange]) -> Result<Vec<Preference>> {
    let user = actor.require_may(Permission::ManageOwnNotifications)?.user.id;
    policy::check_preferences(changes)?;
    let now = app.clock.now();
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        preference_store::set(conn, user, changes, now).await?;
        preference_store::of(conn, user, NotificationKind::ALL).await
    })
    .await
}
