//! The sign-ins of an account: listed and ended by its owner.

use serde_json::json;

use crate::app::App;
use crate::db::pool::{Connection, Transactional as _};
use crate::domain::users::actor::Actor;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::audit::{self, Author};
use crate::domain::users::model::{LoginSession, RevokeReason};
use crate::domain::users::permissions::Permission;
use crate::domain::users::session_store;
use crate::error::{Error, Result};
use crate::events::fact::Fact;
use crate::ids::{LoginSessionId, UserId};

/// The actor's sign-ins that hold, the one used last first.
///
/// # Errors
/// UNAUTHENTICATED for nobody, FORBIDDEN for an API key.
pub async fn list(app: &App, actor: &Actor) -> Result<Vec<LoginSession>> {
    let owner = actor.require_may(Permission::ManageOwnAccount)?.user.id;
    session_store::list(&*app.db.read().await?, owner, app.clock.now()).await
}

/// Ends one of the actor's sign-ins, the present one too: its tokens are void at once, and its sockets closed. One that
/// has ended stays as it is.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one, FORBIDDEN for an API key.
pub async fn revoke(app: &App, actor: &Actor, id: LoginSessionId) -> Result<LoginSession> {
    let owner = actor.require_may(Permission::ManageOwnAccount)?.user.id;
    let mut conn = app.db.write().await?;
    let ended = conn
        .transaction(async |conn| {
            let missing = || Error::not_found("sign-in");
            let found = session_store::find_own(conn, owner, id).await?.ok_or_else(missing)?;
            if found.revoked_at.is_some() {
                return Ok(found);
            }
            let now = app.clock.now();
            session_store::revoke(conn, id, now, RevokeReason::ByOwner).await?;
            audit::record(conn, now, actor, ended(id, owner, RevokeReason::ByOwner)).await?;
            app.bus.publish(conn, &Fact::AccessChanged { user: owner }).await?;
            session_store::find_own(conn, owner, id).await?.ok_or_else(missing)
        })
        .await?;
    tracing::info!(event = "sign_in_revoked", user = %owner, session = %id, "a sign-in was ended by its owner");
    Ok(ended)
}

/// Ends all of the actor's sign-ins but the present one, and says which.
///
/// # Errors
/// UNAUTHENTICATED for nobody, FORBIDDEN for an API key.
pub async fn revoke_others(app: &App, actor: &Actor) -> Result<Vec<LoginSession>> {
    let owner = actor.require_may(Permission::ManageOwnAccount)?.user.id;
    let (_, present) = actor.require_session()?;
    let mut conn = app.db.write().await?;
    let author = Author::of(actor);
    conn.transaction(async |conn| end_all(app, conn, &author, owner, Some(present), RevokeReason::ByOwner).await).await
}

/// That a sign-in was ended, for the trail.
fn ended(id: LoginSessionId, owner: UserId, reason: RevokeReason) -> Entry {
    Entry::new(Action::SignInEnded).account(owner).on(id).after(json!({ "reason": reason.as_str() }))
}

/// Ends all sign-ins of an account that hold, but one, in the caller's transaction: for whatever makes them worthless,
/// such as a new password.
///
/// # Errors
/// When Postgres does not answer.
pub async fn end_all(
    app: &App,
    conn: &Connection,
    author: &Author,
    owner: UserId,
    but: Option<LoginSessionId>,
    reason: RevokeReason,
) -> Result<Vec<LoginSession>> {
    let now = app.clock.now();
    let ended = session_store::revoke_all(conn, owner, but, now, reason).await?;
    for session in &ended {
        audit::record_by(conn, now, author, self::ended(session.id, owner, reason)).await?;
    }
    app.bus.publish(conn, &Fact::AccessChanged { user: owner }).await?;
    tracing::info!(event = "sign_ins_revoked", user = %owner, count = ended.len(), %reason, "sign-ins were ended");
    Ok(ended)
}
