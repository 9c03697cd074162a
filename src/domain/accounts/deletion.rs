//! Somebody takes leave.
//!
//! The account is shut at once: its sign-ins and keys end, what is being written for it stops, its addresses show nothing.
//! Until it is purged whoever runs the server can restore it, sign-ins excepted. What others have keeps what it quotes: a
//! message in somebody else's conversation stays, without its author; a citation keeps its words, without its document.

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;

use super::departure_store;
use crate::app::App;
use crate::db::pool::{Connection, Transactional as _};
use crate::domain::users::actions::{administration, close, reauthenticate};
use crate::domain::users::actor::Actor;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::audit::{self, Author};
use crate::domain::users::mail_jobs::{in_words, notify};
use crate::domain::users::model::User;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::UserId;
use crate::mail::letter::{Template, Values};

/// An account that was shut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Departed {
    pub id: UserId,
    /// When all of it is removed.
    pub purged_at: DateTime<Utc>,
}

/// Deletes the actor's account, by their password once more.
///
/// # Errors
/// What [`reauthenticate::require_proof`] refuses, CONFLICT for the last administrator, UNAUTHENTICATED for nobody.
pub async fn delete_account(app: &App, actor: &Actor, password: Option<&SecretString>) -> Result<Departed> {
    let user = &actor.require_may(Permission::ManageOwnAccount)?.user;
    reauthenticate::require_proof(app, actor, password, "input.password").await?;
    let now = app.clock.now();
    let purged_at = now + TimeDelta::from_std(app.config.accounts.purge_after).map_err(Error::internal)?;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| delete_in(app, conn, actor, user, purged_at).await).await?;
    tracing::info!(event = "account_deleted", user = %user.id, "an account was deleted");
    Ok(Departed { id: user.id, purged_at })
}

async fn delete_in(app: &App, conn: &Connection, actor: &Actor, user: &User, purged_at: DateTime<Utc>) -> Result<()> {
    let now = app.clock.now();
    administration::require_other_admin(conn, user.id).await?;
    if !departure_store::mark_deleted(conn, user.id, now).await? {
        return Err(Error::not_found("account"));
    }
    close::close_in(app, conn, &Author::of(actor), user.id, now).await?;
    audit::record(conn, now, actor, Entry::new(Action::AccountDeleted)).await?;
    let values = Values { time: in_words(user, purged_at), ..Values::default() };
    notify(app, conn, Template::AccountDeleted, &user.email, values).await
}

/// Opens a deleted account again, for whoever runs the server: nobody is signed in by it, and keys stay revoked.
///
/// # Errors
/// `NOT_FOUND` when there is no deleted account with that address.
pub async fn restore_account(app: &App, email: &str) -> Result<User> {
    let now = app.clock.now();
    let mut conn = app.db.write().await?;
    let user = conn
        .transaction(async |conn| {
            let restored = departure_store::restore(conn, email, now).await?;
            let user = restored.ok_or_else(|| Error::not_found("deleted account"))?;
            let entry = Entry::new(Action::AccountRestored).account(user.id);
            audit::record_by(conn, now, &Author::system(), entry).await?;
            Ok::<_, Error>(user)
        })
        .await?;
    tracing::info!(event = "account_restored", user = %user.id, "a deleted account was restored");
    Ok(user)
}
