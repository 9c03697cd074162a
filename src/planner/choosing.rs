//! Conditions on values of text: `in Berlin`, `region North`, `Laptops or Phones`, `not in Hamburg`, `"Ada Smith"`.

use super::query::Condition;
use super::reader::Reader;
use super::refusal::{No, Reason, listed};
use super::schema::Column;
use super::vocabulary::{self, NOT};
use super::words::is_plain;
use crate::tabular::column::ColumnType;

const NAMED: &[&str] = &["is", "was", "are", "were", "=", "equals", "of", "named", "called"];
const PLACES: &[&str] = &["in", "from", "for", "the", "of", "at", "to", "with", "by"];

/// # Errors
/// When a value may be of several columns, or of none that is known.
pub(super) fn apply(reader: &mut Reader<'_>) -> Result<(), No> {
    let mut at = 0;
    while at < reader.len() {
        at = value(reader, at)?.max(at + 1);
    }
    Ok(())
}

/// Claims the values that begin here; gives where they end.
fn value(reader: &mut Reader<'_>, at: usize) -> Result<usize, No> {
    let Some(piece) = reader.piece(at).cloned() else { return Ok(at) };
    let before = reader.back(at, NAMED).filter(|before| reader.may_be(*before, is_text));
    let named =
        |reader: &Reader<'_>, place: usize| reader.thing(place).map(|thing| thing.columns.clone()).unwrap_or_default();
    let of_before = before.map(|before| named(reader, before)).unwrap_or_default();
    let is_article = vocabulary::FILLERS.contains(&piece.low.as_str());
    let of_after = if is_article { Vec::new() } else { named(reader, at + 1) };
    let known: Vec<(usize, String)> = piece.thing.iter().flat_map(|thing| thing.values.clone()).collect();
    let beside = |columns: &[usize]| -> Vec<(usize, String)> {
        known.iter().chain(&piece.weak).filter(|(column, _)| columns.contains(column)).cloned().collect()
    };
    let (mut from, mut end) = (at, at + 1);
    let values = if let (false, Some(before)) = (beside(&of_before).is_empty(), before) {
        from = before;
        beside(&of_before)
    } else if !beside(&of_after).is_empty() {
        end = at + 2;
        beside(&of_after)
    } else if known.is_empty() {
        let Some(before) = before.filter(|_| piece.is_quoted && is_plain(&piece.text)) else {
            return if piece.is_quoted { not_known(reader, &piece.text) } else { Ok(at) };
        };
        let Some(column) = reader.column_at(before, is_text)? else { return Ok(at) };
        let (start, is_negated) = negation(reader, before);
        reader.claim(start..at + 1);
        reader.note(format!("“{}” is not among the known values of {}.", piece.text, reader.name(column)));
        reader.filter(at, Condition::Text { column, text: piece.text, is_negated });
        return Ok(at + 1);
    } else {
        known
    };
    let column = one_column(reader, &piece.text, &values)?;
    let mut values: Vec<String> = values.into_iter().map(|(_, value)| value).collect();
    let (start, is_negated) = negation(reader, from);
    let mut shown = vec![piece.text];
    while let Some((more, next, text)) = another(reader, end, column)? {
        values.extend(more);
        shown.push(text);
        end = next;
    }
    if shown.len() > 1 && !is_negated {
        reader.note(format!("{} were taken as alternatives.", listed(&shown)));
    }
    values.dedup();
    reader.claim(start..end);
    reader.filter(at, Condition::Values { column, values, is_negated });
    Ok(end)
}

/// A further value of the same column behind `and`, `or` or a comma.
fn another(reader: &Reader<'_>, at: usize, column: usize) -> Result<Option<(Vec<String>, usize, String)>, No> {
    let next = reader.skip(at, &["and", "or", ","]);
    if next == at {
        return Ok(None);
    }
    let is_or = (at..next).any(|at| reader.low(at) == "or");
    let next = reader.skip(next, &["in", "from", "for", "the"]);
    let Some(piece) = reader.piece(next) else { return Ok(None) };
    let all = piece.thing.iter().flat_map(|thing| thing.values.iter());
    let values: Vec<String> = all.clone().filter(|value| value.0 == column).map(|value| value.1.clone()).collect();
    if values.is_empty() {
        if is_or && all.count() > 0 {
            let message = "Alternatives can only be values of the same column.";
            return No::err(Reason::Unsupported, message);
        }
        return Ok(None);
    }
    Ok(Some((values, next + 1, piece.text.clone())))
}

fn one_column(reader: &Reader<'_>, text: &str, values: &[(usize, String)]) -> Result<usize, No> {
    let mut columns: Vec<usize> = values.iter().map(|(column, _)| *column).collect();
    columns.dedup();
    match columns.as_slice() {
        [one] => Ok(*one),
        several => {
            let names: Vec<&str> = several.iter().map(|column| reader.name(*column)).collect();
            let first = names.first().copied().unwrap_or_default();
            let message = format!("“{text}” is a value of {}: say which, as in “{first} {text}”.", listed(&names));
            No::err(Reason::AmbiguousValue, message)
        }
    }
}

/// Where what turns a condition around begins, and whether there is such a word.
fn negation(reader: &Reader<'_>, at: usize) -> (usize, bool) {
    let Some(before) = reader.back(at, PLACES) else { return (at, false) };
    if reader.is(before, NOT) || reader.is(before, &["except", "excluding", "outside", "without"]) {
        return (before, true);
    }
    match before.checked_sub(1) {
        Some(other) if reader.low(other) == "other" && reader.low(before) == "than" => (other, true),
        _ => (at, false),
    }
}

fn not_known(reader: &Reader<'_>, text: &str) -> Result<usize, No> {
    let message = format!(
        "“{text}” is not among the known values of {}. To look for it all the same, write the name of the column in front.",
        reader.table.name
    );
    Err(No { words: vec![text.to_lowercase()], ..No::new(Reason::UnknownWord, message) })
}

fn is_text(column: &Column) -> bool {
    column.kind == ColumnType::Text
}
