//! Conditions on whether there is a value, and on what is true: `without a discount`, `with a discount`, `not returned`, `unpaid`.

use super::query::Condition;
use super::reader::Reader;
use super::refusal::No;
use super::schema::Column;
use super::vocabulary::{EACH, EMPTY, NOT};
use crate::tabular::column::ColumnType;

const ARTICLES: &[&str] = &["a", "an", "any", "the"];

/// What is said in so many words.
///
/// # Errors
/// When a name may be that of several columns.
pub(super) fn said(reader: &mut Reader<'_>) -> Result<(), No> {
    for at in 0..reader.len() {
        let (next, is_empty) = match reader.low(at) {
            "without" | "no" => (at + 1, true),
            "with" | "have" | "has" | "had" if reader.low(at + 1) == "no" => (at + 2, true),
            "with" | "have" | "has" | "had" if reader.is(at + 1, NOT) => (at + 2, true),
            "with" | "have" | "has" | "had" => (at + 1, false),
            low if EMPTY.contains(&low) => (at + 1, true),
            _ => continue,
        };
        let next = reader.skip(next, &[ARTICLES, EMPTY].concat());
        // `with customer Adler`
        let is_named = reader.piece(next + 1).is_some_and(|piece| {
            piece.is_quoted
                || !piece.weak.is_empty()
                || piece.thing.as_ref().is_some_and(|thing| !thing.values.is_empty())
        });
        if is_named {
            continue;
        }
        if let Some(column) = reader.column_at(next, |_| true)? {
            let is_turned = is_opposite(reader, next, column);
            condition(reader, at, column, is_empty != is_turned);
            reader.claim(at..next + 1);
        }
    }
    for at in 0..reader.len() {
        let link = reader.skip(at + 1, &["is", "are", "was", "were"]);
        let not = reader.skip(link, NOT);
        let has_link = link > at + 1;
        if has_link
            && reader.is(not, EMPTY)
            && let Some(column) = reader.column_at(at, |_| true)?
        {
            condition(reader, at, column, not == link);
            reader.claim(at..not + 1);
        }
    }
    Ok(())
}

fn condition(reader: &mut Reader<'_>, at: usize, column: usize, is_empty: bool) {
    let is_boolean = reader.column(column).is_some_and(|column| column.kind == ColumnType::Boolean);
    if is_boolean {
        reader.filter(at, Condition::Truth { column, is: !is_empty });
    } else {
        reader.filter(at, Condition::Empty { column, is_empty });
    }
}

/// What is said of rows by the name of a column alone: `paid`, `not paid`, `unpaid`, `returned`, `never returned`.
///
/// # Errors
/// When a name may be that of several columns.
pub(super) fn adjectives(reader: &mut Reader<'_>) -> Result<(), No> {
    let fits = |column: &Column| column.kind == ColumnType::Boolean || column.is_date();
    for at in 0..reader.len() {
        let before = at.checked_sub(1);
        let is_grouped = before.is_some_and(|before| EACH.contains(&reader.raw(before)));
        let is_form = reader.raw(at).ends_with("ed") || reader.may_be(at, |column| column.kind == ColumnType::Boolean);
        if is_grouped || !is_form || reader.is_table(at) {
            continue;
        }
        let Some(column) = reader.column_at(at, fits)? else { continue };
        let from = reader.back(at, &["yet", "been", "is", "are"]).filter(|before| reader.is(*before, NOT));
        let is = from.is_none() != is_opposite(reader, at, column);
        let is_boolean = reader.column(column).is_some_and(|column| column.kind == ColumnType::Boolean);
        if is_boolean {
            reader.filter(at, Condition::Truth { column, is });
        } else {
            reader.filter(at, Condition::Empty { column, is_empty: !is });
        }
        reader.claim(from.unwrap_or(at)..at + 1);
    }
    Ok(())
}

/// `unpaid` of `is_paid`.
fn is_opposite(reader: &Reader<'_>, at: usize, column: usize) -> bool {
    let low = reader.raw(at);
    let base = low.strip_prefix("un").or_else(|| low.strip_prefix("in"));
    base.is_some_and(|base| !reader.name(column).contains(low) && reader.name(column).contains(base))
}
