//! Files that become tables, as data.

use async_graphql::{Enum, ID, SimpleObject};
use chrono::{DateTime, Utc};

use super::tables::TableColumn;
use crate::domain::data::uploads::model;
use crate::graphql::scalars::{id, whole};
use crate::ids::{DataSourceId, DataTableId, DatasetUploadId};
use crate::tabular::inspect::Inspection;
use crate::tabular::problem::Problems;
use crate::tabular::{dialect, problem};

/// How far a file has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::UploadStatus")]
pub enum DatasetStatus {
    /// Waits for a worker.
    Pending,
    /// Is being looked at.
    Inspecting,
    /// Was looked at, and waits for you to say that it be loaded.
    Inspected,
    /// Its rows are on their way. Nobody sees them before all are there.
    Loading,
    /// It is a table, or part of one.
    Loaded,
    /// The error says why. The table is as it was before.
    Failed,
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "dialect::FileFormat")]
pub enum FileFormat {
    /// Values between commas, semicolons, tabs or bars.
    Csv,
    /// One JSON object a line.
    JsonLines,
    /// A workbook of Excel, one sheet of which becomes the table.
    Xlsx,
    /// Parquet, whose file says which type each column is of.
    Parquet,
}

/// What stands between the whole and the fraction of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "dialect::DecimalMark")]
pub enum DecimalMark {
    /// A point, as in 1,234.5.
    Point,
    /// A comma, as in 1.234,5.
    Comma,
}

/// How a date is read that does not begin with its year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "dialect::DateOrder")]
pub enum DateOrder {
    /// The day, as in 31/12/2026.
    DayFirst,
    /// The month, as in 12/31/2026.
    MonthFirst,
}

/// How a file was found to be written. What does not apply to its format is as it is by default.
#[derive(Debug, Clone, SimpleObject)]
pub struct Dialect {
    /// By its label in the WHATWG Encoding Standard, in lower case.
    pub encoding: String,
    /// What stands between values: one character.
    pub delimiter: String,
    /// What stands around values: one character.
    pub quote: String,
    /// Whether the first record holds the names of the columns. On a sheet that is the first row with something in it.
    pub has_header: bool,
    /// How its numbers are written.
    pub decimal_mark: DecimalMark,
    /// How its dates are written. Null while nothing in the file says: then dates that could be either are text.
    pub date_order: Option<DateOrder>,
    /// What you said stands for no value. Null when you did not.
    pub null_texts: Option<Vec<String>>,
    /// The sheet that the table is on, by its name. Null when the file is no workbook.
    pub sheet: Option<String>,
}

impl From<dialect::Dialect> for Dialect {
    fn from(dialect: dialect::Dialect) -> Self {
        Self {
            encoding: dialect.encoding,
            delimiter: dialect.delimiter.into(),
            quote: dialect.quote.into(),
            has_header: dialect.has_header,
            decimal_mark: dialect.decimal_mark.into(),
            date_order: dialect.date_order.map(Into::into),
            null_texts: dialect.null_texts,
            sheet: dialect.sheet,
        }
    }
}

/// What was found in a file.
#[derive(Debug, Clone, SimpleObject)]
pub struct DatasetInspection {
    /// How it is written.
    pub dialect: Dialect,
    /// Its columns under the names and types under which they are loaded, your changes among them.
    pub columns: Vec<TableColumn>,
    /// How many records it has.
    pub row_count: i32,
    /// The first 20 records as they stand in the file, each value cut at 200 characters; null for no value.
    pub sample: Vec<Vec<Option<String>>>,
    /// The names of all sheets, in their order, hidden ones too. Empty when the file is no workbook.
    pub sheets: Vec<String>,
}

/// A line that does not fit.
#[derive(Debug, Clone, SimpleObject)]
pub struct LineProblem {
    /// Where its record begins in the file, from 1: the line of a text, the row of a sheet as its program counts it, the row of a Parquet
    /// file.
    pub line: i32,
    /// The column by its name in SQL. Null where it is the whole line.
    pub column: Option<String>,
    /// What stands there, cut at 60 characters. Null where it is the whole line.
    pub value: Option<String>,
    /// A sentence for a person.
    pub message: String,
}

impl From<problem::Problem> for LineProblem {
    fn from(problem: problem::Problem) -> Self {
        let line = i32::try_from(problem.line).unwrap_or(i32::MAX);
        Self { line, column: problem.column, value: problem.value, message: problem.message }
    }
}

/// Why a file is no table.
#[derive(Debug, Clone, SimpleObject)]
pub struct DatasetError {
    /// A stable code: NO_TABLE, TOO_LARGE, COLUMNS, BAD_ROWS, NO_SUCH_TABLE, VALUES or PROCESSING_FAILED.
    pub code: String,
    /// A sentence for a person.
    pub message: String,
}

/// A file that becomes a table, or rows of one. It is kept, so that it can be loaded again in another way.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct DatasetUpload {
    /// Opaque, and the same for the life of the upload.
    pub id: ID,
    /// The file's name as it was uploaded, without folders and control characters.
    pub filename: String,
    /// What it is, by its content.
    pub format: FileFormat,
    /// Size of the file, in bytes. Above 2,147,483,647 that number.
    pub byte_size: i32,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// How far it has come.
    pub status: DatasetStatus,
    /// How much of the work is done, 0 to 1: half of it when the file was looked at, all of it when nothing more happens by itself. 0 when it
    /// failed.
    pub progress: f32,
    /// What was found in it. Null until it was looked at, and when it is no table.
    pub inspection: Option<DatasetInspection>,
    /// Rows that came in. Null unless status is LOADED.
    pub loaded_rows: Option<i32>,
    /// The first 100 lines and values that do not fit, in their order. Empty for none.
    pub problems: Vec<LineProblem>,
    /// How many there are in all.
    pub problem_count: i32,
    /// Why it was not loaded. Null unless status is FAILED.
    pub error: Option<DatasetError>,
    /// When it was uploaded.
    pub created_at: DateTime<Utc>,
    /// When something about it last changed.
    pub updated_at: DateTime<Utc>,
    #[graphql(skip)]
    pub key: DatasetUploadId,
    #[graphql(skip)]
    pub source_key: DataSourceId,
    #[graphql(skip)]
    pub table_key: Option<DataTableId>,
}

impl From<model::DatasetUpload> for DatasetUpload {
    fn from(row: model::DatasetUpload) -> Self {
        let found = row.inspection.and_then(|found| serde_json::from_value::<Inspection>(found).ok());
        let problems = row.problems.and_then(|problems| serde_json::from_value::<Problems>(problems).ok());
        let problems = problems.unwrap_or_default();
        let error = row.error_code.map(|code| DatasetError { code, message: row.error_message.unwrap_or_default() });
        let inspection = found.map(|found| DatasetInspection {
            dialect: found.dialect.into(),
            columns: found.columns.into_iter().map(TableColumn::from).collect(),
            row_count: i32::try_from(found.rows).unwrap_or(i32::MAX),
            sample: found.sample,
            sheets: found.sheets,
        });
        Self {
            id: id(row.id),
            filename: row.filename,
            format: row.format.parse().unwrap_or(dialect::FileFormat::Csv).into(),
            byte_size: whole(row.byte_size),
            sha256: hex::encode(row.sha256),
            status: row.status.into(),
            progress: row.progress,
            inspection,
            loaded_rows: row.row_count.map(whole),
            problems: problems.first.into_iter().map(LineProblem::from).collect(),
            problem_count: i32::try_from(problems.count).unwrap_or(i32::MAX),
            error,
            created_at: row.created_at,
            updated_at: row.updated_at,
            key: row.id,
            source_key: row.source_id,
            table_key: row.table_id,
        }
    }
}
