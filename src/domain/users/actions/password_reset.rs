//! Somebody has forgotten their password: a link in their mailbox lets them choose another.

use secrecy::SecretString;

use super::password_change::{require_good_password, tell};
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::users::actions::sessions;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::audit::{self, Author};
use crate::domain::users::mail_jobs::FindForReset;
use crate::domain::users::mail_token::{self, require_good, unknown};
use crate::domain::users::model::{MailPurpose, MailToken, RevokeReason, User};
use crate::domain::users::{account_store, mail_token_store, password, policy};
use crate::error::{Error, Result};
use crate::jobs::queue;
use crate::limits::class::Class;
use crate::limits::key;

/// Has a link sent to whoever has that address: open to everybody. Neither the answer nor its time tells whether anybody
/// has: who it is, a job finds out later.
///
/// # Errors
/// BAD_USER_INPUT for what is no address, `RATE_LIMITED` when that address was asked for too often, FORBIDDEN where this
/// installation sends no mail.
pub async fn request_password_reset(app: &App, email: &str) -> Result<()> {
    app.mail.require_on()?;
    let email = policy::folded(email);
    if let Some(problem) = policy::email_problem(&email) {
        return Err(Error::bad_input("input.email", problem));
    }
    app.limits.take(Class::Mail, &key::name(&email.to_lowercase()), 1).await?;
    queue::enqueue(&*app.db.write().await?, &app.clock, &FindForReset { email }).await?;
    Ok(())
}

/// Sets a new password by a link, and ends all sign-ins: open to everybody, the token being the proof. Since it was sent to
/// the account's address, that is confirmed with it. Returns the account, which is not signed in by it.
///
/// # Errors
/// `NOT_FOUND` for a link that is not valid any more, CONFLICT for one that was used, BAD_USER_INPUT for the password.
pub async fn reset_password(app: &App, actor: &Actor, token: &SecretString, new: &SecretString) -> Result<User> {
    let hash = mail_token::hash(token)?;
    let found = mail_token_store::find(&*app.db.read().await?, &hash, MailPurpose::ResetPassword).await?;
    let user = owner(app, found)?.1;
    require_good_password(app, &user, new, "input.newPassword").await?;
    let password_hash = password::hash(&app.hashing, password::PATIENCE, new).await?;
    let now = app.clock.now();
    let mut conn = app.db.write().await?;
    let user = conn
        .transaction(async |conn| {
            let (link, user) = owner(app, mail_token_store::lock(conn, &hash, MailPurpose::ResetPassword).await?)?;
            mail_token_store::use_up(conn, link.id, now).await?;
            account_store::set_password(conn, user.id, &password_hash, now).await?;
            account_store::set_verified(conn, user.id, now).await?;
            let author = Author::account(user.id, actor.client());
            sessions::end_all(app, conn, &author, user.id, None, RevokeReason::PasswordChanged).await?;
            let under_way = [MailPurpose::ResetPassword, MailPurpose::ChangeEmail];
            mail_token_store::drop_unused(conn, user.id, &under_way).await?;
            audit::record_by(conn, now, &author, Entry::new(Action::PasswordReset).account(user.id)).await?;
            tell(app, conn, &user).await?;
            Ok::<_, Error>(user)
        })
        .await?;
    // Whoever tried too often and then chose another password need not wait.
    for name in [Some(&user.email), user.username.as_ref()].into_iter().flatten() {
        app.limits.forget(Class::SignInTry, &key::name(&policy::folded(name).to_lowercase())).await?;
    }
    tracing::info!(event = "password_reset", user = %user.id, "a password was reset by mail");
    Ok(user)
}

/// The link and its account, when it can be used.
fn owner(app: &App, found: Option<(MailToken, User)>) -> Result<(MailToken, User)> {
    let (link, user) = found.ok_or_else(unknown)?;
    require_good(&link, app.clock.now())?;
    // Sent to an address that has been changed since.
    if link.email == user.email { Ok((link, user)) } else { Err(unknown()) }
}
