//! A file of rows, begun, filled and ended.

use std::fs::File;

use serde_json::Value;

use super::csv_file::CsvFile;
use super::format::Format;
use super::json_file::JsonFile;
use super::parquet_file::ParquetFile;
use super::problem::ExportError;
use super::rows::{Options, Rows};
use super::survey::Survey;
use super::xlsx_file::XlsxFile;
use crate::warehouse::cells::CellColumn;

/// A file under way. Blocks the thread that it is used on.
pub struct TableWriter {
    rows: Box<dyn Rows>,
    columns: usize,
}

impl TableWriter {
    /// Begins a file. `survey` has looked at all rows if the format [needs that](Format::needs_survey).
    ///
    /// # Errors
    /// When the format cannot hold these columns, or the disk fails.
    pub fn begin(
        format: Format,
        columns: &[CellColumn],
        survey: &Survey,
        options: &Options,
        file: File,
    ) -> Result<Self, ExportError> {
        if columns.is_empty() {
            return Err(ExportError::refused("The result has no columns, so there is nothing to write."));
        }
        let rows: Box<dyn Rows> = match format {
            Format::Csv => Box::new(CsvFile::begin(columns, options, file)?),
            Format::Xlsx => Box::new(XlsxFile::begin(columns, options, file)?),
            Format::Json => Box::new(JsonFile::list(columns, file)?),
            Format::JsonLines => Box::new(JsonFile::lines(columns, file)),
            Format::Parquet => Box::new(ParquetFile::begin(columns, survey, file)?),
        };
        Ok(Self { rows, columns: columns.len() })
    }

    /// Adds rows: a list of values for each, in the order of the columns.
    ///
    /// # Errors
    /// When the format cannot hold a value, or the disk fails.
    pub fn add(&mut self, rows: &[Vec<Value>]) -> Result<(), ExportError> {
        if rows.iter().any(|row| row.len() != self.columns) {
            return Err(ExportError::Io(std::io::Error::other("a row has other columns than the result")));
        }
        self.rows.add(rows)
    }

    /// Ends the file.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn end(self) -> Result<(), ExportError> {
        self.rows.end()
    }
}
