//! Who it is once more, before something that whoever finds an open window must not do.

use chrono::TimeDelta;
use secrecy::SecretString;

use crate::app::App;
use crate::domain::users::actor::Actor;
use crate::domain::users::{account_store, password, session_store};
use crate::error::{Error, Result};
use crate::limits::class::Class;
use crate::limits::key;

/// How lately somebody without a password must have signed in.
const FRESH: TimeDelta = TimeDelta::minutes(10);

/// Makes sure that this is the account's password; of an account without one, that its owner has signed in lately. Wrong
/// passwords are counted as those of a sign-in are. `path` is the input that holds it.
///
/// # Errors
/// BAD_USER_INPUT for a wrong password or none, FORBIDDEN for an account without one that signed in a while ago;
/// `RATE_LIMITED` after too many tries; UNAUTHENTICATED for nobody.
pub async fn require_proof(app: &App, actor: &Actor, password: Option<&SecretString>, path: &str) -> Result<()> {
    let (signed_in, session) = actor.require_session_to_set_up()?;
    let conn = app.db.read().await?;
    let Some(hash) = account_store::password_hash(&conn, signed_in.user.id).await?.flatten() else {
        let since = session_store::began(&conn, session).await?;
        return if since.is_some_and(|since| app.clock.now() - since <= FRESH) {
            Ok(())
        } else {
            Err(Error::forbidden("Please sign in again first: this takes a sign-in of the last ten minutes."))
        };
    };
    drop(conn);
    let password = password.ok_or_else(|| Error::bad_input(path, "Give your password."))?;
    let tries = key::name(&signed_in.user.id.to_string());
    app.limits.take(Class::SignInTry, &tries, 1).await?;
    if !password::verify(&app.hashing, password::PATIENCE, password, Some(hash)).await? {
        return Err(Error::bad_input(path, "This is not your password."));
    }
    app.limits.forget(Class::SignInTry, &tries).await
}
