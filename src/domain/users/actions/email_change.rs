//! An account gets another e-mail address, once whoever reads the mail there says so.

use secrecy::SecretString;
use serde_json::json;

use crate::app::App;
use crate::db::pool::{Connection, Transactional as _};
use crate::domain::users::actions::new_account::require_free;
use crate::domain::users::actions::reauthenticate::require_proof;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::audit::{self, Author};
use crate::domain::users::mail_jobs::{ask_for_link, in_words, notify};
use crate::domain::users::mail_token::{self, require_good, unknown};
use crate::domain::users::model::{MailPurpose, User};
use crate::domain::users::permissions::Permission;
use crate::domain::users::store::{self, Taken};
use crate::domain::users::{account_store, mail_token_store, policy};
use crate::error::{Error, Result};
use crate::limits::class::Class;
use crate::limits::key;
use crate::mail::letter::{Template, Values};

/// What came of asking for another address.
#[derive(Debug)]
pub struct EmailChange {
    pub user: User,
    /// The address that is to be confirmed; `None` when it is the account's already.
    pub pending: Option<String>,
}

/// Has a link sent to the new address, and a word to the old one. Where this installation sends no mail the address is
/// changed at once, and is not confirmed.
///
/// # Errors
/// BAD_USER_INPUT for the address, CONFLICT when another account has it, what [`require_proof`] refuses, `RATE_LIMITED` after
/// too many tries, UNAUTHENTICATED for nobody.
pub async fn change_email(
    app: &App,
    actor: &Actor,
    new_email: &str,
    password: Option<&SecretString>,
) -> Result<EmailChange> {
    let user = &actor.require_may(Permission::ManageOwnAccount)?.user;
    let email = policy::folded(new_email);
    if let Some(problem) = policy::email_problem(&email) {
        return Err(Error::bad_input("input.newEmail", problem));
    }
    if email == user.email {
        return Err(Error::bad_input("input.newEmail", "This is your e-mail address already."));
    }
    require_proof(app, actor, password, "input.password").await?;
    // In another spelling it may well be one's own.
    if email.to_lowercase() != user.email.to_lowercase() {
        require_free(app, &email, None, "input.").await.map_err(|error| renamed(&error))?;
    }
    if !app.mail.is_on() {
        let now = app.clock.now();
        let mut conn = app.db.write().await?;
        let user = conn
            .transaction(async |conn| {
                let after = account_store::set_email(conn, user.id, &email, None, now).await?;
                audit::record(conn, now, actor, changed(user, &after)).await?;
                Ok::<_, Error>(after)
            })
            .await?;
        tracing::info!(event = "email_changed", user = %user.id, "an e-mail address was changed, unconfirmed");
        return Ok(EmailChange { user, pending: None });
    }
    app.limits.take(Class::Mail, &key::name(&email.to_lowercase()), 1).await?;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        ask_for_link(app, conn, user, MailPurpose::ChangeEmail, &email).await?;
        let values = Values { email: email.clone(), ..Values::default() };
        notify(app, conn, Template::EmailChangeAsked, &user.email, values).await
    })
    .await?;
    Ok(EmailChange { user: user.clone(), pending: Some(email) })
}

/// What the trail tells of it.
fn changed(before: &User, after: &User) -> Entry {
    Entry::new(Action::EmailChanged)
        .account(after.id)
        .before(json!({ "email": before.email }))
        .after(json!({ "email": after.email }))
}

/// The same refusal, at the input that it is about.
fn renamed(error: &Error) -> Error {
    Error::new(error.code(), error.message().to_owned()).with_field("input.newEmail")
}

/// Makes the address of a link the account's: open to everybody, the token being the proof. Links that went to the old
/// address are void, and it is told. Returns the account.
///
/// # Errors
/// `NOT_FOUND` for a link that is not valid any more; CONFLICT for one that was used, and when another account has the
/// address meanwhile.
pub async fn confirm_email_change(app: &App, actor: &Actor, token: &SecretString) -> Result<User> {
    let hash = mail_token::hash(token)?;
    let mut conn = app.db.write().await?;
    let user = conn.transaction(async |conn| confirm_in(app, conn, actor, &hash).await).await?;
    tracing::info!(event = "email_changed", user = %user.id, "an e-mail address was changed");
    Ok(user)
}

async fn confirm_in(app: &App, conn: &Connection, actor: &Actor, hash: &[u8; 32]) -> Result<User> {
    let now = app.clock.now();
    let found = mail_token_store::lock(conn, hash, MailPurpose::ChangeEmail).await?;
    let (link, old) = found.ok_or_else(unknown)?;
    require_good(&link, now)?;
    let is_respelled = link.email.to_lowercase() == old.email.to_lowercase();
    if !is_respelled && store::taken(conn, &link.email, None).await? != Taken::default() {
        return Err(Error::conflict("Another account has this e-mail address by now."));
    }
    mail_token_store::use_up(conn, link.id, now).await?;
    let user = account_store::set_email(conn, old.id, &link.email, Some(now), now).await?;
    let author = Author::account(user.id, actor.client());
    audit::record_by(conn, now, &author, changed(&old, &user)).await?;
    let to_the_old = [MailPurpose::VerifyEmail, MailPurpose::ResetPassword, MailPurpose::ChangeEmail];
    mail_token_store::drop_unused(conn, user.id, &to_the_old).await?;
    let values = Values { email: user.email.clone(), time: in_words(&user, now), ..Values::default() };
    notify(app, conn, Template::EmailChanged, &old.email, values).await?;
    Ok(user)
}
