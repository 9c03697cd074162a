//! Making and changing dashboards, and having them run.

use async_graphql::{Context, Object, Result};

use super::board_inputs::{
    CreateDashboardInput, DashboardPayload, DeleteDashboardInput, DeleteDashboardPayload, RefreshDashboardInput,
    RefreshDashboardPayload, UpdateDashboardInput, chosen,
};
use super::board_types::DashboardResult;
use crate::domain::dashboards::boards::{actions, model};
use crate::domain::data::queries::model::QueryRun as Run;
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::scalars::parse_id;

/// The part of the root that changes dashboards.
#[derive(Default)]
pub struct DashboardsMutation;

/// What can be done with dashboards.
#[Object]
impl DashboardsMutation {
    /// Makes a dashboard. NOT_FOUND for a workspace that you are no member of, and for charts and queries that are not in it, FORBIDDEN for
    /// its viewers, BAD_USER_INPUT with every field at fault, as `input.tiles.0.width`.
    async fn create_dashboard(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The dashboard to make.")] input: CreateDashboardInput,
    ) -> Result<DashboardPayload> {
        let (workspace, content) = input.parts()?;
        let workspace = workspace.map(|id| parse_id(&id, "input.workspaceId", "workspace")).transpose()?;
        payload(actions::create(app(ctx), actor(ctx), workspace, &content).await)
    }

    /// Changes a dashboard, all of it or nothing. NOT_FOUND when you do not see it, for tiles that it does not have, and for charts and
    /// queries that are not in its workspace, FORBIDDEN for viewers of that, CONFLICT when it is another version by now, BAD_USER_INPUT with
    /// every field at fault: what does not go with tiles that you did not give is told of `input.tabs` or `input.filters`.
    async fn update_dashboard(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The dashboard, and what to change in it.")] input: UpdateDashboardInput,
    ) -> Result<DashboardPayload> {
        let id = parse_id(&input.id, "input.id", "dashboard")?;
        let version = input.version;
        let change = input.change()?;
        payload(actions::update(app(ctx), actor(ctx), id, version, &change).await)
    }

    /// Deletes a dashboard with its tiles. Charts, queries and what was run stay. NOT_FOUND when you do not see it, FORBIDDEN for viewers
    /// of its workspace.
    async fn delete_dashboard(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The dashboard to delete.")] input: DeleteDashboardInput,
    ) -> Result<DeleteDashboardPayload> {
        let id = parse_id(&input.id, "input.id", "dashboard")?;
        actions::delete(app(ctx), actor(ctx), id).await.map_err(to_graphql)?;
        Ok(DeleteDashboardPayload { deleted_id: input.id })
    }

    /// Has all tiles of a dashboard run, each query once for the same values, and answers at once: follow the runs with `dashboard` or
    /// `queryRun`. What is there already of the same data is not run again. NOT_FOUND when you do not see it, BAD_USER_INPUT for values that
    /// its filters cannot have, RATE_LIMITED as for runQuery.
    async fn refresh_dashboard(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The dashboard, and values of its filters.")] input: RefreshDashboardInput,
    ) -> Result<RefreshDashboardPayload> {
        let id = parse_id(&input.id, "input.id", "dashboard")?;
        let (chosen, is_fresh) = (chosen(input.filters), input.fresh.unwrap_or(false));
        let refreshed = actions::refresh(app(ctx), actor(ctx), id, &chosen, is_fresh).await;
        let (dashboard, results) = refreshed.map_err(to_graphql)?;
        let result = |(tile, run): (model::Tile, Run)| DashboardResult { tile: tile.into(), run: run.into() };
        Ok(RefreshDashboardPayload { dashboard: dashboard.into(), results: results.into_iter().map(result).collect() })
    }
}

fn payload(result: crate::error::Result<model::Dashboard>) -> Result<DashboardPayload> {
    result.map(|dashboard| DashboardPayload { dashboard: dashboard.into() }).map_err(to_graphql)
}
