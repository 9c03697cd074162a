//! Dates and times as people and programs write them.

use chrono::{NaiveDate, NaiveTime};

use super::dialect::DateOrder;

/// Two digits of a year from here on are of the last century, as POSIX has it.
const PIVOT: i32 = 69;
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// A date, and whether it took an order to read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date {
    pub date: NaiveDate,
    pub needed_order: bool,
}

/// A date with a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// As Postgres reads it, with its offset if it has one.
    pub text: String,
    pub has_offset: bool,
    pub needed_order: bool,
}

/// `2026-12-31`, `2026/12/31`, `31 Dec 2026`, `Dec 31, 2026`, and, in this order, `31/12/2026`, `31.12.26` or `12-31-2026`.
#[must_use]
pub fn date(text: &str, order: DateOrder) -> Option<Date> {
    let text = text.trim();
    if let Some(date) = named(text) {
        return Some(Date { date, needed_order: false });
    }
    let separator = text.chars().find(|char| ['-', '/', '.'].contains(char))?;
    let mut parts = text.split(separator);
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    if first.len() == 4 {
        let date = NaiveDate::from_ymd_opt(digits(first, 4)?, unsigned(second)?, unsigned(third)?)?;
        return Some(Date { date, needed_order: false });
    }
    let (day, month) = match order {
        DateOrder::DayFirst => (first, second),
        DateOrder::MonthFirst => (second, first),
    };
    let date = NaiveDate::from_ymd_opt(year(third)?, unsigned(month)?, unsigned(day)?)?;
    Some(Date { date, needed_order: true })
}

/// `9:05`, `09:05:30`, `9:05:30.25 PM`.
#[must_use]
pub fn time(text: &str) -> Option<NaiveTime> {
    let text = text.trim();
    let (text, half) = match text.char_indices().rev().nth(1) {
        Some((at, _)) => match text.get(at..)?.to_ascii_uppercase().as_str() {
            "AM" => (text.get(..at)?.trim_end(), Some(0)),
            "PM" => (text.get(..at)?.trim_end(), Some(12)),
            _ => (text, None),
        },
        None => (text, None),
    };
    let mut parts = text.split(':');
    let (hour, minute) = (unsigned(parts.next()?)?, parts.next().filter(|minute| minute.len() == 2)?);
    let (second, nanos) = match parts.next() {
        None => (0, 0),
        Some(second) => seconds(second)?,
    };
    if parts.next().is_some() {
        return None;
    }
    let hour = match half {
        None => hour,
        Some(half) if (1..=12).contains(&hour) => hour % 12 + half,
        Some(_) => return None,
    };
    NaiveTime::from_hms_nano_opt(hour, unsigned(minute)?, second, nanos)
}

/// A date, or a date and a time between which stands a space, a comma or a `T`; behind it may stand `Z`, `UTC` or an offset such as `+02:00`.
#[must_use]
pub fn moment(text: &str, order: DateOrder) -> Option<Moment> {
    let text = text.trim();
    if let Some(Date { date, needed_order }) = date(text, order) {
        return Some(Moment { text: format!("{date} 00:00:00"), has_offset: false, needed_order });
    }
    // The time begins behind the last separator in front of the first colon.
    let colon = text.find(':')?;
    let at = text.get(..colon)?.rfind([' ', 'T', 't'])?;
    let (Date { date, needed_order }, rest) =
        (self::date(text.get(..at)?.trim_end_matches([',', ' ']), order)?, text.get(at + 1..)?);
    let (clock, offset) = offset(rest)?;
    let time = time(clock)?;
    let offset_text = offset.map(|minutes| {
        let sign = if minutes < 0 { '-' } else { '+' };
        format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
    });
    let text = format!("{date} {}{}", time.format("%H:%M:%S%.f"), offset_text.as_deref().unwrap_or_default());
    Some(Moment { text, has_offset: offset.is_some(), needed_order })
}

/// The clock, and the offset from UTC in minutes; nothing for an offset that there cannot be.
fn offset(text: &str) -> Option<(&str, Option<i32>)> {
    for zulu in ["Z", "z", "UTC", "GMT"] {
        if let Some(clock) = text.strip_suffix(zulu) {
            return Some((clock.trim_end(), Some(0)));
        }
    }
    let Some(at) = text.rfind(['+', '-']) else { return Some((text, None)) };
    let (clock, offset) = (text.get(..at)?.trim_end(), text.get(at + 1..)?);
    let (hours, minutes) = match offset.split_once(':') {
        Some((hours, minutes)) => (hours, minutes),
        None if offset.len() == 4 => offset.split_at_checked(2)?,
        None => (offset, "0"),
    };
    let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
    if hours > 15 || minutes > 59 {
        return None;
    }
    let sign = if text.get(at..=at)? == "-" { -1 } else { 1 };
    Some((clock, Some(sign * (hours * 60 + minutes))))
}

/// `31 Dec 2026`, `31-Dec-26`, `Dec 31, 2026`: the name says which is the month.
fn named(text: &str) -> Option<NaiveDate> {
    let mut parts = text.split([' ', '-', ',', '.']).filter(|part| !part.is_empty());
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let (day, month) = match (month(first), month(second)) {
        (None, Some(month)) => (first, month),
        (Some(month), None) => (second, month),
        _ => return None,
    };
    NaiveDate::from_ymd_opt(year(third)?, month, unsigned(day)?)
}

fn month(text: &str) -> Option<u32> {
    let text = text.to_ascii_lowercase();
    let is = |name: &&str| {
        **name == *text
            || (text.len() >= 3 && name.get(..3) == Some(&*text))
            || (text == "sept" && **name == *"september")
    };
    MONTHS.iter().position(is).and_then(|at| u32::try_from(at + 1).ok())
}

fn year(text: &str) -> Option<i32> {
    match text.len() {
        4 => digits(text, 4),
        2 => digits(text, 2).map(|year| if year >= PIVOT { 1900 + year } else { 2000 + year }),
        _ => None,
    }
}

/// One or two digits.
fn unsigned(text: &str) -> Option<u32> {
    digits(text, 2).and_then(|number| u32::try_from(number).ok())
}

fn digits(text: &str, most: usize) -> Option<i32> {
    let is_number = (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

/// Seconds and nanoseconds; what is finer than a microsecond Postgres would round, so it is cut.
fn seconds(text: &str) -> Option<(u32, u32)> {
    let Some((whole, fraction)) = text.split_once('.') else {
        return Some((unsigned(text).filter(|_| text.len() == 2)?, 0));
    };
    if fraction.is_empty()
        || fraction.len() > 9
        || !fraction.bytes().all(|byte| byte.is_ascii_digit())
        || whole.len() != 2
    {
        return None;
    }
    let micros: u32 = format!("{:0<6}", fraction.get(..fraction.len().min(6))?).parse().ok()?;
    Some((unsigned(whole)?, micros * 1000))
}

#[cfg(test)]
mod tests {
    use super::DateOrder::{DayFirst, MonthFirst};
    use super::*;

    #[test]
    fn dates_are_read_in_every_usual_way() {
        for (text, order) in [
            ("2026-12-31", MonthFirst),
            ("2026/12/31", DayFirst),
            ("2026.12.31", DayFirst),
            ("31.12.2026", DayFirst),
            ("31/12/26", DayFirst),
            ("12/31/2026", MonthFirst),
            ("12-31-2026", MonthFirst),
            ("31 Dec 2026", MonthFirst),
            ("31-Dec-26", DayFirst),
            ("Dec 31, 2026", DayFirst),
            ("December 31 2026", DayFirst),
            (" 31 december 2026 ", MonthFirst),
        ] {
            assert_eq!(date(text, order).map(|it| it.date.to_string()), Some("2026-12-31".into()), "{text}");
        }
        assert!(
            date("31/12/2026", DayFirst).unwrap().needed_order && !date("2026-12-31", DayFirst).unwrap().needed_order
        );
        for text in [
            "",
            "2026",
            "2026-13-01",
            "2026-02-30",
            "31/12/2026",
            "1-2-3-4",
            "20261231",
            "2026-12",
            "a/b/c",
            "Foo 31, 2026",
            "1.5",
            "12.31.226",
        ] {
            assert_eq!(date(text, MonthFirst), None, "{text}");
        }
        assert_eq!(date("1/2/70", DayFirst).unwrap().date.to_string(), "1970-02-01");
    }

    #[test]
    fn times_are_read_by_either_clock() {
        let is = |text: &str, time: &str| {
            assert_eq!(super::time(text).map(|it| it.to_string()), Some(time.into()), "{text}");
        };
        is("9:05", "09:05:00");
        is("23:59:59", "23:59:59");
        is("12:00 am", "00:00:00");
        is("12:30PM", "12:30:00");
        is("9:05:30.25 PM", "21:05:30.250");
        for text in ["", "9", "24:00", "9:5", "9:60", "13:00 PM", "1:02:03:04", "0:00 AM", "é", "AM", "9:05:3"] {
            assert_eq!(super::time(text), None, "{text}");
        }
    }

    #[test]
    fn moments_keep_their_offset() {
        let is = |text: &str, moment: &str, has_offset| {
            let found = super::moment(text, DayFirst).map(|it| (it.text, it.has_offset));
            assert_eq!(found, Some((moment.into(), has_offset)), "{text}");
        };
        is("2026-12-31T23:59:59Z", "2026-12-31 23:59:59+00:00", true);
        is("2026-12-31 23:59:59.123456789", "2026-12-31 23:59:59.123456", false);
        is("2026-12-31 23:59 +0530", "2026-12-31 23:59:00+05:30", true);
        is("2026-12-31T23:59:00-08:00", "2026-12-31 23:59:00-08:00", true);
        is("2026-12-31 10:00+02", "2026-12-31 10:00:00+02:00", true);
        is("31/12/2026, 9:05 PM", "2026-12-31 21:05:00", false);
        is("Dec 31, 2026 9:05 PM UTC", "2026-12-31 21:05:00+00:00", true);
        is("31.12.2026", "2026-12-31 00:00:00", false);
        for text in
            ["", "12:00", "2026-12-31T", "2026-12-31 25:00", "2026-12-31 10:00+99:00", "2026-12-31 10:00+2:3:4", "T:"]
        {
            assert_eq!(super::moment(text, DayFirst), None, "{text}");
        }
    }
}
