//! What the tiles of a shared dashboard show: on the dashboard's own authority, as it was opened for whoever asks.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::model::{Opened, Shown, ShownResult};
use crate::app::App;
use crate::domain::dashboards::boards::model::{FilterValue, Tile};
use crate::domain::dashboards::boards::{tile_store, values};
use crate::domain::dashboards::charts::model::Chart;
use crate::domain::dashboards::charts::store as charts;
use crate::domain::data::queries::allowance::Allowance;
use crate::domain::data::queries::history::{self, Window};
use crate::domain::data::queries::latest::{self, Asked, Standing};
use crate::domain::data::queries::model::QueryRun;
use crate::error::Result;
use crate::ids::ChartId;

/// All tiles with the results that there are for these values of the filters, and so many of their rows, which are taken of what the request is
/// allowed. Runs nothing.
///
/// # Errors
/// BAD_USER_INPUT for values that the filters cannot have, `QUERY_TOO_COMPLEX` for too many rows of all tiles, and of all
/// dashboards of the request.
pub async fn tiles(
    app: &App,
    opened: &Opened,
    chosen: &[FilterValue],
    first: usize,
    allowance: &Allowance,
) -> Result<Vec<Shown>> {
    let filled = values::filled(&opened.dashboard.filters()?, chosen, "filters")?;
    let conn = app.db.read().await?;
    let tiles = tile_store::find(&conn, opened.dashboard.id).await?;
    let ids: Vec<ChartId> = tiles.iter().filter_map(|tile| tile.chart_id).collect();
    let charts: HashMap<ChartId, Chart> =
        charts::find_many(&conn, &ids).await?.into_iter().map(|chart| (chart.id, chart)).collect();
    let mut asked: Vec<Option<Asked>> = Vec::new();
    for tile in &tiles {
        asked.push(values::asked(tile, &filled)?);
    }
    let distinct: HashSet<&Asked> = asked.iter().flatten().collect();
    let distinct: Vec<Asked> = distinct.into_iter().cloned().collect();
    let standing = latest::find(&conn, &distinct).await?;
    drop(conn);
    let windows: HashSet<Window> = standing.values().filter_map(|it| window(it, first)).collect();
    let windows: Vec<Window> = windows.into_iter().collect();
    allowance.take(windows.iter().map(|window| window.first).sum())?;
    let rows = history::find_rows(app, &windows).await?;
    let result = |asked: &Asked| {
        let standing = standing.get(asked)?;
        let rows = window(standing, first).and_then(|window| rows.get(&window)).cloned();
        Some(shown(&standing.result.as_ref()?.run, rows.unwrap_or_default()))
    };
    let results: Vec<Option<ShownResult>> = asked.iter().map(|asked| asked.as_ref().and_then(result)).collect();
    let show = |(tile, result): (Tile, Option<ShownResult>)| Shown {
        chart: tile.chart_id.and_then(|chart| charts.get(&chart)).cloned(),
        tile,
        result,
    };
    Ok(tiles.into_iter().zip(results).map(show).collect())
}

/// Which rows are read of what there is.
fn window(standing: &Standing, first: usize) -> Option<Window> {
    let result = standing.result.as_ref()?.run.result_id?;
    Some(Window { result, first, offset: 0 })
}

fn shown(run: &QueryRun, rows: Vec<Vec<Value>>) -> ShownResult {
    ShownResult {
        columns: run.columns.clone().unwrap_or_default(),
        rows,
        row_count: run.row_count.unwrap_or_default(),
        is_truncated: run.is_truncated.unwrap_or_default(),
        asked_at: run.started_at,
    }
}
