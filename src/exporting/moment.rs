//! Days and times, read from the texts that Postgres gives: only those that a format with types can hold exactly.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Timelike as _};
use serde_json::Value;

const NANOS_PER_MICRO: u32 = 1000;
/// A second that a minute has for the 61st time is none of these formats'.
const NANOS_PER_SECOND: u32 = 1_000_000_000;

/// A day of the years 1 to 9999; `None` for infinity and what was before Christ.
#[must_use]
pub fn day(value: &Value) -> Option<NaiveDate> {
    iso_day(value.as_str()?)
}

/// A time of the day, to the microsecond; `None` for the 24th hour.
#[must_use]
pub fn time(value: &Value) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(value.as_str()?, "%H:%M:%S%.f").ok().filter(|time| is_exact(*time))
}

/// A moment without a time zone, of the years 1 to 9999, to the microsecond.
#[must_use]
pub fn timestamp(value: &Value) -> Option<NaiveDateTime> {
    let text = value.as_str()?;
    let (day_text, time_text) = text.split_once('T').or_else(|| text.split_once(' '))?;
    let day = iso_day(day_text)?;
    let time = NaiveTime::parse_from_str(time_text, "%H:%M:%S%.f").ok().filter(|time| is_exact(*time))?;
    Some(day.and_time(time))
}

/// A moment in UTC, of the years 1 to 9999, to the microsecond.
#[must_use]
pub fn timestamp_tz(value: &Value) -> Option<NaiveDateTime> {
    let moment = DateTime::parse_from_rfc3339(value.as_str()?).ok()?.naive_utc();
    is_exact(moment.time()).then_some(moment)
}

/// Microseconds since midnight.
#[must_use]
pub fn micros(time: NaiveTime) -> i64 {
    i64::from(time.num_seconds_from_midnight()) * 1_000_000 + i64::from(time.nanosecond() / NANOS_PER_MICRO)
}

fn iso_day(text: &str) -> Option<NaiveDate> {
    let is_usual = text.len() == "2026-12-31".len() && text.starts_with(|char: char| char.is_ascii_digit());
    if is_usual { NaiveDate::parse_from_str(text, "%Y-%m-%d").ok() } else { None }
}

fn is_exact(time: NaiveTime) -> bool {
    time.nanosecond() < NANOS_PER_SECOND && time.nanosecond().is_multiple_of(NANOS_PER_MICRO)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_no_usual_moment_is_none() {
        assert_eq!(day(&json!("2026-12-31")), NaiveDate::from_ymd_opt(2026, 12, 31));
        for text in [
            "infinity",
            "-infinity",
            "0044-03-15 BC",
            "10000-01-01",
            "2026-02-30",
            "2026-1-1",
            "+2026-1-01",
            "-999-01-01",
        ] {
            assert_eq!(day(&json!(text)), None, "{text}");
        }
        assert_eq!(time(&json!("10:00:00.5")).map(micros), Some(36_000_500_000));
        for text in ["24:00:00", "23:59:60", "10:00", "10:00:00.1234567", "10:00:00+00"] {
            assert_eq!(time(&json!(text)), None, "{text}");
        }
        let moment = NaiveDate::from_ymd_opt(2026, 12, 31).and_then(|day| day.and_hms_micro_opt(10, 0, 0, 1));
        assert_eq!(timestamp(&json!("2026-12-31T10:00:00.000001")), moment);
        assert_eq!(timestamp_tz(&json!("2026-12-31T10:00:00.000001+00:00")), moment);
        assert_eq!(timestamp_tz(&json!("2026-12-31T12:00:00.000001+02:00")), moment);
        for text in ["infinity", "0044-03-15T10:00:00 BC", "2026-12-31", "10000-01-01T00:00:00"] {
            assert_eq!((timestamp(&json!(text)), timestamp_tz(&json!(text))), (None, None), "{text}");
        }
    }
}
