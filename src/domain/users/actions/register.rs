//! Somebody makes an account and is signed in.

use crate::app::App;
use crate::domain::users::actions::new_account::{NewAccount, require_free};
use crate::domain::users::actions::tokens::{hand_out, new_session};
use crate::domain::users::actor::Actor;
use crate::domain::users::audit::Author;
use crate::domain::users::model::SignInResult;
use crate::domain::users::permissions::Permission;
use crate::domain::users::tokens::Refresh;
use crate::domain::users::{password, session_store};
use crate::error::{Error, Result};

/// In front of the fields of [`NewAccount`], as the API names them.
const PATH: &str = "input.";

/// Makes an account and signs it in. Anybody may while registration is open; an administrator always may, and gives
/// any role.
///
/// # Errors
/// FORBIDDEN while registration is closed, BAD_USER_INPUT with every field at fault, CONFLICT when e-mail address or
/// username belong to another account.
pub async fn register(app: &App, actor: &Actor, account: NewAccount) -> Result<SignInResult> {
    let for_others = actor.may(Permission::CreateAccounts);
    if !app.config.auth.registration_open && !for_others {
        return Err(Error::forbidden("Registration is closed. Please ask an administrator for an account."));
    }
    let account = account.checked(PATH, for_others)?;
    require_free(app, &account.email, account.username.as_deref(), PATH).await?;
    let now = app.clock.now();
    let row = account.into_row(app, password::PATIENCE, now).await?;
    let session = new_session(app, row.id, actor.client(), now);
    let refresh = Refresh::generate();
    // Whoever makes an account for themselves is its owner from here on.
    let author = match actor.signed_in() {
        Some(_) => Author::of(actor),
        None => Author::account(row.id, actor.client()),
    };
    let registered =
        session_store::register(&mut app.db.write().await?, &row, &session, &refresh.hash, &author).await?;
    let Some(user) = registered else {
        // Somebody was faster since the names were found free.
        require_free(app, &row.email, row.username.as_deref(), PATH).await?;
        return Err(Error::conflict("This account could not be made. Please try again."));
    };
    tracing::info!(event = "user_registered", user = %user.id, role = %user.role, "registered");
    hand_out(app, user, session.id, refresh, now)
}
