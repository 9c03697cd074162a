//! Somebody changes what their account says of them.

use serde_json::Value;

use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::users::account_store;
use crate::domain::users::actor::Actor;
use crate::domain::users::model::{ProfileChange, User};
use crate::domain::users::permissions::Permission;
use crate::domain::users::profile_policy::{self, checked_change, merged};
use crate::domain::users::store;
use crate::error::{Error, Result};

/// Changes the actor's profile: what is `None` stays. `preferences` are merged into those there are; `Some(None)` empties
/// them.
///
/// # Errors
/// BAD_USER_INPUT with every field at fault, CONFLICT when the username belongs to another account, UNAUTHENTICATED for
/// nobody.
pub async fn update_profile(
    app: &App,
    actor: &Actor,
    change: ProfileChange,
    preferences: Option<Option<Value>>,
) -> Result<User> {
    let id = actor.require_may(Permission::ManageOwnAccount)?.user.id;
    let change = checked_change(change, preferences.as_ref().and_then(Option::as_ref))?;
    let now = app.clock.now();
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        // Locked, so that of two changes to preferences none is lost.
        let user = account_store::lock(conn, id).await?.ok_or_else(|| Error::not_found("account"))?;
        if let Some(Some(username)) = &change.username {
            let is_own = user.username.as_ref().is_some_and(|own| own.to_lowercase() == username.to_lowercase());
            if !is_own && store::taken(conn, "", Some(username)).await?.username {
                return Err(Error::conflict("This username is taken.").with_field("input.username"));
            }
        }
        let preferences = match preferences {
            None => None,
            Some(None) => Some(Value::Object(serde_json::Map::new())),
            Some(Some(patch)) => Some(merged(user.preferences, patch)),
        };
        if let Some(preferences) = &preferences {
            profile_policy::require_fitting(preferences)?;
        }
        account_store::change_profile(conn, id, &ProfileChange { preferences, ..change }, now).await
    })
    .await
}
