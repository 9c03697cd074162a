//! Whoever presents an access token or an API key becomes the actor of a request.

use chrono::{DateTime, TimeDelta, Utc};

use crate::app::App;
use crate::domain::users::actor::{Actor, Credential, SignedIn};
use crate::domain::users::key_store::{self, Known};
use crate::domain::users::model::User;
use crate::domain::users::tokens::{Access, read_access};
use crate::domain::users::{keys, session_store, store};
use crate::error::{Error, Result};

/// How exactly `last_seen_at` is kept.
const SEEN_EVERY: TimeDelta = TimeDelta::minutes(5);

fn refused() -> Error {
    Error::unauthenticated("The access token is not valid, or not any more. Please sign in.")
}

fn key_refused() -> Error {
    Error::unauthenticated("The API key is not valid, or not any more.")
}

/// Finds who presents this access token or API key, by one statement: sign-in or key must hold, the account be open. Role
/// and state are those of the database.
///
/// # Errors
/// UNAUTHENTICATED, always the same for either, when anything is wrong with token, sign-in, key or account.
pub async fn authenticate(app: &App, token: &str) -> Result<Actor> {
    if keys::is_marked(token) { by_key(app, token).await } else { by_access_token(app, token).await }
}

async fn by_key(app: &App, text: &str) -> Result<Actor> {
    let now = app.clock.now();
    let (prefix, hash) = keys::read(text).ok_or_else(key_refused)?;
    let found = key_store::find_holding(&*app.db.read().await?, prefix, &hash, now).await?;
    let Known { id, scopes, expires_at, user } = found.ok_or_else(key_refused)?;
    note_presence(app, &user, now);
    let owes_factor = owes_factor(app, &user);
    let credential = Credential::ApiKey { id, scopes };
    Ok(Actor::somebody(SignedIn { user, credential, expires_at }).owing_factor(owes_factor))
}

async fn by_access_token(app: &App, access_token: &str) -> Result<Actor> {
    let now = app.clock.now();
    let access = read_access(&app.secrets, now, access_token).ok_or_else(refused)?;
    by_sign_in(app, access).await
}

/// The actor of somebody whose sign-in is known by a token of ours: it must hold, and the account be open.
///
/// # Errors
/// UNAUTHENTICATED otherwise.
pub async fn by_sign_in(app: &App, access: Access) -> Result<Actor> {
    let now = app.clock.now();
    let conn = app.db.read().await?;
    let user = session_store::find_signed_in(&conn, access.session, access.user, now).await?.ok_or_else(refused)?;
    note_presence(app, &user, now);
    let credential = Credential::Session(access.session);
    let owes_factor = owes_factor(app, &user);
    Ok(Actor::somebody(SignedIn { user, credential, expires_at: access.expires_at }).owing_factor(owes_factor))
}

/// Whether the role of an account takes a second factor that it has not set up.
pub(super) fn owes_factor(app: &App, user: &User) -> bool {
    user.second_factor_at.is_none() && app.config.auth.second_factor_roles.iter().any(|role| role == user.role.as_str())
}

/// Writes down that somebody is here; nobody waits for it, and a miss is made up for by the next request.
fn note_presence(app: &App, user: &User, now: DateTime<Utc>) {
    if user.last_seen_at.is_some_and(|seen| now - seen < SEEN_EVERY) {
        return;
    }
    let (app, id) = (app.clone(), user.id);
    tokio::spawn(async move {
        let noted = async { store::touch(&*app.db.write().await?, id, now, SEEN_EVERY).await }.await;
        if let Err(error) = noted {
            tracing::debug!(user = %id, error = error.chain(), "last_seen_at not written");
        }
    });
}
