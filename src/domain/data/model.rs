//! Rows and enums of data sources.

use chrono::{DateTime, Utc};
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use serde_json::Value;

use crate::ids::{DataSourceId, DataTableId, WorkspaceId};

/// What a source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum SourceKind {
    /// What the workspace's members uploaded.
    Uploads,
}

crate::db::enums::text_enum!(SourceKind { Uploads => "UPLOADS" });

/// Tables that can be asked together.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct DataSource {
    #[diesel(sql_type = SqlUuid)]
    pub id: DataSourceId,
    #[diesel(sql_type = SqlUuid)]
    pub workspace_id: WorkspaceId,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Text)]
    pub kind: SourceKind,
    /// Grows with every change of its tables.
    #[diesel(sql_type = BigInt)]
    pub data_version: i64,
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    pub updated_at: DateTime<Utc>,
}

/// A table of a source.
#[derive(Debug, Clone, PartialEq, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct DataTable {
    #[diesel(sql_type = SqlUuid)]
    pub id: DataTableId,
    #[diesel(sql_type = SqlUuid)]
    pub source_id: DataSourceId,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub description: Option<String>,
    /// A list of [`Column`](crate::tabular::column::Column).
    #[diesel(sql_type = Jsonb)]
    pub columns: Value,
    #[diesel(sql_type = BigInt)]
    pub row_count: i64,
    #[diesel(sql_type = BigInt)]
    pub byte_size: i64,
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    pub loaded_at: DateTime<Utc>,
}
