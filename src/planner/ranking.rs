//! Which come first: `top 5 regions by net`, `which region has the highest net`, `the 10 latest orders`, `sorted by salary`.

use super::measures;
use super::ordering::{in_time, ordered};
use super::query::{Function, Measure, Shape};
use super::ranks::{by, counted, is_measure, noun, rank, ranked_measure, take_noun};
use super::reader::Reader;
use super::refusal::{No, Reason};
use super::vocabulary::{ARTICLES, ASK, EACH, EARLIEST, LARGEST, LATEST, LIST, ORDERED, SHARE, SMALLEST};

/// # Errors
/// When it is not clear what is ranked, or by what.
pub(super) fn apply(reader: &mut Reader<'_>) -> Result<(), No> {
    for at in 0..reader.len() {
        if reader.is(at, &["top", "bottom"]) {
            top(reader, at)?;
        } else if reader.is(at, LARGEST) || reader.is(at, SMALLEST) {
            superlative(reader, at)?;
        } else if reader.is(at, LATEST) || reader.is(at, EARLIEST) {
            in_time(reader, at)?;
        } else if reader.is(at, ORDERED) && reader.low(at + 1) == "by" {
            ordered(reader, at)?;
        }
    }
    Ok(())
}

/// `top 5 regions by net`, `bottom 3 orders by net`.
fn top(reader: &mut Reader<'_>, at: usize) -> Result<(), No> {
    let is_largest = reader.low(at) == "top";
    let count = reader.digits(at + 1);
    let next = reader.skip(at + 1 + usize::from(count.is_some()), ARTICLES);
    let Some((noun, is_plural)) = noun(reader, next) else { return Ok(()) };
    let count = counted(reader, count, is_plural)?;
    reader.claim(at..next);
    rank(reader, is_largest, count);
    if take_noun(reader, noun)? {
        // Or a measure follows without it: `top 5 regions with their total net`.
        by(reader)?;
    }
    Ok(())
}

/// `which region has the highest net`, `the 5 highest regions by net`, `most orders`.
fn superlative(reader: &mut Reader<'_>, at: usize) -> Result<(), No> {
    let is_largest = reader.is(at, LARGEST);
    if reader.low(at) == "most" && reader.low(at + 1) == "recent" {
        return in_time(reader, at + 1);
    }
    // `the largest first`
    if reader.low(at + 1) == "first" {
        let from = if at > 0 && reader.low(at - 1) == "the" { at - 1 } else { at };
        reader.claim(from..at + 2);
        rank(reader, is_largest, None);
        return Ok(());
    }
    let before = at.checked_sub(1);
    let count = before.and_then(|before| reader.digits(before));
    let from = if count.is_some() { at - 1 } else { at };
    let next = reader.skip(at + 1, ARTICLES);
    if reader.low(at) == "most" && reader.is(at + 1, &["common", "frequent"]) {
        let Some((noun, is_plural)) = noun(reader, at + 2) else { return Ok(()) };
        let count = counted(reader, count, is_plural)?;
        rank(reader, true, count);
        reader.claim(from..at + 2);
        take_noun(reader, noun)?;
        measures::add(reader, Measure { function: Function::Count, field: None });
        return Ok(());
    }
    // `the 5 largest orders by net`
    let follows = noun(reader, next).filter(|(noun, _)| !reader.may_be_number(*noun));
    let by_follows = (next..reader.len()).any(|at| reader.low(at) == "by" && is_measure(reader, at + 1));
    if let Some((noun, is_plural)) = follows.filter(|_| by_follows) {
        let count = counted(reader, count, is_plural)?;
        rank(reader, is_largest, count);
        reader.claim(from..next);
        take_noun(reader, noun)?;
        by(reader)?;
        return Ok(());
    }
    let Some(subject) = subject(reader, from) else { return most_of_groups(reader, at, next, is_largest) };
    let is_plural = reader.pieces.get(subject).is_some_and(|piece| piece.is_plural);
    let is_of_rows = reader.is_table(subject) || reader.low(subject) == "who";
    // `which 3 customers`
    let in_front = subject.saturating_sub(1);
    let count = count.or_else(|| reader.digits(in_front));
    let claims_front = reader.digits(in_front).is_some();
    let count = match (count, is_plural && !is_of_rows) {
        (None, true) => None,
        (count, _) => counted(reader, count, is_plural)?,
    };
    if SHARE.contains(&reader.raw(next)) && reader.query.share.is_some() {
        rank(reader, is_largest, count);
        reader.claim(from..next);
        take_noun(reader, subject)?;
        return Ok(());
    }
    if claims_front {
        reader.claim(in_front..subject);
    }
    if is_of_rows {
        let Some(field) = reader.number_at(next)? else { return Ok(()) };
        rank(reader, is_largest, count);
        reader.query.shape = Shape::Rows;
        reader.query.ranked_by = Some(field);
        reader.claim(from..next + 1);
        reader.claim(subject..subject + 1);
        return Ok(());
    }
    let start = if from < at { from } else { at };
    if let Some(measures) = ranked_measure(reader, next, is_largest)? {
        rank(reader, is_largest, count);
        reader.claim(start..next);
        for measure in measures {
            measures::add(reader, measure);
        }
        take_noun(reader, subject)?;
    }
    Ok(())
}

/// `the highest total net by region`: groups in that order. Without groups it would take two steps.
fn most_of_groups(reader: &mut Reader<'_>, at: usize, next: usize, is_largest: bool) -> Result<(), No> {
    let is_computed = !reader.may_be_number(next) && is_measure(reader, next);
    if !is_computed {
        return Ok(());
    }
    if reader.query.groups.is_empty() {
        let message = format!("It is not clear by what to group to find the {}.", reader.raw(at));
        return No::err(Reason::Unsupported, message);
    }
    if let Some(measures) = ranked_measure(reader, next, is_largest)? {
        rank(reader, is_largest, None);
        reader.claim(at..next);
        for measure in measures {
            measures::add(reader, measure);
        }
    }
    Ok(())
}

/// What somebody asks for before `at`: `which region`, `who`, `the 3 customers with`.
fn subject(reader: &Reader<'_>, at: usize) -> Option<usize> {
    if let Some(who) = (0..at).find(|at| reader.low(*at) == "who") {
        return Some(who);
    }
    (0..at).find(|place| {
        let is_noun = reader.is_table(*place) || reader.may_be_category(*place);
        let before = reader.back(*place, ARTICLES);
        let is_asked = before.is_none_or(|before| {
            reader.is(before, ASK)
                || reader.is(before, LIST)
                || reader.digits(before).is_some()
                || reader.is(before, &["in", "me", "is", "are"])
        });
        // Behind `by` it is a group already.
        is_noun && is_asked && !before.is_some_and(|before| reader.is(before, EACH))
    })
}
