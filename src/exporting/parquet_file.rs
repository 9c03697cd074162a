//! Parquet (<https://parquet.apache.org/docs/file-format>), in groups of rows that fit into memory, packed with Snappy.

use std::fs::File;
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use serde_json::Value;

use super::names::unique;
use super::parquet_column::Column;
use super::problem::ExportError;
use super::rows::Rows;
use super::survey::Survey;
use crate::warehouse::cells::CellColumn;

/// Rows of a group.
const GROUP_ROWS: usize = 100_000;
/// Bytes of a group, about.
const GROUP_BYTES: usize = 16 * 1024 * 1024;

/// A file under way.
pub(super) struct ParquetFile {
    out: SerializedFileWriter<File>,
    columns: Vec<Column>,
    rows: usize,
    bytes: usize,
}

impl ParquetFile {
    pub fn begin(columns: &[CellColumn], survey: &Survey, file: File) -> Result<Self, ExportError> {
        let columns_of: Vec<Column> =
            columns.iter().zip(survey.storages()).map(|(column, storage)| Column::new(column.kind, storage)).collect();
        let fields: Result<Vec<_>, _> =
            unique(columns).iter().zip(&columns_of).map(|(name, column)| column.schema(name).map(Arc::new)).collect();
        let schema = Type::group_type_builder("result").with_fields(fields?).build()?;
        let properties =
            WriterProperties::builder().set_created_by("elenchus".to_owned()).set_compression(Compression::SNAPPY);
        let out = SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties.build()))?;
        Ok(Self { out, columns: columns_of, rows: 0, bytes: 0 })
    }

    /// Writes the rows that wait.
    fn write_group(&mut self) -> Result<(), ExportError> {
        if self.rows == 0 {
            return Ok(());
        }
        let mut group = self.out.next_row_group()?;
        for column in &mut self.columns {
            column.write(&mut group)?;
        }
        group.close()?;
        (self.rows, self.bytes) = (0, 0);
        Ok(())
    }
}

impl Rows for ParquetFile {
    fn add(&mut self, rows: &[Vec<Value>]) -> Result<(), ExportError> {
        for row in rows {
            for (column, value) in self.columns.iter_mut().zip(row) {
                let bytes = column.add(value);
                let bytes = bytes.ok_or_else(|| std::io::Error::other("the rows are not those that were looked at"))?;
                self.bytes = self.bytes.saturating_add(bytes);
            }
            self.rows += 1;
            if self.rows >= GROUP_ROWS || self.bytes >= GROUP_BYTES {
                self.write_group()?;
            }
        }
        Ok(())
    }

    fn end(mut self: Box<Self>) -> Result<(), ExportError> {
        self.write_group()?;
        self.out.finish()?;
        Ok(())
    }
}
