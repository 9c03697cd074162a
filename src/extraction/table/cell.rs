//! Cells of a sheet as JSON. Dates, times and durations, which a sheet holds as numbers of days, become what they are shown as.

use calamine::{DataRef, ExcelDateTime};
use chrono::{Days, NaiveDate, NaiveTime};

use super::lines;

/// Milliseconds of a day, which is as fine as sheets are.
const DAY: i64 = 24 * 60 * 60 * 1000;
/// Days behind 1899-12-31 of the last day that a sheet shows: 9999-12-31.
const LAST_DAY: f64 = 2_958_466.0;
/// Up to here a double holds every whole number.
const WHOLE: f64 = 9_007_199_254_740_992.0;

/// A cell, and the formula that it is the result of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell<'a> {
    pub value: &'a DataRef<'a>,
    pub formula: Option<&'a str>,
    /// Whether the sheet counts its days from 1904-01-01.
    pub is_1904: bool,
}

impl Cell<'_> {
    /// Whether nothing stands there. A formula that gives no text gives nothing.
    pub(super) fn is_blank(&self) -> bool {
        match self.value {
            DataRef::Empty => self.formula.is_none(),
            DataRef::String(text) => text.is_empty(),
            DataRef::SharedString(text) => text.is_empty(),
            _ => false,
        }
    }

    /// Appends the cell as JSON.
    pub(super) fn write(&self, into: &mut Vec<u8>) {
        match self.value {
            _ if self.is_blank() => lines::plain("null", into),
            DataRef::Empty => lines::error(&format!("={}", self.formula.unwrap_or_default()), into),
            DataRef::Error(error) => lines::error(&error.to_string(), into),
            DataRef::Bool(is) => lines::plain(is, into),
            DataRef::Int(number) => lines::plain(number, into),
            DataRef::Float(number) if number.is_finite() => lines::plain(decimal(*number), into),
            _ => lines::text(&self.text(), into),
        }
    }

    /// The cell as it is shown, about; as the name of a column.
    pub(super) fn text(&self) -> String {
        match self.value {
            DataRef::Empty => String::new(),
            DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
            DataRef::SharedString(text) => (*text).to_owned(),
            DataRef::Error(error) => error.to_string(),
            DataRef::Bool(is) => is.to_string(),
            DataRef::Int(number) => number.to_string(),
            DataRef::Float(number) => decimal(*number),
            DataRef::DateTime(days) => moment(days, self.is_1904),
        }
    }
}

/// A number with the fewest digits that tell it from every other, and without an exponent as far as that can be read.
fn decimal(number: f64) -> String {
    let size = number.abs();
    if number == 0.0 {
        "0".to_owned()
    } else if (1e-9..WHOLE).contains(&size) {
        number.to_string()
    } else {
        format!("{number:?}")
    }
}

/// A date, a time, both, or a duration (ISO 8601, each part with its sign). The number itself where it is no day that a sheet shows.
fn moment(days: &ExcelDateTime, is_1904: bool) -> String {
    let serial = days.as_f64();
    if !serial.is_finite() || serial.abs() >= LAST_DAY {
        return decimal(serial);
    }
    #[expect(clippy::cast_precision_loss, reason = "a day is few milliseconds")]
    let millis = (serial * DAY as f64).round();
    #[expect(clippy::cast_possible_truncation, reason = "checked above: days of 10,000 years")]
    let millis = millis as i64;
    if days.is_duration() {
        return duration(millis);
    }
    if millis < 0 {
        return decimal(serial);
    }
    let (day, rest) = (millis / DAY, millis % DAY);
    let time = time(rest);
    if day == 0 {
        return time;
    }
    let Some(date) = date(day, is_1904) else { return decimal(serial) };
    if rest == 0 { date } else { format!("{date} {time}") }
}

fn time(millis: i64) -> String {
    let (seconds, millis) = (u32::try_from(millis / 1000).unwrap_or(0), u32::try_from(millis % 1000).unwrap_or(0));
    let time = NaiveTime::from_num_seconds_from_midnight_opt(seconds, millis * 1_000_000).unwrap_or_default();
    time.format("%H:%M:%S%.f").to_string()
}

fn date(day: i64, is_1904: bool) -> Option<String> {
    let epoch = match (is_1904, day) {
        (true, _) => NaiveDate::from_ymd_opt(1904, 1, 1),
        // A day that never was, and that Excel shows because Lotus 1-2-3 did.
        (false, 60) => return Some("1900-02-29".to_owned()),
        (false, ..60) => NaiveDate::from_ymd_opt(1899, 12, 31),
        (false, _) => NaiveDate::from_ymd_opt(1899, 12, 30),
    };
    let date = epoch?.checked_add_days(Days::new(u64::try_from(day).ok()?))?;
    Some(date.to_string())
}

fn duration(millis: i64) -> String {
    let sign = if millis < 0 { "-" } else { "" };
    let millis = millis.unsigned_abs();
    let (hours, minutes, seconds) = (millis / 3_600_000, millis / 60_000 % 60, millis / 1000 % 60);
    let fraction = match millis % 1000 {
        0 => String::new(),
        fraction => format!(".{fraction:03}"),
    };
    format!("PT{sign}{hours}H{sign}{minutes}M{sign}{seconds}{fraction}S")
}

#[cfg(test)]
mod tests {
    use calamine::{CellErrorType, ExcelDateTimeType};

    use super::*;

    fn json(value: &DataRef, formula: Option<&str>, is_1904: bool) -> String {
        let mut into = Vec::new();
        Cell { value, formula, is_1904 }.write(&mut into);
        String::from_utf8(into).unwrap()
    }

    #[test]
    fn numbers_have_the_digits_that_they_were_given() {
        let is = |number: f64, json: &str| assert_eq!(self::json(&DataRef::Float(number), None, false), json);
        is(3.0, "3");
        is(-0.0, "0");
        is(0.1, "0.1");
        is(0.1 + 0.2, "0.30000000000000004");
        is(0.000_001, "0.000001");
        is(-1234.5, "-1234.5");
        is(9_007_199_254_740_991.0, "9007199254740991");
        is(1e300, "1e300");
        is(f64::NAN, "\"NaN\"");
    }

    #[test]
    fn days_become_dates_and_times() {
        let of = |serial: f64, kind, is_1904| {
            json(&DataRef::DateTime(ExcelDateTime::new(serial, kind, is_1904)), None, is_1904)
        };
        let is = |serial: f64, shown: &str| {
            assert_eq!(of(serial, ExcelDateTimeType::DateTime, false), format!("\"{shown}\""), "{serial}");
        };
        is(1.0, "1900-01-01");
        is(59.0, "1900-02-28");
        is(60.0, "1900-02-29");
        is(61.0, "1900-03-01");
        is(46_388.0, "2027-01-01");
        is(46_387.999_999_999_99, "2027-01-01");
        is(45_943.541, "2025-10-13 12:59:02.400");
        is(0.5, "12:00:00");
        is(0.0, "00:00:00");
        is(2_958_465.0, "9999-12-31");
        is(2_958_466.0, "2958466");
        is(-1.5, "-1.5");
        assert_eq!(of(1.0, ExcelDateTimeType::DateTime, true), "\"1904-01-02\"");
        let lasts = |serial: f64| of(serial, ExcelDateTimeType::TimeDelta, false);
        assert_eq!((lasts(1.25), lasts(-0.062_505)), ("\"PT30H0M0S\"".into(), "\"PT-1H-30M-0.432S\"".into()));
    }

    #[test]
    fn errors_and_formulas_without_a_result_are_told() {
        assert_eq!(json(&DataRef::Error(CellErrorType::Div0), None, false), "{\"error\":\"#DIV/0!\"}");
        assert_eq!(json(&DataRef::Empty, Some("A1+1"), false), "{\"error\":\"=A1+1\"}");
        assert_eq!(json(&DataRef::String(String::new()), Some("\"\""), false), "null");
        assert_eq!(json(&DataRef::SharedString("a\"b"), None, false), "\"a\\\"b\"");
        assert_eq!(json(&DataRef::Bool(true), None, false), "true");
    }
}
