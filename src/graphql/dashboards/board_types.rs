//! Dashboards and what stands on them, as data.

use async_graphql::{Enum, ID, SimpleObject, Union};
use chrono::{DateTime, Utc};

use crate::domain::dashboards::boards::model;
use crate::graphql::data::runs::{QueryParameterType, QueryRun};
use crate::graphql::scalars::id;
use crate::ids::{DashboardId, DashboardTileId, UserId, WorkspaceId};

/// When the tiles of a dashboard are run again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::RefreshPolicy")]
pub enum DashboardRefreshPolicy {
    /// When somebody calls refreshDashboard.
    Manual,
    /// When their data change, while somebody follows the dashboard.
    OnChange,
    /// Every so many seconds, until nobody has followed, refreshed or changed the dashboard for seven days.
    Interval,
}

/// What a tile shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::TileKind")]
pub enum DashboardTileKind {
    /// A result as a chart draws it.
    Chart,
    /// The rows of a result.
    Table,
    /// Somebody's words.
    Text,
}

/// When the tiles of a dashboard are run again.
#[derive(Debug, Clone, SimpleObject)]
pub struct DashboardRefresh {
    /// By what.
    pub policy: DashboardRefreshPolicy,
    /// Seconds from one time to the next. Null unless policy is INTERVAL.
    pub seconds: Option<i32>,
}

/// A value that can be chosen on a dashboard. It goes beside the statements of the queries, and never becomes part of one.
#[derive(Debug, Clone, SimpleObject)]
pub struct DashboardFilter {
    /// What tiles call it.
    pub name: String,
    /// What people are asked for. Null for the name.
    pub label: Option<String>,
    /// What it is.
    #[graphql(name = "type")]
    pub kind: QueryParameterType,
    /// The value when nobody chooses, as Postgres reads it. Null for no value.
    pub default: Option<String>,
    /// All that can be chosen, besides no value. Null for everything of the type.
    pub options: Option<Vec<String>>,
}

impl From<model::Filter> for DashboardFilter {
    fn from(filter: model::Filter) -> Self {
        let model::Filter { name, label, kind, default, options } = filter;
        Self { name, label, kind: kind.into(), default, options }
    }
}

/// A part of a dashboard that is looked at by itself.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct DashboardTab {
    /// What tiles call it.
    pub key: String,
    /// Its title for people.
    pub title: String,
    #[graphql(skip)]
    pub dashboard_key: DashboardId,
}

/// Results of saved queries, and texts, on a grid. All members of the workspace see it, and editors change it.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct Dashboard {
    /// Opaque, and the same for the life of the dashboard.
    pub id: ID,
    /// Its title for people.
    pub title: String,
    /// What it is for. Null while nobody has said.
    pub description: Option<String>,
    /// Its tabs, in the order in which they are shown.
    pub tabs: Vec<DashboardTab>,
    /// What can be chosen, in the order in which it is asked for.
    pub filters: Vec<DashboardFilter>,
    /// When its tiles are run again.
    pub refresh: DashboardRefresh,
    /// When all of its tiles were last run, by anybody or by themselves. Null while they never were.
    pub refreshed_at: Option<DateTime<Utc>>,
    /// From 1, one more with every change. Give it back with updateDashboard.
    pub version: i32,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed; when it was made, if it never was.
    pub updated_at: DateTime<Utc>,
    #[graphql(skip)]
    pub key: DashboardId,
    #[graphql(skip)]
    pub workspace_key: WorkspaceId,
    #[graphql(skip)]
    pub author_key: Option<UserId>,
}

impl From<model::Dashboard> for Dashboard {
    fn from(row: model::Dashboard) -> Self {
        let tabs = row.tabs().unwrap_or_default();
        let filters = row.filters().unwrap_or_default();
        let tab = |tab: model::Tab| DashboardTab { key: tab.key, title: tab.title, dashboard_key: row.id };
        Self {
            id: id(row.id),
            tabs: tabs.into_iter().map(tab).collect(),
            filters: filters.into_iter().map(DashboardFilter::from).collect(),
            refresh: DashboardRefresh { policy: row.refresh_policy.into(), seconds: row.refresh_seconds },
            title: row.title,
            description: row.description,
            refreshed_at: row.refreshed_at,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
            key: row.id,
            workspace_key: row.workspace_id,
            author_key: row.author_id,
        }
    }
}

/// Which filter gives the value of a parameter.
#[derive(Debug, Clone, SimpleObject)]
pub struct TileParameter {
    /// What the query asks for, without the $.
    pub parameter: String,
    /// The name of the filter. One that is of another type by now gives nothing: the parameter has its default.
    pub filter: String,
}

/// What stands on a dashboard, on a grid of 12 columns and rows without end.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct DashboardTile {
    /// Opaque, and the same for the life of the tile.
    pub id: ID,
    /// The key of the tab that it stands on.
    pub tab: String,
    /// What it shows.
    pub kind: DashboardTileKind,
    /// Markdown. Null unless kind is TEXT.
    pub text: Option<String>,
    /// Columns to its left.
    pub x: i32,
    /// Rows above it.
    pub y: i32,
    /// Columns that it takes.
    pub width: i32,
    /// Rows that it takes.
    pub height: i32,
    /// Which filter gives the value of which parameter of the query; all others have their defaults.
    pub parameters: Vec<TileParameter>,
    #[graphql(skip)]
    pub key: DashboardTileId,
    #[graphql(skip)]
    pub dashboard_key: DashboardId,
    /// As it was read, for what it asks.
    #[graphql(skip)]
    pub row: Box<model::Tile>,
}

impl From<model::Tile> for DashboardTile {
    fn from(row: model::Tile) -> Self {
        let mapped = row.mapped().unwrap_or_default().into_iter();
        Self {
            id: id(row.id),
            tab: row.tab.clone(),
            kind: row.kind.into(),
            text: row.body.clone(),
            x: row.x,
            y: row.y,
            width: row.w,
            height: row.h,
            parameters: mapped.map(|(parameter, filter)| TileParameter { parameter, filter }).collect(),
            key: row.id,
            dashboard_key: row.dashboard_id,
            row: Box::new(row),
        }
    }
}

/// Something that happened on a dashboard.
#[derive(Debug, Clone, Union)]
pub enum DashboardEvent {
    DashboardChanged(Box<DashboardChanged>),
    DashboardResult(Box<DashboardResult>),
    DashboardDeleted(DashboardDeleted),
}

/// The dashboard is like this: first of all, and whenever it was changed. The results that there are for its tiles follow.
#[derive(Debug, Clone, SimpleObject)]
pub struct DashboardChanged {
    /// The dashboard as it now is.
    pub dashboard: Dashboard,
}

/// A tile, and the run that it shows, or that failed to give it something to show.
#[derive(Debug, Clone, SimpleObject)]
pub struct DashboardResult {
    /// The tile.
    pub tile: DashboardTile,
    /// The run.
    pub run: QueryRun,
}

/// The dashboard was deleted, or is not yours to see any more. The stream completes.
#[derive(Debug, Clone, SimpleObject)]
pub struct DashboardDeleted {
    /// The id that it had.
    pub id: ID,
}
