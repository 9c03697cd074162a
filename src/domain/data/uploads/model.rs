//! Rows and enums of files that become tables.

use chrono::{DateTime, Utc};
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Float, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ids::{DataSourceId, DataTableId, DatasetUploadId, UserId};
use crate::tabular::column::ColumnType;
use crate::tabular::dialect::Hints;

/// How far a file has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum UploadStatus {
    /// Waits for a worker.
    Pending,
    /// Is being looked at.
    Inspecting,
    /// Was looked at, and waits for somebody to say that it be loaded.
    Inspected,
    /// Its rows are on their way.
    Loading,
    /// It is a table, or part of one.
    Loaded,
    /// The error says why; the table is as it was.
    Failed,
}

crate::db::enums::text_enum!(UploadStatus {
    Pending => "PENDING",
    Inspecting => "INSPECTING",
    Inspected => "INSPECTED",
    Loading => "LOADING",
    Loaded => "LOADED",
    Failed => "FAILED",
});

impl UploadStatus {
    /// Whether nothing more will happen by itself.
    #[must_use]
    pub const fn is_ended(self) -> bool {
        matches!(self, Self::Inspected | Self::Loaded | Self::Failed)
    }
}

/// What becomes of rows that are there already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LoadMode {
    /// The file takes their place, or makes the table.
    #[default]
    Replace,
    /// It goes behind them.
    Append,
}

/// What somebody wants of a column that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ColumnChange {
    /// As it was found.
    pub name: String,
    /// What it is to be called; `None` for as it was found.
    pub rename: Option<String>,
    /// What it is to hold; `None` for what was found.
    #[serde(rename = "type")]
    pub kind: Option<ColumnType>,
}

/// What somebody wants of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Plan {
    /// The table; `None` for one by the name of the file.
    pub table: Option<String>,
    pub mode: LoadMode,
    /// Whether it is loaded as soon as it was looked at.
    pub loads: bool,
    pub hints: Hints,
    pub columns: Vec<ColumnChange>,
}

/// A file that becomes a table.
#[derive(Debug, Clone, PartialEq, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct DatasetUpload {
    #[diesel(sql_type = SqlUuid)]
    pub id: DatasetUploadId,
    #[diesel(sql_type = SqlUuid)]
    pub source_id: DataSourceId,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub uploader_id: Option<UserId>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub table_id: Option<DataTableId>,
    #[diesel(sql_type = Text)]
    pub filename: String,
    /// A [`FileFormat`](crate::tabular::dialect::FileFormat).
    #[diesel(sql_type = Text)]
    pub format: String,
    #[diesel(sql_type = BigInt)]
    pub byte_size: i64,
    #[diesel(sql_type = Binary)]
    pub sha256: Vec<u8>,
    #[diesel(sql_type = Text)]
    pub storage_key: String,
    #[diesel(sql_type = Text)]
    pub status: UploadStatus,
    /// 0 to 1, of the present step.
    #[diesel(sql_type = Float)]
    pub progress: f32,
    #[diesel(sql_type = Integer)]
    pub revision: i32,
    /// A [`Plan`].
    #[diesel(sql_type = Jsonb)]
    pub plan: Value,
    /// An [`Inspection`](crate::tabular::inspect::Inspection); `None` until the file was looked at.
    #[diesel(sql_type = Nullable<Jsonb>)]
    pub inspection: Option<Value>,
    /// Rows that came in.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub row_count: Option<i64>,
    /// [`Problems`](crate::tabular::problem::Problems); `None` for none.
    #[diesel(sql_type = Nullable<Jsonb>)]
    pub problems: Option<Value>,
    #[diesel(sql_type = Nullable<Text>)]
    pub error_code: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub error_message: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    pub updated_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub ended_at: Option<DateTime<Utc>>,
}

/// A file that was taken in.
#[derive(Debug, Clone)]
pub struct NewUpload {
    pub id: DatasetUploadId,
    pub source_id: DataSourceId,
    pub uploader_id: UserId,
    pub filename: String,
    pub format: &'static str,
    pub byte_size: i64,
    pub sha256: Vec<u8>,
    pub storage_key: String,
    pub plan: Value,
    pub now: DateTime<Utc>,
}
