//! What is counted: rows, or different values of a column.

use super::measures::{function, implied, two_steps};
use super::query::{Field, Function, Measure};
use super::reader::{Reader, is_category};
use super::refusal::{No, Reason};
use super::schema::Column;
use super::vocabulary::{ARTICLES, DISTINCT, SUM};
use crate::tabular::column::ColumnType;

const COUNTED: Measure = Measure { function: Function::Count, field: None };

/// Where what is counted begins, if something is counted here.
pub(super) fn counting(reader: &Reader<'_>, at: usize) -> Option<usize> {
    if reader.thing(at).is_some_and(|thing| !thing.columns.is_empty()) {
        return None;
    }
    let at = if reader.is(at, SUM) { reader.skip(at, SUM) } else { at };
    match reader.low(at) {
        "how" if reader.low(at + 1) == "many" => Some(at + 2),
        "number" | "count" | "#" => Some(at + 1),
        _ => None,
    }
}

pub(super) fn count(reader: &mut Reader<'_>, at: usize, next: usize) -> Result<(Vec<Measure>, usize), No> {
    let next = reader.skip(next, &[ARTICLES, &["there", "are"]].concat());
    let noun = reader.skip(next, &[DISTINCT, &["values", "of"]].concat());
    let is_distinct = (next..noun).any(|at| reader.is(at, DISTINCT));
    // Conditions may stand in between: `how many paid orders`.
    let noun = (noun..reader.len()).find(|at| !is_condition(reader, *at)).unwrap_or_else(|| reader.len());
    if reader.is_table(noun) && !is_distinct {
        reader.claim(at..next);
        reader.claim(noun..noun + 1);
        return Ok((vec![COUNTED], noun + 1));
    }
    if function(reader, noun).is_some() {
        return No::err(Reason::Unsupported, two_steps(reader, at, noun));
    }
    let column = reader.column_at(noun, |column| column.kind != ColumnType::Json)?;
    let Some(column) = column else {
        if is_distinct {
            return reader.unknown_measure("It is not clear of what different values are counted");
        }
        // `customer count`
        let before = at.checked_sub(1).filter(|_| reader.low(at) == "count");
        if let Some(before) = before.filter(|before| !reader.is_table(*before))
            && let Some(column) = reader.column_at(before, is_category)?
        {
            reader.claim(before..next);
            reader.note(format!("The different values of {} were counted.", reader.name(column)));
            let field = Some(Field::Column(column));
            return Ok((vec![Measure { function: Function::CountDistinct, field }], next));
        }
        reader.claim(at..next);
        return Ok((vec![COUNTED], next));
    };
    reader.claim(at..noun + 1);
    let field = Some(Field::Column(column));
    let is_amount = reader.column(column).is_some_and(|column| column.is_number() && !column.is_key());
    if is_amount && !is_distinct {
        return Ok((vec![implied(reader, Field::Column(column))?], noun + 1));
    }
    if !is_distinct {
        reader.note(format!("The different values of {} were counted.", reader.name(column)));
    }
    Ok((vec![Measure { function: Function::CountDistinct, field }], noun + 1))
}

/// Whether a piece only says which rows are meant.
fn is_condition(reader: &Reader<'_>, at: usize) -> bool {
    let says = |column: &Column| column.kind == ColumnType::Boolean || column.is_date();
    let is_such = reader.thing(at).is_some_and(|thing| !thing.is_table) && reader.may_be(at, says);
    (reader.is_claimed(at) && at < reader.len()) || is_such || reader.is(at, &["not", "and"])
}
