//! First and last in time, and lists in an order: `the 10 latest orders`, `sorted by net`.

use super::measures;
use super::query::{Field, Function, Measure, Shape};
use super::ranks::{counted, is_measure, noun, rank, ranked_measure};
use super::reader::Reader;
use super::refusal::No;
use super::schema::Column;
use super::timing::default_date;
use super::vocabulary::{ARTICLES, LATEST};

/// `the latest 10 orders`, `the first order`, `when was the last order`, `the most recent orders`.
pub(super) fn in_time(reader: &mut Reader<'_>, at: usize) -> Result<(), No> {
    let is_largest = reader.is(at, LATEST);
    let start = if at > 0 && reader.low(at - 1) == "most" { at - 1 } else { at };
    let before = start.checked_sub(1).and_then(|before| reader.digits(before).map(|count| (before, count)));
    let after = reader.digits(at + 1);
    let next = at + 1 + usize::from(after.is_some());
    let from = before.map_or(start, |(before, _)| before);
    // The earliest of the dates themselves.
    if reader.may_be(next, Column::is_date) {
        let Some(column) = reader.column_at(next, Column::is_date)? else { return Ok(()) };
        let function = if is_largest { Function::Maximum } else { Function::Minimum };
        measures::add(reader, Measure { function, field: Some(Field::Column(column)) });
        reader.claim(from..next + 1);
        return Ok(());
    }
    let Some((noun, is_plural)) = noun(reader, next).filter(|(noun, _)| reader.is_table(*noun)) else { return Ok(()) };
    let column = default_date(reader)?;
    if let Some(when) = (0..at).find(|at| reader.low(*at) == "when") {
        let function = if is_largest { Function::Maximum } else { Function::Minimum };
        measures::add(reader, Measure { function, field: Some(Field::Column(column)) });
        reader.claim(when..when + 1);
    } else {
        let count = counted(reader, before.map(|(_, count)| count).or(after), is_plural)?;
        rank(reader, is_largest, count);
        reader.query.shape = Shape::Rows;
        reader.query.ranked_by = Some(Field::Column(column));
    }
    reader.claim(from..next);
    reader.claim(noun..noun + 1);
    Ok(())
}

/// `sorted by net`, `ordered by number of orders descending`.
pub(super) fn ordered(reader: &mut Reader<'_>, at: usize) -> Result<(), No> {
    let next = reader.skip(at + 2, ARTICLES);
    let is_rows = reader.query.groups.is_empty() && (0..at).any(|at| reader.is_table(at));
    let end;
    if is_rows && (reader.may_be_number(next) || reader.may_be(next, Column::is_date)) {
        let field = match reader.column_at(next, Column::is_date)? {
            Some(column) => Some(Field::Column(column)),
            None => reader.number_at(next)?,
        };
        reader.query.shape = Shape::Rows;
        reader.query.ranked_by = field;
        reader.claim(next..next + 1);
        end = next + 1;
    } else if is_measure(reader, next) {
        let Some(measures) = ranked_measure(reader, next, true)? else { return Ok(()) };
        // What it is ordered by comes first.
        let others = std::mem::replace(&mut reader.query.measures, measures);
        for measure in others {
            measures::add(reader, measure);
        }
        end = (next..reader.len()).find(|at| !reader.is_claimed(*at)).unwrap_or_else(|| reader.len());
    } else {
        return Ok(());
    }
    reader.claim(at..next);
    let is_ascending = reader.low(end) == "ascending";
    if is_ascending || reader.low(end) == "descending" {
        reader.claim(end..end + 1);
    }
    rank(reader, !is_ascending, None);
    Ok(())
}
