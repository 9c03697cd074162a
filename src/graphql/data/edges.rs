//! From sources to their tables, uploads, runs and exports, and back.

use async_graphql::connection::{Connection, EmptyFields};
use async_graphql::{ComplexObject, Context, Json, Result};
use chrono::{DateTime, Utc};
use serde_json::Value;

use super::exports::ResultExport;
use super::external::{DataSourceError, DataSourceNote, DataSourceStatus, ExternalDatabase, notes};
use super::loaders::{
    ConnectionOfSource, DataSourceById, DataTableById, ExportsOfRun, QueryRunById, ResultRows, TablesOfSource,
};
use super::question_loaders::{QuestionPageOfSource, SuggestionsOfSource};
use super::question_types::DataQuestion;
use super::runs::QueryRun;
use super::saved_loaders::{QueryPageOfSource, SavedQueryById};
use super::saved_types::SavedQuery;
use super::tables::DataTable;
use super::types::DataSource;
use super::uploads::DatasetUpload;
use crate::domain::data::exports::fetching;
use crate::domain::data::queries::history::{self, ROWS_MAX, Window};
use crate::domain::data::queries::model::QueryRun as Run;
use crate::domain::data::questions::model::DataQuestion as Question;
use crate::domain::data::saved::model::SavedQuery as Saved;
use crate::domain::data::uploads::model::DatasetUpload as Uploaded;
use crate::domain::data::uploads::progress;
use crate::error::Error;
use crate::graphql::context::{actor, app};
use crate::graphql::dashboards::chart_loaders::ProposalsOfResult;
use crate::graphql::dashboards::chart_types::ChartProposal;
use crate::graphql::dashboards::insight_loaders::InsightOfResult;
use crate::graphql::dashboards::insight_types::Insight;
use crate::graphql::error::to_graphql;
use crate::graphql::loader::load;
use crate::graphql::page::{PageArgs, connection};
use crate::graphql::workspaces::loaders::WorkspaceById;
use crate::graphql::workspaces::types::Workspace;
use crate::ids::DataSourceId;

/// A page of the files of a source.
pub type DatasetUploadConnection = Connection<String, DatasetUpload, EmptyFields>;
/// A page of questions.
pub type DataQuestionConnection = Connection<String, DataQuestion, EmptyFields>;
/// A page of saved queries.
pub type SavedQueryConnection = Connection<String, SavedQuery, EmptyFields>;
/// A page of what was run.
pub type QueryRunConnection = Connection<String, QueryRun, EmptyFields>;

#[ComplexObject]
impl DataSource {
    /// The workspace that it belongs to.
    async fn workspace(&self, ctx: &Context<'_>) -> Result<Workspace> {
        let found = load::<WorkspaceById>(ctx, self.workspace_key).await?;
        found.map(Workspace::from).ok_or_else(|| to_graphql(Error::not_found("workspace")))
    }

    /// Whether it could be used when somebody last looked.
    async fn status(&self, ctx: &Context<'_>) -> Result<DataSourceStatus> {
        let connection = load::<ConnectionOfSource>(ctx, self.key).await?;
        let has_failed = connection.is_some_and(|connection| connection.error_code.is_some());
        Ok(if has_failed { DataSourceStatus::Failed } else { DataSourceStatus::Ready })
    }

    /// Why it could not. Null unless status is FAILED.
    async fn error(&self, ctx: &Context<'_>) -> Result<Option<DataSourceError>> {
        let connection = load::<ConnectionOfSource>(ctx, self.key).await?;
        Ok(connection.and_then(|connection| DataSourceError::of(&connection)))
    }

    /// When somebody last looked what there is: when it was entered, changed or refreshed. Null for uploads.
    async fn last_checked_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime<Utc>>> {
        Ok(load::<ConnectionOfSource>(ctx, self.key).await?.map(|connection| connection.last_checked_at))
    }

    /// What whoever looks after it should see to.
    async fn notes(&self, ctx: &Context<'_>) -> Result<Vec<DataSourceNote>> {
        Ok(load::<ConnectionOfSource>(ctx, self.key).await?.map(|connection| notes(&connection)).unwrap_or_default())
    }

    /// How the database is reached, for every member of the workspace to see; the password nobody does. Null for uploads.
    async fn connection(&self, ctx: &Context<'_>) -> Result<Option<ExternalDatabase>> {
        Ok(load::<ConnectionOfSource>(ctx, self.key).await?.map(ExternalDatabase::from))
    }

    /// Its tables, by their names.
    async fn tables(&self, ctx: &Context<'_>) -> Result<Vec<DataTable>> {
        let tables = load::<TablesOfSource>(ctx, self.key).await?.unwrap_or_default();
        Ok(tables.into_iter().map(DataTable::from).collect())
    }

    /// The files that were uploaded to it, the newest first.
    async fn uploads(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start of the list, 1 to 100. Null for 20.")] first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor. Null for the start of the list.")] after: Option<String>,
        #[graphql(desc = "How many from the end of the list, 1 to 100. Null for first.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor. Null for the end of the list.")] before: Option<String>,
    ) -> Result<DatasetUploadConnection> {
        let page = PageArgs { first, after, last, before }.page(|text| text.parse().ok())?;
        let slice = progress::page(app(ctx), actor(ctx), self.key, &page).await.map_err(to_graphql)?;
        Ok(connection(slice, EmptyFields, |row: &Uploaded| row.id.to_string(), DatasetUpload::from))
    }

    /// What was run on it, by anybody in its workspace, the newest first.
    async fn runs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start of the list, 1 to 100. Null for 20.")] first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor. Null for the start of the list.")] after: Option<String>,
        #[graphql(desc = "How many from the end of the list, 1 to 100. Null for first.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor. Null for the end of the list.")] before: Option<String>,
    ) -> Result<QueryRunConnection> {
        let page = PageArgs { first, after, last, before }.page(|text| text.parse().ok())?;
        let slice = history::page(app(ctx), actor(ctx), self.key, &page).await.map_err(to_graphql)?;
        Ok(connection(slice, EmptyFields, |row: &Run| row.id.to_string(), QueryRun::from))
    }

    /// The queries about it that are kept, the newest first.
    async fn saved_queries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start of the list, 1 to 100. Null for 20.")] first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor. Null for the start of the list.")] after: Option<String>,
        #[graphql(desc = "How many from the end of the list, 1 to 100. Null for first.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor. Null for the end of the list.")] before: Option<String>,
    ) -> Result<SavedQueryConnection> {
        let page = PageArgs { first, after, last, before }.page(|text| text.parse().ok())?;
        let slice = load::<QueryPageOfSource>(ctx, (self.key, page)).await?.unwrap_or_default();
        Ok(connection(slice, EmptyFields, |row: &Saved| row.id.to_string(), SavedQuery::from))
    }

    /// What was asked about it in plain words, by anybody in its workspace, the newest first.
    async fn questions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start of the list, 1 to 100. Null for 20.")] first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor. Null for the start of the list.")] after: Option<String>,
        #[graphql(desc = "How many from the end of the list, 1 to 100. Null for first.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor. Null for the end of the list.")] before: Option<String>,
    ) -> Result<DataQuestionConnection> {
        let page = PageArgs { first, after, last, before }.page(|text| text.parse().ok())?;
        let slice = load::<QuestionPageOfSource>(ctx, (self.key, page)).await?.unwrap_or_default();
        Ok(connection(slice, EmptyFields, |row: &Question| row.id.to_string(), DataQuestion::from))
    }

    /// Up to five questions about its tables that are understood without a model too. Empty while it has no table. `QUERY_TOO_COMPLEX` for
    /// more than 20 sources at once.
    async fn suggested_questions(&self, ctx: &Context<'_>) -> Result<Vec<String>> {
        Ok(load::<SuggestionsOfSource>(ctx, self.key).await?.unwrap_or_default())
    }
}

async fn source(ctx: &Context<'_>, key: DataSourceId) -> Result<DataSource> {
    let found = load::<DataSourceById>(ctx, key).await?;
    found.map(DataSource::from).ok_or_else(|| to_graphql(Error::not_found("data source")))
}

#[ComplexObject]
impl DataTable {
    /// The source that it belongs to.
    async fn data_source(&self, ctx: &Context<'_>) -> Result<DataSource> {
        source(ctx, self.source_key).await
    }
}

#[ComplexObject]
impl DatasetUpload {
    /// The source that it belongs to.
    async fn data_source(&self, ctx: &Context<'_>) -> Result<DataSource> {
        source(ctx, self.source_key).await
    }

    /// The table that it was loaded into. Null before, and when that is gone.
    async fn table(&self, ctx: &Context<'_>) -> Result<Option<DataTable>> {
        let Some(key) = self.table_key else { return Ok(None) };
        Ok(load::<DataTableById>(ctx, key).await?.map(DataTable::from))
    }
}

#[ComplexObject]
impl QueryRun {
    /// The source that it is about.
    async fn data_source(&self, ctx: &Context<'_>) -> Result<DataSource> {
        source(ctx, self.source_key).await
    }

    /// The saved query that it is a run of. Null for a statement that was written for this run, and when the query is gone.
    async fn saved_query(&self, ctx: &Context<'_>) -> Result<Option<SavedQuery>> {
        let Some(key) = self.saved_key else { return Ok(None) };
        Ok(load::<SavedQueryById>(ctx, key).await?.map(SavedQuery::from))
    }

    /// Charts that would fit the result by its columns and first 500 rows, the best first. Empty while there is no result, and when none
    /// fits. `QUERY_TOO_COMPLEX` for more than 20 results at once.
    async fn chart_proposals(&self, ctx: &Context<'_>) -> Result<Vec<ChartProposal>> {
        let Some(result) = self.result_key else { return Ok(Vec::new()) };
        let proposals = load::<ProposalsOfResult>(ctx, result).await?.unwrap_or_default();
        Ok(proposals.into_iter().map(ChartProposal::from).collect())
    }

    /// The newest insight about the result. Null when there is none.
    async fn insight(&self, ctx: &Context<'_>) -> Result<Option<Insight>> {
        let Some(result) = self.result_key else { return Ok(None) };
        Ok(load::<InsightOfResult>(ctx, result).await?.map(Insight::from))
    }

    /// Rows of the result: a list of values for each, in the order of the columns. While it runs, those that have come; empty before and
    /// behind them.
    /// BAD_USER_INPUT when first is not from 1 to 1,000 or offset is less than 0.
    async fn rows(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 1,000.", default = 100)] first: i32,
        #[graphql(desc = "How many rows to pass over.", default = 0)] offset: i32,
    ) -> Result<Vec<Vec<Json<Value>>>> {
        let first = usize::try_from(first).ok().filter(|first| (1..=ROWS_MAX).contains(first));
        let first = first.ok_or_else(|| to_graphql(Error::bad_input("first", format!("Give 1 to {ROWS_MAX}."))))?;
        let offset = usize::try_from(offset).map_err(|_| to_graphql(Error::bad_input("offset", "Give 0 or more.")))?;
        let Some(result) = self.result_key else { return Ok(Vec::new()) };
        let rows = load::<ResultRows>(ctx, Window { result, first, offset }).await?.unwrap_or_default();
        Ok(rows.into_iter().map(|row| row.into_iter().map(Json).collect()).collect())
    }

    /// Your exports of it, the newest first, 20 at most. What others exported only they see.
    async fn exports(&self, ctx: &Context<'_>) -> Result<Vec<ResultExport>> {
        let exports = load::<ExportsOfRun>(ctx, self.key).await?.unwrap_or_default();
        Ok(exports.into_iter().map(ResultExport::from).collect())
    }
}

#[ComplexObject]
impl ResultExport {
    /// The run whose result it is.
    async fn run(&self, ctx: &Context<'_>) -> Result<QueryRun> {
        let found = load::<QueryRunById>(ctx, self.run_key).await?;
        found.map(QueryRun::from).ok_or_else(|| to_graphql(Error::not_found("query run")))
    }

    /// An address under which you can fetch the file for an hour, or until it is removed, without further sign-in. Begins with a slash
    /// where this installation does not know its public address. Null unless status is READY.
    #[expect(clippy::unused_async, reason = "a field of the graph is a future, whatever it needs")]
    async fn url(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let base = app(ctx).config.server.public_url.as_deref().unwrap_or("");
        let token = fetching::claim(app(ctx), actor(ctx), &self.row).map_err(to_graphql)?;
        Ok(token.map(|token| format!("{base}/files/{token}")))
    }
}
