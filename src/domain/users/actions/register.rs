//! Somebody makes an account and is signed in.

use chrono::{DateTime, Utc};
use secrecy::SecretString;

use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::users::actions::new_account::{NewAccount, require_free};
use crate::domain::users::actions::tokens::{hand_out, new_session};
use crate::domain::users::actions::{invitations, registration, verification};
use crate::domain::users::actor::Actor;
use crate::domain::users::audit::Author;
use crate::domain::users::model::{Invitation, SignInResult};
use crate::domain::users::permissions::Permission;
use crate::domain::users::store::NewUser;
use crate::domain::users::tokens::Refresh;
use crate::domain::users::{invitation_store, password, session_store};
use crate::error::{Error, Result};

/// In front of the fields of [`NewAccount`], as the API names them.
const PATH: &str = "input.";

/// Makes an account and signs it in. Anybody may while registration is open to their address; whoever may make accounts
/// for others always may, and gives any role.
///
/// # Errors
/// FORBIDDEN while registration is closed or not for this address, BAD_USER_INPUT with every field at fault, CONFLICT when
/// e-mail address or username belong to another account.
pub async fn register(app: &App, actor: &Actor, account: NewAccount) -> Result<SignInResult> {
    let for_others = actor.may(Permission::CreateAccounts);
    if !for_others {
        registration::require_open(app, &account.email)?;
    }
    let account = account.checked(app, PATH, for_others).await?;
    make(app, actor, account, None, None).await
}

/// As [`register`], for somebody who was invited: the invitation says what the account will be, and is used up by it.
///
/// # Errors
/// As [`register`]; FORBIDDEN, always the same, for an invitation that is not good for this address.
pub async fn register_guest(
    app: &App,
    actor: &Actor,
    account: NewAccount,
    token: SecretString,
) -> Result<SignInResult> {
    registration::require_not_closed(app)?;
    let (invitation, mailed) = invitations::require_good(app, &token, &account.email).await?;
    let account = NewAccount { role: invitation.role, ..account }.checked(app, PATH, true).await?;
    // Whoever has the token of the mail reads it: the address needs no other link.
    let verified_at = mailed.then(|| app.clock.now());
    make(app, actor, account, Some(&invitation), verified_at).await
}

async fn make(
    app: &App,
    actor: &Actor,
    account: NewAccount,
    invitation: Option<&Invitation>,
    verified_at: Option<DateTime<Utc>>,
) -> Result<SignInResult> {
    require_free(app, &account.email, account.username.as_deref(), PATH).await?;
    let now = app.clock.now();
    let row = account.into_row(app, password::PATIENCE, now).await?;
    let row = NewUser { email_verified_at: verified_at, ..row };
    let session = new_session(app, row.id, actor.client(), now);
    let refresh = Refresh::generate();
    // Whoever makes an account for themselves is its owner from here on.
    let author = match actor.signed_in() {
        Some(_) => Author::of(actor),
        None => Author::account(row.id, actor.client()),
    };
    let mut conn = app.db.write().await?;
    let registered = conn.transaction(async |conn| {
        let registered = session_store::register(conn, &row, &session, &refresh.hash, &author).await?;
        if let (Some(user), Some(invitation)) = (&registered, invitation)
            && !invitation_store::accept(conn, invitation.id, user.id, now).await?
        {
            return Err(invitations::not_good());
        }
        Ok::<_, Error>(registered)
    });
    let Some(user) = registered.await? else {
        // Somebody was faster since the names were found free.
        require_free(app, &row.email, row.username.as_deref(), PATH).await?;
        return Err(Error::conflict("This account could not be made. Please try again."));
    };
    verification::welcome(app, &user).await;
    tracing::info!(event = "user_registered", user = %user.id, role = %user.role, "registered");
    hand_out(app, user, session.id, refresh, now)
}
