//! An account's e-mail address is confirmed.

use secrecy::SecretString;

use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::audit::{self, Author};
use crate::domain::users::mail_jobs::ask_for_link;
use crate::domain::users::mail_token::{self, require_good, unknown};
use crate::domain::users::model::{MailPurpose, User};
use crate::domain::users::permissions::Permission;
use crate::domain::users::{account_store, mail_token_store};
use crate::error::{Error, Result};
use crate::limits::class::Class;
use crate::limits::key;

/// Refuses what costs to an account whose address is not confirmed, where this installation wants that
/// (`REQUIRE_VERIFIED_EMAIL`).
///
/// # Errors
/// FORBIDDEN with what to do about it, UNAUTHENTICATED for nobody.
pub fn require_verified(app: &App, actor: &Actor) -> Result<()> {
    let user = &actor.require()?.user;
    if !app.config.accounts.require_verified_email || user.email_verified_at.is_some() {
        return Ok(());
    }
    Err(Error::forbidden("Please confirm your e-mail address first: open the link that was sent to you."))
}

/// Has a link sent to the actor's own address.
///
/// # Errors
/// CONFLICT when the address is confirmed already, `RATE_LIMITED` when it was asked for too often, FORBIDDEN where this
/// installation sends no mail, UNAUTHENTICATED for nobody.
pub async fn request_email_verification(app: &App, actor: &Actor) -> Result<User> {
    let user = &actor.require_may(Permission::ManageOwnAccount)?.user;
    app.mail.require_on()?;
    if user.email_verified_at.is_some() {
        return Err(Error::conflict("This e-mail address is confirmed already."));
    }
    app.limits.take(Class::Mail, &key::name(&user.email.to_lowercase()), 1).await?;
    ask(app, user).await?;
    Ok(user.clone())
}

/// Has the first link sent to somebody who has just registered. They can ask for another: a failure is for the log.
pub async fn welcome(app: &App, user: &User) {
    if !app.mail.is_on() || user.email_verified_at.is_some() {
        return;
    }
    if let Err(error) = ask(app, user).await {
        tracing::warn!(user = %user.id, error = %error.chain(), "no link to confirm the address was queued");
    }
}

async fn ask(app: &App, user: &User) -> Result<()> {
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| ask_for_link(app, conn, user, MailPurpose::VerifyEmail, &user.email).await).await
}

/// Confirms an address by a link: open to everybody, the token being the proof, since the mail may be read where nobody
/// is signed in. Returns the account.
///
/// # Errors
/// `NOT_FOUND` for a link that is not valid any more, CONFLICT for one that was used.
pub async fn verify_email(app: &App, actor: &Actor, token: &SecretString) -> Result<User> {
    let hash = mail_token::hash(token)?;
    let now = app.clock.now();
    let mut conn = app.db.write().await?;
    let user = conn
        .transaction(async |conn| {
            let found = mail_token_store::lock(conn, &hash, MailPurpose::VerifyEmail).await?;
            let (link, user) = found.ok_or_else(unknown)?;
            require_good(&link, now)?;
            if link.email != user.email {
                return Err(unknown());
            }
            mail_token_store::use_up(conn, link.id, now).await?;
            account_store::set_verified(conn, user.id, now).await?;
            let author = Author::account(user.id, actor.client());
            audit::record_by(conn, now, &author, Entry::new(Action::EmailVerified).account(user.id)).await?;
            let verified_at = user.email_verified_at.or(Some(now));
            Ok(User { email_verified_at: verified_at, updated_at: now, ..user })
        })
        .await?;
    tracing::info!(event = "email_verified", user = %user.id, "an e-mail address was confirmed");
    Ok(user)
}
