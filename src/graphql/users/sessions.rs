//! Sign-ins as data.

use async_graphql::{Context, ID, InputObject, Result, SimpleObject};
use chrono::{DateTime, Utc};

use crate::domain::users::actions::sessions;
use crate::domain::users::actor::Actor;
use crate::domain::users::model;
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;

/// One sign-in to your account: a browser or program that holds tokens of it.
#[derive(Debug, Clone, SimpleObject)]
pub struct LoginSession {
    /// Opaque, and the same for the life of the sign-in.
    pub id: ID,
    /// What the program called itself when it signed in. Null when it said nothing.
    pub user_agent: Option<String>,
    /// The address that it signed in from. Null when it is not known.
    pub address: Option<String>,
    /// When it signed in.
    pub created_at: DateTime<Utc>,
    /// When it last had its tokens renewed, which it does every few minutes while it is in use.
    pub last_used_at: DateTime<Utc>,
    /// When it ends unless its tokens are renewed before.
    pub expires_at: DateTime<Utc>,
    /// When it was ended before that. Null while it holds.
    pub revoked_at: Option<DateTime<Utc>>,
    /// Whether it is the one that you are asking with.
    pub is_current: bool,
}

/// A sign-in to end.
#[derive(Debug, InputObject)]
pub struct RevokeSessionInput {
    /// The sign-in.
    pub id: ID,
}

/// A sign-in that was ended.
#[derive(Debug, SimpleObject)]
pub struct RevokeSessionPayload {
    /// The sign-in as it now is.
    pub session: LoginSession,
}

/// The sign-ins that were ended.
#[derive(Debug, SimpleObject)]
pub struct RevokeOtherSessionsPayload {
    /// The sign-ins as they now are, without the one that you are asking with.
    pub sessions: Vec<LoginSession>,
}

/// A sign-in as whoever asks sees it.
#[must_use]
pub fn shown(actor: &Actor, session: model::LoginSession) -> LoginSession {
    let is_current = actor.require_session().is_ok_and(|(_, present)| present == session.id);
    LoginSession {
        id: ID(session.id.to_string()),
        user_agent: session.user_agent,
        address: session.address,
        created_at: session.created_at,
        last_used_at: session.last_used_at,
        expires_at: session.expires_at,
        revoked_at: session.revoked_at,
        is_current,
    }
}

/// The sign-ins of whoever asks that hold.
///
/// # Errors
/// FORBIDDEN for an API key.
pub async fn of_viewer(ctx: &Context<'_>) -> Result<Vec<LoginSession>> {
    let actor = actor(ctx);
    let sessions = sessions::list(app(ctx), actor).await.map_err(to_graphql)?;
    Ok(sessions.into_iter().map(|session| shown(actor, session)).collect())
}
