//! What all values of a result have in common: the types of a Parquet file are settled before its first row.

use serde_json::Value;

use super::{moment, number};
use crate::warehouse::cells::{CellColumn, CellType};

/// Digits of an exact number in Parquet that readers can be relied on to know.
const DIGITS_MAX: u64 = 38;

/// How the values of a column can be stored without loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    Boolean,
    /// 64 bits.
    Integer,
    Decimal {
        /// Digits in all, 1 to 38.
        precision: u32,
        /// Of these, behind the point.
        scale: u32,
    },
    Double,
    Day,
    Time,
    Timestamp,
    /// In UTC.
    TimestampTz,
    Text,
    Json,
}

/// What was seen of one column.
#[derive(Debug, Clone)]
struct Seen {
    kind: CellType,
    /// Whether every value is one of its type that Parquet has.
    fits: bool,
    whole: u64,
    fraction: u64,
}

/// A look at the rows of a result.
#[derive(Debug, Clone)]
pub struct Survey {
    columns: Vec<Seen>,
}

impl Survey {
    #[must_use]
    pub fn new(columns: &[CellColumn]) -> Self {
        let seen = |column: &CellColumn| Seen { kind: column.kind, fits: true, whole: 0, fraction: 0 };
        Self { columns: columns.iter().map(seen).collect() }
    }

    /// Looks at some more rows.
    pub fn look(&mut self, rows: &[Vec<Value>]) {
        for row in rows {
            for (column, value) in self.columns.iter_mut().zip(row) {
                if column.fits && !value.is_null() {
                    column.look(value);
                }
            }
        }
    }

    /// How each column is stored: as text when one of its values is none that its type has.
    #[must_use]
    pub fn storages(&self) -> Vec<Storage> {
        self.columns.iter().map(Seen::storage).collect()
    }
}

impl Seen {
    fn look(&mut self, value: &Value) {
        self.fits = match self.kind {
            CellType::Boolean => value.is_boolean(),
            CellType::Integer => number::whole(value).is_some(),
            CellType::Decimal => match number::places(value) {
                Some((whole, fraction)) => {
                    self.whole = self.whole.max(whole);
                    self.fraction = self.fraction.max(fraction);
                    self.whole.saturating_add(self.fraction) <= DIGITS_MAX
                }
                None => false,
            },
            CellType::Float => number::double(value).is_some(),
            CellType::Date => moment::day(value).is_some(),
            CellType::Time => moment::time(value).is_some(),
            CellType::Timestamp => moment::timestamp(value).is_some(),
            CellType::TimestampTz => moment::timestamp_tz(value).is_some(),
            CellType::Text | CellType::Json => true,
        };
    }

    fn storage(&self) -> Storage {
        match self.kind {
            CellType::Json => Storage::Json,
            _ if !self.fits => Storage::Text,
            CellType::Boolean => Storage::Boolean,
            CellType::Integer => Storage::Integer,
            CellType::Decimal => {
                let digits = u32::try_from(self.whole.saturating_add(self.fraction)).unwrap_or(u32::MAX);
                Storage::Decimal { precision: digits.max(1), scale: u32::try_from(self.fraction).unwrap_or(u32::MAX) }
            }
            CellType::Float => Storage::Double,
            CellType::Date => Storage::Day,
            CellType::Time => Storage::Time,
            CellType::Timestamp => Storage::Timestamp,
            CellType::TimestampTz => Storage::TimestampTz,
            CellType::Text => Storage::Text,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_column_is_stored_as_what_holds_all_its_values() {
        let storage = |kind, values: Vec<Value>| {
            let mut survey = Survey::new(&[CellColumn { name: "a".to_owned(), kind }]);
            for value in values {
                survey.look(&[vec![value]]);
            }
            survey.storages()[0]
        };
        assert_eq!(
            storage(CellType::Integer, vec![json!(1), Value::Null, json!("-9007199254740993")]),
            Storage::Integer
        );
        assert_eq!(storage(CellType::Integer, vec![json!(1), json!("18446744073709551615")]), Storage::Text);
        let decimal = |precision, scale| Storage::Decimal { precision, scale };
        assert_eq!(storage(CellType::Decimal, vec![json!(1200), json!(0.125)]), decimal(7, 3));
        assert_eq!(storage(CellType::Decimal, vec![Value::Null]), decimal(1, 0));
        assert_eq!(storage(CellType::Decimal, vec![json!("9".repeat(38))]), decimal(38, 0));
        assert_eq!(storage(CellType::Decimal, vec![json!("9".repeat(38)), json!(0.5)]), Storage::Text);
        assert_eq!(storage(CellType::Decimal, vec![json!(1), json!("NaN")]), Storage::Text);
        assert_eq!(storage(CellType::Float, vec![json!("NaN"), json!(0.5)]), Storage::Double);
        assert_eq!(storage(CellType::Date, vec![json!("2026-01-01"), json!("infinity")]), Storage::Text);
        assert_eq!(storage(CellType::Json, vec![json!({"a": 1})]), Storage::Json);
    }
}
