//! Rows and enums of data sources.

use chrono::{DateTime, Utc};
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ids::{DataSourceId, DataTableId, WorkspaceId};
use crate::tabular::column::Column;

/// What a source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum SourceKind {
    /// What the workspace's members uploaded.
    Uploads,
    /// A database of somebody else's.
    Postgres,
}

crate::db::enums::text_enum!(SourceKind { Uploads => "UPLOADS", Postgres => "POSTGRES" });

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
    /// A list of [`StoredColumn`].
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
    /// In an external database; `None` for uploads, whose schema is the workspace's.
    #[diesel(sql_type = Nullable<Text>)]
    pub schema_name: Option<String>,
}

/// A column of a table, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredColumn {
    #[serde(flatten)]
    pub column: Column,
    /// The comment that an external database has on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}
