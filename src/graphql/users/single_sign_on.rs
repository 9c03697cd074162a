//! Signing in with another service, as data.

use async_graphql::{Context, ID, InputObject, Result, SimpleObject};
use chrono::{DateTime, Utc};

use crate::domain::users::actions::identities;
use crate::domain::users::model;
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;

/// Somebody who wants to sign in with Google, or another service.
#[derive(InputObject)]
pub struct BeginOidcSignInInput {
    /// The page that the browser comes back to, one of those that are configured. Null for the first of them.
    pub redirect_url: Option<String>,
}

/// A sign-in that has begun.
#[derive(SimpleObject)]
pub struct BeginOidcSignInPayload {
    /// Send the browser there. It comes back to the page with `code` and `state` in the address, or with `error`.
    pub authorization_url: String,
    /// Keep it where this browser alone finds it, as in `sessionStorage`, for `completeOidcSignIn`.
    pub proof: String,
    /// Until when the browser must be back.
    pub expires_at: DateTime<Utc>,
}

/// What has come back with the browser.
#[derive(InputObject)]
pub struct CompleteOidcSignInInput {
    /// From the address.
    pub state: String,
    /// From the address.
    pub code: String,
    /// From the answer of `beginOidcSignIn`.
    pub proof: String,
}

/// Another service that you sign in with.
#[derive(Debug, Clone, SimpleObject)]
pub struct Identity {
    /// Opaque, and the same while the two are linked.
    pub id: ID,
    /// The address by which the service calls itself, as in `https://accounts.google.com`.
    pub issuer: String,
    /// The e-mail address that it vouched for when the two were linked.
    pub email: String,
    /// When the two were linked.
    pub created_at: DateTime<Utc>,
    /// When you last signed in with it.
    pub last_used_at: DateTime<Utc>,
}

impl From<model::Identity> for Identity {
    fn from(identity: model::Identity) -> Self {
        Self {
            id: ID(identity.id.to_string()),
            issuer: identity.issuer,
            email: identity.email,
            created_at: identity.created_at,
            last_used_at: identity.last_used_at,
        }
    }
}

/// A service to sign in with no more.
#[derive(Debug, InputObject)]
pub struct UnlinkIdentityInput {
    /// The identity there.
    pub id: ID,
}

/// What is left after one was unlinked.
#[derive(Debug, SimpleObject)]
pub struct UnlinkIdentityPayload {
    /// The services that you still sign in with, the oldest first.
    pub identities: Vec<Identity>,
}

/// The services that whoever asks signs in with.
///
/// # Errors
/// FORBIDDEN for an API key.
pub async fn of_viewer(ctx: &Context<'_>) -> Result<Vec<Identity>> {
    let own = identities::list(app(ctx), actor(ctx)).await.map_err(to_graphql)?;
    Ok(own.into_iter().map(Identity::from).collect())
}
