//! What the tiles of a dashboard show, drawn from the newest results that there are. Runs nothing.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::frames::Look;
use super::grid;
use super::press::press;
use crate::app::App;
use crate::charts::failure::RenderError;
use crate::charts::profile;
use crate::charts::render::options::RenderOptions;
use crate::charts::render::svg::svg;
use crate::domain::dashboards::boards::model::{Dashboard, Place, Tile, TileKind};
use crate::domain::dashboards::boards::{tile_store, values};
use crate::domain::dashboards::charts::model::Chart;
use crate::domain::dashboards::charts::store as charts;
use crate::domain::data::queries::history::{self, Window};
use crate::domain::data::queries::identity::Given;
use crate::domain::data::queries::latest::{self, Asked, Standing};
use crate::domain::data::queries::model::QueryRun;
use crate::domain::data::saved::reading as queries;
use crate::error::{Error, Result};
use crate::ids::{ChartId, SavedQueryId};
use crate::warehouse::cells::CellColumn;

pub use super::frames::Content;

/// Rows that a chart is drawn of.
const CHART_ROWS: usize = 10_000;
/// Rows of a table that are read: more than the highest tile shows.
const TABLE_ROWS: usize = 120;
/// Bytes of all charts of a dashboard.
const LONGEST: usize = 12 << 20;

/// A tile with what it shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    pub tile: Tile,
    /// Of the chart, which has it within as well, or of the query; `None` for a text.
    pub title: Option<String>,
    pub content: Content,
    /// When the result was asked for; `None` where there is none.
    pub computed_at: Option<DateTime<Utc>>,
    /// Whether the result was cut when it was computed, or has more rows than were drawn.
    pub is_truncated: bool,
}

/// Every tile with the newest result that there is for these values of the filters: **nothing is authorised here**. Whoever calls this has
/// found out that the dashboard may be seen.
///
/// # Errors
/// When Postgres does not answer, or too many others draw.
pub async fn tiles(app: &App, dashboard: &Dashboard, filled: &[Given]) -> Result<Vec<Drawn>> {
    let plan = Plan::read(app, dashboard, filled, Look::default()).await?;
    let mut drawn = Drawing::new();
    for step in plan.steps {
        drawn.add(app, step, plan.look).await?;
    }
    Ok(drawn.tiles)
}

/// What is to be drawn, before it is.
#[derive(Debug)]
pub struct Plan {
    pub steps: Vec<Step>,
    pub look: Look,
}

/// One tile of it.
#[derive(Debug)]
pub struct Step {
    pub tile: Tile,
    pub title: Option<String>,
    chart: Option<Chart>,
    /// `None` where there is none.
    run: Option<QueryRun>,
    /// Whether it failed when it was last run, and there is nothing from before.
    has_failed: bool,
}

impl Plan {
    /// Reads what there is, in a few statements. Authorises nothing, as [`tiles`].
    ///
    /// # Errors
    /// When Postgres does not answer.
    pub async fn read(app: &App, dashboard: &Dashboard, filled: &[Given], look: Look) -> Result<Self> {
        let conn = app.db.read().await?;
        let tiles = tile_store::find(&conn, dashboard.id).await?;
        let ids: Vec<ChartId> = tiles.iter().filter_map(|tile| tile.chart_id).collect();
        let charts: HashMap<ChartId, Chart> =
            charts::find_many(&conn, &ids).await?.into_iter().map(|chart| (chart.id, chart)).collect();
        let ids: Vec<SavedQueryId> = tiles.iter().filter_map(|tile| tile.query_id).collect();
        let names: HashMap<SavedQueryId, String> =
            queries::find_many(&conn, &ids).await?.into_iter().map(|query| (query.id, query.name)).collect();
        let mut asked: Vec<Option<Asked>> = Vec::new();
        for tile in &tiles {
            asked.push(values::asked(tile, filled)?);
        }
        let distinct: HashSet<Asked> = asked.iter().flatten().cloned().collect();
        let distinct: Vec<Asked> = distinct.into_iter().collect();
        let standing = latest::find(&conn, &distinct).await?;
        drop(conn);
        let mut steps = Vec::new();
        for (tile, asked) in tiles.into_iter().zip(asked) {
            let standing = asked.and_then(|asked| standing.get(&asked).cloned()).unwrap_or_default();
            let chart = tile.chart_id.and_then(|id| charts.get(&id).cloned());
            let name = || tile.query_id.and_then(|query| names.get(&query).cloned());
            let title = chart.as_ref().map(|chart| chart.title.clone()).or_else(name);
            steps.push(Step::new(tile, title, chart, standing));
        }
        Ok(Self { steps, look })
    }

    /// Without what queries are called: for whoever is no member of the workspace.
    #[must_use]
    pub fn without_names(mut self) -> Self {
        for step in self.steps.iter_mut().filter(|step| step.chart.is_none()) {
            step.title = None;
        }
        self
    }
}

impl Step {
    fn new(tile: Tile, title: Option<String>, chart: Option<Chart>, standing: Standing) -> Self {
        let has_failed = standing.result.is_none() && standing.failure.is_some();
        Self { tile, title, chart, run: standing.result.map(|ended| ended.run), has_failed }
    }
}

/// Tiles that are drawn, one after the other.
#[derive(Debug, Default)]
pub struct Drawing {
    pub tiles: Vec<Drawn>,
    /// Of their charts.
    bytes: usize,
}

impl Drawing {
    /// Without a tile yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Draws the next tile. Why there is nothing to be seen on one is a sentence on it, and no failure.
    ///
    /// # Errors
    /// When Postgres does not answer, or too many others draw.
    pub async fn add(&mut self, app: &App, step: Step, look: Look) -> Result<()> {
        let Step { tile, title, chart, run, has_failed } = step;
        let missing = |why: &str| (Content::Missing(why.to_owned()), false);
        let (content, is_truncated) = match (tile.kind, &tile.body, &chart, &run) {
            (TileKind::Text, Some(body), ..) => (Content::Text(body.clone()), false),
            (TileKind::Chart, _, Some(chart), Some(run)) => {
                let place = Place { x: tile.x, y: tile.y, width: tile.w, height: tile.h };
                let (width, height) = grid::inner(look.width, &place);
                let title = Some(chart.title.clone());
                let options = RenderOptions { width, height, theme: look.theme, title };
                self.chart(app, chart, run, options).await?
            }
            (TileKind::Table, _, _, Some(run)) => table(app, run).await?,
            (TileKind::Chart | TileKind::Table, ..) if has_failed => missing("The query failed when it was last run."),
            (TileKind::Chart | TileKind::Table, ..) => missing("There is no result yet."),
            (TileKind::Text, ..) => missing("There is nothing to show."),
        };
        let computed_at = run.map(|run| run.started_at).filter(|_| !matches!(content, Content::Missing(_)));
        self.tiles.push(Drawn { tile, title, content, computed_at, is_truncated });
        Ok(())
    }

    async fn chart(
        &mut self,
        app: &App,
        chart: &Chart,
        run: &QueryRun,
        options: RenderOptions,
    ) -> Result<(Content, bool)> {
        Ok(match self::chart(app, chart, run, options).await? {
            Ok((svg, _)) if self.bytes + svg.len() > LONGEST => {
                let message = "The charts of this dashboard are too large for one picture.";
                (Content::Missing(message.to_owned()), false)
            }
            Ok((svg, is_truncated)) => {
                self.bytes += svg.len();
                (Content::Chart(svg), is_truncated)
            }
            Err(error) => (Content::Missing(told(&error)), false),
        })
    }
}

/// Why a chart is not drawn, for people.
#[must_use]
pub fn told(error: &RenderError) -> String {
    match error {
        RenderError::Picture(_) => "This chart could not be drawn.".to_owned(),
        _ => error.to_string(),
    }
}

/// A chart of the result of a run, as SVG, and whether there are rows that are not in it. Authorises nothing, as [`tiles`].
///
/// # Errors
/// When Postgres does not answer, or too many others draw; within, why it is not drawn.
pub async fn chart(
    app: &App,
    chart: &Chart,
    run: &QueryRun,
    options: RenderOptions,
) -> Result<Result<(String, bool), RenderError>> {
    let Some((columns, rows, more)) = rows(app, run, CHART_ROWS).await? else {
        return Ok(Err(RenderError::Unfitting(gone())));
    };
    let spec = match profile::check(&chart.spec) {
        Ok(spec) => spec,
        Err(problems) => {
            let first = problems.into_iter().next().map(|problem| problem.message);
            return Ok(Err(RenderError::NotDrawn(first.unwrap_or_else(|| "The chart cannot be drawn.".to_owned()))));
        }
    };
    let is_truncated = more > 0 || run.is_truncated.unwrap_or_default();
    let drawn = press(move || svg(&spec, &columns, &rows, &options)).await?;
    Ok(drawn.map(|svg| (svg, is_truncated)))
}

async fn table(app: &App, run: &QueryRun) -> Result<(Content, bool)> {
    Ok(match rows(app, run, TABLE_ROWS).await? {
        Some((columns, rows, more)) => (Content::Table { columns, rows, more }, run.is_truncated.unwrap_or_default()),
        None => (Content::Missing(gone()), false),
    })
}

type Cells = (Vec<CellColumn>, Vec<Vec<serde_json::Value>>, usize);

/// Columns, the first rows, and how many are behind them; `None` when the result is not there any more.
async fn rows(app: &App, run: &QueryRun, first: usize) -> Result<Option<Cells>> {
    let (Some(result), Some(columns)) = (run.result_id, run.columns.clone()) else { return Ok(None) };
    let columns: Vec<CellColumn> = serde_json::from_value(columns).map_err(Error::internal)?;
    let count = usize::try_from(run.row_count.unwrap_or_default()).unwrap_or(0);
    let window = Window { result, first: first.min(count), offset: 0 };
    let rows = history::find_rows(app, &[window]).await?.remove(&window).unwrap_or_default();
    if rows.len() < window.first {
        return Ok(None);
    }
    let more = count - rows.len();
    Ok(Some((columns, rows, more)))
}

fn gone() -> String {
    "The result is not there any more.".to_owned()
}
