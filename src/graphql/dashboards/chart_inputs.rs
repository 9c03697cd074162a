//! What is said of charts.

use async_graphql::{ID, InputObject, Json, MaybeUndefined, SimpleObject};
use serde_json::Value;

use super::chart_types::Chart;
use crate::domain::dashboards::charts::model;
use crate::graphql::scalars::changed;

/// A chart to make.
#[derive(Debug, Clone, InputObject)]
pub struct CreateChartInput {
    /// The saved query whose result is drawn.
    pub query_id: ID,
    /// Its title, 1 to 200 characters.
    pub title: String,
    /// What it shows, up to 2,000 characters. Null for nothing.
    pub description: Option<String>,
    /// A specification in Vega-Lite, as docs/DATA.md has it. Null for the one that is proposed first for the query's newest result.
    pub spec: Option<Json<Value>>,
}

/// What to change in a chart. A field that is left out stays; a text that is null is emptied.
#[derive(Debug, Clone, InputObject)]
pub struct UpdateChartInput {
    /// The chart.
    pub id: ID,
    /// The version that you have seen.
    pub version: i32,
    /// Its title, 1 to 200 characters. Null for as it is.
    pub title: Option<String>,
    /// What it shows, up to 2,000 characters. Null for nothing.
    pub description: MaybeUndefined<String>,
    /// A specification in Vega-Lite. Null for as it is.
    pub spec: Option<Json<Value>>,
}

impl From<UpdateChartInput> for model::ChartChange {
    fn from(input: UpdateChartInput) -> Self {
        let spec = input.spec.map(|Json(spec)| spec);
        Self { title: input.title, description: changed(input.description), spec }
    }
}

/// A chart to delete.
#[derive(Debug, Clone, InputObject)]
pub struct DeleteChartInput {
    /// The chart.
    pub id: ID,
}

/// A chart as it is now.
#[derive(Debug, Clone, SimpleObject)]
pub struct ChartPayload {
    /// The chart.
    pub chart: Chart,
}

/// A chart that was deleted.
#[derive(Debug, Clone, SimpleObject)]
pub struct DeleteChartPayload {
    /// The id of what is gone.
    pub deleted_id: ID,
}
