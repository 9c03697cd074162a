//! With which other services somebody signs in.

use serde_json::json;

use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::users::account_store;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::identity_store as store;
use crate::domain::users::model::Identity;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::IdentityId;

/// Whether the actor's account has a password.
///
/// # Errors
/// UNAUTHENTICATED for nobody, FORBIDDEN for an API key.
pub async fn has_password(app: &App, actor: &Actor) -> Result<bool> {
    let user = actor.require_session_to_set_up()?.0.user.id;
    Ok(account_store::password_hash(&*app.db.read().await?, user).await?.flatten().is_some())
}

/// The services that the actor's account is linked to, the oldest first.
///
/// # Errors
/// UNAUTHENTICATED for nobody, FORBIDDEN for an API key.
pub async fn list(app: &App, actor: &Actor) -> Result<Vec<Identity>> {
    let user = actor.require_may(Permission::ManageOwnAccount)?.user.id;
    store::list(&*app.db.read().await?, user).await
}

/// Takes one of them off. Sign-ins that it began go on.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one, CONFLICT for the only way into the account, FORBIDDEN for an API key.
pub async fn unlink(app: &App, actor: &Actor, id: IdentityId) -> Result<Vec<Identity>> {
    let user = actor.require_may(Permission::ManageOwnAccount)?.user.id;
    let now = app.clock.now();
    let mut conn = app.db.write().await?;
    let left = conn
        .transaction(async |conn| {
            // Locked, so that of two that unlink at once the second sees what the first has left.
            account_store::lock(conn, user).await?.ok_or_else(|| Error::not_found("account"))?;
            let (gone, left): (Vec<_>, Vec<_>) =
                store::list(conn, user).await?.into_iter().partition(|identity| identity.id == id);
            let gone = gone.into_iter().next().ok_or_else(|| Error::not_found("identity"))?;
            if left.is_empty() && account_store::password_hash(conn, user).await?.flatten().is_none() {
                return Err(Error::conflict("This is the only way into your account. Choose a password first."));
            }
            store::unlink(conn, id).await?;
            let entry = Entry::new(Action::IdentityUnlinked).on(id);
            let entry = entry.before(json!({"issuer": gone.issuer, "subject": gone.subject}));
            audit::record(conn, now, actor, entry).await?;
            Ok::<_, Error>(left)
        })
        .await?;
    tracing::info!(event = "identity_unlinked", user = %user, identity = %id, "an identity was unlinked");
    Ok(left)
}
