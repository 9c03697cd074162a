//! Dashboards, tiles and what they show, by key.

use std::collections::HashMap;

use crate::app::App;
use crate::db::page::{Page, Slice};
use crate::domain::dashboards::boards::model::{Dashboard, Tile};
use crate::domain::dashboards::boards::reading;
use crate::domain::data::queries::latest::{self, Asked, Standing};
use crate::domain::users::actor::Actor;
use crate::error::Result;
use crate::graphql::loader::Load;
use crate::ids::{DashboardId, DashboardTileId, WorkspaceId};

/// A dashboard that the reader sees.
pub struct DashboardById;

impl Load for DashboardById {
    type Key = DashboardId;
    type Value = Dashboard;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::load(app, actor, keys).await
    }
}

/// A tile that the reader sees.
pub struct DashboardTileById;

impl Load for DashboardTileById {
    type Key = DashboardTileId;
    type Value = Tile;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::load_tiles(app, actor, keys).await
    }
}

/// The tiles of a dashboard.
pub struct TilesOfDashboard;

impl Load for TilesOfDashboard {
    type Key = DashboardId;
    type Value = Vec<Tile>;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::tiles_of(app, actor, keys).await
    }
}

/// A page of the dashboards of a workspace.
pub struct DashboardPageOfWorkspace;

impl Load for DashboardPageOfWorkspace {
    type Key = (WorkspaceId, Page<DashboardId>);
    type Value = Slice<Dashboard>;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        // All parents of one field ask for the same page; another alias may ask for another.
        let mut by_page: HashMap<_, Vec<WorkspaceId>> = HashMap::new();
        for (workspace, page) in keys {
            by_page.entry(*page).or_default().push(*workspace);
        }
        let mut pages = HashMap::new();
        for (page, workspaces) in by_page {
            let found = reading::pages_of(app, actor, &workspaces, &page).await?;
            pages.extend(found.into_iter().map(|(workspace, slice)| ((workspace, page), slice)));
        }
        Ok(pages)
    }
}

/// What there is of a query with these values.
pub struct StandingOfQuery;

impl Load for StandingOfQuery {
    type Key = Asked;
    type Value = Standing;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        latest::load(app, actor, keys).await
    }
}
