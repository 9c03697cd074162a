//! From charts to what they draw, and who made them.

use async_graphql::{ComplexObject, Context, Result};

use super::chart_types::Chart;
use super::insight_edges::by_default;
use super::insight_types::Insight;
use super::picture_edges::address;
use super::picture_types::{ImageFormat, PictureTheme};
use crate::domain::dashboards::pictures::linking::Size;
use crate::domain::data::queries::latest::Asked;
use crate::domain::data::saved::values;
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
    /// An address under which the chart is shown, drawn with the newest result of its query and the default values of what that asks for.
    /// It is for you, for this chart and for this result, for about an hour and without further sign-in; the same for a quarter of an hour,
    /// so that it is not fetched twice. Begins with a slash where this installation does not know its public address. Null while there is no
    /// result. BAD_USER_INPUT for sizes of which no picture is made.
    async fn image_url(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What it is.", default_with = "ImageFormat::Png")] format: ImageFormat,
        #[graphql(desc = "Pixels, 60 to 4,000.", default = 720)] width: i32,
        #[graphql(desc = "Pixels, 60 to 4,000.", default = 420)] height: i32,
        #[graphql(desc = "How it looks.", default_with = "PictureTheme::Light")] theme: PictureTheme,
        #[graphql(
            desc = "Of a PNG: by how much it is larger, 0.1 to 8. 8,192 pixels on a side and 16,000,000 in all are the most.",
            default = 1.0
        )]
        scale: f64,
    ) -> Result<Option<String>> {
        let size = Size::checked(width, height, theme.into(), scale).map_err(to_graphql)?;
        let Some(query) = load::<SavedQueryById>(ctx, self.query_key).await? else { return Ok(None) };
        let given = query.declared().and_then(|declared| values::given(&declared, &[])).map_err(to_graphql)?;
        let asked = Asked::new(query.id, &given).map_err(to_graphql)?;
        address(ctx, self.key, asked, format.into(), size).await
    }
}
