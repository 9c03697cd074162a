//! Somebody sets up a second factor, or takes it off again.

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret as _, SecretString};

use crate::app::App;
use crate::db::pool::{Connection, Transactional as _};
use crate::domain::users::actions::reauthenticate::require_proof;
use crate::domain::users::actions::second_step::{Proof, forgive, prove};
use crate::domain::users::actor::Actor;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::audit::{self, Author};
use crate::domain::users::mail_jobs::{in_words, notify};
use crate::domain::users::model::User;
use crate::domain::users::second_factor::{Enrolment, RecoveryCode, new_secret};
use crate::domain::users::{account_store, second_factor_store as store};
use crate::error::{Error, Result};
use crate::ids::UserId;
use crate::mail::letter::{Template, Values};
use crate::seal::columns::SECOND_FACTOR;

/// The input that holds the password, and the one that holds a code.
const PASSWORD: &str = "input.password";
const CODE: &str = "input.code";

/// Codes that stand in for those of the app, shown once.
pub type RecoveryCodes = Vec<SecretString>;

/// Makes a key for an authenticator app. It counts for nothing until [`confirm`]; asked again, there is another.
///
/// # Errors
/// BAD_USER_INPUT for a wrong password, CONFLICT with a second factor that is on, FORBIDDEN for an account without a
/// password that signed in a while ago, UNAUTHENTICATED for nobody.
pub async fn begin(app: &App, actor: &Actor, password: Option<&SecretString>) -> Result<Enrolment> {
    let (signed_in, _) = actor.require_session_to_set_up()?;
    let user = &signed_in.user;
    require_proof(app, actor, password, PASSWORD).await?;
    let secret = new_secret();
    let enrolment = Enrolment::new(&secret, &installation(app), &user.email)?;
    let sealed = app.sealer.seal(&SECOND_FACTOR, user.id.uuid(), secret.expose_secret())?;
    let now = app.clock.now();
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let user = account_store::lock(conn, user.id).await?.ok_or_else(|| Error::not_found("account"))?;
        if user.second_factor_at.is_some() {
            return Err(Error::conflict("The second factor is on already. Turn it off first."));
        }
        store::put(conn, user.id, &sealed, now).await
    })
    .await?;
    Ok(enrolment)
}

/// Turns the second factor on, with a code that shows that the app has the key.
///
/// # Errors
/// BAD_USER_INPUT for a wrong code, CONFLICT without a key or with a second factor that is on, `RATE_LIMITED` after too
/// many wrong codes, UNAUTHENTICATED for nobody.
pub async fn confirm(app: &App, actor: &Actor, code: &SecretString) -> Result<(User, RecoveryCodes)> {
    let user = actor.require_session_to_set_up()?.0.user.id;
    let wrong = || Error::bad_input(CODE, "This code is wrong. Look whether the clock of your device is right.");
    // A recovery code is of no use yet: there are none.
    let proof = prove(app, user, code).await?.ok_or_else(wrong)?;
    let codes = RecoveryCode::set();
    let hashes: Vec<_> = codes.iter().map(|code| code.hash).collect();
    let now = app.clock.now();
    let mut conn = app.db.write().await?;
    let user = conn
        .transaction(async |conn| {
            let locked = account_store::lock(conn, user).await?.ok_or_else(|| Error::not_found("account"))?;
            if locked.second_factor_at.is_some() {
                return Err(Error::conflict("The second factor is on already."));
            }
            if !proof.take(conn, user, now).await? {
                return Err(wrong());
            }
            store::replace_codes(conn, user, &hashes, now).await?;
            audit::record(conn, now, actor, Entry::new(Action::SecondFactorEnabled)).await?;
            tell(app, conn, &locked, Template::SecondFactorEnabled).await?;
            store::set_enabled(conn, user, Some(now), now).await
        })
        .await?;
    forgive(app, user.id).await?;
    tracing::info!(event = "second_factor_enabled", user = %user.id, "a second factor was turned on");
    Ok((user, codes.into_iter().map(|code| code.text).collect()))
}

/// Turns the second factor off.
///
/// # Errors
/// BAD_USER_INPUT for a wrong password or code, CONFLICT without a second factor, `RATE_LIMITED` after too many wrong ones,
/// UNAUTHENTICATED for nobody.
pub async fn disable(app: &App, actor: &Actor, password: Option<&SecretString>, code: &SecretString) -> Result<User> {
    let user = actor.require_person()?.user.id;
    let proof = proved(app, actor, password, code).await?;
    let now = app.clock.now();
    let mut conn = app.db.write().await?;
    let user = conn
        .transaction(async |conn| {
            let locked = take(conn, user, &proof, now).await?;
            store::remove(conn, user).await?;
            audit::record(conn, now, actor, Entry::new(Action::SecondFactorDisabled)).await?;
            tell(app, conn, &locked, Template::SecondFactorDisabled).await?;
            store::set_enabled(conn, user, None, now).await
        })
        .await?;
    forgive(app, user.id).await?;
    tracing::info!(event = "second_factor_disabled", user = %user.id, "a second factor was turned off");
    Ok(user)
}

/// Gives new recovery codes in the place of all that there were.
///
/// # Errors
/// As [`disable`].
pub async fn regenerate_codes(
    app: &App,
    actor: &Actor,
    password: Option<&SecretString>,
    code: &SecretString,
) -> Result<(User, RecoveryCodes)> {
    let user = actor.require_person()?.user.id;
    let proof = proved(app, actor, password, code).await?;
    let codes = RecoveryCode::set();
    let hashes: Vec<_> = codes.iter().map(|code| code.hash).collect();
    let now = app.clock.now();
    let mut conn = app.db.write().await?;
    let user = conn
        .transaction(async |conn| {
            let locked = take(conn, user, &proof, now).await?;
            store::replace_codes(conn, user, &hashes, now).await?;
            audit::record(conn, now, actor, Entry::new(Action::RecoveryCodesReplaced)).await?;
            Ok::<_, Error>(locked)
        })
        .await?;
    forgive(app, user.id).await?;
    tracing::info!(event = "recovery_codes_replaced", user = %user.id, "recovery codes were replaced");
    Ok((user, codes.into_iter().map(|code| code.text).collect()))
}

/// How many recovery codes the actor has left; `None` without a second factor.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn codes_left(app: &App, actor: &Actor) -> Result<Option<i64>> {
    let user = &actor.require_session_to_set_up()?.0.user;
    if user.second_factor_at.is_none() {
        return Ok(None);
    }
    store::codes_left(&*app.db.read().await?, user.id).await.map(Some)
}

/// Takes the second factor off an account whose owner has lost both app and codes. For the command line: whoever may run
/// it may do anything. Returns whether there was one.
///
/// # Errors
/// When Postgres does not answer.
pub async fn reset(app: &App, user: &User) -> Result<bool> {
    let now = app.clock.now();
    let mut conn = app.db.write().await?;
    let was_on = conn
        .transaction(async |conn| {
            let locked = account_store::lock(conn, user.id).await?.ok_or_else(|| Error::not_found("account"))?;
            store::remove(conn, user.id).await?;
            store::set_enabled(conn, user.id, None, now).await?;
            let entry = Entry::new(Action::SecondFactorDisabled).account(user.id);
            audit::record_by(conn, now, &Author::system(), entry).await?;
            if locked.second_factor_at.is_some() {
                tell(app, conn, &locked, Template::SecondFactorDisabled).await?;
            }
            Ok::<_, Error>(locked.second_factor_at.is_some())
        })
        .await?;
    tracing::info!(event = "second_factor_reset", user = %user.id, "a second factor was taken off");
    Ok(was_on)
}

/// Both proofs of whoever changes their second factor: a stolen window has neither.
async fn proved(app: &App, actor: &Actor, password: Option<&SecretString>, code: &SecretString) -> Result<Proof> {
    let user = &actor.require_person()?.user;
    if user.second_factor_at.is_none() {
        return Err(Error::conflict("There is no second factor."));
    }
    require_proof(app, actor, password, PASSWORD).await?;
    prove(app, user.id, code).await?.ok_or_else(wrong_code)
}

/// Uses the proof up, under the lock of the account.
async fn take(conn: &Connection, user: UserId, proof: &Proof, now: DateTime<Utc>) -> Result<User> {
    let locked = account_store::lock(conn, user).await?.ok_or_else(|| Error::not_found("account"))?;
    if locked.second_factor_at.is_none() {
        return Err(Error::conflict("There is no second factor."));
    }
    if proof.take(conn, user, now).await? { Ok(locked) } else { Err(wrong_code()) }
}

/// Tells the account's owner, who may not be whom it was done by.
async fn tell(app: &App, conn: &Connection, user: &User, template: Template) -> Result<()> {
    let values = Values { time: in_words(user, app.clock.now()), ..Values::default() };
    notify(app, conn, template, &user.email, values).await
}

fn wrong_code() -> Error {
    Error::bad_input(CODE, "This code is wrong, or was used already.")
}

/// The name under which an app lists its codes.
fn installation(app: &App) -> String {
    let url = app.config.server.public_url.as_deref().and_then(|url| url::Url::parse(url).ok());
    url.as_ref().and_then(url::Url::host_str).map_or_else(|| "Elenchus".to_owned(), |host| format!("Elenchus {host}"))
}
