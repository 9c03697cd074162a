//! Making, changing and removing dashboards, and having their tiles run.

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};

use super::model::{Change, Content, Dashboard, FilterValue, Refresh, Tile};
use super::policy::checked;
use super::reading::{self, missing};
use super::references::require_fitting;
use super::store::{self, Written};
use super::tile_store::{self, NewTile};
use super::{running, values};
use crate::app::App;
use crate::db::pool::{Connection, Transactional as _};
use crate::domain::data::queries::history;
use crate::domain::data::queries::model::QueryRun;
use crate::domain::users::actions::verification::require_verified;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::permissions::Permission;
use crate::domain::workspaces::policy::require_editor;
use crate::domain::workspaces::reading as workspaces;
use crate::error::{Error, Result};
use crate::events::fact::Fact;
use crate::ids::{DashboardId, DashboardTileId, UserId, WorkspaceId};

/// Makes a dashboard in a workspace, or in the actor's own.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown workspace, and for charts and queries that are not in it, FORBIDDEN for a viewer, BAD_USER_INPUT
/// for content that does not do.
pub async fn create(app: &App, actor: &Actor, workspace: Option<WorkspaceId>, content: &Content) -> Result<Dashboard> {
    let editor = actor.require_may(Permission::ManageOwnData)?.user.id;
    require_verified(app, actor)?;
    let workspace = match workspace {
        Some(workspace) => workspace,
        None => workspaces::personal(app, actor).await?.workspace.id,
    };
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        require_editor(workspaces::lock_role(conn, editor, workspace).await?)?;
        let content = checked(content, true)?;
        require_known(&content, &HashSet::new())?;
        require_fitting(conn, workspace, &content, None, true).await?;
        let now = app.clock.now();
        let id = DashboardId::generate(now);
        let (tabs, filters) = parts(&content)?;
        let written = written(&content, &tabs, &filters);
        store::insert(conn, id, workspace, editor, (&written, content.refresh), now).await?;
        write_tiles(app, conn, id, &content).await?;
        let entry = Entry::new(Action::DashboardCreated).on(id).after(json!({ "version": 1 }));
        audit::record(conn, now, actor, entry).await?;
        store::find(conn, id).await?.ok_or_else(missing)
    })
    .await
}

/// Changes a dashboard that the actor has seen as `version`: all of it or nothing.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown dashboard, for tiles that it does not have, and for charts and queries that are not in its
/// workspace, FORBIDDEN for a viewer, CONFLICT when it was changed since, BAD_USER_INPUT for content that does not do.
pub async fn update(app: &App, actor: &Actor, id: DashboardId, version: i32, change: &Change) -> Result<Dashboard> {
    let editor = actor.require_may(Permission::ManageOwnData)?.user.id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let dashboard = editable(conn, editor, id).await?;
        require_version(&dashboard, version)?;
        rewrite(app, conn, actor, dashboard, change).await
    })
    .await
}

/// Refuses to change what somebody has not seen.
///
/// # Errors
/// CONFLICT when the dashboard is another version than that.
pub(in crate::domain::dashboards) fn require_version(dashboard: &Dashboard, version: i32) -> Result<()> {
    if dashboard.version == version {
        return Ok(());
    }
    let is = dashboard.version;
    let message = format!("Somebody changed this dashboard: it is version {is} now. Please look at it again.");
    Err(Error::conflict(message).with_field("input.version"))
}

/// Changes a locked dashboard: **nothing is authorised here**. Whoever calls this has found out that the actor may do all of the change.
///
/// # Errors
/// As [`update`], but for what it finds out of the actor and the version.
pub(in crate::domain::dashboards) async fn rewrite(
    app: &App,
    conn: &Connection,
    actor: &Actor,
    dashboard: Dashboard,
    change: &Change,
) -> Result<Dashboard> {
    let (id, version) = (dashboard.id, dashboard.version);
    let was = content(conn, &dashboard).await?;
    let content = checked(&change.of(&was), change.tiles.is_some())?;
    require_known(&content, &was.tiles.iter().filter_map(|tile| tile.id).collect())?;
    if change.tiles.is_some() || change.filters.is_some() {
        require_fitting(conn, dashboard.workspace_id, &content, Some(&was), change.tiles.is_some()).await?;
    }
    let changed = changed(&was, &content);
    if changed.is_empty() {
        return Ok(dashboard);
    }
    let now = app.clock.now();
    let (tabs, filters) = parts(&content)?;
    store::update(conn, id, &written(&content, &tabs, &filters), now).await?;
    if changed.contains(&"refresh") {
        store::set_refresh(conn, id, content.refresh, now).await?;
    }
    if changed.contains(&"tiles") {
        write_tiles(app, conn, id, &content).await?;
    }
    app.bus.publish(conn, &Fact::DashboardChanged { dashboard: id }).await?;
    // What it says is the workspace's own: the trail is read by others too.
    let entry = Entry::new(Action::DashboardUpdated).on(id).before(json!({ "version": version }));
    let entry = entry.after(json!({ "version": version.saturating_add(1), "changed": changed }));
    audit::record(conn, now, actor, entry).await?;
    store::find(conn, id).await?.ok_or_else(missing)
}

/// Removes a dashboard with its tiles. Charts, queries and what was run stay.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown dashboard, FORBIDDEN for a viewer.
pub async fn delete(app: &App, actor: &Actor, id: DashboardId) -> Result<()> {
    let editor = actor.require_may(Permission::ManageOwnData)?.user.id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let dashboard = editable(conn, editor, id).await?;
        store::remove(conn, id).await?;
        app.bus.publish(conn, &Fact::DashboardChanged { dashboard: id }).await?;
        let entry = Entry::new(Action::DashboardDeleted).on(id).before(json!({ "version": dashboard.version }));
        audit::record(conn, app.clock.now(), actor, entry).await
    })
    .await
}

/// Has all tiles of a dashboard run with these values of its filters, each query once for the same values, and gives the tiles with their
/// runs as they begin. What is there already of the same data is given at once, unless it is to be `is_fresh`.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown dashboard, BAD_USER_INPUT for values that its filters cannot have.
pub async fn refresh(
    app: &App,
    actor: &Actor,
    id: DashboardId,
    chosen: &[FilterValue],
    is_fresh: bool,
) -> Result<(Dashboard, Vec<(Tile, QueryRun)>)> {
    let asker = actor.require_may(Permission::ReadOwnData)?.user.id;
    require_verified(app, actor)?;
    let dashboard = reading::dashboard(app, actor, id).await?;
    let filled = values::filled(&dashboard.filters()?, chosen, "input.filters")?;
    let begun = running::refresh(app, &dashboard, &filled, Some(asker), is_fresh).await?;
    let ids: HashSet<_> = begun.iter().map(|(_, run)| *run).collect();
    let ids: Vec<_> = ids.into_iter().collect();
    let runs: HashMap<_, QueryRun> = history::load(app, actor, &ids).await?;
    let begun = begun.into_iter().filter_map(|(tile, run)| Some((tile, runs.get(&run)?.clone()))).collect();
    Ok((reading::dashboard(app, actor, id).await?, begun))
}

/// The dashboard, locked, for somebody who may change it.
async fn editable(conn: &Connection, editor: UserId, id: DashboardId) -> Result<Dashboard> {
    let dashboard = store::lock(conn, editor, id).await?.ok_or_else(missing)?;
    require_editor(workspaces::lock_role(conn, editor, dashboard.workspace_id).await?)?;
    Ok(dashboard)
}

/// A locked dashboard as somebody would write it.
///
/// # Errors
/// When Postgres does not answer.
pub(in crate::domain::dashboards) async fn content(conn: &Connection, dashboard: &Dashboard) -> Result<Content> {
    let mut tiles = Vec::new();
    for tile in tile_store::find(conn, dashboard.id).await? {
        tiles.extend(tile.draft()?);
    }
    Ok(Content {
        title: dashboard.title.clone(),
        description: dashboard.description.clone(),
        tabs: dashboard.tabs()?,
        filters: dashboard.filters()?,
        tiles,
        refresh: Refresh { policy: dashboard.refresh_policy, seconds: dashboard.refresh_seconds },
    })
}

/// Refuses tiles by the ids of others than these.
fn require_known(content: &Content, known: &HashSet<DashboardTileId>) -> Result<()> {
    let foreign = content.tiles.iter().position(|tile| tile.id.is_some_and(|id| !known.contains(&id)));
    match foreign {
        Some(place) => Err(Error::not_found("tile").with_field(format!("input.tiles.{place}.id"))),
        None => Ok(()),
    }
}

async fn write_tiles(app: &App, conn: &Connection, id: DashboardId, content: &Content) -> Result<()> {
    let now = app.clock.now();
    let tiles = content.tiles.iter().map(|tile| NewTile::new(id, tile, DashboardTileId::generate(now)));
    tile_store::replace(conn, id, &tiles.collect::<Vec<_>>()).await
}

/// The names of what is otherwise than it was, as the API has them.
fn changed(was: &Content, is: &Content) -> Vec<&'static str> {
    let parts = [
        ("title", was.title != is.title),
        ("description", was.description != is.description),
        ("tabs", was.tabs != is.tabs),
        ("filters", was.filters != is.filters),
        ("tiles", was.tiles != is.tiles),
        ("refresh", was.refresh != is.refresh),
    ];
    parts.into_iter().filter_map(|(name, is_changed)| is_changed.then_some(name)).collect()
}

fn parts(content: &Content) -> Result<(Value, Value)> {
    let tabs = serde_json::to_value(&content.tabs).map_err(Error::internal)?;
    Ok((tabs, serde_json::to_value(&content.filters).map_err(Error::internal)?))
}

fn written<'a>(content: &'a Content, tabs: &'a Value, filters: &'a Value) -> Written<'a> {
    Written { title: &content.title, description: content.description.as_deref(), tabs, filters }
}
