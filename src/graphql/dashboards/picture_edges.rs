//! From pictures to what they show, and to where they are fetched; and addresses of charts that are drawn when they are fetched.

use async_graphql::connection::{Connection, EmptyFields};
use async_graphql::{ComplexObject, Context, Result};

use super::board_loaders::{DashboardById, StandingOfQuery};
use super::board_types::Dashboard;
use super::chart_loaders::ChartById;
use super::chart_types::Chart;
use super::picture_types::PictureExport;
use crate::domain::dashboards::pictures::exports::model::PictureExport as Row;
use crate::domain::dashboards::pictures::exports::{fetching, following};
use crate::domain::dashboards::pictures::format::PictureFormat;
use crate::domain::dashboards::pictures::linking::{self, Image, Size};
use crate::domain::data::queries::latest::Asked;
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::loader::load;
use crate::graphql::page::{PageArgs, connection};
use crate::ids::ChartId;

/// A page of somebody's pictures.
pub type PictureExportConnection = Connection<String, PictureExport, EmptyFields>;

#[ComplexObject]
impl PictureExport {
    /// The chart that it shows. Null for a dashboard.
    async fn chart(&self, ctx: &Context<'_>) -> Result<Option<Chart>> {
        let Some(key) = self.row.chart_id else { return Ok(None) };
        Ok(load::<ChartById>(ctx, key).await?.map(Chart::from))
    }

    /// The dashboard that it shows. Null for a chart, and when you see it only because it was shared with you.
    async fn dashboard(&self, ctx: &Context<'_>) -> Result<Option<Dashboard>> {
        let Some(key) = self.row.dashboard_id else { return Ok(None) };
        Ok(load::<DashboardById>(ctx, key).await?.map(Dashboard::from))
    }

    /// An address under which you can fetch the file for an hour, or until it is removed, without further sign-in. Begins with a slash
    /// where this installation does not know its public address. Null unless status is READY.
    #[expect(clippy::unused_async, reason = "a field of the graph is a future, whatever it needs")]
    async fn url(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let token = fetching::claim(app(ctx), actor(ctx), &self.row).map_err(to_graphql)?;
        Ok(token.map(|token| format!("{}/files/{token}", base(ctx))))
    }
}

/// A page of the pictures of the person asking.
///
/// # Errors
/// BAD_USER_INPUT for arguments that are none of a page.
pub async fn viewer_pictures(ctx: &Context<'_>, args: PageArgs) -> Result<PictureExportConnection> {
    let page = args.page(|text| text.parse().ok())?;
    let found = following::page(app(ctx), actor(ctx), &page).await.map_err(to_graphql)?;
    Ok(connection(found, EmptyFields, |row: &Row| row.id.to_string(), PictureExport::from))
}

/// The address of a chart that the reader has loaded, with the newest result of what it asks; `None` while there is none.
///
/// # Errors
/// When the result cannot be looked for.
pub async fn address(
    ctx: &Context<'_>,
    chart: ChartId,
    asked: Asked,
    format: PictureFormat,
    size: Size,
) -> Result<Option<String>> {
    let standing = load::<StandingOfQuery>(ctx, asked).await?;
    let Some(result) = standing.and_then(|standing| standing.result) else { return Ok(None) };
    let image = Image { chart, run: result.run.id, format, size };
    let token = linking::claim(app(ctx), actor(ctx), &image).map_err(to_graphql)?;
    Ok(Some(format!("{}/pictures/{token}", base(ctx))))
}

fn base<'a>(ctx: &Context<'a>) -> &'a str {
    app(ctx).config.server.public_url.as_deref().unwrap_or("")
}
