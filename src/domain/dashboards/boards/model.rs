//! Rows of dashboards and of what stands on them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::data::queries::identity::GivenType;
use crate::error::{Error, Result};
use crate::ids::{ChartId, DashboardId, DashboardTileId, DataSourceId, SavedQueryId, UserId, WorkspaceId};

/// When a dashboard's tiles are run again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum RefreshPolicy {
    /// When somebody says so.
    Manual,
    /// When their data changed, while somebody follows it.
    OnChange,
    /// Every so many seconds.
    Interval,
}

crate::db::enums::text_enum!(RefreshPolicy {
    Manual => "MANUAL",
    OnChange => "ON_CHANGE",
    Interval => "INTERVAL",
});

/// What a tile shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum TileKind {
    /// A result as it is drawn.
    Chart,
    /// The rows of a result.
    Table,
    /// Somebody's words.
    Text,
}

crate::db::enums::text_enum!(TileKind { Chart => "CHART", Table => "TABLE", Text => "TEXT" });

/// A part of a dashboard that is looked at by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tab {
    /// What tiles call it.
    pub key: String,
    pub title: String,
}

/// A value that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// What tiles call it.
    pub name: String,
    /// What people are asked for; `None` for the name.
    pub label: Option<String>,
    #[serde(rename = "type")]
    pub kind: GivenType,
    /// What it is when nobody says, as Postgres reads it; `None` for no value.
    pub default: Option<String>,
    /// All that it can be, besides no value; `None` for everything of the type.
    pub options: Option<Vec<String>>,
}

/// Which filter gives the value of a parameter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mapping {
    pub parameter: String,
    pub filter: String,
}

/// What somebody chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterValue {
    pub name: String,
    /// As Postgres reads it; `None` for no value.
    pub value: Option<String>,
}

/// When to run again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refresh {
    pub policy: RefreshPolicy,
    /// For [`RefreshPolicy::Interval`] alone.
    pub seconds: Option<i32>,
}

/// What a tile is to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Show {
    Chart(ChartId),
    Table(SavedQueryId),
    /// Markdown.
    Text(String),
}

impl Show {
    /// What kind of tile that is.
    #[must_use]
    pub const fn kind(&self) -> TileKind {
        match self {
            Self::Chart(_) => TileKind::Chart,
            Self::Table(_) => TileKind::Table,
            Self::Text(_) => TileKind::Text,
        }
    }
}

/// Where a tile stands on the grid, in columns and rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub x: i32,
    pub y: i32,
    pub width: i32,
    pub height: i32,
}

/// A tile, as somebody writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TileDraft {
    /// That of a tile which is there already; `None` for a new one.
    pub id: Option<DashboardTileId>,
    /// `None` for the first.
    pub tab: Option<String>,
    pub show: Show,
    pub place: Place,
    pub parameters: Vec<Mapping>,
}

/// A dashboard, as somebody writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    pub title: String,
    pub description: Option<String>,
    pub tabs: Vec<Tab>,
    pub filters: Vec<Filter>,
    pub tiles: Vec<TileDraft>,
    pub refresh: Refresh,
}

/// What is to be changed; `None` for as it is.
#[derive(Debug, Clone, Default)]
pub struct Change {
    pub title: Option<String>,
    pub description: Option<Option<String>>,
    pub tabs: Option<Vec<Tab>>,
    pub filters: Option<Vec<Filter>>,
    pub tiles: Option<Vec<TileDraft>>,
    pub refresh: Option<Refresh>,
}

impl Change {
    /// What comes of it.
    #[must_use]
    pub fn of(&self, was: &Content) -> Content {
        Content {
            title: self.title.as_ref().unwrap_or(&was.title).clone(),
            description: self.description.as_ref().unwrap_or(&was.description).clone(),
            tabs: self.tabs.as_ref().unwrap_or(&was.tabs).clone(),
            filters: self.filters.as_ref().unwrap_or(&was.filters).clone(),
            tiles: self.tiles.as_ref().unwrap_or(&was.tiles).clone(),
            refresh: self.refresh.unwrap_or(was.refresh),
        }
    }
}

/// A dashboard.
#[derive(Debug, Clone, PartialEq, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct Dashboard {
    #[diesel(sql_type = SqlUuid)]
    pub id: DashboardId,
    #[diesel(sql_type = SqlUuid)]
    pub workspace_id: WorkspaceId,
    #[diesel(sql_type = Text)]
    pub title: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub description: Option<String>,
    /// A list of [`Tab`].
    #[diesel(sql_type = Jsonb)]
    pub tabs: Value,
    /// A list of [`Filter`].
    #[diesel(sql_type = Jsonb)]
    pub filters: Value,
    #[diesel(sql_type = Text)]
    pub refresh_policy: RefreshPolicy,
    #[diesel(sql_type = Nullable<Integer>)]
    pub refresh_seconds: Option<i32>,
    /// When all of its tiles were last run; `None` before.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub refreshed_at: Option<DateTime<Utc>>,
    /// When somebody last followed, refreshed or changed it, to the hour.
    #[diesel(sql_type = Timestamptz)]
    pub read_at: DateTime<Utc>,
    /// From 1, one more with every change.
    #[diesel(sql_type = Integer)]
    pub version: i32,
    /// `None` when their account is gone.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub author_id: Option<UserId>,
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    pub updated_at: DateTime<Utc>,
}

impl Dashboard {
    /// Its tabs.
    ///
    /// # Errors
    /// INTERNAL when the row holds something else.
    pub fn tabs(&self) -> Result<Vec<Tab>> {
        serde_json::from_value(self.tabs.clone()).map_err(Error::internal)
    }

    /// What can be chosen.
    ///
    /// # Errors
    /// As [`Dashboard::tabs`].
    pub fn filters(&self) -> Result<Vec<Filter>> {
        serde_json::from_value(self.filters.clone()).map_err(Error::internal)
    }
}

/// What stands on a dashboard.
#[derive(Debug, Clone, PartialEq, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct Tile {
    #[diesel(sql_type = SqlUuid)]
    pub id: DashboardTileId,
    #[diesel(sql_type = SqlUuid)]
    pub dashboard_id: DashboardId,
    /// The key of a tab.
    #[diesel(sql_type = Text)]
    pub tab: String,
    #[diesel(sql_type = Text)]
    pub kind: TileKind,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub chart_id: Option<ChartId>,
    #[diesel(sql_type = Nullable<Text>)]
    pub body: Option<String>,
    #[diesel(sql_type = Integer)]
    pub x: i32,
    #[diesel(sql_type = Integer)]
    pub y: i32,
    #[diesel(sql_type = Integer)]
    pub w: i32,
    #[diesel(sql_type = Integer)]
    pub h: i32,
    /// An object of names: the filter of each parameter.
    #[diesel(sql_type = Jsonb)]
    pub parameters: Value,
    /// The query whose result it shows, its chart's or its own; `None` for a text.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub query_id: Option<SavedQueryId>,
    /// That of the query.
    #[diesel(sql_type = Nullable<Integer>)]
    pub query_version: Option<i32>,
    /// What the query asks for: a list of [`Declared`](crate::domain::data::saved::model::Declared).
    #[diesel(sql_type = Nullable<Jsonb>)]
    pub declared: Option<Value>,
    /// The source that the query is about.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub source_id: Option<DataSourceId>,
    /// That of the source.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub data_version: Option<i64>,
}

impl Tile {
    /// The filter of each parameter.
    ///
    /// # Errors
    /// INTERNAL when the row holds something else.
    pub fn mapped(&self) -> Result<BTreeMap<String, String>> {
        serde_json::from_value(self.parameters.clone()).map_err(Error::internal)
    }

    /// As somebody would write it; `None` for one that shows nothing.
    ///
    /// # Errors
    /// As [`Tile::mapped`].
    pub fn draft(&self) -> Result<Option<TileDraft>> {
        let show = match self.kind {
            TileKind::Chart => self.chart_id.map(Show::Chart),
            TileKind::Table => self.query_id.map(Show::Table),
            TileKind::Text => self.body.clone().map(Show::Text),
        };
        let parameters = self.mapped()?.into_iter().map(|(parameter, filter)| Mapping { parameter, filter }).collect();
        let place = Place { x: self.x, y: self.y, width: self.w, height: self.h };
        let (id, tab) = (Some(self.id), Some(self.tab.clone()));
        Ok(show.map(|show| TileDraft { id, tab, show, place, parameters }))
    }
}
