//! A dashboard as it changes, with what its tiles show.

use std::collections::{HashMap, HashSet};

use async_stream::try_stream;
use chrono::TimeDelta;
use futures::Stream;

use super::claiming::{self, Outdated};
use super::model::{Dashboard, FilterValue, RefreshPolicy, Tile};
use super::news::News;
use super::{reading, store, values};
use crate::app::App;
use crate::domain::data::queries::identity::Given;
use crate::domain::data::queries::latest::{self, Asked, Standing};
use crate::domain::data::queries::model::QueryRun;
use crate::domain::data::saved::model::Declared;
use crate::domain::users::actor::Actor;
use crate::error::{Error, ErrorCode, Result};
use crate::ids::{DashboardId, DashboardTileId, QueryRunId};

/// How often it is written down that somebody looks.
const NOTED: TimeDelta = TimeDelta::hours(1);

/// One thing that happened.
#[derive(Debug, Clone)]
pub enum DashboardEvent {
    /// It is like this: first of all, and whenever it was changed.
    Changed(Box<Dashboard>),
    /// A tile has another result, or a run of it failed.
    Result(Box<Tile>, Box<QueryRun>),
    /// It was deleted, or is not the reader's to see any more; nothing more will come.
    Deleted(DashboardId),
}

/// A dashboard as it is, the results that there are for these values of its filters, and then whatever changes. Where it is to be run when
/// data change, what is out of date is run again.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown dashboard, BAD_USER_INPUT for values that its filters cannot have.
pub async fn follow(
    app: &App,
    actor: &Actor,
    id: DashboardId,
    chosen: Vec<FilterValue>,
) -> Result<impl Stream<Item = Result<DashboardEvent>> + Send + use<>> {
    // Listening before the first look makes sure that nothing falls between the two.
    let mut news = News::new(&app.bus, id);
    let first = reading::dashboard(app, actor, id).await?;
    values::filled(&first.filters()?, &chosen, "filters")?;
    let (app, actor) = (app.clone(), actor.clone());
    Ok(try_stream! {
        let mut shown = Shown::default();
        loop {
            let Some(view) = found(look(&app, &actor, id, &chosen, &mut news).await)? else {
                yield DashboardEvent::Deleted(id);
                return;
            };
            for event in shown.changes(&view) {
                yield event;
            }
            note(&app, &view.dashboard).await?;
            if view.dashboard.refresh_policy == RefreshPolicy::OnChange {
                claiming::claim(&app, &shown.outdated(&view)?).await?;
            }
            news.next().await;
        }
    })
}

/// A dashboard at one moment.
struct View {
    dashboard: Dashboard,
    tiles: Vec<Tile>,
    filled: Vec<Given>,
    /// What each tile that shows a result asks, by its place.
    asked: Vec<(usize, Asked)>,
    standing: HashMap<Asked, Standing>,
}

async fn look(app: &App, actor: &Actor, id: DashboardId, chosen: &[FilterValue], news: &mut News) -> Result<View> {
    loop {
        let dashboard = reading::dashboard(app, actor, id).await?;
        let tiles = reading::tiles_of(app, actor, &[id]).await?.remove(&id).unwrap_or_default();
        if news.follow(&tiles) {
            continue;
        }
        let filled = values::fitting(&dashboard.filters()?, chosen);
        let mut asked = Vec::new();
        for (place, tile) in tiles.iter().enumerate() {
            asked.extend(values::asked(tile, &filled)?.map(|asked| (place, asked)));
        }
        let distinct: HashSet<&Asked> = asked.iter().map(|(_, asked)| asked).collect();
        let distinct: Vec<Asked> = distinct.into_iter().cloned().collect();
        let standing = latest::load(app, actor, &distinct).await?;
        return Ok(View { dashboard, tiles, filled, asked, standing });
    }
}

/// What is gone by now is no failure of the stream.
fn found(result: Result<View>) -> Result<Option<View>> {
    match result {
        Ok(view) => Ok(Some(view)),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes down that somebody looks, so that a dashboard which is run at intervals goes on.
async fn note(app: &App, dashboard: &Dashboard) -> Result<()> {
    let now = app.clock.now();
    if dashboard.read_at >= now - NOTED {
        return Ok(());
    }
    store::set_read(&*app.db.write().await?, dashboard.id, now, now - NOTED).await
}

/// What a follower has seen and done.
#[derive(Default)]
struct Shown {
    /// Version and tiles.
    dashboard: Option<(i32, Vec<DashboardTileId>)>,
    /// The run of each tile whose result was shown, and the one that failed.
    runs: HashMap<DashboardTileId, [Option<QueryRunId>; 2]>,
    /// What was claimed, with the versions of query and data.
    claimed: HashSet<(Asked, i32, i64)>,
}

impl Shown {
    /// What has not been shown.
    fn changes(&mut self, view: &View) -> Vec<DashboardEvent> {
        let mut events = Vec::new();
        let dashboard = Some((view.dashboard.version, view.tiles.iter().map(|tile| tile.id).collect()));
        if self.dashboard != dashboard {
            self.dashboard = dashboard;
            // Another dashboard has all of its results to show.
            self.runs.clear();
            events.push(DashboardEvent::Changed(Box::new(view.dashboard.clone())));
        }
        for (place, asked) in &view.asked {
            let (Some(tile), Some(standing)) = (view.tiles.get(*place), view.standing.get(asked)) else { continue };
            let shown = self.runs.entry(tile.id).or_default();
            for (shown, now) in shown.iter_mut().zip([&standing.result, &standing.failure]) {
                let Some(ended) = now.as_ref().filter(|ended| *shown != Some(ended.run.id)) else { continue };
                *shown = Some(ended.run.id);
                events.push(DashboardEvent::Result(Box::new(tile.clone()), Box::new(ended.run.clone())));
            }
        }
        events
    }

    /// What shows older data than there are, or none, and was not claimed by this follower.
    fn outdated(&mut self, view: &View) -> Result<Vec<Outdated>> {
        let mut outdated = Vec::new();
        for (place, asked) in &view.asked {
            let Some(tile) = view.tiles.get(*place) else { continue };
            let (Some(query_version), Some(data_version)) = (tile.query_version, tile.data_version) else { continue };
            let is_current = view.standing.get(asked).is_some_and(|standing| standing.is_of(data_version));
            if is_current || !self.claimed.insert((asked.clone(), query_version, data_version)) {
                continue;
            }
            let declared = tile.declared.clone().unwrap_or_default();
            let declared: Vec<Declared> = serde_json::from_value(declared).map_err(Error::internal)?;
            let values = values::mapped(&declared, &tile.mapped()?, &view.filled);
            outdated.push(Outdated { asked: asked.clone(), values, query_version, data_version });
        }
        Ok(outdated)
    }
}
