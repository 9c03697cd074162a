//! Looking at charts.

use std::collections::HashMap;

use super::model::Chart;
use super::store;
use crate::app::App;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::{ChartId, SavedQueryId};

/// Those of these charts that the actor sees.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn load(app: &App, actor: &Actor, ids: &[ChartId]) -> Result<HashMap<ChartId, Chart>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let found = store::load(&*app.db.read().await?, reader, ids).await?;
    Ok(found.into_iter().map(|chart| (chart.id, chart)).collect())
}

/// The chart, if the actor sees it.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one.
pub async fn chart(app: &App, actor: &Actor, id: ChartId) -> Result<Chart> {
    load(app, actor, &[id]).await?.remove(&id).ok_or_else(missing)
}

/// The charts of these queries, as far as the actor sees them, the oldest first.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn of_queries(
    app: &App,
    actor: &Actor,
    queries: &[SavedQueryId],
) -> Result<HashMap<SavedQueryId, Vec<Chart>>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let mut of: HashMap<SavedQueryId, Vec<Chart>> = HashMap::new();
    for chart in store::of_queries(&*app.db.read().await?, reader, queries).await? {
        of.entry(chart.query_id).or_default().push(chart);
    }
    Ok(of)
}

/// What is said of a chart that is not there for whoever asks.
#[must_use]
pub fn missing() -> Error {
    Error::not_found("chart")
}
