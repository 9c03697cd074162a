//! Documents while they are read.

use async_graphql::{Context, ID, Result, Subscription};
use futures::Stream;

use super::types::Document;
use crate::domain::documents::actions::progress;
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::events::events;
use crate::graphql::scalars::parse_ids;

/// The part of the root that follows documents.
#[derive(Default)]
pub struct DocumentsSubscription;

#[Subscription]
impl DocumentsSubscription {
    /// Documents as they are, then each again whenever its status or progress changes, until all are READY or FAILED; then
    /// the stream completes. NOT_FOUND when one is not yours, BAD_USER_INPUT for more than 100.
    async fn document_progress(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The documents to follow, 100 at most.")] ids: Vec<ID>,
    ) -> Result<impl Stream<Item = Result<Document>> + use<>> {
        let ids = parse_ids(&ids, "ids", "document")?;
        let changes = progress::follow_progress(app(ctx), actor(ctx), ids).await.map_err(to_graphql)?;
        Ok(events(ctx, changes, Document::from))
    }
}
