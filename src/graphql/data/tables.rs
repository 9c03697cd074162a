//! Tables and their columns as data.

use async_graphql::{Enum, ID, InputObject, SimpleObject};
use chrono::{DateTime, Utc};

use crate::domain::data::model;
use crate::graphql::scalars::{id, whole};
use crate::ids::{DataSourceId, DataTableId};
use crate::tabular::column;

/// What all values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "column::ColumnType")]
pub enum ColumnType {
    /// Yes or no.
    Boolean,
    /// Whole numbers of 64 bits.
    Integer,
    /// Exact numbers of any size.
    Decimal,
    /// Doubles.
    Float,
    /// Days.
    Date,
    /// Times of day.
    Time,
    /// Moments without a time zone.
    Timestamp,
    /// Moments with their offset from UTC.
    TimestampTz,
    /// Objects and lists.
    Json,
    /// Texts.
    Text,
}

/// What was found in a column and is not a matter of course.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "column::Note")]
pub enum ColumnNote {
    /// No value at all.
    Empty,
    /// Dates that may begin with the day or the month: kept as text until you say which, with dateOrder.
    AmbiguousDates,
    /// Numbers that begin with a zero, as postcodes do: kept as text, so that no zero is lost.
    LeadingZeros,
}

/// A column of a table.
#[derive(Debug, Clone, SimpleObject)]
pub struct TableColumn {
    /// Its name in SQL. In a table from a file it needs no quotes; in an external database double quotes, unless it is a lower-case word.
    pub name: String,
    /// Its name in the file. Empty where it had none, and in an external database.
    pub header: String,
    /// What its values are.
    #[graphql(name = "type")]
    pub kind: ColumnType,
    /// The sign that stood with every number: $, €, £, ¥ or %. Null for none. The numbers are stored without it.
    pub unit: Option<String>,
    /// What you should know of it. Null for nothing.
    pub note: Option<ColumnNote>,
    /// The comment that an external database has on it. Null for none, and in a table from a file.
    pub description: Option<String>,
}

impl From<model::StoredColumn> for TableColumn {
    fn from(stored: model::StoredColumn) -> Self {
        Self { description: stored.description, ..stored.column.into() }
    }
}

impl From<column::Column> for TableColumn {
    fn from(column: column::Column) -> Self {
        Self {
            description: None,
            name: column.name,
            header: column.header,
            kind: column.kind.into(),
            unit: column.unit.map(String::from),
            note: column.note.map(Into::into),
        }
    }
}

/// A table of a data source.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct DataTable {
    /// Opaque, and the same for as long as a table of this name is there.
    pub id: ID,
    /// Its name in SQL. That of a table from a file needs no quotes; in an external database double quotes, unless it is a lower-case word.
    pub name: String,
    /// Its schema in an external database. A statement may leave it out where no other schema has a table of that name, and for the first
    /// schema of the source. Null for a table from a file.
    pub schema: Option<String>,
    /// What it holds, in somebody's words: in an external database the comment on it. Null while nobody has said.
    pub description: Option<String>,
    /// Its columns, in the order of the file or of the table.
    pub columns: Vec<TableColumn>,
    /// How many rows it has; in an external database what Postgres estimates, 0 where it does not. Above 2,147,483,647 that number.
    pub row_count: i32,
    /// What it takes on disk, in bytes; in an external database what Postgres estimates. Above 2,147,483,647 that number.
    pub byte_size: i32,
    /// Whether rowCount and byteSize are estimates.
    pub is_estimated: bool,
    /// When it was made; in an external database when it was first seen.
    pub created_at: DateTime<Utc>,
    /// When its rows were last replaced or added to; in an external database when its columns were last found to be other ones.
    pub loaded_at: DateTime<Utc>,
    #[graphql(skip)]
    pub key: DataTableId,
    #[graphql(skip)]
    pub source_key: DataSourceId,
}

impl From<model::DataTable> for DataTable {
    fn from(row: model::DataTable) -> Self {
        let columns: Vec<model::StoredColumn> = serde_json::from_value(row.columns).unwrap_or_default();
        Self {
            id: id(row.id),
            name: row.name,
            is_estimated: row.schema_name.is_some(),
            schema: row.schema_name,
            description: row.description,
            columns: columns.into_iter().map(TableColumn::from).collect(),
            row_count: whole(row.row_count),
            byte_size: whole(row.byte_size),
            created_at: row.created_at,
            loaded_at: row.loaded_at,
            key: row.id,
            source_key: row.source_id,
        }
    }
}

/// A table to delete.
#[derive(Debug, Clone, InputObject)]
pub struct DeleteDataTableInput {
    /// The table.
    pub id: ID,
}

/// A table that was deleted.
#[derive(Debug, Clone, SimpleObject)]
pub struct DeleteDataTablePayload {
    /// The id of what is gone.
    pub deleted_id: ID,
}
