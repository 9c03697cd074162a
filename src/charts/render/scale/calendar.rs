//! Round moments between two others, and how they are written.

use chrono::{Datelike, Timelike};

use super::super::super::data::moment::{of_parts, parts};
use super::super::super::figures::{figure, of_whole, same, whole};
use super::super::super::format::time::TimeFormat;

const SECOND: f64 = 1000.0;
const MINUTE: f64 = 60.0 * SECOND;
const HOUR: f64 = 60.0 * MINUTE;
const DAY: f64 = 24.0 * HOUR;
const MONTH: f64 = 30.44 * DAY;
const YEAR: f64 = 365.25 * DAY;
/// The first Monday of the calendar, from which weeks are counted.
const MONDAY: f64 = 4.0 * DAY;
const MOST: usize = 200;

/// Between ticks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Interval {
    Millis(f64),
    Days(u32),
    Weeks,
    Months(u32),
    Years(i32),
}

impl Interval {
    /// The interval that comes nearest to so many parts, and is no shorter than `least`.
    #[must_use]
    pub fn of(low: f64, high: f64, count: usize, least: f64) -> Self {
        let wanted = ((high - low) / figure(count.max(1))).max(least).max(1.0);
        let clock = [1.0, 5.0, 15.0, 30.0].into_iter();
        let seconds = clock.clone().map(|times| Self::Millis(times * SECOND));
        let minutes = clock.map(|times| Self::Millis(times * MINUTE));
        let hours = [1.0, 3.0, 6.0, 12.0].into_iter().map(|times| Self::Millis(times * HOUR));
        let years = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000].into_iter().map(Self::Years);
        let distance = |interval: &Self| (interval.length() / wanted).ln().abs();
        [1.0, 10.0, 100.0]
            .into_iter()
            .map(Self::Millis)
            .chain(seconds)
            .chain(minutes)
            .chain(hours)
            .chain([Self::Days(1), Self::Days(2), Self::Weeks, Self::Months(1), Self::Months(3), Self::Months(6)])
            .chain(years)
            .filter(|interval| interval.length() >= least * 0.99)
            .min_by(|one, other| distance(one).total_cmp(&distance(other)))
            .unwrap_or(Self::Years(5000))
    }

    fn length(self) -> f64 {
        match self {
            Self::Millis(millis) => millis,
            Self::Days(days) => f64::from(days) * DAY,
            Self::Weeks => 7.0 * DAY,
            Self::Months(months) => f64::from(months) * MONTH,
            Self::Years(years) => f64::from(years) * YEAR,
        }
    }

    /// The moments of this interval between two others.
    #[must_use]
    pub fn ticks(self, low: f64, high: f64) -> Vec<f64> {
        let Some(first) = parts(low) else { return Vec::new() };
        let even = |length: f64, from: f64| {
            let start = ((low - from) / length - 1e-9).ceil().mul_add(length, from);
            (0..MOST).map(|index| figure(index).mul_add(length, start)).take_while(|moment| *moment <= high).collect()
        };
        let monthly = |step: i64, from: i64| {
            let start = from.div_euclid(step) * step;
            (0..)
                .take(MOST)
                .map(|index| start + index * step)
                .filter_map(|month| {
                    let year = i32::try_from(month.div_euclid(12)).ok()?;
                    of_parts(year, u32::try_from(month.rem_euclid(12)).ok()? + 1, 1, 0, 0)
                })
                .skip_while(|moment| *moment < low)
                .take_while(|moment| *moment <= high)
                .collect()
        };
        let month = i64::from(first.year()) * 12 + i64::from(first.month0());
        match self {
            Self::Millis(millis) => even(millis, 0.0),
            Self::Days(1) => even(DAY, 0.0),
            Self::Days(days) => odd_days(days, low, high),
            Self::Weeks => even(7.0 * DAY, MONDAY),
            Self::Months(months) => monthly(i64::from(months), month),
            Self::Years(years) => monthly(i64::from(years) * 12, month),
        }
    }

    /// How a tick is written: what changes, and above it what changes less often, where it does.
    #[must_use]
    pub fn label(self, moment: f64, previous: Option<f64>) -> String {
        let new = |part: fn(f64) -> i64| previous.is_none_or(|previous| part(previous) != part(moment));
        let year = |moment: f64| parts(moment).map_or(0, |parts| i64::from(parts.year()));
        let day = |moment: f64| whole((moment / DAY).floor());
        let at_midnight = parts(moment).is_some_and(|parts| parts.num_seconds_from_midnight() == 0);
        let format = match self {
            Self::Millis(millis) if millis < SECOND => "%H:%M:%S.%L",
            Self::Millis(_) if new(day) && at_midnight => "%b %-d",
            Self::Millis(_) if previous.is_none() => "%b %-d, %H:%M",
            Self::Millis(millis) if millis < MINUTE => "%H:%M:%S",
            Self::Millis(_) => "%H:%M",
            Self::Days(_) | Self::Weeks if new(year) => "%b %-d, %Y",
            Self::Days(_) | Self::Weeks => "%b %-d",
            Self::Months(_) if new(year) => "%b %Y",
            Self::Months(_) => "%b",
            Self::Years(_) => "%Y",
        };
        TimeFormat::parse(format).map(|format| format.write(moment)).unwrap_or_default()
    }
}

/// The odd days of every month: never two neighbours.
fn odd_days(days: u32, low: f64, high: f64) -> Vec<f64> {
    let start = (low / DAY - 1e-9).ceil();
    (0..MOST * 2)
        .map(|index| (start + figure(index)) * DAY)
        .take_while(|moment| *moment <= high)
        .filter(|moment| parts(*moment).is_some_and(|day| day.day0().is_multiple_of(days) && day.day() < 31))
        .collect()
}

/// Bounds with room around them where they are one moment.
#[must_use]
pub fn apart(low: f64, high: f64) -> (f64, f64) {
    if same(low, high) { (low - DAY / 2.0, high + DAY / 2.0) } else { (low, high) }
}

/// The shortest unit of time that all moments are round in: their ticks need be no closer.
#[must_use]
pub fn roundness(moments: &[f64]) -> f64 {
    let all = |length: f64| moments.iter().all(|moment| same(moment.rem_euclid(length), 0.0));
    let firsts = |of_year: bool| {
        moments
            .iter()
            .filter_map(|moment| parts(*moment))
            .all(|parts| parts.day() == 1 && (!of_year || parts.month() == 1))
    };
    if !all(DAY) {
        return if all(HOUR) { HOUR } else { of_whole(1) };
    }
    match (firsts(true), firsts(false)) {
        (true, _) => YEAR,
        (_, true) => MONTH,
        _ => DAY,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::super::data::moment::parse;
    use super::*;

    fn labels(low: &str, high: &str, count: usize) -> Vec<String> {
        let (low, high) = (parse(low).unwrap(), parse(high).unwrap());
        let interval = Interval::of(low, high, count, 0.0);
        let ticks = interval.ticks(low, high);
        let previous = std::iter::once(None).chain(ticks.iter().copied().map(Some));
        ticks.iter().zip(previous).map(|(tick, previous)| interval.label(*tick, previous)).collect()
    }

    #[test]
    fn ticks_follow_the_calendar() {
        assert_eq!(labels("2023-11-01", "2024-03-01", 6), ["Nov 2023", "Dec", "Jan 2024", "Feb", "Mar"]);
        assert_eq!(labels("2019-05-01", "2024-03-01", 6), ["2020", "2021", "2022", "2023", "2024"]);
        assert_eq!(labels("2024-02-27", "2024-03-02", 4), ["Feb 27, 2024", "Feb 28", "Feb 29", "Mar 1", "Mar 2"]);
        assert_eq!(
            labels("2024-01-01T18:00", "2024-01-02T07:00", 5),
            ["Jan 1, 18:00", "21:00", "Jan 2", "03:00", "06:00"]
        );
        assert_eq!(labels("0001-01-01", "9999-01-01", 5), ["2000", "4000", "6000", "8000"]);
    }

    #[test]
    fn moments_say_how_round_they_are() {
        let of = |texts: &[&str]| roundness(&texts.iter().map(|text| parse(text).unwrap()).collect::<Vec<_>>());
        assert!(same(of(&["2024-01-01", "2023-01-01"]), YEAR));
        assert!(same(of(&["2024-02-01", "2023-01-01"]), MONTH));
        assert!(same(of(&["2024-02-02", "2023-01-01"]), DAY));
        assert!(same(of(&["2024-02-02T10:00"]), HOUR));
    }
}
