//! Somebody chooses another password, knowing the present one, or a first one.

use secrecy::SecretString;

use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::users::actions::reauthenticate::require_proof;
use crate::domain::users::actions::sessions;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::audit::{self, Author};
use crate::domain::users::mail_jobs::{self, in_words};
use crate::domain::users::model::{MailPurpose, RevokeReason, User};
use crate::domain::users::password_rules::{self, Owner};
use crate::domain::users::{account_store, mail_token_store, password};
use crate::error::{Error, Result};
use crate::mail::letter::{Template, Values};

/// Sets a new password and ends all other sign-ins; the one that this is called with goes on. Links for another password or
/// address that are under way are void.
///
/// # Errors
/// What [`require_proof`] refuses; BAD_USER_INPUT when the new password is refused; UNAUTHENTICATED for nobody.
pub async fn change_password(
    app: &App,
    actor: &Actor,
    present: Option<&SecretString>,
    new: &SecretString,
) -> Result<User> {
    let (signed_in, session) = actor.require_session()?;
    let user = &signed_in.user;
    require_proof(app, actor, present, "input.currentPassword").await?;
    require_good_password(app, user, new, "input.newPassword").await?;
    let hash = password::hash(&app.hashing, password::PATIENCE, new).await?;
    let now = app.clock.now();
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        account_store::lock(conn, user.id).await?.ok_or_else(|| Error::not_found("account"))?;
        account_store::set_password(conn, user.id, &hash, now).await?;
        sessions::end_all(app, conn, &Author::of(actor), user.id, Some(session), RevokeReason::PasswordChanged).await?;
        let under_way = [MailPurpose::ResetPassword, MailPurpose::ChangeEmail];
        mail_token_store::drop_unused(conn, user.id, &under_way).await?;
        audit::record(conn, now, actor, Entry::new(Action::PasswordChanged)).await?;
        tell(app, conn, user).await
    })
    .await?;
    tracing::info!(event = "password_changed", user = %user.id, "a password was changed");
    Ok(User { updated_at: now, ..user.clone() })
}

/// Refuses a password that is not good enough for this account.
///
/// # Errors
/// BAD_USER_INPUT with a sentence that helps to find a better one.
pub(super) async fn require_good_password(app: &App, user: &User, new: &SecretString, path: &str) -> Result<()> {
    let owner = Owner { email: user.email.clone(), username: user.username.clone(), full_name: user.full_name.clone() };
    let problem = password_rules::check(new, owner, app.config.accounts.password_min_score).await?;
    problem.map_or(Ok(()), |problem| Err(Error::bad_input(path, problem)))
}

/// Tells the account's owner, who may not be whom it was changed by.
pub(super) async fn tell(app: &App, conn: &crate::db::pool::Connection, user: &User) -> Result<()> {
    let values = Values { time: in_words(user, app.clock.now()), ..Values::default() };
    mail_jobs::notify(app, conn, Template::PasswordChanged, &user.email, values).await
}
