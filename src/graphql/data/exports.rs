//! Files of results, as data.

use std::time::Duration;

use async_graphql::{Enum, ID, InputObject, SimpleObject};
use chrono::{DateTime, Utc};

use crate::domain::data::exports::model;
use crate::graphql::scalars::{id, whole};
use crate::ids::QueryRunId;

/// What a file of a result is. Where two columns have one name, the second is called name_2 in JSON and Parquet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::ExportFormat")]
pub enum ResultExportFormat {
    /// RFC 4180 in UTF-8: commas, and CR LF behind every record. No value is an empty field, an empty text a quoted one.
    Csv,
    /// A workbook of Excel. Texts are texts and never formulas; a number of more than 15 digits is a text, so that none is rounded. A text of
    /// more than 32,767 characters fits in no cell: then there is no file, and the error says so.
    Xlsx,
    /// A list of objects, with values as in QueryRun.rows.
    Json,
    /// An object a line, with values as in QueryRun.rows.
    JsonLines,
    /// Apache Parquet. A column with a value that its type does not have there (more than 38 digits, infinity as a day) is text.
    Parquet,
}

/// How far a file of a result has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::ExportStatus")]
pub enum ResultExportStatus {
    /// Waits for a worker.
    Pending,
    /// Is being written.
    Running,
    /// Can be fetched.
    Ready,
    /// The error says why there is no file.
    Failed,
    /// It could be fetched for a day, and is removed.
    Expired,
}

/// Why there is no file.
#[derive(Debug, Clone, SimpleObject)]
pub struct ResultExportError {
    /// A stable code: DOES_NOT_FIT for what the format cannot hold, RESULT_GONE, or PROCESSING_FAILED.
    pub code: String,
    /// A sentence for a person.
    pub message: String,
}

/// A file of a result, for whoever had it made; nobody else sees it.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct ResultExport {
    /// Opaque, and the same for the life of the export.
    pub id: ID,
    /// How far it has come.
    pub status: ResultExportStatus,
    /// What it is.
    pub format: ResultExportFormat,
    /// Whether texts of CSV that a spreadsheet would run have an apostrophe in front.
    pub is_neutralised: bool,
    /// Of the writing, 0 to 1.
    pub progress: f64,
    /// Rows in the file. Null until it is READY.
    pub row_count: Option<i32>,
    /// Size of the file, in bytes; above 2,147,483,647 that number. Null until it is READY.
    pub byte_size: Option<i32>,
    /// Whether the result was cut when it was computed, so that the file is not all there is.
    pub is_partial: bool,
    /// When the file is removed. Null until it is READY.
    pub expires_at: Option<DateTime<Utc>>,
    /// Why there is no file. Null unless status is FAILED.
    pub error: Option<ResultExportError>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    #[graphql(skip)]
    pub run_key: QueryRunId,
    #[graphql(skip)]
    pub row: model::ResultExport,
}

impl From<model::ResultExport> for ResultExport {
    fn from(row: model::ResultExport) -> Self {
        let is_there = matches!(row.status, model::ExportStatus::Ready | model::ExportStatus::Expired);
        let message = row.error_message.clone().unwrap_or_default();
        Self {
            id: id(row.id),
            status: row.status.into(),
            format: row.format.into(),
            is_neutralised: row.is_neutralised,
            progress: row.progress.into(),
            row_count: row.row_count,
            byte_size: row.byte_size.map(whole),
            is_partial: row.is_partial,
            expires_at: is_there.then_some(row.expires_at),
            error: row.error_code.clone().map(|code| ResultExportError { code, message }),
            created_at: row.created_at,
            run_key: row.run_id,
            row,
        }
    }
}

/// A file that is wanted of a result.
#[derive(Debug, Clone, InputObject)]
pub struct ExportDataInput {
    /// The run whose result it is.
    pub run_id: ID,
    /// What the file is to be.
    pub format: ResultExportFormat,
    /// CSV: whether texts and headers that a spreadsheet would run as a formula get an apostrophe in front. False for files that only
    /// programs read.
    #[graphql(default = true)]
    pub neutralise: bool,
    /// CSV: whether the file begins with a byte order mark, by which Excel knows that it is UTF-8.
    #[graphql(default = false)]
    pub excel: bool,
    /// How long the answer may wait for the end, in milliseconds, 0 to 10,000. Null for 1,000. Follow what takes longer with `resultExport`.
    pub wait_ms: Option<i32>,
}

impl ExportDataInput {
    /// How long to wait.
    #[must_use]
    pub fn wait(&self) -> Duration {
        const USUAL: u64 = 1000;
        let asked = self.wait_ms.map(|wait| u64::try_from(wait).unwrap_or(0));
        Duration::from_millis(asked.unwrap_or(USUAL))
    }
}

/// A file of a result as it is now.
#[derive(Debug, Clone, SimpleObject)]
pub struct ExportDataPayload {
    /// The export.
    pub export: ResultExport,
}
