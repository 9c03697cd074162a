//! Following alerts.

use async_graphql::{Context, ID, Result, Subscription};
use futures::{Stream, StreamExt as _};

use super::alert_types::Alert;
use crate::domain::dashboards::alerts::following;
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::events::events;
use crate::graphql::scalars::parse_id;

/// The part of the root that follows alerts.
#[derive(Default)]
pub struct AlertsSubscription;

#[Subscription]
impl AlertsSubscription {
    /// Each alert of a workspace as it is whenever its state has changed. What there is at first is not told: read `alerts` of the workspace.
    /// The stream completes when you are no member any more. NOT_FOUND for a workspace that you are no member of.
    async fn alerts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The workspace.")] workspace_id: ID,
    ) -> Result<impl Stream<Item = Result<Alert>> + use<>> {
        let workspace = parse_id(&workspace_id, "workspaceId", "workspace")?;
        let alerts = following::follow(app(ctx), actor(ctx), workspace).await.map_err(to_graphql)?;
        Ok(events(ctx, alerts.map(|alert| alert.and_then(Alert::try_from)), |alert| alert))
    }
}
