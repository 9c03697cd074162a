//! Following pictures.

use async_graphql::{Context, ID, Result, Subscription};
use futures::Stream;

use super::picture_types::PictureExport;
use crate::domain::dashboards::pictures::exports::model;
use crate::domain::data::following;
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::events::events;
use crate::graphql::scalars::parse_id;

/// The part of the root that follows pictures.
#[derive(Default)]
pub struct PicturesSubscription;

#[Subscription]
impl PicturesSubscription {
    /// A picture of yours as it is, then again whenever its status or progress changes, until it has ended; then the stream completes.
    /// NOT_FOUND when it is not yours.
    async fn picture_export(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The export to follow.")] id: ID,
    ) -> Result<impl Stream<Item = Result<PictureExport>> + use<>> {
        let id = parse_id(&id, "id", "picture export")?;
        let changes = following::follow::<model::PictureExport>(app(ctx), actor(ctx), id).await.map_err(to_graphql)?;
        Ok(events(ctx, changes, PictureExport::from))
    }
}
