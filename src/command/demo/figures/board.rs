//! The dashboard of the demo's bookshop.

use super::plan::{PlannedDashboard, PlannedTile};
use super::queries::Kept;
use crate::app::App;
use crate::command::demo::course;
use crate::db::page::Page;
use crate::domain::dashboards::boards::model::{Content, Mapping, Place, Refresh, RefreshPolicy, Show, TileDraft};
use crate::domain::dashboards::boards::{actions, reading};
use crate::domain::dashboards::shares::actions as shares;
use crate::domain::dashboards::shares::model::{NewSharing, ShareAccess, With};
use crate::domain::data::saved::model::Declared;
use crate::domain::users::actor::Actor;
use crate::error::{Error, Result};
use crate::ids::{DashboardId, WorkspaceId};

/// Which filter gives the value of a parameter of this name.
const FILTERS: &[(&str, &str)] = &[("branch", "branch"), ("since", "from"), ("until", "to")];

/// Whether the workspace has a dashboard of this title.
///
/// # Errors
/// When Postgres does not answer.
pub async fn is_there(app: &App, demo: &Actor, workspace: WorkspaceId, title: &str) -> Result<bool> {
    let page: Page<DashboardId> = Page::new(Some(100), None, None, None, |_| None)?;
    let there = reading::pages_of(app, demo, &[workspace], &page).await?.remove(&workspace).unwrap_or_default();
    Ok(there.rows.iter().any(|dashboard| dashboard.title == title))
}

/// Makes the dashboard, has it run, and shows it to the professor. There is no link to it: everybody would know that.
///
/// # Errors
/// When a database does not answer.
pub async fn fill(
    app: &App,
    demo: &Actor,
    workspace: WorkspaceId,
    planned: &PlannedDashboard,
    kept: &Kept,
) -> Result<DashboardId> {
    let content = Content {
        title: planned.title.clone(),
        description: Some(planned.description.clone()),
        tabs: planned.tabs.clone(),
        filters: planned.filters.clone(),
        tiles: planned.tiles.iter().map(|tile| draft(tile, kept)).collect::<Result<_>>()?,
        refresh: Refresh { policy: RefreshPolicy::OnChange, seconds: None },
    };
    let dashboard = actions::create(app, demo, Some(workspace), &content).await?.id;
    actions::refresh(app, demo, dashboard, &[], false).await?;
    let with = With::Person(course::professor(app).await?);
    let sharing = NewSharing { dashboard, with, access: ShareAccess::View, expires_at: None };
    shares::share(app, demo, &sharing).await?;
    Ok(dashboard)
}

fn draft(tile: &PlannedTile, kept: &Kept) -> Result<TileDraft> {
    let unknown = || Error::internal(format!("a tile of the demo shows what is not there: {tile:?}"));
    let (show, query) = match (&tile.chart, &tile.query, &tile.text) {
        (Some(title), None, None) => {
            let (chart, query) = kept.charts.get(title).ok_or_else(unknown)?;
            (Show::Chart(*chart), Some(query))
        }
        (None, Some(name), None) => {
            let query = kept.queries.get(name).ok_or_else(unknown)?;
            (Show::Table(query.id), Some(name))
        }
        (None, None, Some(text)) => (Show::Text(text.clone()), None),
        _ => return Err(unknown()),
    };
    let parameters = match query.filter(|_| tile.follows) {
        Some(name) => mapped(&kept.queries.get(name).ok_or_else(unknown)?.declared()?),
        None => Vec::new(),
    };
    let (x, y, width, height) = tile.place;
    Ok(TileDraft { id: None, tab: Some(tile.tab.clone()), show, place: Place { x, y, width, height }, parameters })
}

/// The filters of these parameters.
fn mapped(declared: &[Declared]) -> Vec<Mapping> {
    let filter = |declared: &Declared| FILTERS.iter().find(|(parameter, _)| *parameter == declared.name);
    let mapping = |(parameter, filter): &(&str, &str)| Mapping {
        parameter: (*parameter).to_owned(),
        filter: (*filter).to_owned(),
    };
    declared.iter().filter_map(filter).map(mapping).collect()
}
