//! Having pictures made.

use async_graphql::{Context, Object, Result};

use super::picture_inputs::{ExportPictureInput, ExportPicturePayload};
use crate::domain::dashboards::pictures::exports::asking;
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;

/// The part of the root that has pictures made.
#[derive(Default)]
pub struct PicturesMutation;

/// What can be done with pictures.
#[Object]
impl PicturesMutation {
    /// Has a picture of a chart or a dashboard drawn into a file, from the newest results that there are: nothing is run by this. NOT_FOUND
    /// when you do not see it, BAD_USER_INPUT for sizes and values of filters that it cannot have, CONFLICT while five of your pictures are
    /// drawn.
    async fn export_picture(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be drawn, and how.")] input: ExportPictureInput,
    ) -> Result<ExportPicturePayload> {
        let export = asking::export(app(ctx), actor(ctx), input.ask()?).await.map_err(to_graphql)?;
        Ok(ExportPicturePayload { export: export.into() })
    }
}
