//! Moments out of texts, in milliseconds since 1970. What says no zone is in UTC: the server has none of its own.

use chrono::{DateTime, NaiveDate, NaiveDateTime};

use super::super::figures::{of_whole, same, whole};

/// Years 0 to 9999: what ISO texts of a result say.
const FIRST: f64 = -62_167_219_200_000.0;
const LAST: f64 = 253_402_300_799_999.0;
const DAY: f64 = 86_400_000.0;

/// Reads ISO 8601 and what Postgres writes: a date, or a date and a time, with or without a zone. `None` for anything else.
#[must_use]
pub fn parse(text: &str) -> Option<f64> {
    let text = text.trim();
    if !(4..=40).contains(&text.len()) || !text.is_ascii() {
        return None;
    }
    let date = |text: &str| {
        let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
        Some(date.and_hms_opt(0, 0, 0)?.and_utc().timestamp_millis())
    };
    let millis = match text.len() {
        7 => date(&format!("{text}-01")),
        4 if text.bytes().all(|byte| byte.is_ascii_digit()) => date(&format!("{text}-01-01")),
        10 => date(text),
        _ => moment(&text.replacen(' ', "T", 1)),
    };
    millis.map(of_whole).filter(|millis| is_within(*millis))
}

fn moment(text: &str) -> Option<i64> {
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Some(moment.timestamp_millis());
    }
    // Postgres writes zones of whole hours as two digits.
    if let Ok(moment) = DateTime::parse_from_str(&format!("{text}00"), "%Y-%m-%dT%H:%M:%S%.f%z") {
        return Some(moment.timestamp_millis());
    }
    ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
        .map(|moment| moment.and_utc().timestamp_millis())
}

/// Whether a moment is one that can be shown.
#[must_use]
pub fn is_within(millis: f64) -> bool {
    (FIRST..=LAST).contains(&millis)
}

/// Whether it is the beginning of a day.
#[must_use]
pub fn is_midnight(millis: f64) -> bool {
    same(millis.rem_euclid(DAY), 0.0)
}

/// The date and time of a moment.
#[must_use]
pub fn parts(millis: f64) -> Option<NaiveDateTime> {
    DateTime::from_timestamp_millis(whole(millis.floor())).map(|moment| moment.naive_utc())
}

/// The moment of a date and time.
#[must_use]
pub fn of_parts(year: i32, month: u32, day: u32, hour: u32, minute: u32) -> Option<f64> {
    let date = NaiveDate::from_ymd_opt(year, month, day)?.and_hms_opt(hour, minute, 0)?;
    Some(of_whole(date.and_utc().timestamp_millis()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_as_postgres_writes_them() {
        let moment = Some(1_707_124_087_000.0);
        assert_eq!(parse("2024-02-05T09:08:07"), moment);
        assert_eq!(parse("2024-02-05 09:08:07"), moment);
        assert_eq!(parse("2024-02-05T10:08:07+01:00"), moment);
        assert_eq!(parse("2024-02-05 10:08:07+01"), moment);
        assert_eq!(parse("2024-02-05T09:08:07.000Z"), moment);
        assert_eq!(parse("2024-02-05"), Some(1_707_091_200_000.0));
        assert_eq!(parse("2024-02"), Some(1_706_745_600_000.0));
        assert_eq!(parse("2024"), Some(1_704_067_200_000.0));
        for text in ["", "5.2.2024", "2024-13-01", "2024-02-30", "yesterday", "infinity", "2024-02-05T25:00:00"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
