//! Sharing dashboards, and changing those that are shared.

use async_graphql::{Context, Object, Result};
use secrecy::ExposeSecret as _;

use super::board_inputs::chosen;
use super::share_inputs::{
    RefreshSharedDashboardInput, RevokeShareInput, RevokeSharePayload, ShareDashboardInput, ShareDashboardPayload,
    SharedDashboardPayload, UpdateSharedDashboardInput,
};
use crate::domain::dashboards::shares::{actions, editing, model};
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::scalars::parse_id;

/// The part of the root that shares.
#[derive(Default)]
pub struct SharesMutation;

/// What can be done with what is shared.
#[Object]
impl SharesMutation {
    /// Shares a dashboard with a person, or makes a link to it; nothing but the dashboard is seen by either. It rests on you: it shows nothing
    /// while you may not edit in the workspace. NOT_FOUND when you do not see the dashboard and for an address without an account, FORBIDDEN
    /// for viewers of its workspace, CONFLICT for a member of it and for more than 100 shares, BAD_USER_INPUT for what does not do.
    async fn share_dashboard(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The dashboard, and with whom to share it.")] input: ShareDashboardInput,
    ) -> Result<ShareDashboardPayload> {
        let sharing = input.sharing()?;
        let (share, token) = actions::share(app(ctx), actor(ctx), &sharing).await.map_err(to_graphql)?;
        let token = token.map(|token| token.expose_secret().to_owned());
        Ok(ShareDashboardPayload { share: share.into(), token })
    }

    /// Takes back what was shared, at once. NOT_FOUND when you do not see it, and when it was taken back already, FORBIDDEN for viewers of
    /// the workspace.
    async fn revoke_share(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to take back.")] input: RevokeShareInput,
    ) -> Result<RevokeSharePayload> {
        let id = parse_id(&input.id, "input.id", "share")?;
        let share = actions::revoke(app(ctx), actor(ctx), id).await.map_err(to_graphql)?;
        Ok(RevokeSharePayload { share: share.into() })
    }

    /// Arranges and names what stands on a dashboard that is shared with you, all of it or nothing: what tiles show, of which query and with
    /// which values, and what filters can choose, stays. NOT_FOUND when it is not shared with you and for tiles that it does not have,
    /// FORBIDDEN when your access is VIEW, CONFLICT when it is another version by now, BAD_USER_INPUT with every field at fault.
    async fn update_shared_dashboard(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The dashboard, and what to change in it.")] input: UpdateSharedDashboardInput,
    ) -> Result<SharedDashboardPayload> {
        let id = parse_id(&input.id, "input.id", "dashboard")?;
        let version = input.version;
        let wanted = input.rearrangement()?;
        payload(editing::rearrange(app(ctx), actor(ctx), id, version, &wanted).await)
    }

    /// Has all tiles run of a dashboard that is shared with you, as far as there is no result of the same data, and answers at once: read it
    /// again for what came of it. NOT_FOUND when it is not shared with you, BAD_USER_INPUT for values that its filters cannot have,
    /// RATE_LIMITED for too many in a minute.
    async fn refresh_shared_dashboard(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The dashboard, and values of its filters.")] input: RefreshSharedDashboardInput,
    ) -> Result<SharedDashboardPayload> {
        let id = parse_id(&input.id, "input.id", "dashboard")?;
        payload(editing::refresh(app(ctx), actor(ctx), id, &chosen(input.filters)).await)
    }
}

fn payload(result: crate::error::Result<model::Opened>) -> Result<SharedDashboardPayload> {
    result.map(|opened| SharedDashboardPayload { dashboard: opened.into() }).map_err(to_graphql)
}
