//! When a report is sent: five fields of cron on the clock of a time zone.
//!
//! The fields are matched against what a clock on the wall shows, and never against what it does not: a time that the clock skips in spring
//! is taken at the first moment behind the gap, and one that it shows twice in autumn the first time alone. Whatever fields fall into the
//! gap together are one time.

use chrono::{DateTime, Datelike as _, NaiveDateTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;
use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};

use crate::error::{Error, FieldError, Result};

/// Shortest time between two.
const CLOSEST: TimeDelta = TimeDelta::minutes(15);
/// Times that are looked at for that: more than five days of the densest that is allowed.
const LOOKED_AT: usize = 500;
/// Years within which they are.
const YEARS: i32 = 10;
/// Longest text of the fields, in characters, as the table has it.
const CRON_MAX: usize = 100;
/// Times on the wall that are passed over while the clock goes through an hour again.
const REPEATED: usize = 200;
/// Minutes that a clock skips at most: a day, where the date line moved.
const GAP: i64 = 1500;

/// When something is done, again and again.
#[derive(Debug, Clone)]
pub struct Schedule {
    cron: Cron,
    zone: Tz,
}

impl Schedule {
    /// Reads fields and time zone, whose inputs are at `path`.
    ///
    /// # Errors
    /// BAD_USER_INPUT for what is no schedule, comes more often than every 15 minutes, or never.
    pub fn read(cron: &str, time_zone: &str, path: &str) -> Result<Self> {
        let mut wrong = Vec::new();
        let mut refuse = |part: &str, message: &str| {
            let path = if path.is_empty() { part.to_owned() } else { format!("{path}.{part}") };
            wrong.push(FieldError { path, message: message.to_owned() });
        };
        let zone = time_zone.parse::<Tz>().ok();
        if zone.is_none() {
            refuse("timeZone", "This is no time zone of the IANA database, such as Europe/Berlin.");
        }
        let cron = parsed(cron);
        match &cron {
            Ok(cron) => {
                if let Some(message) = unfit(cron) {
                    refuse("cron", message);
                }
            }
            Err(message) => refuse("cron", message),
        }
        match (cron, zone) {
            (Ok(cron), Some(zone)) if wrong.is_empty() => Ok(Self { cron, zone }),
            _ => Err(Error::bad_inputs(wrong)),
        }
    }

    /// The first time behind `after`; `None` for never again.
    #[must_use]
    pub fn next(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let mut shown = after.with_timezone(&self.zone).naive_local();
        for _ in 0..REPEATED {
            shown = self.cron.find_next_occurrence(&shown.and_utc(), false).ok()?.naive_utc();
            if let Some(moment) = self.moment(shown).filter(|moment| *moment > after) {
                return Some(moment);
            }
        }
        None
    }

    /// The first so many times behind `after`.
    #[must_use]
    pub fn times(&self, after: DateTime<Utc>, count: usize) -> Vec<DateTime<Utc>> {
        std::iter::successors(self.next(after), |last| self.next(*last)).take(count).collect()
    }

    /// What it is called in words for people: a moment as the clock of its zone shows it.
    #[must_use]
    pub fn in_words(&self, moment: DateTime<Utc>) -> String {
        format!("{} ({})", moment.with_timezone(&self.zone).format("%-d %B %Y, %H:%M"), self.zone.name())
    }

    /// When the clock first shows this, or goes past it.
    fn moment(&self, shown: NaiveDateTime) -> Option<DateTime<Utc>> {
        if let Some(moment) = self.zone.from_local_datetime(&shown).earliest() {
            return Some(moment.to_utc());
        }
        let behind = |minutes| {
            let shown = shown.checked_add_signed(TimeDelta::minutes(minutes))?;
            self.zone.from_local_datetime(&shown).earliest()
        };
        (1..=GAP).find_map(behind).map(|moment| moment.to_utc())
    }
}

fn parsed(cron: &str) -> std::result::Result<Cron, &'static str> {
    const WRONG: &str = "This is not five fields of cron: minute, hour, day of the month, month, day of the week.";
    let is_plain = cron.chars().all(|char| char.is_ascii_graphic() || char == ' ');
    if !is_plain || cron.len() > CRON_MAX || cron.split_whitespace().count() != 5 {
        return Err(WRONG);
    }
    let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
    parser.parse(cron).map_err(|_| WRONG)
}

/// What is the matter with times that can be read. A pattern is the same on every clock, so it is looked at on one that never changes.
fn unfit(cron: &Cron) -> Option<&'static str> {
    let mut last = DateTime::from_timestamp(1_767_225_600, 0)?;
    let end = last.year().saturating_add(YEARS);
    for place in 0..LOOKED_AT {
        let Ok(next) = cron.find_next_occurrence(&last, place == 0) else {
            return (place == 0).then_some("This time never comes.");
        };
        if place > 0 && next - last < CLOSEST {
            return Some("A report is sent every 15 minutes at most.");
        }
        if next.year() > end {
            break;
        }
        last = next;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn times(cron: &str, zone: &str, after: &str, count: usize) -> Vec<String> {
        let times = Schedule::read(cron, zone, "input").unwrap().times(at(after), count);
        times.into_iter().map(|time| time.format("%Y-%m-%dT%H:%MZ").to_string()).collect()
    }

    #[test]
    fn a_time_that_the_clock_skips_comes_behind_the_gap() {
        // At 01:00 UTC the clocks of Berlin go from 02:00 to 03:00, at 07:00 UTC those of New York.
        let berlin = times("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", 2);
        assert_eq!(berlin, ["2026-03-29T01:00Z", "2026-03-30T00:30Z"]);
        let york = times("30 2 * * *", "America/New_York", "2026-03-07T12:00:00Z", 2);
        assert_eq!(york, ["2026-03-08T07:00Z", "2026-03-09T06:30Z"]);
        // All that falls into the gap is one time, with what comes at its end.
        let dense = times("*/30 * * * *", "Europe/Berlin", "2026-03-29T00:00:00Z", 4);
        assert_eq!(dense, ["2026-03-29T00:30Z", "2026-03-29T01:00Z", "2026-03-29T01:30Z", "2026-03-29T02:00Z"]);
        assert_eq!(times("0 9 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", 1), ["2026-03-29T07:00Z"]);
    }

    #[test]
    fn a_time_that_the_clock_shows_twice_comes_the_first_time() {
        // At 01:00 UTC the clocks of Berlin go from 03:00 to 02:00, at 06:00 UTC those of New York from 02:00 to 01:00.
        let berlin = times("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", 2);
        assert_eq!(berlin, ["2026-10-25T00:30Z", "2026-10-26T01:30Z"]);
        let york = times("30 1 * * *", "America/New_York", "2026-10-31T12:00:00Z", 2);
        assert_eq!(york, ["2026-11-01T05:30Z", "2026-11-02T06:30Z"]);
        let dense = times("*/30 * * * *", "Europe/Berlin", "2026-10-25T00:00:00Z", 3);
        assert_eq!(dense, ["2026-10-25T00:30Z", "2026-10-25T02:00Z", "2026-10-25T02:30Z"]);
        // Also for who asks while the hour goes by again.
        assert_eq!(times("*/30 * * * *", "Europe/Berlin", "2026-10-25T01:10:00Z", 1), ["2026-10-25T02:00Z"]);
    }

    #[test]
    fn times_are_those_of_the_fields() {
        let utc = |cron: &str, count| times(cron, "UTC", "2026-03-01T12:00:00Z", count);
        assert_eq!(utc("0 12 * * *", 2), ["2026-03-02T12:00Z", "2026-03-03T12:00Z"]);
        assert_eq!(utc("*/15 * * * *", 2), ["2026-03-01T12:15Z", "2026-03-01T12:30Z"]);
        assert_eq!(utc("0 8 * * MON-FRI", 2), ["2026-03-02T08:00Z", "2026-03-03T08:00Z"]);
        assert_eq!(utc("0 7 1 1,7 *", 2), ["2026-07-01T07:00Z", "2027-01-01T07:00Z"]);
        assert_eq!(utc("0 0 29 2 *", 1), ["2028-02-29T00:00Z"]);
        assert_eq!(times("0 8 * * *", "Asia/Kolkata", "2026-03-01T12:00:00Z", 1), ["2026-03-02T02:30Z"]);
    }

    #[test]
    fn what_is_no_schedule_is_told_of_its_field() {
        let refused = |cron: &str, zone: &str| {
            let refused = Schedule::read(cron, zone, "input").unwrap_err();
            let told = |field: &FieldError| (field.path.clone(), field.message.split(':').next().unwrap().to_owned());
            refused.fields().iter().map(told).collect::<Vec<_>>()
        };
        let one = |part: &str, message: &str| vec![(format!("input.{part}"), message.to_owned())];
        let no_cron = || one("cron", "This is not five fields of cron");
        for text in
            ["", "x", "@daily", "0 0 12 * * *", "60 * * * *", "0 24 * * *", "0 0 0 * *", "0 0 * *", "0\n0 * * *"]
        {
            assert_eq!(refused(text, "UTC"), no_cron(), "{text:?}");
        }
        assert_eq!(refused(&format!("0{} 0 * * *", ",0".repeat(60)), "UTC"), no_cron());
        assert_eq!(refused("0 0 30 2 *", "UTC"), one("cron", "This time never comes."));
        for dense in ["* * * * *", "*/14 * * * *", "0,50 * * * *", "5,55 0,23 * * *", "0,1 0 1 1 *"] {
            assert_eq!(refused(dense, "UTC"), one("cron", "A report is sent every 15 minutes at most."), "{dense}");
        }
        assert_eq!(refused("0 0 * * *", "Mars/Base")[0].0, "input.timeZone");
        assert_eq!(refused("x", "Mars/Base").len(), 2);
    }
}
