//! A pair of tokens for somebody who has just proved who they are.

use chrono::{DateTime, Utc};

use crate::app::App;
use crate::domain::users::client::Client;
use crate::domain::users::model::{SignInResult, User};
use crate::domain::users::session_store::NewSession;
use crate::domain::users::tokens::{Access, Refresh, sign_access};
use crate::error::Result;
use crate::ids::{LoginSessionId, UserId};

/// The row of a sign-in that begins now.
#[must_use]
pub fn new_session(app: &App, user: UserId, client: &Client, now: DateTime<Utc>) -> NewSession {
    NewSession {
        id: LoginSessionId::generate(now),
        user_id: user,
        user_agent: client.user_agent.clone(),
        address: client.address.map(|address| address.to_string()),
        created_at: now,
        last_used_at: now,
        expires_at: now + app.config.auth.refresh_token,
    }
}

/// What is handed out for a sign-in whose rows are committed.
///
/// # Errors
/// INTERNAL when the access token cannot be signed.
pub fn hand_out(
    app: &App,
    user: User,
    session: LoginSessionId,
    refresh: Refresh,
    now: DateTime<Utc>,
) -> Result<SignInResult> {
    let end = now + app.config.auth.access_token;
    // The token counts in whole seconds, and so does what we say of it.
    let expires_at = DateTime::from_timestamp(end.timestamp(), 0).unwrap_or(end);
    let access_token = sign_access(&app.secrets, now, Access { user: user.id, session, expires_at })?;
    let expires_in_seconds = (expires_at - now).num_seconds();
    Ok(SignInResult { user, access_token, refresh_token: refresh.token, expires_at, expires_in_seconds })
}
