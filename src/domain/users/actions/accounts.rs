//! Accounts made by whoever runs the server, and accounts by id for those above.

use secrecy::SecretString;
use serde_json::json;

use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::users::actions::new_account::{NewAccount, require_free};
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::audit::{self, Author};
use crate::domain::users::model::{Role, User};
use crate::domain::users::store::NewUser;
use crate::domain::users::{password, policy, store};
use crate::error::{Error, Result};
use crate::ids::UserId;

/// Makes an account of any role. For the command line: whoever may run it may do anything.
///
/// # Errors
/// BAD_USER_INPUT with every field at fault, CONFLICT when a name belongs to another account.
pub async fn create_user(app: &App, account: NewAccount) -> Result<User> {
    let account = account.checked(app, "", true).await?;
    require_free(app, &account.email, account.username.as_deref(), "").await?;
    let row = vouched(app, account).await?;
    if let Some(user) = insert(app, &row).await? {
        return Ok(user);
    }
    // Somebody was faster since the names were found free.
    require_free(app, &row.email, row.username.as_deref(), "").await?;
    Err(Error::conflict("This account could not be made. Please try again."))
}

/// Makes an account in the name of whoever runs the server.
async fn insert(app: &App, row: &NewUser) -> Result<Option<User>> {
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let user = store::insert_user(conn, row).await?;
        if user.is_some() {
            let entry = Entry::new(Action::AccountCreated).account(row.id).after(json!({"role": row.role.as_str()}));
            audit::record_by(conn, row.created_at, &Author::system(), entry).await?;
        }
        Ok(user)
    })
    .await
}

/// Makes the administrator of `ADMIN_EMAIL` and `ADMIN_PASSWORD`, if they are set and nobody has that address. An account
/// that is there is left as it is, its password too. Any number of instances may do this at once.
///
/// Returns whether the account was made.
///
/// # Errors
/// BAD_USER_INPUT when the address or the password is refused.
pub async fn ensure_admin(app: &App) -> Result<bool> {
    let Some((email, password)) = &app.config.auth.admin else { return Ok(false) };
    let (user, made) = ensure(app, email, password, "Administrator", Role::Admin).await?;
    if made {
        tracing::info!(user = %user.id, "administrator made");
    } else if user.role != Role::Admin {
        tracing::warn!(user = %user.id, "the account of ADMIN_EMAIL is not an administrator's; it is left as it is");
    }
    Ok(made)
}

/// The account for trying things out, made if it is not there. Only in development.
///
/// # Errors
/// FORBIDDEN in production, BAD_USER_INPUT when the address or the password is refused.
pub async fn ensure_demo_user(app: &App, email: &str, name: &str, role: Role, password: &SecretString) -> Result<User> {
    if app.config.server.is_production() {
        return Err(Error::forbidden("There is no demo account in production."));
    }
    Ok(ensure(app, email, password, name, role).await?.0)
}

/// Whether nobody has an account, for whoever runs the server.
///
/// # Errors
/// When Postgres does not answer.
pub async fn are_none(app: &App) -> Result<bool> {
    store::is_empty(&*app.db.read().await?).await
}

/// The account with that address, for whoever runs the server.
///
/// # Errors
/// When Postgres does not answer.
pub async fn find_by_email(app: &App, email: &str) -> Result<Option<User>> {
    Ok(store::find_by_email(&*app.db.read().await?, &policy::folded(email)).await?.map(|(user, _)| user))
}

/// The accounts among `ids` that are there, in no order. Who may see them is for the caller to know.
///
/// # Errors
/// When Postgres does not answer.
pub async fn load_users(app: &App, ids: &[UserId]) -> Result<Vec<User>> {
    store::load_users(&*app.db.read().await?, ids).await
}

/// The row of an account whose address whoever runs the server vouches for.
async fn vouched(app: &App, account: NewAccount) -> Result<NewUser> {
    let now = app.clock.now();
    let row = account.into_row(app, password::PATIENCE, now).await?;
    Ok(NewUser { email_verified_at: Some(now), ..row })
}

/// The account of that address, and whether it was made for it.
async fn ensure(app: &App, email: &str, password: &SecretString, full_name: &str, role: Role) -> Result<(User, bool)> {
    let account = NewAccount {
        email: email.to_owned(),
        password: password.clone(),
        username: None,
        full_name: Some(full_name.to_owned()),
        role,
    };
    let account = account.checked(app, "", true).await?;
    let email = account.email.clone();
    if let Some((user, _)) = store::find_by_email(&*app.db.read().await?, &email).await? {
        return Ok((user, false));
    }
    let row = vouched(app, account).await?;
    if let Some(user) = insert(app, &row).await? {
        return Ok((user, true));
    }
    let found = store::find_by_email(&*app.db.read().await?, &email).await?;
    let (user, _) = found.ok_or_else(|| Error::conflict("This account has been deleted and is not purged yet."))?;
    Ok((user, false))
}
