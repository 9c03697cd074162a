//! What all formats have in common: how a file is wanted, and what is done with rows.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::problem::ExportError;

/// How a file is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Whether texts of a CSV file that a spreadsheet would run get an apostrophe in front.
    pub neutralises: bool,
    /// Whether a CSV file begins with a byte order mark, without which Excel takes it for another encoding.
    pub has_mark: bool,
    /// When it was made, as a workbook says of itself.
    pub made_at: DateTime<Utc>,
    /// Where a workbook keeps its rows until it is ended.
    pub temp_dir: PathBuf,
}

/// What every format does with rows.
pub(super) trait Rows {
    /// Adds rows behind those that were added before.
    fn add(&mut self, rows: &[Vec<Value>]) -> Result<(), ExportError>;

    /// Writes what is still in memory, and the file's own end.
    fn end(self: Box<Self>) -> Result<(), ExportError>;
}
