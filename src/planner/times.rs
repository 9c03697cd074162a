//! Spans of days as people name them: `2025`, `March 2025`, `15 March 2025`, `Q2`, `last month`, `the last 30 days`.

use chrono::{Datelike as _, NaiveDate};

use super::calendar;
use super::numbers;
use super::query::Grain;

/// A span that words name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span {
    pub from: NaiveDate,
    /// The day after its last.
    pub until: NaiveDate,
    pub words: usize,
    /// As a sentence says it; relative spans with their days.
    pub said: String,
    /// The month or quarter, when no year stands with it: `from` is then in the latest one that has begun.
    pub without_year: bool,
    /// Whether it is named as of today and begins after it.
    pub is_future: bool,
}

/// The span whose name begins at `at`; `words` are in small letters, and empty where they are not to be read.
pub(super) fn span(words: &[&str], at: usize, today: NaiveDate) -> Option<Span> {
    let low = |offset: usize| words.get(at + offset).copied().unwrap_or_default();
    let article = usize::from(low(0) == "the");
    let first = low(article);
    let named = if first == "year" && year(low(article + 1)).is_some() { article + 1 } else { article };
    relative(&|offset| low(article + offset), today)
        .or_else(|| days(&|offset| low(article + offset)))
        .or_else(|| month_or_quarter(&|offset| low(article + offset), today))
        .map(|span| Span { words: span.words + article, ..span })
        .or_else(|| whole_year(&|offset| low(named + offset)).map(|span| Span { words: span.words + named, ..span }))
}

/// A year in four digits.
pub(super) fn year(low: &str) -> Option<i32> {
    let is_year = low.len() == 4 && low.bytes().all(|byte| byte.is_ascii_digit());
    low.parse().ok().filter(|year| is_year && (1900..=2100).contains(year))
}

fn plain(from: NaiveDate, until: NaiveDate, words: usize, said: String) -> Span {
    Span { from, until, words, said, without_year: false, is_future: false }
}

/// As of today; what it means in days is said.
fn relative<'a>(low: &impl Fn(usize) -> &'a str, today: NaiveDate) -> Option<Span> {
    use calendar::{earlier, later, start};
    let tomorrow = today.succ_opt()?;
    let said = |from: NaiveDate, until: NaiveDate, words: usize| {
        let name: Vec<&str> = (0..words).map(low).collect();
        let last = until.pred_opt()?;
        let days = if from == last { format!("on {from}") } else { format!("from {from} to {last}") };
        let is_future = from > today;
        Some(Span { is_future, ..plain(from, until, words, format!("{days} ({})", name.join(" "))) })
    };
    match (low(0), low(1)) {
        ("today", _) => return said(today, tomorrow, 1),
        ("yesterday", _) => return said(today.pred_opt()?, today, 1),
        ("tomorrow", _) => return said(tomorrow, tomorrow.succ_opt()?, 1),
        ("ytd", _) => return said(start(Grain::Year, today)?, tomorrow, 1),
        (unit @ ("year" | "month" | "quarter" | "week"), "to") if low(2) == "date" => {
            return said(start(calendar::unit(unit)?, today)?, tomorrow, 3);
        }
        _ => {}
    }
    let is_past = ["last", "past", "previous"].contains(&low(0));
    if let Some(grain) = calendar::unit(low(1)).filter(|grain| *grain > Grain::Day) {
        let this = start(grain, today)?;
        return match low(0) {
            "this" | "current" => said(this, later(grain, this, 1)?, 2),
            "last" | "past" | "previous" => said(earlier(grain, this, 1)?, this, 2),
            "next" | "coming" | "upcoming" => said(later(grain, this, 1)?, later(grain, this, 2)?, 2),
            _ => None,
        };
    }
    let count = numbers::whole(low(1)).filter(|count| is_past && (1..=10_000).contains(count))?;
    let grain = calendar::unit(low(2)).filter(|grain| *grain > Grain::Hour)?;
    said(earlier(grain, tomorrow, count)?, tomorrow, 3)
}

/// A day or a month in full: `2025-03-15`, `2025-03`, `15 March 2025`, `March 15th, 2025`.
fn days<'a>(low: &impl Fn(usize) -> &'a str) -> Option<Span> {
    let day = |day: NaiveDate, words| Some(plain(day, day.succ_opt()?, words, format!("on {day}")));
    if let Ok(date) = low(0).parse::<NaiveDate>()
        && low(0).len() == 10
    {
        return day(date, 1);
    }
    if let Some((in_year, month)) = low(0).split_once('-')
        && month.len() == 2
    {
        let from = NaiveDate::from_ymd_opt(year(in_year)?, month.parse().ok()?, 1)?;
        return Some(plain(from, calendar::later(Grain::Month, from, 1)?, 1, format!("in {}", from.format("%B %Y"))));
    }
    let (month, number, next) = match calendar::month(low(0)) {
        Some(month) => (month, ordinal(low(1))?, 2),
        None if low(1) == "of" => (calendar::month(low(2))?, ordinal(low(0))?, 3),
        None => (calendar::month(low(1))?, ordinal(low(0))?, 2),
    };
    let next = next + usize::from(low(next) == ",");
    day(NaiveDate::from_ymd_opt(year(low(next))?, month, number)?, next + 1)
}

/// A day of a month: `15`, `15th`.
fn ordinal(low: &str) -> Option<u32> {
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|end| low.strip_suffix(end)).unwrap_or(low);
    digits.parse().ok().filter(|day| digits.len() <= 2 && (1..=31).contains(day))
}

/// `March 2025`, `March of 2025`, `Q2 2025`, `2025 Q2`, `second quarter of 2025`, and all of them without the year.
fn month_or_quarter<'a>(low: &impl Fn(usize) -> &'a str, today: NaiveDate) -> Option<Span> {
    let quarter =
        |text: &str| text.strip_prefix('q').and_then(|it| it.parse::<u32>().ok()).filter(|it| (1..=4).contains(it));
    let counted = |text: &str| match text {
        "first" | "1st" => Some(1),
        "second" | "2nd" => Some(2),
        "third" | "3rd" => Some(3),
        "fourth" | "last" | "4th" => Some(4),
        _ => None,
    };
    let (grain, month, words, before): (Grain, u32, usize, Option<i32>) = if let Some(month) = calendar::month(low(0)) {
        (Grain::Month, month, 1, None)
    } else if let Some(number) = quarter(low(0)) {
        (Grain::Quarter, number * 3 - 2, 1, None)
    } else if let (Some(in_year), Some(number)) = (year(low(0)), quarter(low(1))) {
        (Grain::Quarter, number * 3 - 2, 2, Some(in_year))
    } else {
        (Grain::Quarter, counted(low(0)).filter(|_: &u32| low(1) == "quarter")? * 3 - 2, 2, None)
    };
    let of = usize::from(low(words) == "of");
    let (in_year, words) = match (before, year(low(words + of))) {
        (Some(in_year), _) => (Some(in_year), words),
        (None, Some(in_year)) => (Some(in_year), words + of + 1),
        (None, None) => (None, words),
    };
    let from = match in_year {
        Some(in_year) => NaiveDate::from_ymd_opt(in_year, month, 1)?,
        None => latest(month, today)?,
    };
    let until = calendar::later(grain, from, 1)?;
    let said = match grain {
        Grain::Month => format!("in {}", from.format("%B %Y")),
        _ => format!("in Q{} {}", from.month0() / 3 + 1, from.year()),
    };
    Some(Span { without_year: in_year.is_none(), ..plain(from, until, words, said) })
}

/// The latest first of that month that is not after today.
fn latest(month: u32, today: NaiveDate) -> Option<NaiveDate> {
    let this_year = NaiveDate::from_ymd_opt(today.year(), month, 1)?;
    if this_year <= today { Some(this_year) } else { NaiveDate::from_ymd_opt(today.year() - 1, month, 1) }
}

fn whole_year<'a>(low: &impl Fn(usize) -> &'a str) -> Option<Span> {
    let in_year = year(low(0))?;
    let from = NaiveDate::from_ymd_opt(in_year, 1, 1)?;
    Some(plain(from, NaiveDate::from_ymd_opt(in_year + 1, 1, 1)?, 1, format!("in {in_year}")))
}

/// Whether a word may be part of a date or a number.
pub(super) fn is_of_time_or_number(low: &str) -> bool {
    low.starts_with(|char: char| char.is_ascii_digit() || char == '-')
        || calendar::unit(low).is_some()
        || calendar::adjective(low).is_some()
        || calendar::month(low).is_some()
        || numbers::is_word(low)
        || ["q1", "q2", "q3", "q4", "second", "third", "fourth"].contains(&low)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(String, String, usize)> {
        let words: Vec<&str> = text.split(' ').collect();
        let span = span(&words, 0, "2025-06-18".parse().unwrap())?;
        Some((span.from.to_string(), span.until.to_string(), span.words))
    }

    #[test]
    fn spans_are_read() {
        for (text, from, until, words) in [
            ("2025", "2025-01-01", "2026-01-01", 1),
            ("the year 2024", "2024-01-01", "2025-01-01", 3),
            ("march 2025", "2025-03-01", "2025-04-01", 2),
            ("december of 2024 x", "2024-12-01", "2025-01-01", 3),
            ("march", "2025-03-01", "2025-04-01", 1),
            ("august", "2024-08-01", "2024-09-01", 1),
            ("2025-03", "2025-03-01", "2025-04-01", 1),
            ("2025-03-15", "2025-03-15", "2025-03-16", 1),
            ("15 march 2025", "2025-03-15", "2025-03-16", 3),
            ("15th of march 2025", "2025-03-15", "2025-03-16", 4),
            ("march 31st , 2025", "2025-03-31", "2025-04-01", 4),
            ("q2 2025", "2025-04-01", "2025-07-01", 2),
            ("2024 q4", "2024-10-01", "2025-01-01", 2),
            ("the second quarter of 2024", "2024-04-01", "2024-07-01", 5),
            ("q3", "2024-07-01", "2024-10-01", 1),
            ("today", "2025-06-18", "2025-06-19", 1),
            ("yesterday", "2025-06-17", "2025-06-18", 1),
            ("this week", "2025-06-16", "2025-06-23", 2),
            ("last month", "2025-05-01", "2025-06-01", 2),
            ("last quarter", "2025-01-01", "2025-04-01", 2),
            ("the previous year", "2024-01-01", "2025-01-01", 3),
            ("next month", "2025-07-01", "2025-08-01", 2),
            ("year to date", "2025-01-01", "2025-06-19", 3),
            ("the last 30 days", "2025-05-20", "2025-06-19", 4),
            ("past two weeks", "2025-06-05", "2025-06-19", 3),
            ("last 3 months", "2025-03-19", "2025-06-19", 3),
        ] {
            assert_eq!(read(text), Some((from.to_owned(), until.to_owned(), words)), "{text}");
        }
        for text in
            ["", "net", "1899", "2025-13", "2025-02-30", "30 february 2025", "q5", "last 0 days", "03/04/2025", "this"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn relative_spans_say_their_days() {
        let today = "2025-06-18".parse().unwrap();
        let said = |words: &[&str]| span(words, 0, today).unwrap().said;
        assert_eq!(said(&["last", "month"]), "from 2025-05-01 to 2025-05-31 (last month)");
        assert_eq!(said(&["yesterday"]), "on 2025-06-17 (yesterday)");
        assert_eq!(said(&["q2"]), "in Q2 2025");
    }
}
