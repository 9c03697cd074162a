//! From texts to what they are about, and who asked for them.

use async_graphql::{ComplexObject, Context, Result};

use super::chart_loaders::ChartById;
use super::chart_types::Chart;
use super::insight_loaders::InsightOfQuery;
use super::insight_types::Insight;
use super::template_loaders::PromptTemplateVersionById;
use super::template_types::PromptTemplateVersion;
use crate::domain::dashboards::insights::reading::Told;
use crate::domain::data::queries::latest::Asked;
use crate::domain::data::saved::values;
use crate::error::Error;
use crate::graphql::data::loaders::{DataSourceById, QueryRunById};
use crate::graphql::data::runs::QueryRun;
use crate::graphql::data::saved_loaders::SavedQueryById;
use crate::graphql::data::saved_types::SavedQuery;
use crate::graphql::data::types::DataSource;
use crate::graphql::error::to_graphql;
use crate::graphql::generation::loaders::GenerationById;
use crate::graphql::generation::types::Generation;
use crate::graphql::loader::load;
use crate::graphql::workspaces::loaders::WorkspaceMemberOf;
use crate::graphql::workspaces::types::WorkspaceMember;
use crate::ids::{ChartId, SavedQueryId};

#[ComplexObject]
impl Insight {
    /// The source of the data.
    async fn data_source(&self, ctx: &Context<'_>) -> Result<DataSource> {
        let found = load::<DataSourceById>(ctx, self.source_key).await?;
        found.map(DataSource::from).ok_or_else(|| to_graphql(Error::not_found("data source")))
    }

    /// The run whose result it is about. Null when that is gone.
    async fn run(&self, ctx: &Context<'_>) -> Result<Option<QueryRun>> {
        let Some(key) = self.run_key else { return Ok(None) };
        Ok(load::<QueryRunById>(ctx, key).await?.map(QueryRun::from))
    }

    /// The chart that it stands beside. Null for one about a run alone, and when the chart is gone.
    async fn chart(&self, ctx: &Context<'_>) -> Result<Option<Chart>> {
        let Some(key) = self.chart_key else { return Ok(None) };
        Ok(load::<ChartById>(ctx, key).await?.map(Chart::from))
    }

    /// The saved query that was run. Null for a statement that was written for the run, and when the query is gone.
    async fn query(&self, ctx: &Context<'_>) -> Result<Option<SavedQuery>> {
        let Some(key) = self.saved_key else { return Ok(None) };
        Ok(load::<SavedQueryById>(ctx, key).await?.map(SavedQuery::from))
    }

    /// The version of the workspace's template by which the model was asked, also when the template is deleted. Null for the template that is
    /// built in, which promptVersion names, and without a model.
    async fn template_version(&self, ctx: &Context<'_>) -> Result<Option<PromptTemplateVersion>> {
        let Some(key) = self.version_key else { return Ok(None) };
        Ok(load::<PromptTemplateVersionById>(ctx, key).await?.map(PromptTemplateVersion::from))
    }

    /// The last call of the model, with what it cost. Its text is the model's own, before the check. Null without one, and for everybody but
    /// whoever asked.
    async fn generation(&self, ctx: &Context<'_>) -> Result<Option<Generation>> {
        let Some(key) = self.generation_key else { return Ok(None) };
        Ok(load::<GenerationById>(ctx, key).await?.map(Generation::from))
    }

    /// Who asked for it, as a member of its workspace. Null when they are none any more.
    async fn author(&self, ctx: &Context<'_>) -> Result<Option<WorkspaceMember>> {
        let Some(author) = self.author_key else { return Ok(None) };
        Ok(load::<WorkspaceMemberOf>(ctx, (self.workspace_key, author)).await?.map(WorkspaceMember::from))
    }
}

/// The newest text about a query, or about a chart of it, with the defaults of its parameters.
///
/// # Errors
/// When Postgres does not answer.
pub async fn by_default(ctx: &Context<'_>, query: SavedQueryId, chart: Option<ChartId>) -> Result<Option<Insight>> {
    let Some(found) = load::<SavedQueryById>(ctx, query).await? else { return Ok(None) };
    let declared = found.declared().map_err(to_graphql)?;
    let given = values::given(&declared, &[]).map_err(to_graphql)?;
    told(ctx, chart, Asked::new(query, &given).map_err(to_graphql)?).await
}

/// The newest text about a query with these values, or about a chart of it.
///
/// # Errors
/// When Postgres does not answer.
pub async fn told(ctx: &Context<'_>, chart: Option<ChartId>, asked: Asked) -> Result<Option<Insight>> {
    Ok(load::<InsightOfQuery>(ctx, Told { chart, asked }).await?.map(Insight::from))
}
