//! Texts about results, by key.

use std::collections::HashMap;

use crate::app::App;
use crate::domain::dashboards::insights::model::Insight;
use crate::domain::dashboards::insights::reading::{self, Told};
use crate::domain::users::actor::Actor;
use crate::error::Result;
use crate::graphql::loader::Load;
use crate::ids::{InsightId, QueryResultId};

/// A text that the reader sees.
pub struct InsightById;

impl Load for InsightById {
    type Key = InsightId;
    type Value = Insight;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::load(app, actor, keys).await
    }
}

/// The newest text about a result.
pub struct InsightOfResult;

impl Load for InsightOfResult {
    type Key = QueryResultId;
    type Value = Insight;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::of_results(app, actor, keys).await
    }
}

/// The newest text about a query with values, or about a chart of it.
pub struct InsightOfQuery;

impl Load for InsightOfQuery {
    type Key = Told;
    type Value = Insight;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::of_queries(app, actor, keys).await
    }
}
