//! From charts to what they draw, and who made them.

use async_graphql::{ComplexObject, Context, Result};

use super::chart_types::Chart;
use super::insight_edges::by_default;
use super::insight_types::Insight;
use crate::error::Error;
use crate::graphql::data::saved_loaders::SavedQueryById;
use crate::graphql::data::saved_types::SavedQuery;
use crate::graphql::error::to_graphql;
use crate::graphql::loader::load;
use crate::graphql::workspaces::loaders::WorkspaceMemberOf;
use crate::graphql::workspaces::types::WorkspaceMember;

#[ComplexObject]
impl Chart {
    /// The saved query whose result is drawn.
    async fn query(&self, ctx: &Context<'_>) -> Result<SavedQuery> {
        let found = load::<SavedQueryById>(ctx, self.query_key).await?;
        found.map(SavedQuery::from).ok_or_else(|| to_graphql(Error::not_found("saved query")))
    }

    /// The newest insight about the newest result of its query, with the defaults of its parameters, or else about an older one: then it is
    /// stale. Null when there is none.
    async fn insight(&self, ctx: &Context<'_>) -> Result<Option<Insight>> {
        by_default(ctx, self.query_key, Some(self.key)).await
    }

    /// Who made it, as a member of its workspace. Null when they are none any more.
    async fn author(&self, ctx: &Context<'_>) -> Result<Option<WorkspaceMember>> {
        let Some(author) = self.author_key else { return Ok(None) };
        Ok(load::<WorkspaceMemberOf>(ctx, (self.workspace_key, author)).await?.map(WorkspaceMember::from))
    }
}
