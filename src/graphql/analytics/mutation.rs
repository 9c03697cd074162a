//! Summing up anew.

use async_graphql::{Context, Object, Result};

use super::edges::days;
use super::reports::{Analytics, RefreshAnalyticsInput, RefreshAnalyticsPayload};
use crate::domain::analytics::actions;
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;

/// The part of the root that sums up anew.
#[derive(Default)]
pub struct AnalyticsMutation;

/// What people do with their figures.
#[Object]
impl AnalyticsMutation {
    /// Sums what you used on these days up anew from the records, and gives it. Figures are current without it: this is for
    /// somebody who doubts them. Doing it again changes nothing.
    async fn refresh_analytics(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which days to sum up.")] input: RefreshAnalyticsInput,
    ) -> Result<RefreshAnalyticsPayload> {
        let own = actor(ctx).require_id().map_err(to_graphql)?;
        let range = days(ctx, &input.range, "input.range")?;
        let report = actions::refresh(app(ctx), actor(ctx), range).await.map_err(to_graphql)?;
        Ok(RefreshAnalyticsPayload { analytics: Analytics::of(own, &report) })
    }
}
