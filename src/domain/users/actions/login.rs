//! Somebody signs in with a password.

use secrecy::SecretString;
use serde_json::json;

use crate::app::App;
use crate::domain::users::actions::second_step;
use crate::domain::users::actions::tokens::{hand_out, new_session};
use crate::domain::users::actor::Actor;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::audit::{self, Author};
use crate::domain::users::model::{SignInResult, User};
use crate::domain::users::tokens::Refresh;
use crate::domain::users::{password, policy, session_store, store};
use crate::error::{Error, Result};
use crate::ids::UserId;
use crate::limits::class::Class;
use crate::limits::key;

/// Who says they are whom.
#[derive(Debug)]
pub struct Login {
    /// E-mail address or username, in any case.
    pub identifier: String,
    pub password: SecretString,
}

fn wrong() -> Error {
    Error::unauthenticated("E-mail, username or password is wrong.")
}

/// Signs somebody in: open to everybody, the password being the proof.
///
/// One password is checked whether or not there is such an account, and whatever its state, so that neither the answer
/// nor its time tells accounts apart to whom does not know the password.
///
/// # Errors
/// UNAUTHENTICATED, always the same, when anything is wrong; with the right password FORBIDDEN for a deactivated account
/// and SECOND_FACTOR_REQUIRED, with a challenge, for one with a second factor; `RATE_LIMITED` after too many wrong
/// passwords for that name, and when too many sign in at once.
pub async fn login(app: &App, actor: &Actor, login: Login) -> Result<SignInResult> {
    // By the name in whatever case, known or not: every try counts until one is right.
    let tries = key::name(&policy::folded(&login.identifier).to_lowercase());
    app.limits.take(Class::SignInTry, &tries, 1).await?;
    let (user, hash) = find(app, &login.identifier).await?.unzip();
    let known = user.as_ref().map(|user| user.id);
    let hash = hash.flatten();
    let right = password::verify(&app.hashing, password::PATIENCE, &login.password, hash.clone()).await?;
    let Some(user) = user.filter(|_| right) else {
        // What was typed as a name may be a password in the wrong field: only an account's id is written down.
        let name = known.map_or_else(|| "unknown".to_owned(), |id| id.to_string());
        tracing::info!(event = "login_failed", user = name, "a sign-in was refused");
        refused(app, actor, known, if known.is_some() { "WRONG_PASSWORD" } else { "UNKNOWN_NAME" });
        return Err(wrong());
    };
    if !user.is_active {
        tracing::info!(event = "login_failed", user = %user.id, "a deactivated account was refused");
        refused(app, actor, known, "DEACTIVATED");
        return Err(Error::forbidden("This account has been deactivated."));
    }
    app.limits.forget(Class::SignInTry, &tries).await?;
    if user.second_factor_at.is_some() {
        return Err(second_step::challenge(app, &user).await?);
    }
    let now = app.clock.now();
    let session = new_session(app, user.id, actor.client(), now);
    let refresh = Refresh::generate();
    let author = Author::account(user.id, actor.client());
    let signed_in = session_store::sign_in(&mut app.db.write().await?, &session, &refresh.hash, &author).await?;
    let user = signed_in.ok_or_else(wrong)?;
    if let Some(old) = hash.filter(|hash| password::is_outdated(hash))
        && let Err(error) = rehash(app, user.id, &login.password, &old).await
    {
        // The old hash is as good as it was; the next sign-in tries again.
        tracing::warn!(user = %user.id, error = %error.chain(), "a password keeps its outdated hash");
    }
    tracing::info!(event = "user_logged_in", user = %user.id, session = %session.id, "signed in");
    hand_out(app, user, session.id, refresh, now)
}

/// Records a refusal, with the account where there is one, and never with what was typed.
fn refused(app: &App, actor: &Actor, account: Option<UserId>, reason: &str) {
    let entry = Entry { account, ..Entry::new(Action::SignInFailed) }.after(json!({ "reason": reason }));
    audit::note(app, &Author::nobody(actor.client()), entry);
}

/// Hashes a password anew with the parameters of today.
async fn rehash(app: &App, user: UserId, password: &SecretString, old: &str) -> Result<()> {
    let new = password::hash(&app.hashing, password::PATIENCE, password).await?;
    store::replace_hash(&*app.db.write().await?, user, old, &new).await
}

/// The account of that name. Usernames have no @, so an identifier is one or the other.
async fn find(app: &App, identifier: &str) -> Result<Option<(User, Option<String>)>> {
    let identifier = policy::folded(identifier);
    let conn = app.db.read().await?;
    if policy::email_problem(&identifier).is_none() {
        store::find_by_email(&conn, &identifier).await
    } else if policy::username_problem(&identifier).is_none() {
        store::find_by_username(&conn, &identifier).await
    } else {
        Ok(None)
    }
}
