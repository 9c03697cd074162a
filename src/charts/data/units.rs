//! Moments put into units of time. Units of any year are put into 2012, which begins on a Sunday and has a leap day, as Vega does.

use chrono::{Datelike, Timelike};

use super::super::spec::time_unit::TimeUnit;
use super::moment::{of_parts, parts};

const YEAR: i32 = 2012;
const HOUR: f64 = 3_600_000.0;
const DAY: f64 = 24.0 * HOUR;
const MINUTE: f64 = 60_000.0;

/// The beginning and the end of the unit that a moment is in.
#[must_use]
pub fn span(unit: TimeUnit, millis: f64) -> Option<(f64, f64)> {
    let moment = parts(millis)?;
    let (year, month, day) = (moment.year(), moment.month(), moment.day());
    let months = |year: i32, first: u32, count: u32| {
        let start = of_parts(year, first, 1, 0, 0)?;
        let end =
            if first + count > 12 { of_parts(year + 1, 1, 1, 0, 0) } else { of_parts(year, first + count, 1, 0, 0) };
        Some((start, end?))
    };
    let lasting = |start: Option<f64>, length: f64| start.map(|start| (start, start + length));
    let quarter = moment.month0() / 3 * 3 + 1;
    match unit {
        TimeUnit::Year => months(year, 1, 12),
        TimeUnit::YearQuarter => months(year, quarter, 3),
        TimeUnit::YearMonth => months(year, month, 1),
        TimeUnit::YearMonthDate => lasting(of_parts(year, month, day, 0, 0), DAY),
        TimeUnit::YearMonthDateHours => lasting(of_parts(year, month, day, moment.hour(), 0), HOUR),
        TimeUnit::YearMonthDateHoursMinutes => {
            lasting(of_parts(year, month, day, moment.hour(), moment.minute()), MINUTE)
        }
        TimeUnit::Quarter => months(YEAR, quarter, 3),
        TimeUnit::Month => months(YEAR, month, 1),
        TimeUnit::Date => lasting(of_parts(YEAR, 1, day, 0, 0), DAY),
        TimeUnit::Day => lasting(of_parts(YEAR, 1, moment.weekday().num_days_from_sunday() + 1, 0, 0), DAY),
        TimeUnit::Hours => lasting(of_parts(YEAR, 1, 1, moment.hour(), 0), HOUR),
    }
}

/// How a unit is written where nothing else is said.
#[must_use]
pub const fn format(unit: TimeUnit) -> &'static str {
    match unit {
        TimeUnit::Year => "%Y",
        TimeUnit::YearQuarter => "Q%q %Y",
        TimeUnit::YearMonth => "%b %Y",
        TimeUnit::YearMonthDate => "%b %-d, %Y",
        TimeUnit::YearMonthDateHours | TimeUnit::YearMonthDateHoursMinutes => "%b %-d, %Y %H:%M",
        TimeUnit::Quarter => "Q%q",
        TimeUnit::Month => "%b",
        TimeUnit::Date => "%-d",
        TimeUnit::Day => "%a",
        TimeUnit::Hours => "%H:%M",
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::format::time::TimeFormat;
    use super::super::moment::parse;
    use super::*;

    fn shown(unit: TimeUnit, moment: &str) -> (String, String) {
        let (start, end) = span(unit, parse(moment).unwrap()).unwrap();
        let format = TimeFormat::parse("%Y-%m-%d %H:%M").unwrap();
        (format.write(start), format.write(end))
    }

    #[test]
    fn moments_are_put_into_units() {
        let moment = "2024-12-31T23:59:30";
        let expected = [
            (TimeUnit::Year, "2024-01-01 00:00", "2025-01-01 00:00"),
            (TimeUnit::YearQuarter, "2024-10-01 00:00", "2025-01-01 00:00"),
            (TimeUnit::YearMonth, "2024-12-01 00:00", "2025-01-01 00:00"),
            (TimeUnit::YearMonthDate, "2024-12-31 00:00", "2025-01-01 00:00"),
            (TimeUnit::YearMonthDateHours, "2024-12-31 23:00", "2025-01-01 00:00"),
            (TimeUnit::YearMonthDateHoursMinutes, "2024-12-31 23:59", "2025-01-01 00:00"),
            (TimeUnit::Quarter, "2012-10-01 00:00", "2013-01-01 00:00"),
            (TimeUnit::Month, "2012-12-01 00:00", "2013-01-01 00:00"),
            (TimeUnit::Date, "2012-01-31 00:00", "2012-02-01 00:00"),
            (TimeUnit::Day, "2012-01-03 00:00", "2012-01-04 00:00"),
            (TimeUnit::Hours, "2012-01-01 23:00", "2012-01-02 00:00"),
        ];
        for (unit, start, end) in expected {
            assert_eq!(shown(unit, moment), (start.to_owned(), end.to_owned()), "{unit:?}");
        }
    }
}
