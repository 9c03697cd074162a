//! Conditions on time: `in 2025`, `since March 2024`, `between 2024-01-01 and 2024-06-30`, `in the last 30 days`.

use chrono::{Datelike as _, NaiveDate};

use super::query::{Bound, Comparison, Condition, Field, Period};
use super::reader::Reader;
use super::refusal::{No, Reason, listed};
use super::schema::Column;
use super::times::{self, Span};
use super::vocabulary::LINKS;
use crate::tabular::column::ColumnType;

/// Spans that were read, and where their words end.
struct Read {
    periods: Vec<Period>,
    spans: Vec<Span>,
    end: usize,
}

/// # Errors
/// When a time is named and it is not clear of what.
pub(super) fn apply(reader: &mut Reader<'_>) -> Result<(), No> {
    let mut at = 0;
    while at < reader.len() {
        let Some(read) = read(reader, at) else {
            at += 1;
            continue;
        };
        let end = read.end;
        take(reader, at, read)?;
        at = end;
    }
    Ok(())
}

fn take(reader: &mut Reader<'_>, at: usize, read: Read) -> Result<(), No> {
    for span in read.spans.iter().filter(|span| span.without_year) {
        reader.note(format!("The time without a year was taken {}.", span.said));
    }
    let before = reader.back(at, &[LINKS, &["on", "at", "yet"]].concat());
    let bound = match before {
        Some(before) => reader.column_at(before, Column::is_date)?.map(|column| (column, before)),
        None => None,
    };
    let is_future = read.spans.iter().any(|span| span.is_future);
    let column = match bound {
        Some((column, before)) => {
            reader.claim(before..at);
            column
        }
        None if is_future => {
            let message = "What will be cannot be computed; only what is in the data can.";
            return No::err(Reason::Forecast, message);
        }
        None => match default_date(reader) {
            Ok(column) => column,
            Err(no) if no.reason == Reason::NoDate => return in_column_of_years(reader, at, &read).ok_or(no),
            Err(no) => return Err(no),
        },
    };
    reader.claim(at..read.end);
    reader.filter(at, Condition::Times { column, periods: read.periods });
    Ok(())
}

/// A table without dates may have years as numbers.
fn in_column_of_years(reader: &mut Reader<'_>, at: usize, read: &Read) -> Option<()> {
    let column = reader.table.columns.iter().position(|it| it.name == "year" && it.kind == ColumnType::Integer)?;
    let ([span], [period]) = (read.spans.as_slice(), read.periods.as_slice()) else { return None };
    let is_year = span.from.ordinal() == 1 && span.until == NaiveDate::from_ymd_opt(span.from.year() + 1, 1, 1)?;
    if !is_year || period.from != Some(span.from) || period.until != Some(span.until) {
        return None;
    }
    let bound = Bound::One(Comparison::Equal, span.from.year().to_string());
    reader.claim(at..read.end);
    reader.filter(at, Condition::Number { field: Field::Column(column), bound });
    Some(())
}

/// The dates that are meant where none are named: the only ones there are, or the only ones that the question names anywhere.
///
/// # Errors
/// When there are none, or several.
pub(super) fn default_date(reader: &mut Reader<'_>) -> Result<usize, No> {
    let dates: Vec<usize> =
        reader.table.columns.iter().enumerate().filter(|(_, it)| it.is_date()).map(|it| it.0).collect();
    let mut named: Vec<usize> = Vec::new();
    for thing in reader.pieces.iter().filter_map(|piece| piece.thing.as_ref()) {
        named.extend(thing.columns.iter().filter(|column| dates.contains(column)));
    }
    named.sort_unstable();
    named.dedup();
    let column = match (dates.as_slice(), named.as_slice()) {
        ([], _) => {
            let message = format!("{} has no column of dates.", reader.table.name);
            return No::err(Reason::NoDate, message);
        }
        ([one], _) | (_, [one]) => *one,
        _ => {
            let names = reader.names(Column::is_date);
            let message = format!("{} has several dates, {}: say which is meant.", reader.table.name, listed(&names));
            return No::err(Reason::AmbiguousColumn, message);
        }
    };
    for at in 0..reader.len() {
        let is_it = reader.thing(at).is_some_and(|thing| thing.columns == [column] && !thing.is_table);
        // Behind `by` it is what rows are grouped by.
        if is_it && !at.checked_sub(1).is_some_and(|before| reader.is(before, super::vocabulary::EACH)) {
            reader.claim(at..at + 1);
        }
    }
    Ok(column)
}

fn read(reader: &Reader<'_>, at: usize) -> Option<Read> {
    let words: Vec<&str> = (0..reader.len()).map(|at| reader.low(at)).collect();
    let span = |at: usize| times::span(&words, at, reader.today).filter(|span| is_free(reader, at, span));
    let open = |span: Span, from: Option<NaiveDate>, until: Option<NaiveDate>| {
        let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        let before = until.and_then(|day| day.pred_opt());
        let said = match (from, until) {
            (Some(_), None) => format!("since {}", day(from)),
            _ => format!("until {}", day(before)),
        };
        let end = at + 1 + span.words;
        Some(Read { periods: vec![Period { from, until, said }], spans: vec![span], end })
    };
    match reader.low(at) {
        "since" => span(at + 1).and_then(|span| open(span.clone(), Some(span.from), None)),
        "after" => span(at + 1).and_then(|span| open(span.clone(), Some(span.until), None)),
        "before" => span(at + 1).and_then(|span| open(span.clone(), None, Some(span.from))),
        "until" | "till" | "through" => span(at + 1).and_then(|span| open(span.clone(), None, Some(span.until))),
        "between" | "from" => {
            let first = span(at + 1)?;
            let link = at + 1 + first.words;
            let links: &[&str] =
                if reader.low(at) == "between" { &["and"] } else { &["to", "until", "till", "through"] };
            let of_number = reader.back(at, LINKS).is_some_and(|before| reader.may_be_number(before));
            match span(link + 1).filter(|_| reader.is(link, links)) {
                Some(last) if !of_number && first.from < last.until => Some(range(first, last, link + 1)),
                None if reader.low(at) == "from" => list(reader, at + 1, &span),
                _ => None,
            }
        }
        "in" | "on" | "during" | "within" | "for" | "of" | "at" => {
            list(reader, at + 1, &span).filter(|_| is_no_amount(reader, at))
        }
        "over" => {
            let is_relative = span(at + 1).is_some_and(|span| span.said.ends_with(')'));
            if is_relative { list(reader, at + 1, &span) } else { None }
        }
        _ => list(reader, at, &span).filter(|read| is_bare(reader, at, read)),
    }
}

/// From the beginning of one span to the end of another; a month without a year is of the year of the other.
fn range(first: Span, last: Span, at: usize) -> Read {
    let from = match (first.without_year, last.without_year) {
        (true, false) => first.from.with_year(last.from.year()).filter(|from| *from < last.until).unwrap_or(first.from),
        _ => first.from,
    };
    let said = format!("from {from} to {}", last.until.pred_opt().unwrap_or(last.until));
    let end = at + last.words;
    let period = Period { from: Some(from), until: Some(last.until), said };
    let spans = vec![Span { without_year: first.without_year && last.without_year, from, ..first }, last];
    Read { periods: vec![period], spans, end }
}

/// One span or several: `2023 and 2024`, `March or April 2025`.
fn list(reader: &Reader<'_>, at: usize, span: &impl Fn(usize) -> Option<Span>) -> Option<Read> {
    let first = span(at)?;
    let mut end = at + first.words;
    let mut spans = vec![first];
    loop {
        let next = reader.skip(end, &[",", "and", "or"]);
        let next = if next > end { reader.skip(next, &["in", "on"]) } else { break };
        // What follows may be a condition of its own.
        let Some(another) = span(next).filter(|_| next > end) else { break };
        end = next + another.words;
        spans.push(another);
    }
    let year = spans.last().filter(|last| !last.without_year).map(|last| last.from.year());
    for span in spans.iter_mut().filter(|span| span.without_year) {
        let Some(year) = year else { continue };
        let shift = year - span.from.year();
        if let (Some(from), Some(until)) = (span.from.with_year(year), span.until.with_year(span.until.year() + shift))
        {
            span.said = span.said.replace(&span.from.year().to_string(), &year.to_string());
            (span.from, span.until, span.without_year) = (from, until, false);
        }
    }
    let periods = spans
        .iter()
        .map(|span| Period { from: Some(span.from), until: Some(span.until), said: span.said.clone() })
        .collect();
    Some(Read { periods, spans, end })
}

/// Whether the words of a span mean nothing in the data: `May` may be somebody's name, and `year` a column.
fn is_free(reader: &Reader<'_>, at: usize, span: &Span) -> bool {
    (at..at + span.words).all(|at| reader.thing(at).is_none_or(|thing| thing.values.is_empty()))
}

/// `quantity of 2000` is no year.
fn is_no_amount(reader: &Reader<'_>, at: usize) -> bool {
    let is_number = reader.piece(at + 1).is_some_and(|piece| piece.number.is_some());
    let of_number = at.checked_sub(1).is_some_and(|before| reader.may_be_number(before));
    !(is_number && of_number && ["of", "at", "for"].contains(&reader.low(at)))
}

/// Whether a span may stand without a word in front of it: a year or `may` only where it can be nothing else.
fn is_bare(reader: &Reader<'_>, at: usize, read: &Read) -> bool {
    const COUNTING: &[&str] = &[
        "top",
        "bottom",
        "first",
        "last",
        "latest",
        "than",
        "over",
        "above",
        "under",
        "below",
        "least",
        "most",
        "exactly",
        ">",
        "<",
        ">=",
        "<=",
        "=",
        "<>",
        "between",
        "and",
        "or",
        "to",
        "exceeding",
        "exceeds",
        "equals",
        "is",
        "are",
        "was",
        "up",
        "recent",
    ];
    let before = at.checked_sub(1);
    let one_word = read.end == at + 1;
    match reader.low(at) {
        "may" | "march" | "mar" | "sep" if one_word => false,
        _ if one_word && reader.piece(at).is_some_and(|piece| piece.number.is_some()) => {
            !before.is_some_and(|before| COUNTING.contains(&reader.raw(before)) || reader.may_be_number(before))
        }
        _ => true,
    }
}
