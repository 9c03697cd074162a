//! Looking at texts about results.

use std::collections::HashMap;

use super::model::Insight;
use super::store;
use crate::app::App;
use crate::domain::data::queries::latest::Asked;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::{ChartId, InsightId, QueryResultId, SavedQueryId};

/// A query with values, or a chart of it, that has a text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Told {
    /// `None` for whatever is said about the query.
    pub chart: Option<ChartId>,
    pub asked: Asked,
}

/// Those of these texts that the actor sees.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn load(app: &App, actor: &Actor, ids: &[InsightId]) -> Result<HashMap<InsightId, Insight>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let found = store::load(&*app.db.read().await?, reader, ids).await?;
    Ok(found.into_iter().map(|insight| (insight.id, insight)).collect())
}

/// The newest whole text about each of these results, as far as the actor sees it.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn of_results(
    app: &App,
    actor: &Actor,
    results: &[QueryResultId],
) -> Result<HashMap<QueryResultId, Insight>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let found = store::of_results(&*app.db.read().await?, reader, results).await?;
    Ok(found.into_iter().filter_map(|insight| Some((insight.result_id?, insight))).collect())
}

/// The newest whole text about the newest result of each of these, or else about an older one, as far as the actor sees it.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn of_queries(app: &App, actor: &Actor, told: &[Told]) -> Result<HashMap<Told, Insight>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let charts: Vec<Option<ChartId>> = told.iter().map(|told| told.chart).collect();
    let queries: Vec<SavedQueryId> = told.iter().map(|told| told.asked.query).collect();
    let values: Vec<&str> = told.iter().map(|told| told.asked.values()).collect();
    let found = store::of_queries(&*app.db.read().await?, reader, &charts, &queries, &values).await?;
    let of = |wanted: store::Wanted| {
        let place = usize::try_from(wanted.place).ok()?.checked_sub(1)?;
        Some((told.get(place)?.clone(), wanted.insight))
    };
    Ok(found.into_iter().filter_map(of).collect())
}

/// What is said of a text that is not there for whoever asks.
pub(super) fn missing() -> Error {
    Error::not_found("insight")
}
