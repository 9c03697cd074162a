//! Looking at dashboards and what stands on them.

use std::collections::HashMap;

use super::model::{Dashboard, Tile};
use super::{store, tile_store};
use crate::app::App;
use crate::db::page::{Page, Slice};
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::{DashboardId, DashboardTileId, WorkspaceId};

/// Those of these dashboards that the actor sees.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn load(app: &App, actor: &Actor, ids: &[DashboardId]) -> Result<HashMap<DashboardId, Dashboard>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let found = store::load(&*app.db.read().await?, reader, ids).await?;
    Ok(found.into_iter().map(|dashboard| (dashboard.id, dashboard)).collect())
}

/// The dashboard, if the actor sees it.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one.
pub async fn dashboard(app: &App, actor: &Actor, id: DashboardId) -> Result<Dashboard> {
    load(app, actor, &[id]).await?.remove(&id).ok_or_else(missing)
}

/// All dashboards that the actor sees, the newest first; with `search` those that have it in title or description.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn page(
    app: &App,
    actor: &Actor,
    search: Option<&str>,
    page: &Page<DashboardId>,
) -> Result<Slice<Dashboard>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    Ok(page.slice(store::page(&*app.db.read().await?, reader, search, page).await?))
}

/// The same page of the dashboards of each of these workspaces, as far as the actor sees them, the newest first.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn pages_of(
    app: &App,
    actor: &Actor,
    workspaces: &[WorkspaceId],
    page: &Page<DashboardId>,
) -> Result<HashMap<WorkspaceId, Slice<Dashboard>>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let mut of: HashMap<WorkspaceId, Vec<Dashboard>> = HashMap::new();
    for dashboard in store::pages(&*app.db.read().await?, reader, workspaces, page).await? {
        of.entry(dashboard.workspace_id).or_default().push(dashboard);
    }
    Ok(of.into_iter().map(|(workspace, dashboards)| (workspace, page.slice(dashboards))).collect())
}

/// The tiles of these dashboards, as far as the actor sees them, from top to bottom and from left to right.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn tiles_of(app: &App, actor: &Actor, dashboards: &[DashboardId]) -> Result<HashMap<DashboardId, Vec<Tile>>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let mut of: HashMap<DashboardId, Vec<Tile>> = HashMap::new();
    for tile in tile_store::of(&*app.db.read().await?, reader, dashboards).await? {
        of.entry(tile.dashboard_id).or_default().push(tile);
    }
    Ok(of)
}

/// Those of these tiles that the actor sees.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn load_tiles(app: &App, actor: &Actor, ids: &[DashboardTileId]) -> Result<HashMap<DashboardTileId, Tile>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let found = tile_store::load(&*app.db.read().await?, reader, ids).await?;
    Ok(found.into_iter().map(|tile| (tile.id, tile)).collect())
}

/// What is said of a dashboard that is not there for whoever asks.
#[must_use]
pub fn missing() -> Error {
    Error::not_found("dashboard")
}
