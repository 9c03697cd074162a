//! What all ways to rank have in common: how many, of what, and by what.

use super::grouping;
use super::measures;
use super::measuring;
use super::query::{Field, Function, Group, Measure, Rank, Shape};
use super::reader::{Reader, is_category};
use super::refusal::{No, Reason};
use super::schema::Column;
use super::vocabulary::ARTICLES;

/// Rows of a result at most.
pub(super) const MOST: u32 = 1_000;

/// What groups are ranked by. Numbers that make no sense when added up are ranked by the highest or lowest.
pub(super) fn ranked_measure(reader: &mut Reader<'_>, at: usize, is_largest: bool) -> Result<Option<Vec<Measure>>, No> {
    if reader.is_table(at) && !reader.may_be_number(at) {
        reader.claim(at..at + 1);
        return Ok(Some(vec![Measure { function: Function::Count, field: None }]));
    }
    if let Some((measures, _)) = measuring::take(reader, at)? {
        return Ok(Some(measures));
    }
    let Some(field) = reader.number_at(at)? else { return Ok(None) };
    reader.claim(at..at + 1);
    if measures::is_intensive(reader, field) {
        let function = if is_largest { Function::Maximum } else { Function::Minimum };
        let word = if is_largest { "highest" } else { "lowest" };
        let name = reader.field_name(field).to_owned();
        reader.note(format!("The {word} single value of {name} was looked for."));
        return Ok(Some(vec![measures::measure(reader, function, field)?]));
    }
    Ok(Some(vec![measures::implied(reader, field)?]))
}

/// Claims `by` and what follows it, wherever it stands.
pub(super) fn by(reader: &mut Reader<'_>) -> Result<(), No> {
    let Some(at) = (0..reader.len()).find(|at| reader.low(*at) == "by" && is_measure(reader, *at + 1)) else {
        return Ok(());
    };
    let next = reader.skip(at + 1, ARTICLES);
    if reader.query.shape == Shape::Rows {
        let date = reader.column_at(next, Column::is_date)?.map(Field::Column);
        let field = match date {
            Some(field) => Some(field),
            None => reader.number_at(next)?,
        };
        if field.is_some() {
            reader.query.ranked_by = field;
            reader.claim(at..next + 1);
        }
        return Ok(());
    }
    let is_largest = reader.query.rank.is_none_or(|rank| rank.is_largest);
    if let Some(measures) = ranked_measure(reader, next, is_largest)? {
        reader.claim(at..next);
        for measure in measures {
            measures::add(reader, measure);
        }
    }
    Ok(())
}

/// Whether something that is computed may begin here.
pub(super) fn is_measure(reader: &Reader<'_>, at: usize) -> bool {
    let at = reader.skip(at, ARTICLES);
    let words: &[&str] = &[
        "number", "count", "sum", "total", "average", "avg", "mean", "median", "highest", "lowest", "maximum",
        "minimum",
    ];
    reader.may_be_number(at) || reader.is(at, words) || reader.may_be(at, Column::is_date)
}

/// Table or category at `at` or behind claimed conditions, and whether it is in the plural.
pub(super) fn noun(reader: &Reader<'_>, at: usize) -> Option<(usize, bool)> {
    let noun = (at..reader.len()).find(|at| !reader.is_claimed(*at) && !reader.is(*at, ARTICLES))?;
    let is_noun = reader.is_table(noun) || reader.may_be_category(noun);
    let is_plural = reader.piece(noun).is_some_and(|piece| piece.is_plural);
    is_noun.then_some((noun, is_plural))
}

/// Claims what is ranked; whether it is groups.
pub(super) fn take_noun(reader: &mut Reader<'_>, at: usize) -> Result<bool, No> {
    if !reader.is_table(at)
        && let Some(column) = reader.column_at(at, is_category)?
    {
        grouping::add(reader, Group::Column(column));
        reader.claim(at..at + 1);
        return Ok(true);
    }
    if reader.is_table(at) {
        reader.query.shape = Shape::Rows;
        reader.claim(at..at + 1);
        by(reader)?;
    }
    Ok(false)
}

pub(super) fn counted(reader: &mut Reader<'_>, count: Option<u32>, is_plural: bool) -> Result<Option<u32>, No> {
    match count {
        Some(0) => No::err(Reason::NotAQuestion, "None at all cannot be listed."),
        Some(count) if count > MOST => {
            reader.note(format!("At most {MOST} are given."));
            Ok(Some(MOST))
        }
        Some(count) => Ok(Some(count)),
        None if is_plural => {
            reader.note("As no number is said, the first ten were taken.");
            Ok(Some(10))
        }
        None => Ok(Some(1)),
    }
}

pub(super) fn rank(reader: &mut Reader<'_>, is_largest: bool, count: Option<u32>) {
    if reader.query.rank.is_none_or(|rank| rank.count.is_none()) {
        reader.query.rank = Some(Rank { is_largest, count });
    }
}
