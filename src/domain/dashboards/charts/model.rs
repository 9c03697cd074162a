//! Rows of charts.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use serde_json::Value;

use crate::ids::{ChartId, SavedQueryId, UserId, WorkspaceId};

/// How the result of a query is drawn.
#[derive(Debug, Clone, PartialEq, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct Chart {
    #[diesel(sql_type = SqlUuid)]
    pub id: ChartId,
    #[diesel(sql_type = SqlUuid)]
    pub query_id: SavedQueryId,
    /// That of the query's source.
    #[diesel(sql_type = SqlUuid)]
    pub workspace_id: WorkspaceId,
    #[diesel(sql_type = Text)]
    pub title: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub description: Option<String>,
    /// Vega-Lite without data.
    #[diesel(sql_type = Jsonb)]
    pub spec: Value,
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

/// A chart to be made.
#[derive(Debug, Clone)]
pub struct NewChart {
    pub query: SavedQueryId,
    pub title: String,
    pub description: Option<String>,
    /// `None` for what is proposed first for the newest result.
    pub spec: Option<Value>,
}

/// What is to be changed; `None` for as it is.
#[derive(Debug, Clone, Default)]
pub struct ChartChange {
    pub title: Option<String>,
    pub description: Option<Option<String>>,
    pub spec: Option<Value>,
}
