//! From questions to their source, their run and who asked.

use async_graphql::{ComplexObject, Context, Result};

use super::loaders::{DataSourceById, QueryRunById};
use super::question_loaders::DataQuestionById;
use super::question_types::DataQuestion;
use super::runs::QueryRun;
use super::saved_loaders::SavedQueryById;
use super::saved_types::SavedQuery;
use super::types::DataSource;
use crate::error::Error;
use crate::graphql::error::to_graphql;
use crate::graphql::generation::loaders::GenerationById;
use crate::graphql::generation::types::Generation;
use crate::graphql::loader::load;
use crate::graphql::workspaces::loaders::WorkspaceMemberOf;
use crate::graphql::workspaces::types::WorkspaceMember;

#[ComplexObject]
impl DataQuestion {
    /// The source that it is about.
    async fn data_source(&self, ctx: &Context<'_>) -> Result<DataSource> {
        let found = load::<DataSourceById>(ctx, self.source_key).await?;
        found.map(DataSource::from).ok_or_else(|| to_graphql(Error::not_found("data source")))
    }

    /// Who asked, as a member of its workspace. Null when they are none any more.
    async fn asker(&self, ctx: &Context<'_>) -> Result<Option<WorkspaceMember>> {
        let Some(asker) = self.asker_key else { return Ok(None) };
        Ok(load::<WorkspaceMemberOf>(ctx, (self.workspace_key, asker)).await?.map(WorkspaceMember::from))
    }

    /// The question that it follows. Null for one that stands by itself, and when that is gone.
    async fn previous(&self, ctx: &Context<'_>) -> Result<Option<DataQuestion>> {
        let Some(key) = self.previous_key else { return Ok(None) };
        Ok(load::<DataQuestionById>(ctx, key).await?.map(DataQuestion::from))
    }

    /// What was run. Null before.
    async fn run(&self, ctx: &Context<'_>) -> Result<Option<QueryRun>> {
        let Some(key) = self.run_key else { return Ok(None) };
        Ok(load::<QueryRunById>(ctx, key).await?.map(QueryRun::from))
    }

    /// The last call of the model, with what it cost. Null without one, and for everybody but whoever asked.
    async fn generation(&self, ctx: &Context<'_>) -> Result<Option<Generation>> {
        let Some(key) = self.generation_key else { return Ok(None) };
        Ok(load::<GenerationById>(ctx, key).await?.map(Generation::from))
    }

    /// The verified query that answers it. Null for other methods, and when the query is gone.
    async fn saved_query(&self, ctx: &Context<'_>) -> Result<Option<SavedQuery>> {
        let Some(key) = self.saved_key else { return Ok(None) };
        Ok(load::<SavedQueryById>(ctx, key).await?.map(SavedQuery::from))
    }
}
