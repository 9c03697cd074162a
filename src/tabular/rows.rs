//! The records of a file, one after the other, whatever its format.

use std::io::Read;

use super::column::ColumnType;
use super::csv_rows::CsvRows;
use super::json_rows::JsonRows;
use super::problem::Problem;
use super::record::Record;

/// The records of a file, without its header.
pub enum Rows<R: Read> {
    Csv(Box<CsvRows<R>>),
    Json(Box<JsonRows<R>>),
}

impl<R: Read> Rows<R> {
    /// What the columns are called in the file; empty texts where they have no name.
    #[must_use]
    pub fn headers(&self) -> &[String] {
        match self {
            Self::Csv(rows) => rows.headers(),
            Self::Json(rows) => rows.headers(),
        }
    }

    /// What the file itself says of the types of its columns, in their order; nothing for those behind the last.
    #[must_use]
    pub fn kinds(&self) -> &[Option<ColumnType>] {
        match self {
            Self::Csv(_) => &[],
            Self::Json(rows) => rows.kinds(),
        }
    }

    /// The next record, a line that is none, or the end.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn read(&mut self) -> std::io::Result<Option<Result<Record, Problem>>> {
        match self {
            Self::Csv(rows) => rows.read(),
            Self::Json(rows) => rows.read(),
        }
    }
}
