//! Timestamps of 96 bits, which Impala and Spark write: the reader of rows would cut them to milliseconds.

use parquet::basic::Type as Physical;
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{Int96, Int96Type};
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::RowGroupReader;

/// Values that are read at once.
const BATCH: usize = 1024;

/// The columns of such timestamps in a row group, in step with its rows.
pub(super) struct Stamps {
    columns: Vec<Column>,
}

struct Column {
    /// Among the columns of the table.
    place: usize,
    reader: ColumnReaderImpl<Int96Type>,
    /// The level of a value that is there.
    level: i16,
    levels: Vec<i16>,
    values: Vec<Int96>,
    /// How many of both are used up.
    used: (usize, usize),
    read: usize,
}

impl Stamps {
    pub(super) fn open(group: &dyn RowGroupReader) -> Result<Self> {
        let schema = group.metadata().schema_descr();
        let mut columns = Vec::new();
        for (leaf, column) in schema.columns().iter().enumerate() {
            let is_flat = column.path().parts().len() == 1 && column.max_rep_level() == 0;
            if !is_flat || column.physical_type() != Physical::INT96 {
                continue;
            }
            if let ColumnReader::Int96ColumnReader(reader) = group.get_column_reader(leaf)? {
                columns.push(Column {
                    place: schema.get_column_root_idx(leaf),
                    reader,
                    level: column.max_def_level(),
                    levels: Vec::new(),
                    values: Vec::new(),
                    used: (0, 0),
                    read: 0,
                });
            }
        }
        Ok(Self { columns })
    }

    /// Those of the next row: the place of each, and its microseconds since 1970.
    pub(super) fn next(&mut self) -> Result<Vec<(usize, Option<i64>)>> {
        self.columns.iter_mut().map(|column| Ok((column.place, column.next()?))).collect()
    }
}

impl Column {
    fn next(&mut self) -> Result<Option<i64>> {
        if self.used.0 == self.read {
            self.levels.clear();
            self.values.clear();
            self.used = (0, 0);
            (self.read, _, _) = self.reader.read_records(BATCH, Some(&mut self.levels), None, &mut self.values)?;
        }
        let missing = || ParquetError::EOF("a column has fewer values than rows".to_owned());
        if self.read == 0 {
            return Err(missing());
        }
        let (record, value) = self.used;
        self.used.0 += 1;
        if self.level > 0 && *self.levels.get(record).ok_or_else(missing)? < self.level {
            return Ok(None);
        }
        self.used.1 += 1;
        self.values.get(value).map(|value| Some(value.to_micros())).ok_or_else(missing)
    }
}
