//! The password once more, before something that whoever finds an open window must not do.

use secrecy::SecretString;

use crate::app::App;
use crate::domain::users::model::User;
use crate::domain::users::{account_store, password};
use crate::error::{Error, Result};
use crate::limits::class::Class;
use crate::limits::key;

/// Makes sure that this is the account's password. Wrong ones are counted as those of a sign-in are. `path` is the input
/// that holds it.
///
/// # Errors
/// BAD_USER_INPUT for a wrong password, or an account without one; `RATE_LIMITED` after too many.
pub async fn require_password(app: &App, user: &User, password: &SecretString, path: &str) -> Result<()> {
    let tries = key::name(&user.id.to_string());
    app.limits.take(Class::SignInTry, &tries, 1).await?;
    let hash = account_store::password_hash(&*app.db.read().await?, user.id).await?.flatten();
    if hash.is_none() {
        return Err(Error::bad_input(path, "This account has no password yet. Ask for a link to choose one."));
    }
    if !password::verify(&app.hashing, password::PATIENCE, password, hash).await? {
        return Err(Error::bad_input(path, "This is not your password."));
    }
    app.limits.forget(Class::SignInTry, &tries).await
}
