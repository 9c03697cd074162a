//! Somebody changes what their account says of them.

use serde_json::{Map, Value, json};

use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::users::account_store;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
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
            Some(None) => Some(Value::Object(Map::new())),
            Some(Some(patch)) => Some(merged(user.preferences.clone(), patch)),
        };
        if let Some(preferences) = &preferences {
            profile_policy::require_fitting(preferences)?;
        }
        let after = account_store::change_profile(conn, id, &ProfileChange { preferences, ..change }, now).await?;
        if let Some(entry) = changed(&user, &after) {
            audit::record(conn, now, actor, entry).await?;
        }
        Ok(after)
    })
    .await
}

/// What the trail tells of it: the fields that are others now. `None` when none is.
fn changed(before: &User, after: &User) -> Option<Entry> {
    let said = |user: &User| {
        let fields = [
            ("fullName", json!(user.full_name)),
            ("username", json!(user.username)),
            ("organization", json!(user.organization)),
            ("jobTitle", json!(user.job_title)),
            ("timezone", json!(user.timezone)),
            ("language", json!(user.language)),
        ];
        let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value));
        let preferences = user.preferences.as_object().into_iter().flatten();
        let preferences = preferences.map(|(name, value)| (format!("preferences.{name}"), value.clone()));
        fields.chain(preferences).collect::<Map<_, _>>()
    };
    let (old, new) = (said(before), said(after));
    let differing = |these: &Map<String, Value>, those: &Map<String, Value>| {
        let differing = these.iter().filter(|(name, value)| those.get(*name) != Some(*value));
        differing.map(|(name, value)| (name.clone(), value.clone())).collect::<Map<_, _>>()
    };
    let (was, is) = (differing(&old, &new), differing(&new, &old));
    let entry = Entry::new(Action::ProfileChanged);
    (!was.is_empty() || !is.is_empty()).then(|| entry.before(Value::Object(was)).after(Value::Object(is)))
}
