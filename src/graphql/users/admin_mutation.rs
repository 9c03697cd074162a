//! What administrators do with accounts.

use async_graphql::{Context, ID, Object, Result};

use super::admin::{SetUserRoleInput, UserInput, UserPayload};
use crate::domain::users::actions::administration::{self, Change};
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::scalars::parse_id;

/// The part of the root that looks after accounts.
#[derive(Default)]
pub struct AdminMutation;

/// What administrators do with accounts.
#[Object]
impl AdminMutation {
    /// Gives an account another role. Its sockets and streams are closed, so that they come back with it. FORBIDDEN for
    /// whoever may not, NOT_FOUND for an account that is not there, CONFLICT for the role of the last administrator.
    async fn set_user_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who gets which role.")] input: SetUserRoleInput,
    ) -> Result<UserPayload> {
        change(ctx, &input.user_id, Change::Role(input.role.into())).await
    }

    /// Shuts an account at once, without losing anything: its sign-ins end, its sockets and streams are closed, what is
    /// written for it is stopped, and its API keys are worth nothing while it is shut. FORBIDDEN for whoever may not,
    /// NOT_FOUND for an account that is not there, CONFLICT for the last administrator.
    async fn deactivate_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The account to shut.")] input: UserInput,
    ) -> Result<UserPayload> {
        change(ctx, &input.user_id, Change::Deactivate).await
    }

    /// Opens an account again: its person can sign in, and its API keys hold. FORBIDDEN for whoever may not, NOT_FOUND for
    /// an account that is not there.
    async fn reactivate_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The account to open.")] input: UserInput,
    ) -> Result<UserPayload> {
        change(ctx, &input.user_id, Change::Reactivate).await
    }
}

async fn change(ctx: &Context<'_>, user: &ID, change: Change) -> Result<UserPayload> {
    let id = parse_id(user, "input.userId", "user")?;
    let changed = administration::change(app(ctx), actor(ctx), id, change).await.map_err(to_graphql)?;
    Ok(UserPayload { user: changed.into() })
}
