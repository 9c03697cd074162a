//! Charts as data.

use async_graphql::{Enum, ID, Json, SimpleObject};
use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::charts::propose::proposal;
use crate::domain::dashboards::charts::model;
use crate::graphql::scalars::id;
use crate::ids::{ChartId, SavedQueryId, UserId, WorkspaceId};

/// How the result of a saved query is drawn. All members of the workspace see it.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct Chart {
    /// Opaque, and the same for the life of the chart.
    pub id: ID,
    /// Its title for people.
    pub title: String,
    /// What it shows. Null while nobody has said.
    pub description: Option<String>,
    /// A specification in Vega-Lite, without data: the rows of a run of the query are put in as `data.values`. Which part of Vega-Lite is
    /// taken says docs/DATA.md.
    pub spec: Json<Value>,
    /// From 1, one more with every change. Give it back with updateChart.
    pub version: i32,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed; when it was made, if it never was.
    pub updated_at: DateTime<Utc>,
    #[graphql(skip)]
    pub key: ChartId,
    #[graphql(skip)]
    pub query_key: SavedQueryId,
    #[graphql(skip)]
    pub workspace_key: WorkspaceId,
    #[graphql(skip)]
    pub author_key: Option<UserId>,
}

impl From<model::Chart> for Chart {
    fn from(row: model::Chart) -> Self {
        Self {
            id: id(row.id),
            title: row.title,
            description: row.description,
            spec: Json(row.spec),
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
            key: row.id,
            query_key: row.query_id,
            workspace_key: row.workspace_id,
            author_key: row.author_id,
        }
    }
}

/// What a chart looks like, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "proposal::ChartKind")]
pub enum ChartKind {
    /// A quantity over time.
    Line,
    /// A quantity over time, a line for each value of a category.
    MultiLine,
    /// A quantity over time, with what is below it filled.
    Area,
    /// A quantity of each value of a category.
    Bar,
    /// A quantity of two categories, the bars of the second beside one another.
    GroupedBar,
    /// A quantity of two categories, the bars of the second on top of one another.
    StackedBar,
    /// Two quantities of each row.
    Scatter,
    /// A quantity of two categories, as colours.
    Heatmap,
    /// How often a quantity is about how large.
    Histogram,
    /// Shares of few parts.
    Pie,
    /// A single number.
    Number,
    /// The values themselves, where nothing else fits.
    Table,
}

/// A chart that would fit a result.
#[derive(Debug, Clone, SimpleObject)]
pub struct ChartProposal {
    /// What it looks like.
    pub kind: ChartKind,
    /// Its specification in Vega-Lite, as createChart takes it.
    pub spec: Json<Value>,
    /// Why it fits, in a sentence.
    pub reason: String,
}

impl From<proposal::Proposal> for ChartProposal {
    fn from(proposal: proposal::Proposal) -> Self {
        Self { kind: proposal.kind.into(), spec: Json(proposal.spec), reason: proposal.reason }
    }
}
