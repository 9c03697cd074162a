//! From saved queries to their source, their runs, their charts and who made them.

use async_graphql::connection::EmptyFields;
use async_graphql::{ComplexObject, Context, Result};

use super::edges::QueryRunConnection;
use super::loaders::DataSourceById;
use super::runs::QueryRun;
use super::saved_loaders::{LatestRunOfQuery, RunPageOfQuery};
use super::saved_types::SavedQuery;
use super::types::DataSource;
use crate::domain::data::queries::model::QueryRun as Run;
use crate::error::Error;
use crate::graphql::dashboards::alert_edges::shown;
use crate::graphql::dashboards::alert_loaders::AlertsOfQuery;
use crate::graphql::dashboards::alert_types::Alert;
use crate::graphql::dashboards::chart_loaders::ChartsOfQuery;
use crate::graphql::dashboards::chart_types::Chart;
use crate::graphql::dashboards::insight_edges::by_default;
use crate::graphql::dashboards::insight_types::Insight;
use crate::graphql::error::to_graphql;
use crate::graphql::loader::load;
use crate::graphql::page::{PageArgs, connection};
use crate::graphql::workspaces::loaders::WorkspaceMemberOf;
use crate::graphql::workspaces::types::WorkspaceMember;

#[ComplexObject]
impl SavedQuery {
    /// The source that it is about.
    async fn data_source(&self, ctx: &Context<'_>) -> Result<DataSource> {
        let found = load::<DataSourceById>(ctx, self.source_key).await?;
        found.map(DataSource::from).ok_or_else(|| to_graphql(Error::not_found("data source")))
    }

    /// Who made it, as a member of its workspace. Null when they are none any more.
    async fn author(&self, ctx: &Context<'_>) -> Result<Option<WorkspaceMember>> {
        let Some(author) = self.author_key else { return Ok(None) };
        Ok(load::<WorkspaceMemberOf>(ctx, (self.workspace_key, author)).await?.map(WorkspaceMember::from))
    }

    /// Who vouches for it, as a member of its workspace. Null while nobody does, and when they are no member any more.
    async fn verified_by(&self, ctx: &Context<'_>) -> Result<Option<WorkspaceMember>> {
        let Some(verifier) = self.verifier_key else { return Ok(None) };
        Ok(load::<WorkspaceMemberOf>(ctx, (self.workspace_key, verifier)).await?.map(WorkspaceMember::from))
    }

    /// Its newest run, of whichever version; `sql` of the run says what ran. Null before the first.
    async fn latest_run(&self, ctx: &Context<'_>) -> Result<Option<QueryRun>> {
        Ok(load::<LatestRunOfQuery>(ctx, self.key).await?.map(QueryRun::from))
    }

    /// Its runs, by anybody in the workspace, the newest first.
    async fn runs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start of the list, 1 to 100. Null for 20.")] first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor. Null for the start of the list.")] after: Option<String>,
        #[graphql(desc = "How many from the end of the list, 1 to 100. Null for first.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor. Null for the end of the list.")] before: Option<String>,
    ) -> Result<QueryRunConnection> {
        let page = PageArgs { first, after, last, before }.page(|text| text.parse().ok())?;
        let slice = load::<RunPageOfQuery>(ctx, (self.key, page)).await?.unwrap_or_default();
        Ok(connection(slice, EmptyFields, |row: &Run| row.id.to_string(), QueryRun::from))
    }

    /// The newest insight about its newest result, with the defaults of its parameters, or else about an older one: then it is stale. Null when
    /// there is none.
    async fn insight(&self, ctx: &Context<'_>) -> Result<Option<Insight>> {
        by_default(ctx, self.key, None).await
    }

    /// Its charts, the oldest first, 100 at most.
    async fn charts(&self, ctx: &Context<'_>) -> Result<Vec<Chart>> {
        let charts = load::<ChartsOfQuery>(ctx, self.key).await?.unwrap_or_default();
        Ok(charts.into_iter().map(Chart::from).collect())
    }

    /// The alerts that watch it, the oldest first, 200 at most.
    async fn alerts(&self, ctx: &Context<'_>) -> Result<Vec<Alert>> {
        shown(load::<AlertsOfQuery>(ctx, self.key).await?.unwrap_or_default())
    }
}
