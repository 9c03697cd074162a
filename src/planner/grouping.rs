//! What rows are grouped by: `per region`, `by region and month`, `for each customer`, `monthly`, `over time`.

use super::calendar;
use super::lexicon::rank;
use super::query::{Grain, Group};
use super::reader::{Reader, is_category};
use super::refusal::{No, Reason};
use super::schema::Column;
use super::timing::default_date;
use super::vocabulary::{AVERAGE, COUNT, EACH, LARGEST, MEDIAN, ORDERED, SMALLEST, SUM};
use crate::tabular::column::ColumnType;

const ARTICLES: &[&str] = &["the", "a", "each", "every", "of"];

/// # Errors
/// When time is asked for and it is not clear which, or a name may be that of several columns.
pub(super) fn apply(reader: &mut Reader<'_>) -> Result<(), No> {
    for at in 0..reader.len() {
        if reader.is(at, EACH) && !at.checked_sub(1).is_some_and(|before| reader.is(before, ORDERED)) {
            listed(reader, at)?;
        }
    }
    for at in 0..reader.len() {
        if let Some(grain) = calendar::adjective(reader.low(at)).filter(|_| reader.thing(at).is_none()) {
            let of = reader.back(at, &["the", "of"]);
            let is_two_steps = [AVERAGE, MEDIAN, LARGEST, SMALLEST]
                .iter()
                .any(|list| of.is_some_and(|of| list.contains(&reader.raw(of))));
            if is_two_steps {
                let message =
                    format!("“{} {}” takes two steps, and one is planned.", reader.raw(at - 1), reader.low(at));
                return No::err(Reason::Unsupported, message);
            }
            add_time(reader, grain)?;
            reader.claim(at..at + 1);
        }
        let is_over_time = reader.low(at) == "over" && reader.low(at + 1) == "time";
        if is_over_time || reader.is(at, &["trend", "trends"]) {
            add_time(reader, Grain::Month)?;
            reader.note("Time was divided into months.");
            reader.claim(at..at + 1 + usize::from(is_over_time));
        }
    }
    Ok(())
}

/// The list behind a word such as `by`.
fn listed(reader: &mut Reader<'_>, at: usize) -> Result<(), No> {
    let mut next = reader.skip(at + 1, ARTICLES);
    let mut end = None;
    while let Some((group, after)) = item(reader, next)? {
        add(reader, group);
        end = Some(after);
        reader.claim(next..after);
        let link = reader.skip(after, &["and", ",", "then"]);
        if link == after {
            break;
        }
        next = reader.skip(link, &[EACH, ARTICLES].concat());
    }
    let Some(end) = end else { return Ok(()) };
    // `broken down by`, `split by`
    let from =
        (0..at).rev().find(|before| !reader.is(*before, &["split", "grouped", "broken", "down", "group", "for", "in"]));
    let links: Vec<usize> =
        (at..end).filter(|at| reader.is(*at, &[EACH, ARTICLES, &["and", ",", "then"]].concat())).collect();
    for link in links {
        reader.claim(link..link + 1);
    }
    reader.claim(from.map_or(0, |from| from + 1)..at + 1);
    Ok(())
}

/// One of the list, and where it ends.
fn item(reader: &mut Reader<'_>, at: usize) -> Result<Option<(Group, usize)>, No> {
    let is_name = reader.thing(at).is_some_and(|thing| !thing.columns.is_empty() && thing.rank < rank::PART);
    if let Some(grain) = grain(reader.low(at)).filter(|_| !is_name) {
        let column = default_date(reader)?;
        return Ok(Some((Group::Time(column, fitting(reader, column, grain)?), at + 1)));
    }
    if reader.may_be(at, Column::is_date)
        && let Some(column) = reader.column_at(at, Column::is_date)?
    {
        let named = grain(reader.low(at + 1));
        let is_day = reader.column(column).is_some_and(|column| column.kind == ColumnType::Date);
        return Ok(Some(match named {
            Some(grain) => (Group::Time(column, fitting(reader, column, grain)?), at + 2),
            None if is_day => (Group::Column(column), at + 1),
            None => {
                reader.note(format!("{} was divided into days.", reader.name(column)));
                (Group::Time(column, Grain::Day), at + 1)
            }
        }));
    }
    if let Some(column) = reader.column_at(at, is_category)? {
        return Ok(Some((Group::Column(column), at + 1)));
    }
    let is_whole = |column: &Column| matches!(column.kind, ColumnType::Integer | ColumnType::Time);
    let is_measured = (0..reader.len()).any(|other| {
        other != at
            && (reader.is(other, &[SUM, AVERAGE, MEDIAN, COUNT].concat())
                || (other < at && reader.may_be_number(other)))
    });
    if is_measured && !is_ranked(reader) {
        let column = reader.column_at(at, is_whole)?;
        return Ok(column.map(|column| (Group::Column(column), at + 1)));
    }
    Ok(None)
}

fn is_ranked(reader: &Reader<'_>) -> bool {
    (0..reader.len()).any(|at| reader.is(at, &[LARGEST, SMALLEST, &["top", "bottom"]].concat()))
}

fn grain(low: &str) -> Option<Grain> {
    if low == "date" { Some(Grain::Day) } else { calendar::unit(low) }
}

/// Hours only where there are any.
fn fitting(reader: &Reader<'_>, column: usize, grain: Grain) -> Result<Grain, No> {
    let is_day = reader.column(column).is_some_and(|column| column.kind == ColumnType::Date);
    if is_day && grain == Grain::Hour {
        let message = format!("{} has days and no hours.", reader.name(column));
        return No::err(Reason::NoDate, message);
    }
    Ok(grain)
}

fn add_time(reader: &mut Reader<'_>, grain: Grain) -> Result<(), No> {
    let column = default_date(reader)?;
    let grain = fitting(reader, column, grain)?;
    add(reader, Group::Time(column, grain));
    Ok(())
}

/// Adds a group, once.
pub(super) fn add(reader: &mut Reader<'_>, group: Group) {
    if !reader.query.groups.contains(&group) {
        reader.query.groups.push(group);
    }
}
