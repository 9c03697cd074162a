//! What is shared, as data: with whom, and what they see of it.

use async_graphql::{Enum, ID, Json, SimpleObject};
use chrono::{DateTime, Utc};
use serde_json::Value;

use super::board_types::{DashboardFilter, DashboardTileKind};
use crate::domain::dashboards::boards::model::Tab;
use crate::domain::dashboards::shares::model;
use crate::graphql::data::runs::ResultColumn;
use crate::graphql::scalars::{id, whole};
use crate::ids::{UserId, WorkspaceId};

/// With whom a dashboard is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::ShareKind")]
pub enum DashboardShareKind {
    /// Somebody with an account.
    Person,
    /// Whoever has the token of the link.
    Link,
}

/// What may be done with a dashboard that is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::ShareAccess")]
pub enum DashboardShareAccess {
    /// See it.
    View,
    /// Arrange and name what stands on it as well.
    Edit,
}

/// With whom a dashboard is shared. The editors of its workspace see it, and take it back with revokeShare.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct DashboardShare {
    /// Opaque, and the same for the life of the share.
    pub id: ID,
    /// With a person, or by a link.
    pub kind: DashboardShareKind,
    /// What may be done with it.
    pub access: DashboardShareAccess,
    /// The address of the person. Null for a link, and when their account was shut.
    pub email: Option<String>,
    /// What the person is called. Null for a link, and when they have not said.
    pub name: Option<String>,
    /// Whether the link takes a password.
    pub has_password: bool,
    /// From when on it shows nothing. Null for never.
    pub expires_at: Option<DateTime<Utc>>,
    /// Whether it shows the dashboard: it is neither over nor taken back, and whoever shared it may still edit in the workspace.
    pub is_active: bool,
    /// When it was shared.
    pub created_at: DateTime<Utc>,
    /// When the link was last opened. Null before that, and for a person.
    pub last_used_at: Option<DateTime<Utc>>,
    /// How often the link was opened.
    pub use_count: i32,
    #[graphql(skip)]
    pub workspace_key: WorkspaceId,
    #[graphql(skip)]
    pub author_key: Option<UserId>,
}

impl From<model::Share> for DashboardShare {
    fn from(row: model::Share) -> Self {
        Self {
            id: id(row.id),
            kind: row.kind.into(),
            access: row.access.into(),
            email: row.email,
            name: row.name,
            has_password: row.is_protected,
            expires_at: row.expires_at,
            is_active: row.holds,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            use_count: whole(row.use_count),
            workspace_key: row.workspace_id,
            author_key: row.author_id,
        }
    }
}

/// A dashboard that is shared with you, in a list.
#[derive(Debug, Clone, SimpleObject)]
pub struct SharedDashboardEntry {
    /// For dashboardSharedWithMe.
    pub id: ID,
    /// Its title for people.
    pub title: String,
    /// What it is for. Null while nobody has said.
    pub description: Option<String>,
    /// What you may do with it.
    pub access: DashboardShareAccess,
    /// Since when.
    pub shared_at: DateTime<Utc>,
    /// Until when. Null for until it is taken back.
    pub expires_at: Option<DateTime<Utc>>,
}

impl From<model::Held> for SharedDashboardEntry {
    fn from(held: model::Held) -> Self {
        Self {
            id: id(held.dashboard.id),
            title: held.dashboard.title,
            description: held.dashboard.description,
            access: held.share_access.into(),
            shared_at: held.shared_at,
            expires_at: held.share_expires_at,
        }
    }
}

/// A part of a shared dashboard that is looked at by itself.
#[derive(Debug, Clone, SimpleObject)]
pub struct SharedTab {
    /// What tiles call it.
    pub key: String,
    /// Its title for people.
    pub title: String,
}

impl From<Tab> for SharedTab {
    fn from(tab: Tab) -> Self {
        Self { key: tab.key, title: tab.title }
    }
}

/// A dashboard as people see it with whom it is shared: what it shows, and nothing that leads on to queries, sources, people or the
/// workspace.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct SharedDashboard {
    /// That of the dashboard. Null for whoever came by a link.
    pub id: Option<ID>,
    /// Its title for people.
    pub title: String,
    /// What it is for. Null while nobody has said.
    pub description: Option<String>,
    /// What you may do with it.
    pub access: DashboardShareAccess,
    /// Its tabs, in the order in which they are shown.
    pub tabs: Vec<SharedTab>,
    /// What can be chosen, in the order in which it is asked for.
    pub filters: Vec<DashboardFilter>,
    /// When all of its tiles were last run. Null while they never were.
    pub refreshed_at: Option<DateTime<Utc>>,
    /// From 1, one more with every change. Give it back with updateSharedDashboard.
    pub version: i32,
    /// When it was last changed; when it was made, if it never was.
    pub updated_at: DateTime<Utc>,
    /// As it was opened, for what its tiles show.
    #[graphql(skip)]
    pub opened: Box<model::Opened>,
}

impl From<model::Opened> for SharedDashboard {
    fn from(opened: model::Opened) -> Self {
        let row = &opened.dashboard;
        Self {
            id: (!opened.is_link).then(|| id(row.id)),
            title: row.title.clone(),
            description: row.description.clone(),
            access: opened.access.into(),
            tabs: row.tabs().unwrap_or_default().into_iter().map(SharedTab::from).collect(),
            filters: row.filters().unwrap_or_default().into_iter().map(DashboardFilter::from).collect(),
            refreshed_at: row.refreshed_at,
            version: row.version,
            updated_at: row.updated_at,
            opened: Box::new(opened),
        }
    }
}

/// A chart on a shared dashboard.
#[derive(Debug, Clone, SimpleObject)]
pub struct SharedChart {
    /// Its title for people.
    pub title: String,
    /// What it shows. Null while nobody has said.
    pub description: Option<String>,
    /// A specification in Vega-Lite, without data: the rows of the tile's result are put in as `data.values`.
    pub spec: Json<Value>,
}

/// What came of the query of a tile.
#[derive(Debug, Clone, SimpleObject)]
pub struct SharedResult {
    /// Its columns.
    pub columns: Vec<ResultColumn>,
    /// Its first rows, each a list of values in the order of the columns.
    pub rows: Vec<Vec<Json<Value>>>,
    /// How many rows there are.
    pub row_count: i32,
    /// Whether there would have been more.
    pub is_truncated: bool,
    /// When it was last asked.
    pub asked_at: DateTime<Utc>,
}

impl From<model::ShownResult> for SharedResult {
    fn from(result: model::ShownResult) -> Self {
        Self {
            columns: serde_json::from_value(result.columns).unwrap_or_default(),
            rows: result.rows.into_iter().map(|row| row.into_iter().map(Json).collect()).collect(),
            row_count: result.row_count,
            is_truncated: result.is_truncated,
            asked_at: result.asked_at,
        }
    }
}

/// What stands on a shared dashboard, on a grid of 12 columns and rows without end.
#[derive(Debug, Clone, SimpleObject)]
pub struct SharedTile {
    /// The same for the life of the tile, for updateSharedDashboard.
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
    /// The chart that it shows. Null unless kind is CHART.
    pub chart: Option<SharedChart>,
    /// The newest result with exactly the values that were chosen. Null for a text, and while there is none.
    pub result: Option<SharedResult>,
}

impl From<model::Shown> for SharedTile {
    fn from(shown: model::Shown) -> Self {
        let model::Shown { tile, chart, result } = shown;
        let chart = chart.map(|it| SharedChart { title: it.title, description: it.description, spec: Json(it.spec) });
        Self {
            id: id(tile.id),
            tab: tile.tab,
            kind: tile.kind.into(),
            text: tile.body,
            x: tile.x,
            y: tile.y,
            width: tile.w,
            height: tile.h,
            chart,
            result: result.map(SharedResult::from),
        }
    }
}
