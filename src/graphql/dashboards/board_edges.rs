//! From dashboards to their tiles, and from tiles to what they show.

use async_graphql::connection::{Connection, EmptyFields};
use async_graphql::{ComplexObject, Context, Result};

use super::board_inputs::{FilterValueInput, chosen};
use super::board_loaders::{DashboardById, DashboardPageOfWorkspace, StandingOfQuery, TilesOfDashboard};
use super::board_types::{Dashboard, DashboardTab, DashboardTile};
use super::chart_loaders::ChartById;
use super::chart_types::Chart;
use super::insight_edges::told;
use super::insight_types::Insight;
use super::picture_edges::address;
use super::picture_types::{ImageFormat, PictureTheme};
use super::report_loaders::ReportsOfDashboard;
use super::report_types::ScheduledReport;
use super::share_loaders::SharesOfDashboard;
use super::share_types::DashboardShare;
use crate::domain::dashboards::boards::model::{Dashboard as Row, Place};
use crate::domain::dashboards::boards::{reading, values};
use crate::domain::dashboards::pictures::grid;
use crate::domain::dashboards::pictures::linking::Size;
use crate::domain::data::queries::latest::Standing;
use crate::error::Error;
use crate::graphql::data::runs::QueryRun;
use crate::graphql::data::saved_loaders::SavedQueryById;
use crate::graphql::data::saved_types::SavedQuery;
use crate::graphql::error::to_graphql;
use crate::graphql::loader::load;
use crate::graphql::page::{PageArgs, connection};
use crate::graphql::workspaces::loaders::{WorkspaceById, WorkspaceMemberOf};
use crate::graphql::workspaces::types::{Workspace, WorkspaceMember};
use crate::ids::{DashboardId, WorkspaceId};

/// Pixels of a side of the smallest picture, which a tile of one row is a little less than.
const SMALLEST: i32 = 60;

/// A page of dashboards.
pub type DashboardConnection = Connection<String, Dashboard, EmptyFields>;

#[ComplexObject]
impl Dashboard {
    /// The workspace that it belongs to.
    async fn workspace(&self, ctx: &Context<'_>) -> Result<Workspace> {
        let found = load::<WorkspaceById>(ctx, self.workspace_key).await?;
        found.map(Workspace::from).ok_or_else(|| to_graphql(Error::not_found("workspace")))
    }

    /// What stands on all of its tabs, from top to bottom and from left to right, 50 at most.
    async fn tiles(&self, ctx: &Context<'_>) -> Result<Vec<DashboardTile>> {
        tiles(ctx, self.key).await
    }

    /// With whom it is shared outside of the workspace, links included, in the order in which it was, 100 at most; but for what was taken
    /// back. Empty for viewers of the workspace.
    async fn shares(&self, ctx: &Context<'_>) -> Result<Vec<DashboardShare>> {
        let shares = load::<SharesOfDashboard>(ctx, self.key).await?.unwrap_or_default();
        Ok(shares.into_iter().map(DashboardShare::from).collect())
    }

    /// When it is mailed, the oldest first, 20 at most; viewers of the workspace see what they get themselves.
    async fn reports(&self, ctx: &Context<'_>) -> Result<Vec<ScheduledReport>> {
        let reports = load::<ReportsOfDashboard>(ctx, self.key).await?.unwrap_or_default();
        Ok(reports.into_iter().map(ScheduledReport::from).collect())
    }

    /// Who made it, as a member of its workspace. Null when they are none any more.
    async fn author(&self, ctx: &Context<'_>) -> Result<Option<WorkspaceMember>> {
        let Some(author) = self.author_key else { return Ok(None) };
        Ok(load::<WorkspaceMemberOf>(ctx, (self.workspace_key, author)).await?.map(WorkspaceMember::from))
    }
}

#[ComplexObject]
impl DashboardTab {
    /// What stands on it, from top to bottom and from left to right.
    async fn tiles(&self, ctx: &Context<'_>) -> Result<Vec<DashboardTile>> {
        let all = tiles(ctx, self.dashboard_key).await?;
        Ok(all.into_iter().filter(|tile| tile.tab == self.key).collect())
    }
}

async fn tiles(ctx: &Context<'_>, dashboard: DashboardId) -> Result<Vec<DashboardTile>> {
    let tiles = load::<TilesOfDashboard>(ctx, dashboard).await?.unwrap_or_default();
    Ok(tiles.into_iter().map(DashboardTile::from).collect())
}

async fn dashboard(ctx: &Context<'_>, key: DashboardId) -> Result<Row> {
    load::<DashboardById>(ctx, key).await?.ok_or_else(|| to_graphql(reading::missing()))
}

#[ComplexObject]
impl DashboardTile {
    /// The dashboard that it stands on.
    async fn dashboard(&self, ctx: &Context<'_>) -> Result<Dashboard> {
        dashboard(ctx, self.dashboard_key).await.map(Dashboard::from)
    }

    /// The chart that it shows. Null unless kind is CHART.
    async fn chart(&self, ctx: &Context<'_>) -> Result<Option<Chart>> {
        let Some(key) = self.row.chart_id else { return Ok(None) };
        Ok(load::<ChartById>(ctx, key).await?.map(Chart::from))
    }

    /// The query whose result it shows, its chart's or its own. Null for a text.
    async fn query(&self, ctx: &Context<'_>) -> Result<Option<SavedQuery>> {
        let Some(key) = self.row.query_id else { return Ok(None) };
        Ok(load::<SavedQueryById>(ctx, key).await?.map(SavedQuery::from))
    }

    /// The newest run of the query, as it is written now, with exactly these values whose result is there; or else the newest that failed.
    /// Null for a text, and when there is none: nothing is run by reading this. BAD_USER_INPUT for values that the filters cannot have.
    async fn run(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Values of the dashboard's filters; what is left out has its default. Null for all defaults."
        )]
        filters: Option<Vec<FilterValueInput>>,
    ) -> Result<Option<QueryRun>> {
        let declared = dashboard(ctx, self.dashboard_key).await?.filters().map_err(to_graphql)?;
        let filled = values::filled(&declared, &chosen(filters), "filters").map_err(to_graphql)?;
        let Some(asked) = values::asked(&self.row, &filled).map_err(to_graphql)? else { return Ok(None) };
        let standing = load::<StandingOfQuery>(ctx, asked).await?;
        Ok(standing.and_then(Standing::into_shown).map(QueryRun::from))
    }

    /// The newest insight about the newest result of the query with exactly these values, or else about an older one: then it is stale. Null
    /// for a text, and when there is none: nothing is written by reading this. BAD_USER_INPUT for values that the filters cannot have.
    async fn insight(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Values of the dashboard's filters; what is left out has its default. Null for all defaults."
        )]
        filters: Option<Vec<FilterValueInput>>,
    ) -> Result<Option<Insight>> {
        let declared = dashboard(ctx, self.dashboard_key).await?.filters().map_err(to_graphql)?;
        let filled = values::filled(&declared, &chosen(filters), "filters").map_err(to_graphql)?;
        match values::asked(&self.row, &filled).map_err(to_graphql)? {
            Some(asked) => told(ctx, self.row.chart_id, asked).await,
            None => Ok(None),
        }
    }

    /// An address under which the chart that it shows is drawn with the newest result for these values, as Chart.imageUrl gives one. Null
    /// unless kind is CHART, and while there is no result. BAD_USER_INPUT for sizes of which no picture is made, and for values that the
    /// filters cannot have.
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the field")]
    async fn image_url(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Values of the dashboard's filters; what is left out has its default. Null for all defaults."
        )]
        filters: Option<Vec<FilterValueInput>>,
        #[graphql(desc = "What it is.", default_with = "ImageFormat::Png")] format: ImageFormat,
        #[graphql(desc = "Pixels, 60 to 4,000. Null for as wide as it stands on a picture of the dashboard.")]
        width: Option<i32>,
        #[graphql(desc = "Pixels, 60 to 4,000. Null for as high as it stands there.")] height: Option<i32>,
        #[graphql(desc = "How it looks.", default_with = "PictureTheme::Light")] theme: PictureTheme,
        #[graphql(desc = "Of a PNG: by how much it is larger, 0.1 to 8.", default = 1.0)] scale: f64,
    ) -> Result<Option<String>> {
        let place = Place { x: self.x, y: self.y, width: self.width, height: self.height };
        let usual = grid::inner(grid::WIDTH, &place);
        let side = |asked: Option<i32>, usual: u32| {
            asked.unwrap_or_else(|| i32::try_from(usual).unwrap_or(i32::MAX).max(SMALLEST))
        };
        let (width, height) = (side(width, usual.0), side(height, usual.1));
        let size = Size::checked(width, height, theme.into(), scale).map_err(to_graphql)?;
        let declared = dashboard(ctx, self.dashboard_key).await?.filters().map_err(to_graphql)?;
        let filled = values::filled(&declared, &chosen(filters), "filters").map_err(to_graphql)?;
        let asked = values::asked(&self.row, &filled).map_err(to_graphql)?;
        let (Some(chart), Some(asked)) = (self.row.chart_id, asked) else { return Ok(None) };
        address(ctx, chart, asked, format.into(), size).await
    }
}

/// A page of the dashboards of a workspace.
///
/// # Errors
/// BAD_USER_INPUT for arguments that are none of a page.
pub async fn workspace_dashboards(
    ctx: &Context<'_>,
    workspace: WorkspaceId,
    args: PageArgs,
) -> Result<DashboardConnection> {
    let page = args.page(|text| text.parse().ok())?;
    let slice = load::<DashboardPageOfWorkspace>(ctx, (workspace, page)).await?.unwrap_or_default();
    Ok(connection(slice, EmptyFields, |row: &Row| row.id.to_string(), Dashboard::from))
}
