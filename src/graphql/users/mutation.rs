//! Signing in and out.

use async_graphql::{Context, Object, Result};
use secrecy::SecretString;

use super::types::{AuthPayload, LoginInput, LogoutPayload, RefreshSessionInput, RegisterInput};
use crate::domain::users::actions::login::{self, Login};
use crate::domain::users::actions::new_account::NewAccount;
use crate::domain::users::actions::{logout, refresh, register};
use crate::domain::users::model::Role;
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;

/// The part of the root that makes, opens and ends sign-ins.
#[derive(Default)]
pub struct UsersMutation;

/// What people do with accounts.
#[Object]
impl UsersMutation {
    /// Makes an account and signs it in. FORBIDDEN while registration is closed, needs an invitation, or is not for this
    /// address, and for an invitation that is not good; CONFLICT when e-mail address or
    /// username belong to another account, BAD_USER_INPUT with every field at fault.
    async fn register(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The account to make.")] input: RegisterInput,
    ) -> Result<AuthPayload> {
        let account = NewAccount {
            email: input.email,
            password: input.password.into(),
            username: input.username,
            full_name: input.full_name,
            role: input.role.map_or(Role::Member, Role::from),
        };
        let invitation = input.invitation_token.map(SecretString::from);
        let result = match invitation {
            Some(token) => register::register_guest(app(ctx), actor(ctx), account, token).await,
            None => register::register(app(ctx), actor(ctx), account).await,
        };
        result.map(AuthPayload::from).map_err(to_graphql)
    }

    /// Signs in with a password. UNAUTHENTICATED, always the same, when anything is wrong.
    async fn login(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who signs in.")] input: LoginInput,
    ) -> Result<AuthPayload> {
        let login = Login { identifier: input.identifier, password: input.password.into() };
        login::login(app(ctx), actor(ctx), login).await.map(AuthPayload::from).map_err(to_graphql)
    }

    /// Exchanges a refresh token against a new pair of tokens. The old one is used up: presented once more a while later,
    /// it ends the whole sign-in. UNAUTHENTICATED, always the same, for a token that is not good any more.
    async fn refresh_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The token to exchange.")] input: RefreshSessionInput,
    ) -> Result<AuthPayload> {
        let result = refresh::refresh_session(app(ctx), actor(ctx), &input.refresh_token.into()).await;
        result.map(AuthPayload::from).map_err(to_graphql)
    }

    /// Ends the sign-in that this is called with: its access token and its refresh tokens are void at once.
    async fn logout(&self, ctx: &Context<'_>) -> Result<LogoutPayload> {
        let actor = actor(ctx);
        logout::logout(app(ctx), actor).await.map_err(to_graphql)?;
        let (signed_in, _) = actor.require_session_to_set_up().map_err(to_graphql)?;
        Ok(LogoutPayload { user: signed_in.user.clone().into() })
    }
}
