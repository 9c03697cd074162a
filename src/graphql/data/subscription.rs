//! Following uploads and runs.

use async_graphql::{Context, ID, Result, Subscription};
use futures::{Stream, StreamExt as _};

use super::question_types::DataQuestion;
use super::runs::QueryRun;
use super::uploads::DatasetUpload;
use crate::domain::data::queries::following;
use crate::domain::data::questions::following as questions;
use crate::domain::data::uploads::progress;
use crate::graphql::context::{actor, app, loaders};
use crate::graphql::error::to_graphql;
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
        let changes = progress::follow(app(ctx), actor(ctx), id).await.map_err(to_graphql)?;
        let loaders = loaders(ctx);
        Ok(changes.map(move |change| {
            loaders.renew();
            change.map(DatasetUpload::from).map_err(to_graphql)
        }))
    }

    /// A run as it is, then again when it has ended; then the stream completes. NOT_FOUND when you do not see it.
    async fn query_run(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The run to follow.")] id: ID,
    ) -> Result<impl Stream<Item = Result<QueryRun>> + use<>> {
        let id = parse_id(&id, "id", "query run")?;
        let changes = following::follow(app(ctx), actor(ctx), id).await.map_err(to_graphql)?;
        let loaders = loaders(ctx);
        Ok(changes.map(move |change| {
            loaders.renew();
            change.map(QueryRun::from).map_err(to_graphql)
        }))
    }

    /// A question as it is, then again whenever it has come further, until nothing more happens by itself; then the stream completes.
    /// NOT_FOUND when you do not see it.
    async fn data_question(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The question to follow.")] id: ID,
    ) -> Result<impl Stream<Item = Result<DataQuestion>> + use<>> {
        let id = parse_id(&id, "id", "question")?;
        let changes = questions::follow(app(ctx), actor(ctx), id).await.map_err(to_graphql)?;
        let loaders = loaders(ctx);
        Ok(changes.map(move |change| {
            loaders.renew();
            change.map(DataQuestion::from).map_err(to_graphql)
        }))
    }
}
