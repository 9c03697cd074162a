//! Following texts about results.

use async_graphql::{Context, ID, Result, Subscription};
use futures::Stream;

use super::insight_types::Insight;
use crate::domain::dashboards::insights::model;
use crate::domain::data::following;
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::events::events;
use crate::graphql::scalars::parse_id;

/// The part of the root that follows texts.
#[derive(Default)]
pub struct InsightsSubscription;

#[Subscription]
impl InsightsSubscription {
    /// An insight as it is, then again whenever it has come further, until it is READY or FAILED; then the stream completes. NOT_FOUND when
    /// you do not see it, and when it is deleted meanwhile.
    async fn insight(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The insight to follow.")] id: ID,
    ) -> Result<impl Stream<Item = Result<Insight>> + use<>> {
        let id = parse_id(&id, "id", "insight")?;
        let changes = following::follow::<model::Insight>(app(ctx), actor(ctx), id).await.map_err(to_graphql)?;
        Ok(events(ctx, changes, Insight::from))
    }
}
