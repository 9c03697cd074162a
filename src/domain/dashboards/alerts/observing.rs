//! One value of many rows. Numbers are decimals from the cell on: nothing is ever a double.

use std::str::FromStr as _;

use bigdecimal::{BigDecimal, Zero as _};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use serde_json::Value;

use super::judging::Observation;
use super::rule::{Condition, Reduce, Rule};
use crate::warehouse::cells::{CellColumn, CellType};

/// Characters of a number that is reckoned with.
const NUMBER_MAX: usize = 1000;
/// Digits behind the point of an average.
const PLACES: i64 = 20;

/// Where in the rows to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Places {
    /// That of the column; `None` for counting rows.
    value: Option<usize>,
    /// That of the column of times.
    time: Option<usize>,
}

/// Where in a result of these columns to look.
///
/// # Errors
/// A sentence, beside the part of the rule that it is about, when a column is not there, or holds something else.
pub fn places(rule: &Rule, columns: &[CellColumn]) -> Result<Places, (&'static str, String)> {
    let value = rule.column.as_deref().map(|name| {
        let place = find(columns, name)?;
        match columns.get(place).map(|column| column.kind) {
            Some(CellType::Integer | CellType::Decimal | CellType::Float) => Ok(place),
            // Whatever has a value can be counted.
            Some(_) if rule.reduce == Reduce::Count => Ok(place),
            _ => Err(format!("The column “{}” holds no numbers.", short(name))),
        }
    });
    let time = match &rule.condition {
        Condition::NoData { time_column: Some(name), .. } => {
            Some(find(columns, name).and_then(|place| match columns.get(place).map(|column| column.kind) {
                Some(CellType::Date | CellType::Timestamp | CellType::TimestampTz) => Ok(place),
                _ => Err(format!("The column “{}” holds no times.", short(name))),
            }))
        }
        _ => None,
    };
    Ok(Places {
        value: value.transpose().map_err(|message| ("column", message))?,
        time: time.transpose().map_err(|message| ("condition.timeColumn", message))?,
    })
}

fn find(columns: &[CellColumn], name: &str) -> Result<usize, String> {
    let mut found = columns.iter().enumerate().filter(|(_, column)| column.name == name).map(|(place, _)| place);
    match (found.next(), found.next()) {
        (Some(place), None) => Ok(place),
        (Some(_), Some(_)) => Err(format!("The query gives more than one column “{}”.", short(name))),
        (None, _) => Err(format!("The query gives no column “{}”.", short(name))),
    }
}

/// A name as sentences have it.
fn short(name: &str) -> String {
    name.chars().take(63).collect()
}

/// What is known of the rows so far.
#[derive(Debug, Clone)]
pub struct Gathering {
    places: Places,
    reduce: Reduce,
    rows: usize,
    /// Cells that have a value.
    counted: u64,
    /// What the way of reducing has so far: a sum, an extreme, the first or the last.
    value: Option<BigDecimal>,
    newest: Option<DateTime<Utc>>,
}

impl Gathering {
    #[must_use]
    pub const fn new(places: Places, reduce: Reduce) -> Self {
        Self { places, reduce, rows: 0, counted: 0, value: None, newest: None }
    }

    /// Takes in the next rows.
    pub fn add(&mut self, rows: &[Vec<Value>]) {
        for row in rows {
            let is_first = self.rows == 0;
            self.rows = self.rows.saturating_add(1);
            if let Some(cell) = self.places.value.and_then(|place| row.get(place)) {
                self.take(cell, is_first);
            }
            let time = self.places.time.and_then(|place| row.get(place)).and_then(moment);
            self.newest = self.newest.max(time);
        }
    }

    fn take(&mut self, cell: &Value, is_first: bool) {
        if !cell.is_null() {
            self.counted = self.counted.saturating_add(1);
        }
        let number = number(cell);
        let before = self.value.take();
        self.value = match (self.reduce, before, number) {
            (Reduce::Count, _, _) => None,
            (Reduce::Last, _, number) => number,
            (Reduce::First, before, number) => {
                if is_first {
                    number
                } else {
                    before
                }
            }
            (_, before, None) => {
                // What is no number is no part of a sum or of an average.
                if !cell.is_null() {
                    self.counted = self.counted.saturating_sub(1);
                }
                before
            }
            (_, None, number) => number,
            (Reduce::Min, Some(before), Some(number)) => Some(before.min(number)),
            (Reduce::Max, Some(before), Some(number)) => Some(before.max(number)),
            (Reduce::Sum | Reduce::Average, Some(before), Some(number)) => Some(before + number),
        };
    }

    /// What was seen. Without a column it is how many rows there are.
    #[must_use]
    pub fn seen(self) -> Observation {
        let rows = u64::try_from(self.rows).unwrap_or(u64::MAX);
        let value = match (self.places.value, self.reduce) {
            (None, _) => Some(BigDecimal::from(rows)),
            (Some(_), Reduce::Count) => Some(BigDecimal::from(self.counted)),
            (Some(_), Reduce::Average) => {
                self.value.filter(|_| self.counted > 0).map(|sum| (sum / BigDecimal::from(self.counted)).round(PLACES))
            }
            (Some(_), _) => self.value,
        };
        Observation::Seen { value: value.as_ref().map(plain), rows: self.rows, newest: self.newest }
    }
}

/// Without zeros that say nothing.
fn plain(value: &BigDecimal) -> BigDecimal {
    if value.is_zero() { BigDecimal::zero() } else { value.normalized() }
}

/// A number from its cell; nothing for infinities, and for what is none.
fn number(cell: &Value) -> Option<BigDecimal> {
    let text = match cell {
        Value::Number(number) => number.to_string(),
        Value::String(text) if text.len() <= NUMBER_MAX => text.clone(),
        _ => return None,
    };
    BigDecimal::from_str(&text).ok()
}

/// A moment from its cell. What has no time zone is in UTC.
fn moment(cell: &Value) -> Option<DateTime<Utc>> {
    let text = cell.as_str()?;
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Some(moment.with_timezone(&Utc));
    }
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f");
    let local = local.or_else(|_| NaiveDate::from_str(text).map(|day| day.and_time(NaiveTime::MIN)));
    local.ok().map(|local| local.and_utc())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::rule::{ErrorState, NoDataState};
    use super::*;

    fn columns() -> Vec<CellColumn> {
        let column = |name: &str, kind| CellColumn { name: name.to_owned(), kind };
        vec![
            column("region", CellType::Text),
            column("net", CellType::Decimal),
            column("at", CellType::TimestampTz),
            column("twice", CellType::Integer),
            column("twice", CellType::Integer),
        ]
    }

    fn rule(column: Option<&str>, reduce: Reduce, time_column: Option<&str>) -> Rule {
        let time_column = time_column.map(str::to_owned);
        Rule {
            column: column.map(str::to_owned),
            reduce,
            condition: Condition::NoData { time_column, older_than_seconds: Some(60) },
            for_seconds: 0,
            keep_firing_seconds: 0,
            renotify_seconds: None,
            no_data_state: NoDataState::Keep,
            error_state: ErrorState::Error,
        }
    }

    fn seen(rule: &Rule, rows: &[Vec<Value>]) -> Observation {
        let mut gathering = Gathering::new(places(rule, &columns()).unwrap(), rule.reduce);
        // In parts, as they are stored.
        for rows in rows.chunks(2) {
            gathering.add(rows);
        }
        gathering.seen()
    }

    fn value(rule: &Rule, rows: &[Vec<Value>]) -> Option<String> {
        seen(rule, rows).value().map(BigDecimal::to_plain_string)
    }

    #[test]
    fn rows_become_one_exact_value() {
        let row = |net: Value| vec![json!("north"), net, json!(null)];
        let rows =
            [row(json!(null)), row(json!(0.1)), row(json!("9007199254740993.20")), row(json!(0.2)), row(json!("NaN"))];
        for (reduce, expected) in [
            (Reduce::First, None),
            (Reduce::Last, None),
            (Reduce::Min, Some("0.1")),
            (Reduce::Max, Some("9007199254740993.2")),
            (Reduce::Sum, Some("9007199254740993.5")),
            (Reduce::Average, Some("3002399751580331.16666666666666666667")),
            (Reduce::Count, Some("4")),
        ] {
            let rule = rule(Some("net"), reduce, None);
            assert_eq!(value(&rule, &rows).as_deref(), expected, "{reduce:?}");
            let empty = (reduce == Reduce::Count).then_some("0");
            assert_eq!(value(&rule, &[]).as_deref(), empty, "{reduce:?} of nothing");
        }
        assert_eq!(value(&rule(Some("net"), Reduce::Last, None), &rows[..4]).as_deref(), Some("0.2"));
        assert_eq!(value(&rule(Some("net"), Reduce::First, None), &rows[1..]).as_deref(), Some("0.1"));
        assert_eq!(value(&rule(None, Reduce::Count, None), &rows).as_deref(), Some("5"));
        assert_eq!(value(&rule(Some("region"), Reduce::Count, None), &rows).as_deref(), Some("5"));
    }

    #[test]
    fn the_newest_time_counts() {
        let rule = rule(None, Reduce::Count, Some("at"));
        let row = |at: &str| vec![json!("north"), json!(1), json!(at)];
        let rows = [row("2026-03-01T12:00:00+02:00"), row("2026-03-01"), row("2026-03-01T10:00:00.5"), row("never")];
        let Observation::Seen { newest, .. } = seen(&rule, &rows) else { panic!("it is seen") };
        assert_eq!(newest, Some("2026-03-01T10:00:00.5Z".parse().unwrap()));
    }

    #[test]
    fn columns_that_do_not_do_are_named() {
        for (column, time, expected) in [
            (Some("gross"), None, ("column", "The query gives no column “gross”.")),
            (Some("region"), None, ("column", "The column “region” holds no numbers.")),
            (Some("twice"), None, ("column", "The query gives more than one column “twice”.")),
            (None, Some("net"), ("condition.timeColumn", "The column “net” holds no times.")),
        ] {
            let refused = places(&rule(column, Reduce::Sum, time), &columns()).unwrap_err();
            assert_eq!((refused.0, refused.1.as_str()), expected);
        }
    }
}
