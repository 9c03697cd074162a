//! Somebody signs in with Google, or with another issuer of OpenID Connect.
//!
//! A browser is bound to its attempt by a proof that only the program that began has: an answer that somebody else put
//! under it, to have it sign in to their account, comes without.

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::app::App;
use crate::domain::users::actions::tokens::{hand_out, new_session};
use crate::domain::users::actions::{linking, second_step};
use crate::domain::users::actor::Actor;
use crate::domain::users::audit::Author;
use crate::domain::users::identity_store::{self as store, StoredAttempt};
use crate::domain::users::model::SignInResult;
use crate::domain::users::session_store;
use crate::domain::users::tokens::Refresh;
use crate::error::{Error, Result};
use crate::oidc::provider::{Attempt, Provider};
use crate::seal::columns::OIDC_ATTEMPT;

/// How long somebody may take at the issuer.
const LIFE: TimeDelta = TimeDelta::minutes(10);
/// Longest state or proof that is looked at; ours have 43 characters.
const MAX_SECRET: usize = 200;

/// An attempt that has begun.
#[derive(Debug)]
pub struct Begun {
    /// Where to send the browser.
    pub authorization_url: String,
    /// To be kept by the program that began, and given with the answer.
    pub proof: SecretString,
    pub expires_at: DateTime<Utc>,
}

/// What comes back from the issuer, with the proof.
#[derive(Debug)]
pub struct Answer {
    pub state: SecretString,
    pub code: SecretString,
    pub proof: SecretString,
}

/// What of an attempt the database does not show.
#[derive(Serialize, Deserialize)]
struct Sealed {
    nonce: String,
    verifier: String,
}

fn refused() -> Error {
    Error::unauthenticated("This sign-in was refused. Please begin again.")
}

/// Begins to sign somebody in: open to everybody, for it gives nothing. The answer comes to `redirect_url`, one of those that
/// are configured; `None` for the first of them.
///
/// # Errors
/// FORBIDDEN where no issuer is configured, BAD_USER_INPUT for another page, UPSTREAM_UNAVAILABLE when the issuer does not
/// answer.
pub async fn begin(app: &App, redirect_url: Option<&str>) -> Result<Begun> {
    let provider = provider(app)?;
    let pages = &provider.config().redirect_urls;
    let page = match redirect_url {
        None => pages.first(),
        Some(wanted) => pages.iter().find(|page| *page == wanted),
    };
    let page =
        page.ok_or_else(|| Error::bad_input("input.redirectUrl", "This page is not among OIDC_REDIRECT_URLS."))?;
    let attempt = Attempt::generate();
    let authorization_url = provider.authorization_url(&attempt, page).await?;
    // As random as the state.
    let proof = Attempt::generate().state;
    let (id, now) = (Uuid::new_v4(), app.clock.now());
    let sealed = Sealed {
        nonce: attempt.nonce.expose_secret().to_owned(),
        verifier: attempt.verifier.expose_secret().to_owned(),
    };
    let sealed = SecretString::from(serde_json::to_string(&sealed).map_err(Error::internal)?);
    let stored = StoredAttempt {
        id,
        state_hash: digest(&attempt.state).to_vec(),
        proof_hash: digest(&proof).to_vec(),
        sealed_secrets: app.sealer.seal(&OIDC_ATTEMPT, id, sealed.expose_secret().as_bytes())?,
        redirect_url: page.clone(),
        created_at: now,
        expires_at: now + LIFE,
    };
    store::insert_attempt(&*app.db.write().await?, &stored).await?;
    Ok(Begun { authorization_url, proof, expires_at: stored.expires_at })
}

/// Signs somebody in who has come back from the issuer: open to everybody, the answer being the proof. See [`linking`] for
/// which account it is.
///
/// # Errors
/// UNAUTHENTICATED, always the same, when anything is wrong with the answer; what [`linking::enter`] refuses;
/// SECOND_FACTOR_REQUIRED for an account with one; UPSTREAM_UNAVAILABLE when the issuer does not answer.
pub async fn complete(app: &App, actor: &Actor, answer: &Answer) -> Result<SignInResult> {
    let provider = provider(app)?;
    if [&answer.state, &answer.proof].iter().any(|secret| secret.expose_secret().len() > MAX_SECRET) {
        return Err(refused());
    }
    let taken = store::take_attempt(&*app.db.write().await?, &digest(&answer.state)).await?;
    let now = app.clock.now();
    let attempt = taken
        .filter(|attempt| attempt.expires_at > now && attempt.proof_hash == digest(&answer.proof))
        .ok_or_else(refused)?;
    let opened = app.sealer.open(&OIDC_ATTEMPT, attempt.id, &attempt.sealed_secrets).map_err(Error::internal)?;
    let Sealed { nonce, verifier } = serde_json::from_slice(opened.expose_secret()).map_err(Error::internal)?;
    let identified = provider.identify(&answer.code, &nonce.into(), &verifier.into(), &attempt.redirect_url).await?;
    let user = linking::enter(app, actor, &identified).await?;
    if user.second_factor_at.is_some() {
        return Err(second_step::challenge(app, &user).await?);
    }
    let session = new_session(app, user.id, actor.client(), now);
    let refresh = Refresh::generate();
    let author = Author::account(user.id, actor.client());
    let signed_in = session_store::sign_in(&mut app.db.write().await?, &session, &refresh.hash, &author).await?;
    let user = signed_in.ok_or_else(refused)?;
    tracing::info!(event = "user_logged_in", user = %user.id, session = %session.id, "signed in with another service");
    hand_out(app, user, session.id, refresh, now)
}

fn provider(app: &App) -> Result<&Provider> {
    app.oidc.as_deref().ok_or_else(|| Error::forbidden("One cannot sign in with another service here."))
}

fn digest(secret: &SecretString) -> [u8; 32] {
    Sha256::digest(secret.expose_secret().as_bytes()).into()
}
