//! Charts by key, and those that would fit.

use std::collections::HashMap;

use crate::app::App;
use crate::charts::propose::proposal::Proposal;
use crate::domain::dashboards::charts::model::Chart;
use crate::domain::dashboards::charts::{proposals, reading};
use crate::domain::users::actor::Actor;
use crate::error::Result;
use crate::graphql::loader::Load;
use crate::ids::{ChartId, QueryResultId, SavedQueryId};

/// A chart that the reader sees.
pub struct ChartById;

impl Load for ChartById {
    type Key = ChartId;
    type Value = Chart;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::load(app, actor, keys).await
    }
}

/// The charts of a saved query.
pub struct ChartsOfQuery;

impl Load for ChartsOfQuery {
    type Key = SavedQueryId;
    type Value = Vec<Chart>;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::of_queries(app, actor, keys).await
    }
}

/// The charts that would fit a result of a run that the reader has loaded.
pub struct ProposalsOfResult;

impl Load for ProposalsOfResult {
    type Key = QueryResultId;
    type Value = Vec<Proposal>;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        proposals::load(app, actor, keys).await
    }
}
