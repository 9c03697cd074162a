//! A column of a Parquet file: its type, and values that wait to be written.

use std::io::Write;

use parquet::basic::{LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DoubleType, FixedLenByteArray, FixedLenByteArrayType, Int32Type, Int64Type,
};
use parquet::errors::Result as ParquetResult;
use parquet::file::writer::SerializedRowGroupWriter;
use parquet::schema::types::Type;
use serde_json::Value;

use super::survey::Storage;
use super::{moment, number, text};
use crate::warehouse::cells::CellType;

/// Digits of a decimal that 64 bits hold.
const DIGITS_OF_64: u32 = 18;
/// Bytes of those with more.
const WIDE_BYTES: i32 = 16;
/// Definition levels: a value is there, or is not.
const PRESENT: i16 = 1;
const ABSENT: i16 = 0;

enum Values {
    Boolean(Vec<bool>),
    Int32(Vec<i32>),
    Int64(Vec<i64>),
    Double(Vec<f64>),
    Wide(Vec<FixedLenByteArray>),
    Bytes(Vec<ByteArray>),
}

/// Values of one column that are written together.
pub(super) struct Column {
    kind: CellType,
    storage: Storage,
    levels: Vec<i16>,
    values: Values,
}

impl Column {
    pub fn new(kind: CellType, storage: Storage) -> Self {
        let values = match storage {
            Storage::Boolean => Values::Boolean(Vec::new()),
            Storage::Day => Values::Int32(Vec::new()),
            Storage::Decimal { precision, .. } if precision > DIGITS_OF_64 => Values::Wide(Vec::new()),
            Storage::Integer | Storage::Decimal { .. } | Storage::Time | Storage::Timestamp | Storage::TimestampTz => {
                Values::Int64(Vec::new())
            }
            Storage::Double => Values::Double(Vec::new()),
            Storage::Text | Storage::Json => Values::Bytes(Vec::new()),
        };
        Self { kind, storage, levels: Vec::new(), values }
    }

    /// Its type in the file's schema.
    pub fn schema(&self, name: &str) -> ParquetResult<Type> {
        let physical = match &self.values {
            Values::Boolean(_) => Physical::BOOLEAN,
            Values::Int32(_) => Physical::INT32,
            Values::Int64(_) => Physical::INT64,
            Values::Double(_) => Physical::DOUBLE,
            Values::Wide(_) => Physical::FIXED_LEN_BYTE_ARRAY,
            Values::Bytes(_) => Physical::BYTE_ARRAY,
        };
        let mut builder = Type::primitive_type_builder(name, physical).with_repetition(Repetition::OPTIONAL);
        let logical = match self.storage {
            Storage::Boolean | Storage::Integer | Storage::Double => None,
            Storage::Decimal { precision, scale } => {
                let precision = i32::try_from(precision).unwrap_or(i32::MAX);
                let scale = i32::try_from(scale).unwrap_or(i32::MAX);
                builder = builder.with_precision(precision).with_scale(scale);
                Some(LogicalType::decimal(scale, precision))
            }
            Storage::Day => Some(LogicalType::Date),
            Storage::Time => Some(LogicalType::time(false, TimeUnit::MICROS)),
            Storage::Timestamp => Some(LogicalType::timestamp(false, TimeUnit::MICROS)),
            Storage::TimestampTz => Some(LogicalType::timestamp(true, TimeUnit::MICROS)),
            Storage::Text => Some(LogicalType::String),
            Storage::Json => Some(LogicalType::Json),
        };
        if matches!(self.values, Values::Wide(_)) {
            builder = builder.with_length(WIDE_BYTES);
        }
        builder.with_logical_type(logical).build()
    }

    /// Adds a value; says about how many bytes it takes, and nothing when the survey has not seen it.
    pub fn add(&mut self, value: &Value) -> Option<usize> {
        if value.is_null() {
            self.levels.push(ABSENT);
            return Some(2);
        }
        let bytes = match &mut self.values {
            Values::Boolean(values) => {
                values.push(value.as_bool()?);
                1
            }
            Values::Int32(values) => {
                values.push(moment::day(value)?.to_epoch_days());
                4
            }
            Values::Int64(values) => {
                values.push(match self.storage {
                    Storage::Decimal { scale, .. } => i64::try_from(number::unscaled(value, scale)?).ok()?,
                    Storage::Time => moment::micros(moment::time(value)?),
                    Storage::Timestamp => moment::timestamp(value)?.and_utc().timestamp_micros(),
                    Storage::TimestampTz => moment::timestamp_tz(value)?.and_utc().timestamp_micros(),
                    _ => number::whole(value)?,
                });
                8
            }
            Values::Double(values) => {
                values.push(number::double(value)?);
                8
            }
            Values::Wide(values) => {
                let Storage::Decimal { scale, .. } = self.storage else { return None };
                values.push(number::unscaled(value, scale)?.to_be_bytes().to_vec().into());
                48
            }
            Values::Bytes(values) => {
                let text = text::text(self.kind, value)?.into_owned().into_bytes();
                let bytes = text.len();
                values.push(text.into());
                bytes + 32
            }
        };
        self.levels.push(PRESENT);
        Some(bytes + 2)
    }

    /// Writes what was added as the next column of a group of rows.
    pub fn write<W: Write + Send>(&mut self, group: &mut SerializedRowGroupWriter<'_, W>) -> ParquetResult<()> {
        let Some(mut column) = group.next_column()? else { return Ok(()) };
        let levels = Some(self.levels.as_slice());
        match &mut self.values {
            Values::Boolean(values) => {
                column.typed::<BoolType>().write_batch(values, levels, None)?;
                values.clear();
            }
            Values::Int32(values) => {
                column.typed::<Int32Type>().write_batch(values, levels, None)?;
                values.clear();
            }
            Values::Int64(values) => {
                column.typed::<Int64Type>().write_batch(values, levels, None)?;
                values.clear();
            }
            Values::Double(values) => {
                column.typed::<DoubleType>().write_batch(values, levels, None)?;
                values.clear();
            }
            Values::Wide(values) => {
                column.typed::<FixedLenByteArrayType>().write_batch(values, levels, None)?;
                values.clear();
            }
            Values::Bytes(values) => {
                column.typed::<ByteArrayType>().write_batch(values, levels, None)?;
                values.clear();
            }
        }
        self.levels.clear();
        column.close()
    }
}
