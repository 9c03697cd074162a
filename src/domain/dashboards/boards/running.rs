//! Having the tiles of a dashboard run. A dashboard runs its queries on its own authority: nothing here asks who may.

use std::collections::HashMap;

use super::model::{Dashboard, Tile};
use super::{store, tile_store, values};
use crate::app::App;
use crate::domain::data::model::{DataSource, SourceKind};
use crate::domain::data::queries::identity::Given;
use crate::domain::data::queries::latest::{self, Asked};
use crate::domain::data::reading as sources;
use crate::domain::data::saved::model::SavedQuery;
use crate::domain::data::saved::{actions, reading as queries, values as parameters};
use crate::error::Result;
use crate::ids::{DashboardTileId, DataSourceId, QueryRunId, SavedQueryId, UserId};

/// A query that is to be run, with values for what it asks for, and for which tiles.
#[derive(Debug)]
struct ToRun {
    query: SavedQuery,
    source: DataSource,
    asked: Asked,
    /// By the names of its parameters; what is missing has its default.
    values: Vec<(String, Option<String>)>,
    tiles: Vec<Tile>,
}

/// Has all tiles run with these values of the filters, each query once for the same values: **nothing is authorised here**. Whoever calls
/// this has found out that `asker` sees the dashboard; without `asker` the runs are the server's own. Gives each tile with its run, which
/// may have begun just now.
///
/// # Errors
/// When Postgres does not answer.
pub async fn refresh(
    app: &App,
    dashboard: &Dashboard,
    filled: &[Given],
    asker: Option<UserId>,
    is_fresh: bool,
) -> Result<Vec<(Tile, QueryRunId)>> {
    let mut begun = Vec::new();
    for to_run in to_run(app, dashboard, filled).await? {
        let ToRun { query, source, values, tiles, .. } = to_run;
        let run = actions::run(app, &source, &query, &values, asker, is_fresh).await?;
        begun.extend(tiles.into_iter().map(|tile| (tile, run)));
    }
    let now = app.clock.now();
    let conn = app.db.write().await?;
    store::set_refreshed(&conn, dashboard.id, now).await?;
    if asker.is_some() {
        store::set_read(&conn, dashboard.id, now, now).await?;
    }
    Ok(begun)
}

/// Has some of its tiles run in nobody's name, unless there is a result of the same data: **nothing is authorised here**. Gives each that is
/// still there with its run.
///
/// # Errors
/// When Postgres does not answer.
pub async fn run_tiles(
    app: &App,
    dashboard: &Dashboard,
    filled: &[Given],
    tiles: &[DashboardTileId],
) -> Result<Vec<(DashboardTileId, QueryRunId)>> {
    let mut begun = Vec::new();
    for to_run in to_run(app, dashboard, filled).await? {
        let meant: Vec<DashboardTileId> =
            to_run.tiles.iter().map(|tile| tile.id).filter(|id| tiles.contains(id)).collect();
        if !meant.is_empty() {
            let run = actions::run(app, &to_run.source, &to_run.query, &to_run.values, None, false).await?;
            begun.extend(meant.into_iter().map(|tile| (tile, run)));
        }
    }
    Ok(begun)
}

/// Has those tiles run, with the filters as they are by themselves, that could show something else by now.
///
/// # Errors
/// When Postgres does not answer.
pub async fn keep_up(app: &App, dashboard: &Dashboard) -> Result<()> {
    let filled = values::fitting(&dashboard.filters()?, &[]);
    let to_run = to_run(app, dashboard, &filled).await?;
    let asked: Vec<Asked> = to_run.iter().map(|it| it.asked.clone()).collect();
    let standing = latest::find(&*app.db.read().await?, &asked).await?;
    for ToRun { query, source, asked, values, .. } in to_run {
        let knows = knows_changes(source.kind);
        let holds = standing.get(&asked).is_some_and(|standing| standing.holds_for(source.data_version));
        if !(knows && holds) {
            actions::run(app, &source, &query, &values, None, !knows).await?;
        }
    }
    store::set_refreshed(&*app.db.write().await?, dashboard.id, app.clock.now()).await
}

/// Whether the data of such a source change through us alone, so that their version says that they are the same.
pub(in crate::domain::dashboards) fn knows_changes(kind: SourceKind) -> bool {
    kind == SourceKind::Uploads
}

/// The queries of a dashboard with these values of its filters, each once for the same values.
async fn to_run(app: &App, dashboard: &Dashboard, filled: &[Given]) -> Result<Vec<ToRun>> {
    let conn = app.db.read().await?;
    let tiles = tile_store::find(&conn, dashboard.id).await?;
    let ids: Vec<SavedQueryId> = tiles.iter().filter_map(|tile| tile.query_id).collect();
    let queries: HashMap<SavedQueryId, SavedQuery> =
        queries::find_many(&conn, &ids).await?.into_iter().map(|query| (query.id, query)).collect();
    let ids: Vec<DataSourceId> = queries.values().map(|query| query.source_id).collect();
    let sources: HashMap<DataSourceId, DataSource> =
        sources::find_many(&conn, &ids).await?.into_iter().map(|source| (source.id, source)).collect();
    let mut all: Vec<ToRun> = Vec::new();
    for tile in tiles {
        let Some(query) = tile.query_id.and_then(|query| queries.get(&query)) else { continue };
        let Some(source) = sources.get(&query.source_id) else { continue };
        // By what the query asks for as it was read just now: the tile may have been read before a change of it.
        let declared = query.declared()?;
        let values = values::mapped(&declared, &tile.mapped()?, filled);
        let asked = Asked::new(query.id, &parameters::given(&declared, &values)?)?;
        match all.iter_mut().find(|it| it.asked == asked) {
            Some(known) => known.tiles.push(tile),
            None => {
                all.push(ToRun { query: query.clone(), source: source.clone(), asked, values, tiles: vec![tile] });
            }
        }
    }
    Ok(all)
}
