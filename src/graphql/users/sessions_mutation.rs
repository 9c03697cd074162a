//! Ending sign-ins, from any of them.

use async_graphql::{Context, Object, Result};

use super::sessions::{RevokeOtherSessionsPayload, RevokeSessionInput, RevokeSessionPayload, shown};
use crate::domain::users::actions::sessions;
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::scalars::parse_id;

/// The part of the root that ends sign-ins.
#[derive(Default)]
pub struct SessionsMutation;

/// What people do with their sign-ins.
#[Object]
impl SessionsMutation {
    /// Ends one of your sign-ins, with its tokens, sockets and streams, at once. One that has ended stays as it is.
    /// NOT_FOUND when it is not yours, FORBIDDEN when asked with an API key.
    async fn revoke_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The sign-in to end.")] input: RevokeSessionInput,
    ) -> Result<RevokeSessionPayload> {
        let id = parse_id(&input.id, "input.id", "sign-in")?;
        let ended = sessions::revoke(app(ctx), actor(ctx), id).await.map_err(to_graphql)?;
        Ok(RevokeSessionPayload { session: shown(actor(ctx), ended) })
    }

    /// Ends all of your sign-ins but the one that you are asking with. FORBIDDEN when asked with an API key.
    async fn revoke_other_sessions(&self, ctx: &Context<'_>) -> Result<RevokeOtherSessionsPayload> {
        let ended = sessions::revoke_others(app(ctx), actor(ctx)).await.map_err(to_graphql)?;
        let sessions = ended.into_iter().map(|session| shown(actor(ctx), session)).collect();
        Ok(RevokeOtherSessionsPayload { sessions })
    }
}
