//! Rows and enums of files of results.

use chrono::{DateTime, Utc};
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Float, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};

use crate::exporting::format::Format;
use crate::ids::{QueryRunId, ResultExportId, UserId};

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum ExportFormat {
    Csv,
    Xlsx,
    /// A list of objects.
    Json,
    /// An object a line.
    JsonLines,
    Parquet,
}

crate::db::enums::text_enum!(ExportFormat {
    Csv => "CSV",
    Xlsx => "XLSX",
    Json => "JSON",
    JsonLines => "JSON_LINES",
    Parquet => "PARQUET",
});

impl From<ExportFormat> for Format {
    fn from(format: ExportFormat) -> Self {
        match format {
            ExportFormat::Csv => Self::Csv,
            ExportFormat::Xlsx => Self::Xlsx,
            ExportFormat::Json => Self::Json,
            ExportFormat::JsonLines => Self::JsonLines,
            ExportFormat::Parquet => Self::Parquet,
        }
    }
}

/// How far a file has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum ExportStatus {
    /// Waits for a worker.
    Pending,
    /// Is being written.
    Running,
    /// Can be fetched.
    Ready,
    /// The error says why there is none.
    Failed,
    /// Its time is over.
    Expired,
}

crate::db::enums::text_enum!(ExportStatus {
    Pending => "PENDING",
    Running => "RUNNING",
    Ready => "READY",
    Failed => "FAILED",
    Expired => "EXPIRED",
});

impl ExportStatus {
    /// Whether nothing more happens before its time is over.
    #[must_use]
    pub const fn is_ended(self) -> bool {
        !matches!(self, Self::Pending | Self::Running)
    }
}

/// A file of a result.
#[derive(Debug, Clone, PartialEq, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct ResultExport {
    #[diesel(sql_type = SqlUuid)]
    pub id: ResultExportId,
    /// Who had it made: nobody else sees it.
    #[diesel(sql_type = SqlUuid)]
    pub user_id: UserId,
    #[diesel(sql_type = SqlUuid)]
    pub run_id: QueryRunId,
    #[diesel(sql_type = Text)]
    pub format: ExportFormat,
    /// Whether texts that a spreadsheet would run get an apostrophe.
    #[diesel(sql_type = Bool)]
    pub is_neutralised: bool,
    /// Whether it begins with a byte order mark.
    #[diesel(sql_type = Bool)]
    pub is_for_excel: bool,
    /// Whether the result was cut when it was computed.
    #[diesel(sql_type = Bool)]
    pub is_partial: bool,
    #[diesel(sql_type = Text)]
    pub status: ExportStatus,
    /// 0 to 1.
    #[diesel(sql_type = Float)]
    pub progress: f32,
    /// `None` until it is READY.
    #[diesel(sql_type = Nullable<Integer>)]
    pub row_count: Option<i32>,
    /// `None` until it is READY.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub byte_size: Option<i64>,
    #[diesel(sql_type = Text)]
    pub storage_key: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub error_code: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub error_message: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub ended_at: Option<DateTime<Utc>>,
    /// When the file is removed.
    #[diesel(sql_type = Timestamptz)]
    pub expires_at: DateTime<Utc>,
}

impl ResultExport {
    /// As it is at `now`: what is over is EXPIRED, before its file is removed too.
    #[must_use]
    pub fn at(mut self, now: DateTime<Utc>) -> Self {
        if self.status == ExportStatus::Ready && self.expires_at <= now {
            self.status = ExportStatus::Expired;
        }
        self
    }
}

/// A file that is asked for.
#[derive(Debug, Clone)]
pub struct NewExport {
    pub id: ResultExportId,
    pub user_id: UserId,
    pub run_id: QueryRunId,
    pub format: ExportFormat,
    pub is_neutralised: bool,
    pub is_for_excel: bool,
    pub is_partial: bool,
    pub storage_key: String,
    pub now: DateTime<Utc>,
    /// When what is left of it is removed, should it never come to an end.
    pub expires_at: DateTime<Utc>,
}

/// Why there is no file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Stable.
    pub code: &'static str,
    /// A sentence for a person.
    pub message: String,
}
