//! Following uploads, runs and exports.

use async_graphql::{Context, ID, Result, Subscription};
use futures::Stream;

use super::exports::ResultExport;
use super::question_types::DataQuestion;
use super::runs::QueryRunEvent;
use super::uploads::DatasetUpload;
use crate::domain::data::exports::model as exports;
use crate::domain::data::following;
use crate::domain::data::queries::following as queries;
use crate::domain::data::questions::model as questions;
use crate::domain::data::uploads::model as uploads;
use crate::error::Error;
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::events::events;
use crate::graphql::scalars::parse_id;

/// The part of the root that follows data.
#[derive(Default)]
pub struct DataSubscription;

#[Subscription]
impl DataSubscription {
    /// An upload as it is, then again whenever something about it changes, until it is INSPECTED, LOADED or FAILED; then the stream
    /// completes. NOT_FOUND when you do not see it.
    async fn dataset_progress(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The upload to follow.")] id: ID,
    ) -> Result<impl Stream<Item = Result<DatasetUpload>> + use<>> {
        let id = parse_id(&id, "id", "dataset upload")?;
        let changes =
            following::follow::<uploads::DatasetUpload>(app(ctx), actor(ctx), id).await.map_err(to_graphql)?;
        Ok(events(ctx, changes, DatasetUpload::from))
    }

    /// A run as it is, then its rows as they come and whatever happens to it, until it has ended and all its rows were sent; then the stream
    /// completes. NOT_FOUND when you do not see it, BAD_USER_INPUT when after is less than 0.
    async fn query_run(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The run to follow.")] id: ID,
        #[graphql(desc = "How many rows you have: those behind them are sent, 0 for all. Null for none of them.")]
        after: Option<i32>,
    ) -> Result<impl Stream<Item = Result<QueryRunEvent>> + use<>> {
        let id = parse_id(&id, "id", "query run")?;
        let after = after.map(usize::try_from).transpose();
        let after = after.map_err(|_| to_graphql(Error::bad_input("after", "Give 0 or more.")))?;
        let changes = queries::follow(app(ctx), actor(ctx), id, after).await.map_err(to_graphql)?;
        Ok(events(ctx, changes, QueryRunEvent::from))
    }

    /// An export of yours as it is, then again whenever its status or progress changes, until it has ended; then the stream completes.
    /// NOT_FOUND when it is not yours.
    async fn result_export(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The export to follow.")] id: ID,
    ) -> Result<impl Stream<Item = Result<ResultExport>> + use<>> {
        let id = parse_id(&id, "id", "result export")?;
        let changes = following::follow::<exports::ResultExport>(app(ctx), actor(ctx), id).await.map_err(to_graphql)?;
        Ok(events(ctx, changes, ResultExport::from))
    }

    /// A question as it is, then again whenever it has come further, until nothing more happens by itself; then the stream completes.
    /// NOT_FOUND when you do not see it.
    async fn data_question(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The question to follow.")] id: ID,
    ) -> Result<impl Stream<Item = Result<DataQuestion>> + use<>> {
        let id = parse_id(&id, "id", "question")?;
        let changes =
            following::follow::<questions::DataQuestion>(app(ctx), actor(ctx), id).await.map_err(to_graphql)?;
        Ok(events(ctx, changes, DataQuestion::from))
    }
}
