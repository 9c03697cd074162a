//! Signing in with another service.

use async_graphql::{Context, Object, Result};
use secrecy::ExposeSecret as _;

use super::single_sign_on::{
    BeginOidcSignInInput, BeginOidcSignInPayload, CompleteOidcSignInInput, UnlinkIdentityInput, UnlinkIdentityPayload,
};
use super::types::AuthPayload;
use crate::domain::users::actions::identities;
use crate::domain::users::actions::single_sign_on::{self, Answer};
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::scalars::parse_id;

/// The part of the root that signs people in with other services.
#[derive(Default)]
pub struct SingleSignOnMutation;

/// What people do to sign in with other services.
#[Object]
impl SingleSignOnMutation {
    /// Begins a sign-in with Google, or the service that is configured in its place. FORBIDDEN where there is none,
    /// BAD_USER_INPUT for a page that is not configured.
    async fn begin_oidc_sign_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who wants to sign in.")] input: BeginOidcSignInInput,
    ) -> Result<BeginOidcSignInPayload> {
        let begun = single_sign_on::begin(app(ctx), input.redirect_url.as_deref()).await.map_err(to_graphql)?;
        Ok(BeginOidcSignInPayload {
            authorization_url: begun.authorization_url,
            proof: begun.proof.expose_secret().to_owned(),
            expires_at: begun.expires_at,
        })
    }

    /// Ends a sign-in with another service: signs in to the account that is linked, links the one with the same e-mail
    /// address, or makes one. UNAUTHENTICATED when anything is wrong with what came back; FORBIDDEN when the service has not
    /// confirmed the e-mail address, or there is no account and registration is closed; SECOND_FACTOR_REQUIRED as `login`.
    async fn complete_oidc_sign_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What has come back.")] input: CompleteOidcSignInInput,
    ) -> Result<AuthPayload> {
        let answer = Answer { state: input.state.into(), code: input.code.into(), proof: input.proof.into() };
        let result = single_sign_on::complete(app(ctx), actor(ctx), &answer).await;
        result.map(AuthPayload::from).map_err(to_graphql)
    }

    /// Takes off a service that you sign in with; what it signed in goes on. NOT_FOUND when it is not yours, CONFLICT when it is
    /// the only way into your account, FORBIDDEN when asked with an API key.
    async fn unlink_identity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: UnlinkIdentityInput,
    ) -> Result<UnlinkIdentityPayload> {
        let id = parse_id(&input.id, "input.id", "identity")?;
        let left = identities::unlink(app(ctx), actor(ctx), id).await.map_err(to_graphql)?;
        Ok(UnlinkIdentityPayload { identities: left.into_iter().map(Into::into).collect() })
    }
}
