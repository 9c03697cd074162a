//! What is computed: `how many orders`, `number of different customers`, `total net`, `average, lowest and highest salary`.

use super::counting::{count, counting};
use super::measures::{add, function, implied, measure, two_steps};
use super::query::{Field, Function, Measure, Shape};
use super::reader::Reader;
use super::refusal::{No, Reason};
use super::schema::Column;
use super::vocabulary::{ARTICLES, SUM};

/// # Errors
/// When it is not clear what is to be computed, or it cannot be.
pub(super) fn apply(reader: &mut Reader<'_>) -> Result<(), No> {
    let mut at = 0;
    while at < reader.len() {
        match take(reader, at)? {
            Some((measures, end)) => {
                for measure in measures {
                    add(reader, measure);
                }
                at = end.max(at + 1);
            }
            None => at += 1,
        }
    }
    Ok(())
}

/// Numbers whose names stand by themselves: `net by region`. They are added up where that makes sense.
///
/// # Errors
/// When it does not.
pub(super) fn bare(reader: &mut Reader<'_>) -> Result<(), No> {
    // Beside what is named in full, another number may be meant to be treated the same way, or not.
    let is_plain = |measure: &Measure| matches!(measure.function, Function::Count | Function::CountDistinct);
    if reader.query.shape == Shape::Rows {
        return Ok(());
    }
    let is_alone = reader.query.measures.iter().all(is_plain);
    for at in 0..reader.len() {
        if !reader.may_be_number(at) {
            continue;
        }
        if let Some(field) = reader.number_at(at)? {
            let measure = implied(reader, field)?;
            if !is_alone && !reader.query.measures.contains(&measure) {
                continue;
            }
            add(reader, measure);
            reader.claim(at..at + 1);
        }
    }
    Ok(())
}

/// The measures that begin here, claimed, and where they end.
///
/// # Errors
/// When their words are there, and what they are to be applied to is not.
pub(super) fn take(reader: &mut Reader<'_>, at: usize) -> Result<Option<(Vec<Measure>, usize)>, No> {
    if let Some(next) = counting(reader, at) {
        return count(reader, at, next).map(Some);
    }
    if reader.low(at) == "how" && reader.low(at + 1) == "much" {
        let next = reader.skip(at + 2, &[ARTICLES, SUM].concat());
        let Some(field) = reader.number_at(next)? else {
            return reader.unknown_measure("How much of what is not said");
        };
        let measure = implied(reader, field)?;
        reader.claim(at..next + 1);
        return Ok(Some((vec![measure], next + 1)));
    }
    let Some((functions, next)) = functions(reader, at)? else { return Ok(None) };
    apply_to(reader, at, &functions, next).map(Some)
}

/// Several functions in a row: `average, minimum and maximum`.
fn functions(reader: &Reader<'_>, at: usize) -> Result<Option<(Vec<Function>, usize)>, No> {
    let mut functions = Vec::new();
    let mut next = at;
    while let Some(one) = function(reader, next) {
        functions.push(one);
        next += 1;
        let after = reader.skip(next, &[",", "and"]);
        if after == next || function(reader, after).is_none() {
            break;
        }
        next = after;
    }
    // A name such as `total` stands for itself unless a number follows.
    let follows = reader.skip(next, ARTICLES);
    let names_itself = functions.len() == 1 && reader.may_be_number(at) && !reader.may_be_number(follows);
    if functions.is_empty() || names_itself {
        return Ok(None);
    }
    let is_named = reader.may_be_number(follows);
    if !is_named && (function(reader, follows).is_some() || counting(reader, follows).is_some()) {
        let is_sum = functions == [Function::Sum] && counting(reader, follows).is_some();
        return if is_sum { Ok(None) } else { No::err(Reason::Unsupported, two_steps(reader, at, follows)) };
    }
    Ok(Some((functions, follows)))
}

fn apply_to(
    reader: &mut Reader<'_>,
    at: usize,
    functions: &[Function],
    next: usize,
) -> Result<(Vec<Measure>, usize), No> {
    let is_extreme = functions.iter().all(|it| matches!(it, Function::Minimum | Function::Maximum));
    let mut fields = Vec::new();
    let (mut from, mut end) = (at, next);
    while let Some(field) = field(reader, end, is_extreme)? {
        fields.push(field);
        end += 1;
        let after = reader.skip(end, &[",", "and"]);
        let is_more = after > end && reader.may_be_number(after);
        if !is_more {
            break;
        }
        end = after;
    }
    if fields.is_empty() {
        // `net total`, `salary average`
        let before = at.checked_sub(1);
        match before {
            Some(before) if reader.may_be_number(before) => {
                fields.extend(field(reader, before, is_extreme)?);
                (from, end) = (before, at + functions.len());
            }
            _ => {
                let word = reader.raw(at).to_owned();
                return reader.unknown_measure(&format!("It is not clear of what the “{word}” is wanted"));
            }
        }
    }
    reader.claim(from..end);
    let mut measures = Vec::new();
    for field in fields {
        for function in functions {
            measures.push(measure(reader, *function, field)?);
        }
    }
    Ok((measures, end))
}

fn field(reader: &mut Reader<'_>, at: usize, is_extreme: bool) -> Result<Option<Field>, No> {
    if is_extreme && reader.may_be(at, Column::is_date) {
        return Ok(reader.column_at(at, Column::is_date)?.map(Field::Column));
    }
    reader.number_at(at)
}
