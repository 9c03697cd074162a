//! What a value is in a workbook: a number, a truth, a moment or a text, whichever holds it exactly.

use std::borrow::Cow;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Timelike as _};
use serde_json::Value;

use super::text::text;
use super::{moment, number};
use crate::warehouse::cells::CellType;

const MILLIS_PER_DAY: f64 = 86_400_000.0;
const NANOS_PER_MILLI: u32 = 1_000_000;

/// A cell to be written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell<'a> {
    Empty,
    Boolean(bool),
    Number(f64),
    /// Days since the last of 1899, and how they are shown.
    Moment(f64, Shown),
    Text(Cow<'a, str>),
}

/// How a moment is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shown {
    Day,
    Time,
    TimeMillis,
    Timestamp,
    TimestampMillis,
    TimestampTz,
    TimestampTzMillis,
}

impl Shown {
    pub const ALL: [Self; 7] = [
        Self::Day,
        Self::Time,
        Self::TimeMillis,
        Self::Timestamp,
        Self::TimestampMillis,
        Self::TimestampTz,
        Self::TimestampTzMillis,
    ];

    /// The number format of Excel.
    pub const fn number_format(self) -> &'static str {
        match self {
            Self::Day => "yyyy-mm-dd",
            Self::Time => "hh:mm:ss",
            Self::TimeMillis => "hh:mm:ss.000",
            Self::Timestamp => "yyyy-mm-dd hh:mm:ss",
            Self::TimestampMillis => "yyyy-mm-dd hh:mm:ss.000",
            Self::TimestampTz => "yyyy-mm-dd hh:mm:ss\" UTC\"",
            Self::TimestampTzMillis => "yyyy-mm-dd hh:mm:ss.000\" UTC\"",
        }
    }

    /// Characters that it takes.
    pub const fn width(self) -> u32 {
        match self {
            Self::Day => 10,
            Self::Time => 8,
            Self::TimeMillis => 12,
            Self::Timestamp => 19,
            Self::TimestampMillis | Self::TimestampTz => 23,
            Self::TimestampTzMillis => 27,
        }
    }
}

impl<'a> Cell<'a> {
    /// A number of more than 15 digits, which spreadsheets round, stays text; so does a moment before March 1900, which they do not
    /// agree on, or with microseconds, which they do not have. An empty text is an empty cell: there is no other.
    pub fn of(kind: CellType, value: &'a Value) -> Self {
        let typed = match (kind, value) {
            (_, Value::Bool(truth)) if kind != CellType::Json => Some(Self::Boolean(*truth)),
            (CellType::Integer | CellType::Decimal, value) => number::short_double(value).map(Self::Number),
            // A double is what the cell holds.
            (CellType::Float, Value::Number(number)) => number.as_f64().map(Self::Number),
            (CellType::Date, value) => moment::day(value).and_then(|day| Some(Self::Moment(days(day)?, Shown::Day))),
            (CellType::Time, value) => moment::time(value).and_then(|time| {
                let (part, has_millis) = part_of_day(time)?;
                Some(Self::Moment(part, if has_millis { Shown::TimeMillis } else { Shown::Time }))
            }),
            (CellType::Timestamp, value) => moment::timestamp(value)
                .and_then(|moment| Self::moment(moment, Shown::Timestamp, Shown::TimestampMillis)),
            (CellType::TimestampTz, value) => moment::timestamp_tz(value)
                .and_then(|moment| Self::moment(moment, Shown::TimestampTz, Shown::TimestampTzMillis)),
            _ => None,
        };
        typed.unwrap_or_else(|| match text(kind, value) {
            Some(text) if !text.is_empty() => Self::Text(text),
            _ => Self::Empty,
        })
    }

    fn moment(moment: NaiveDateTime, shown: Shown, with_millis: Shown) -> Option<Self> {
        let (part, has_millis) = part_of_day(moment.time())?;
        Some(Self::Moment(days(moment.date())? + part, if has_millis { with_millis } else { shown }))
    }
}

/// Days as Excel counts them. It takes 1900 for a leap year, so that only what is behind that February is counted alike by all.
fn days(day: NaiveDate) -> Option<f64> {
    let (first, zero) = (NaiveDate::from_ymd_opt(1900, 3, 1)?, NaiveDate::from_ymd_opt(1899, 12, 30)?);
    let days = i32::try_from(day.signed_duration_since(zero).num_days()).ok()?;
    (day >= first).then(|| f64::from(days))
}

/// The part of a day that is over, and whether milliseconds are part of it; nothing for microseconds.
fn part_of_day(time: NaiveTime) -> Option<(f64, bool)> {
    if !time.nanosecond().is_multiple_of(NANOS_PER_MILLI) {
        return None;
    }
    let millis = time.nanosecond() / NANOS_PER_MILLI;
    let all = time.num_seconds_from_midnight() * 1000 + millis;
    Some((f64::from(all) / MILLIS_PER_DAY, millis != 0))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_cell_holds_its_value_exactly() {
        let text = |text: &'static str| Cell::Text(Cow::Borrowed(text));
        let cases = [
            (CellType::Text, Value::Null, Cell::Empty),
            (CellType::Text, json!(""), Cell::Empty),
            (CellType::Text, json!("=1+1"), text("=1+1")),
            (CellType::Boolean, json!(false), Cell::Boolean(false)),
            (CellType::Json, json!(false), text("false")),
            (CellType::Json, json!([1, "a"]), text("[1,\"a\"]")),
            (CellType::Integer, json!(999_999_999_999_999_i64), Cell::Number(999_999_999_999_999.0)),
            (CellType::Integer, json!(9_007_199_254_740_991_i64), text("9007199254740991")),
            (CellType::Decimal, json!("0.000000000000000001"), Cell::Number(1e-18)),
            (CellType::Decimal, json!("NaN"), text("NaN")),
            (CellType::Float, json!(0.1), Cell::Number(0.1)),
            (CellType::Float, json!("Infinity"), text("Infinity")),
            (CellType::Date, json!("2026-12-31"), Cell::Moment(46387.0, Shown::Day)),
            (CellType::Date, json!("1900-03-01"), Cell::Moment(61.0, Shown::Day)),
            (CellType::Date, json!("1900-02-28"), text("1900-02-28")),
            (CellType::Date, json!("infinity"), text("infinity")),
            (CellType::Time, json!("12:00:00"), Cell::Moment(0.5, Shown::Time)),
            (CellType::Time, json!("24:00:00"), text("24:00:00")),
            (CellType::Timestamp, json!("2026-12-31T12:00:00"), Cell::Moment(46387.5, Shown::Timestamp)),
            (CellType::Timestamp, json!("2026-12-31T12:00:00.000001"), text("2026-12-31T12:00:00.000001")),
            (CellType::TimestampTz, json!("2026-12-31T12:00:00+00:00"), Cell::Moment(46387.5, Shown::TimestampTz)),
        ];
        for (kind, value, expected) in &cases {
            assert_eq!(Cell::of(*kind, value), *expected, "{value}");
        }
        let Cell::Moment(day, Shown::TimestampMillis) =
            Cell::of(CellType::Timestamp, &json!("2026-12-31T23:59:59.999"))
        else {
            panic!("milliseconds are shown");
        };
        assert!((day - 46_387.999_999_988_43).abs() < 1e-9);
    }
}
