//! Reading what was used.

use async_graphql::{Context, Object, Result};

use super::edges::{of_installation, of_user};
use super::reports::{Analytics, InstallationAnalytics};
use super::types::DateRangeInput;
use crate::graphql::context::actor;
use crate::graphql::error::to_graphql;

/// The part of the root that reads figures.
#[derive(Default)]
pub struct AnalyticsQuery;

/// What can be read.
#[Object]
impl AnalyticsQuery {
    /// What you used on these days. FORBIDDEN for an API key without the scopes `CONVERSATIONS_READ` and `DOCUMENTS_READ`.
    async fn analytics(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which days.")] range: DateRangeInput,
    ) -> Result<Analytics> {
        let own = actor(ctx).require_id().map_err(to_graphql)?;
        of_user(ctx, own, &range).await
    }

    /// What everybody used on these days. FORBIDDEN for those who may not read it.
    async fn installation_analytics(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which days.")] range: DateRangeInput,
    ) -> Result<InstallationAnalytics> {
        of_installation(ctx, &range).await
    }
}
