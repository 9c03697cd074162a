//! The second step of a sign-in: whoever has proved the first factor is asked for a code.

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use crate::app::App;
use crate::db::pool::{Connection, Transactional as _};
use crate::domain::users::actions::tokens::{hand_out, new_session};
use crate::domain::users::actor::Actor;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::audit::{self, Author};
use crate::domain::users::model::{SignInResult, User};
use crate::domain::users::second_factor::{CHALLENGE_LIFE, CHALLENGE_TRIES, Challenge, Code, challenge_hash, step_of};
use crate::domain::users::second_factor_store::{self as store, SecondFactor};
use crate::domain::users::session_store;
use crate::domain::users::tokens::Refresh;
use crate::error::{Error, ErrorCode, Result};
use crate::ids::UserId;
use crate::limits::class::Class;
use crate::limits::key;
use crate::seal::columns::SECOND_FACTOR;

/// A right code that is not used up yet.
#[derive(Debug)]
pub enum Proof {
    /// A code of the app, by its step.
    App(SecondFactor, i64),
    /// A recovery code, by its hash.
    Recovery([u8; 32]),
}

impl Proof {
    /// Uses it up, in the caller's transaction; `false` when somebody was faster.
    ///
    /// # Errors
    /// When Postgres does not answer.
    pub async fn take(&self, conn: &Connection, user: UserId, now: DateTime<Utc>) -> Result<bool> {
        match self {
            Self::App(factor, step) => store::take_step(conn, factor, *step).await,
            Self::Recovery(hash) => store::take_recovery_code(conn, user, hash, now).await,
        }
    }
}

/// Finds out whether a code is one of the account's; whether it is unused, only [`Proof::take`] says. Wrong ones are
/// counted by account, wherever they are given.
///
/// # Errors
/// CONFLICT when no app was set up, `RATE_LIMITED` after too many.
pub async fn prove(app: &App, user: UserId, code: &SecretString) -> Result<Option<Proof>> {
    app.limits.take(Class::SecondFactorTry, &tries(user), 1).await?;
    let found = store::find(&*app.db.read().await?, user).await?;
    let factor = found.ok_or_else(|| Error::conflict("No authenticator app is being set up. Begin with one."))?;
    match Code::read(code) {
        None => Ok(None),
        Some(Code::Recovery(hash)) => Ok(Some(Proof::Recovery(hash))),
        Some(Code::App(code)) => {
            let secret =
                app.sealer.open(&SECOND_FACTOR, user.uuid(), &factor.sealed_secret).map_err(Error::internal)?;
            let step = step_of(&secret, &code, app.clock.now())?;
            Ok(step.map(|step| Proof::App(factor, step)))
        }
    }
}

/// Forgets the wrong codes of somebody who has given a right one.
///
/// # Errors
/// When the count does not answer.
pub async fn forgive(app: &App, user: UserId) -> Result<()> {
    app.limits.forget(Class::SecondFactorTry, &tries(user)).await
}

fn tries(user: UserId) -> String {
    key::name(&user.to_string())
}

/// Asks for the second factor of somebody who has proved the first: the error that says so, with the challenge for
/// [`complete_login`].
///
/// # Errors
/// When Postgres does not answer.
pub async fn challenge(app: &App, user: &User) -> Result<Error> {
    let challenge = Challenge::generate();
    let now = app.clock.now();
    let expires_at = now + CHALLENGE_LIFE;
    let conn = app.db.write().await?;
    store::insert_challenge(&conn, &challenge.hash, user.id, now, expires_at, CHALLENGE_TRIES).await?;
    tracing::info!(event = "second_factor_asked", user = %user.id, "a sign-in takes a second factor");
    let asked = Error::new(
        ErrorCode::SecondFactorRequired,
        "Please enter the code of your authenticator app, or one of your recovery codes.",
    );
    Ok(asked
        .with_detail("challenge", challenge.text.expose_secret())
        .with_detail("challengeExpiresAt", expires_at.to_rfc3339()))
}

/// Signs somebody in who has proved the first factor, by a code: open to everybody, challenge and code being the proof.
///
/// # Errors
/// BAD_USER_INPUT for a wrong code; UNAUTHENTICATED, always the same, for a challenge that is unknown, over, used or out of
/// tries, or whose account was shut meanwhile; `RATE_LIMITED` after too many wrong codes for that account.
pub async fn complete_login(
    app: &App,
    actor: &Actor,
    challenge: &SecretString,
    code: &SecretString,
) -> Result<SignInResult> {
    let ended = || Error::unauthenticated("This sign-in has run out. Please sign in again.");
    let hash = challenge_hash(challenge).ok_or_else(ended)?;
    let now = app.clock.now();
    let user = store::take_try(&*app.db.write().await?, &hash, now).await?.ok_or_else(ended)?;
    let wrong = || {
        tracing::info!(event = "login_failed", %user, "a wrong code was refused");
        let entry = Entry::new(Action::SignInFailed).account(user).after(json!({"reason": "WRONG_CODE"}));
        audit::note(app, &Author::nobody(actor.client()), entry);
        Error::bad_input("input.code", "This code is wrong, or was used already.")
    };
    let proof = prove(app, user, code).await?.ok_or_else(wrong)?;
    let session = new_session(app, user, actor.client(), now);
    let refresh = Refresh::generate();
    let author = Author::account(user, actor.client());
    let mut conn = app.db.write().await?;
    let signed_in = conn
        .transaction(async |conn| {
            if !proof.take(conn, user, now).await? {
                return Err(wrong());
            }
            if !store::take_challenge(conn, &hash).await? {
                return Err(ended());
            }
            session_store::sign_in_within(conn, &session, &refresh.hash, &author).await?.ok_or_else(ended)
        })
        .await?;
    forgive(app, user).await?;
    tracing::info!(event = "user_logged_in", %user, session = %session.id, "signed in");
    hand_out(app, signed_in, session.id, refresh, now)
}
