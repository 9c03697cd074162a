//! Conditions on numbers: `over 100`, `at least 3 copies`, `net between 10 and 20`, `more than 3 orders`.

use super::measures;
use super::numbers::Number;
use super::query::{Bound, Comparison, Condition, Field, Function, Measure};
use super::reader::Reader;
use super::refusal::{No, Reason, listed};
use super::schema::Column;
use super::times;
use super::vocabulary::LINKS;

/// # Errors
/// When a number is compared and it is not clear what with.
pub(super) fn apply(reader: &mut Reader<'_>) -> Result<(), No> {
    for at in 0..reader.len() {
        if let Some((bound, unit, end)) = compared(reader, at) {
            bind(reader, at, bound, unit, end)?;
        }
    }
    for at in 0..reader.len() {
        equal(reader, at)?;
    }
    Ok(())
}

/// A comparison that begins here, the unit of its numbers, and where it ends.
fn compared(reader: &Reader<'_>, at: usize) -> Option<(Bound, Option<char>, usize)> {
    let number = |at: usize| reader.piece(at).and_then(|piece| piece.number.clone());
    if ["between", "from"].contains(&reader.low(at)) {
        let (low, high) = (number(at + 1)?, number(at + 3)?);
        let link: &[&str] = if reader.low(at) == "between" { &["and"] } else { &["to"] };
        let is_linked = reader.is(at + 2, link);
        return is_linked.then(|| (Bound::Between(low.text, high.text), low.unit.or(high.unit), at + 4));
    }
    if let Some((comparison, next)) = comparator(reader, at) {
        // `more than a hundred`
        let next = reader.skip(next, &["a"]);
        let Number { text, unit } = number(next)?;
        return Some((Bound::One(comparison, text), unit, next + 1));
    }
    // `3 or more`
    let Number { text, unit } = number(at)?;
    let comparison = match (reader.low(at + 1), reader.low(at + 2)) {
        ("or", "more" | "higher" | "above" | "over") | ("and", "above" | "over") => Comparison::AtLeast,
        ("or", "less" | "fewer" | "lower" | "below" | "under") | ("and", "below" | "under") => Comparison::AtMost,
        _ => return None,
    };
    Some((Bound::One(comparison, text), unit, at + 3))
}

fn comparator(reader: &Reader<'_>, at: usize) -> Option<(Comparison, usize)> {
    use Comparison::{AtLeast, AtMost, Equal, Less, More, Unequal};
    let next = reader.low(at + 1);
    let is_than = next == "than";
    Some(match reader.low(at) {
        "over" | "above" | "exceeding" | "exceeds" | ">" => (More, at + 1),
        "under" | "below" | "<" => (Less, at + 1),
        "more" | "greater" | "larger" | "higher" | "bigger" if is_than => (More, at + 2),
        "less" | "fewer" | "smaller" | "lower" if is_than => (Less, at + 2),
        "at" if next == "least" => (AtLeast, at + 2),
        "at" if next == "most" => (AtMost, at + 2),
        "no" | "not" => match comparator(reader, at + 1)? {
            (More, end) => (AtMost, end),
            (Less, end) => (AtLeast, end),
            (Equal, end) => (Unequal, end),
            _ => return None,
        },
        ">=" => (AtLeast, at + 1),
        "<=" => (AtMost, at + 1),
        "<>" => (Unequal, at + 1),
        "up" if next == "to" => (AtMost, at + 2),
        "equal" if next == "to" => (Equal, at + 2),
        "exactly" | "equals" | "=" => (Equal, at + 1),
        _ => return None,
    })
}

/// Finds what is compared: the number in front, what follows, the only one with that unit, the only one there is.
fn bind(reader: &mut Reader<'_>, at: usize, bound: Bound, unit: Option<char>, end: usize) -> Result<(), No> {
    let before = reader.back(at, LINKS).filter(|before| reader.may_be_number(*before));
    if let Some(before) = before {
        if let Some((function, start)) = measures::function_before(reader, before) {
            let Some(field) = reader.number_at(before)? else { return Ok(()) };
            let measure = measures::measure(reader, function, field)?;
            reader.query.having.push((measure, bound));
            reader.claim(start..end);
            return Ok(());
        }
        let Some(field) = reader.number_at(before)? else { return Ok(()) };
        has_unit(reader, field, unit)?;
        reader.claim(before..end);
        reader.filter(at, Condition::Number { field, bound });
        return Ok(());
    }
    if reader.is_table(end) && !reader.may_be_number(end) {
        let measure = Measure { function: Function::Count, field: None };
        reader.query.having.push((measure, bound));
        reader.claim(at..end + 1);
        return Ok(());
    }
    let after = reader.skip(end, &["in", "of"]);
    let field = match reader.number_at(after)? {
        Some(field) => {
            reader.claim(end..after + 1);
            field
        }
        None if reader.may_be_category(after) => {
            let message = "Groups can be bounded by the number of their rows or by a total, and by nothing else here.";
            return No::err(Reason::Unsupported, message);
        }
        None => only(reader, unit)?,
    };
    has_unit(reader, field, unit)?;
    reader.claim(at..end);
    reader.filter(at, Condition::Number { field, bound });
    Ok(())
}

fn only(reader: &mut Reader<'_>, unit: Option<char>) -> Result<Field, No> {
    let fits = |column: &Column| column.is_number() && !column.is_key() && (unit.is_none() || column.unit == unit);
    let names = reader.names(fits);
    match names.as_slice() {
        [] => reader.unknown_measure("It is not clear what is compared"),
        [one] => {
            reader.note(format!("The number was compared with the column {one}."));
            let column = reader.table.columns.iter().position(fits);
            Ok(Field::Column(column.unwrap_or_default()))
        }
        several => No::err(Reason::AmbiguousColumn, format!("Say which number is compared: {}.", listed(several))),
    }
}

fn has_unit(reader: &Reader<'_>, field: Field, unit: Option<char>) -> Result<(), No> {
    let Field::Column(index) = field else { return Ok(()) };
    let own = reader.column(index).and_then(|column| column.unit);
    match (own, unit) {
        (Some(own), Some(unit)) if own != unit => {
            let message = format!("{} is in {own}, not in {unit}.", reader.name(index));
            No::err(Reason::UnknownMeasure, message)
        }
        _ => Ok(()),
    }
}

/// `quantity 3`, `quantity is 3`, `a quantity of 3`. What may be a year is left.
fn equal(reader: &mut Reader<'_>, at: usize) -> Result<(), No> {
    let is_of_measure = measures::function_before(reader, at).is_some();
    let next = reader.skip(at + 1, &["of", "is", "was", "are"]);
    let Some(number) = reader.piece(next).and_then(|piece| piece.number.clone()) else { return Ok(()) };
    let may_be_year = times::year(&number.text).is_some() && !reader.is(next - 1, &["is", "was", "are"]);
    if is_of_measure || may_be_year || next == at || !reader.may_be(at, Column::is_number) {
        return Ok(());
    }
    if let Some(field) = reader.number_at(at)? {
        has_unit(reader, field, number.unit)?;
        reader.claim(at..next + 1);
        reader.filter(at, Condition::Number { field, bound: Bound::One(Comparison::Equal, number.text) });
    }
    Ok(())
}
