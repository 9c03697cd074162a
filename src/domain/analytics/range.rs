//! Which days are looked at, and when each begins for whoever looks.

use chrono::{DateTime, Datelike as _, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;

use crate::error::{Error, Result};

/// Days when nobody says how many.
const DEFAULT_DAYS: u64 = 7;
/// Most days: a year, the longest one.
const MAX_DAYS: u64 = 366;
/// Years that can be looked at. Offsets of earlier ones are no whole quarters of an hour.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2999;
/// Local times that are skipped are skipped in such steps.
const STEP: TimeDelta = TimeDelta::minutes(15);

/// Days as somebody asks for them; what is `None` is left to the rest.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub days: Option<i32>,
    /// A name of the IANA database in any case; `None` for the asker's own.
    pub timezone: Option<String>,
}

/// Some days of a time zone, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Range {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub zone: Tz,
}

impl Range {
    /// The days that are asked for; the last seven, up to today, when nothing is. `own_zone` is the asker's, and `path`
    /// where it was asked.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` for no time zone, days that contradict each other, more than 366, and years outside of 2000 to 2999.
    pub fn resolve(asked: &Asked, own_zone: &str, now: DateTime<Utc>, path: &str) -> Result<Self> {
        let refuse = |name: &str, message: String| Error::bad_input(format!("{path}.{name}"), message);
        let zone = match asked.timezone.as_deref() {
            Some(name) => Tz::from_str_insensitive(name.trim()).map_err(|_| {
                refuse("timezone", "This is no time zone of the IANA database, such as Europe/Berlin.".to_owned())
            })?,
            None => own_zone.parse().unwrap_or(chrono_tz::UTC),
        };
        let days = match asked.days {
            None => None,
            Some(_) if asked.from.is_some() => {
                return Err(refuse("days", "Give days or from, not both.".to_owned()));
            }
            Some(days) => {
                let days = u64::try_from(days).ok().filter(|days| (1..=MAX_DAYS).contains(days));
                Some(days.ok_or_else(|| refuse("days", format!("days must be from 1 to {MAX_DAYS}.")))?)
            }
        };
        let within = |date: NaiveDate, name: &str| {
            let message = format!("Give a year from {} to {}.", YEARS.start(), YEARS.end());
            if YEARS.contains(&date.year()) { Ok(date) } else { Err(refuse(name, message)) }
        };
        let to = within(asked.to.unwrap_or_else(|| now.with_timezone(&zone).date_naive()), "to")?;
        let before = || to.checked_sub_days(Days::new(days.unwrap_or(DEFAULT_DAYS) - 1)).unwrap_or(to);
        let from = within(asked.from.unwrap_or_else(before), "from")?;
        if from > to {
            return Err(refuse("from", "The first day must not be after the last.".to_owned()));
        }
        if (to - from).num_days() >= i64::try_from(MAX_DAYS).unwrap_or(i64::MAX) {
            return Err(refuse("from", format!("At most {MAX_DAYS} days at once.")));
        }
        Ok(Self { from, to, zone })
    }

    /// The days, the first one first.
    pub fn dates(self) -> impl Iterator<Item = NaiveDate> {
        self.from.iter_days().take_while(move |date| *date <= self.to)
    }

    /// When each day begins, and when the last one ends: one more than there are days, all of them at whole quarters of an hour.
    #[must_use]
    pub fn bounds(self) -> Vec<DateTime<Utc>> {
        let after = self.to.succ_opt().unwrap_or(NaiveDate::MAX);
        self.dates().chain([after]).map(|date| beginning(date, self.zone)).collect()
    }
}

/// The first moment of a day. Where clocks are put back over midnight it is the earlier one; where they are put forward over
/// it, the one at which they are.
fn beginning(date: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let mut local: NaiveDateTime = date.and_time(NaiveTime::MIN);
    // No zone ever skipped more than a day.
    for _ in 0..=2 * 96 {
        if let Some(found) = zone.from_local_datetime(&local).earliest() {
            return found.with_timezone(&Utc);
        }
        local += STEP;
    }
    Utc.from_utc_datetime(&date.and_time(NaiveTime::MIN))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn asked(from: Option<&str>, to: Option<&str>, days: Option<i32>) -> Asked {
        Asked { from: from.map(day), to: to.map(day), days, timezone: None }
    }

    #[test]
    fn a_day_begins_when_its_date_does_whatever_clocks_do() {
        for (zone, date, begins, hours) in [
            ("UTC", "2026-03-01", "2026-03-01T00:00:00Z", 24.0),
            ("Asia/Kathmandu", "2026-03-01", "2026-02-28T18:15:00Z", 24.0),
            ("Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00Z", 23.0),
            ("Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00Z", 25.0),
            ("Australia/Lord_Howe", "2026-04-05", "2026-04-04T13:00:00Z", 24.5),
            // Midnight is skipped.
            ("Africa/Cairo", "2026-04-24", "2026-04-23T22:00:00Z", 23.0),
            // Midnight comes twice.
            ("America/Havana", "2026-11-01", "2026-11-01T04:00:00Z", 25.0),
            // The whole day was skipped.
            ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z", 0.0),
        ] {
            let range = Range { from: day(date), to: day(date), zone: zone.parse().unwrap() };
            let bounds = range.bounds();
            let took = (bounds[1] - bounds[0]).as_seconds_f64() / 3600.0;
            assert_eq!((bounds[0], took), (begins.parse().unwrap(), hours), "{zone} {date}");
        }
    }

    #[test]
    fn every_day_of_every_zone_is_made_of_whole_quarters() {
        let from = day("2000-01-01");
        for zone in chrono_tz::TZ_VARIANTS {
            for year in 0..27 {
                let from = from + TimeDelta::days(365 * year);
                let bounds = Range { from, to: from + TimeDelta::days(365), zone }.bounds();
                assert!(bounds.is_sorted(), "{zone}");
                assert!(bounds.iter().all(|bound| bound.timestamp() % 900 == 0), "{zone} {from}");
            }
        }
    }

    #[test]
    fn days_are_asked_for_in_several_ways() {
        // Half past eleven in the evening of the day before, in Los Angeles.
        let now = "2026-03-02T07:30:00Z".parse().unwrap();
        let resolve = |asked: &Asked| Range::resolve(asked, "America/Los_Angeles", now, "range");
        for (asked, from, to) in [
            (asked(None, None, None), "2026-02-23", "2026-03-01"),
            (asked(None, None, Some(1)), "2026-03-01", "2026-03-01"),
            (asked(None, Some("2026-01-31"), Some(31)), "2026-01-01", "2026-01-31"),
            (asked(Some("2026-02-28"), None, None), "2026-02-28", "2026-03-01"),
            (asked(Some("2024-01-01"), Some("2024-12-31"), None), "2024-01-01", "2024-12-31"),
        ] {
            let found = resolve(&asked).unwrap();
            assert_eq!((found.from, found.to, found.zone.name()), (day(from), day(to), "America/Los_Angeles"));
            assert_eq!(found.bounds().len(), found.dates().count() + 1);
        }
        for (asked, path) in [
            (asked(Some("2026-02-01"), None, Some(3)), "range.days"),
            (asked(None, None, Some(0)), "range.days"),
            (asked(None, None, Some(367)), "range.days"),
            (asked(Some("2026-03-02"), None, None), "range.from"),
            (asked(Some("2025-01-01"), Some("2026-01-02"), None), "range.from"),
            (asked(Some("1999-12-31"), Some("2000-01-02"), None), "range.from"),
            (asked(None, Some("3000-01-01"), None), "range.to"),
            (Asked { timezone: Some("Europe/Nowhere".into()), ..Asked::default() }, "range.timezone"),
            (Asked { timezone: Some("XYZ+3:07".into()), ..Asked::default() }, "range.timezone"),
        ] {
            let refused = resolve(&asked).unwrap_err();
            assert_eq!(refused.fields()[0].path, path, "{asked:?}");
        }
        let other = Asked { timezone: Some("asia/kathmandu".into()), ..Asked::default() };
        assert_eq!(resolve(&other).unwrap().zone.name(), "Asia/Kathmandu");
    }
}
