//! One question and one table: all rules in their order, and what has to hold at the end.

use chrono::NaiveDate;

use super::lexicon::Lexicon;
use super::pieces::{corrected, pieces};
use super::query::{Condition, Function, Group, Query, Rank, Shape};
use super::reader::Reader;
use super::refusal::{No, Reason};
use super::schema::{Table, Term};
use super::words::Word;
use super::{choosing, comparing, grouping, guards, listing, measuring, presence, ranking, sharing, timing};

/// A question as it was understood, and how words were taken.
#[derive(Debug, Clone)]
pub(super) struct Understood {
    pub query: Query,
    pub notes: Vec<String>,
}

/// # Errors
/// A [`No`] for whatever cannot be read as one question about this table.
pub(super) fn read(
    words: &[Word],
    table: &Table,
    glossary: &[Term],
    lexicon: &Lexicon,
    today: NaiveDate,
) -> Result<Understood, No> {
    let (words, notes) = corrected(words.to_vec(), lexicon);
    let mut reader = Reader::new(table, glossary, today, pieces(&words, lexicon), notes);
    let reader = &mut reader;
    guards::apply(reader)?;
    timing::apply(reader)?;
    comparing::apply(reader)?;
    presence::said(reader)?;
    choosing::apply(reader)?;
    sharing::begin(reader);
    grouping::apply(reader)?;
    ranking::apply(reader)?;
    measuring::apply(reader)?;
    listing::fields(reader)?;
    presence::adjectives(reader)?;
    measuring::bare(reader)?;
    listing::finish(reader)?;
    sharing::finish(reader)?;
    listing::leftovers(reader)?;
    holds(reader)?;
    if reader.query.rank.is_some_and(|rank| rank.count.is_some()) {
        reader.note("Where several are equal, some may be left out.");
    }
    Ok(Understood { query: reader.query.clone(), notes: reader.notes.clone() })
}

/// What no single rule sees.
fn holds(reader: &Reader<'_>) -> Result<(), No> {
    let query = &reader.query;
    let is_nothing = query.shape == Shape::Figures && query.measures.is_empty();
    if is_nothing {
        return No::err(Reason::NotAQuestion, "This asks for nothing that could be computed.");
    }
    let of_groups = !query.having.is_empty() || query.rank.is_some();
    if query.shape == Shape::Figures && of_groups && query.groups.is_empty() {
        let message = "It is not clear by what to group, as in “per category”.";
        return No::err(Reason::Unsupported, message);
    }
    if query.shape != Shape::Figures && (!query.measures.is_empty() || !query.groups.is_empty()) {
        return No::err(Reason::Unsupported, "Rows and computed numbers are two questions.");
    }
    if query.shape == Shape::Rows && query.rank.is_some() && query.ranked_by.is_none() {
        return reader.unknown_measure("It is not clear by what to rank");
    }
    if query.shape == Shape::Values && query.rank.is_some() {
        return reader.unknown_measure("It is not clear by what to rank");
    }
    let given = query.measures.iter().any(|measure| measure.function == Function::Given);
    if given && query.share.is_some() {
        return No::err(Reason::Unsupported, "A share is that of a count or a sum.");
    }
    let times = query.groups.iter().filter(|group| matches!(group, Group::Time(..))).count();
    if times > 1 {
        return No::err(Reason::Unsupported, "Time is divided in one way only.");
    }
    // `the top region of each month`
    if query.groups.len() > 1 && query.rank.is_some_and(|Rank { count, .. }| count.is_some()) {
        return No::err(Reason::Unsupported, "The first of each group take two steps, and one is planned.");
    }
    agrees(reader)
}

/// Two conditions on one column that no row fulfils were meant otherwise: `paid and unpaid orders`.
fn agrees(reader: &Reader<'_>) -> Result<(), No> {
    let columns = reader.query.filters.iter().chain(&reader.query.part).filter_map(|filter| match &filter.condition {
        Condition::Values { column, is_negated: false, .. }
        | Condition::Text { column, is_negated: false, .. }
        | Condition::Empty { column, .. }
        | Condition::Truth { column, .. } => Some(*column),
        Condition::Times { column, periods } => {
            let is_closed = periods.iter().all(|period| period.from.is_some() && period.until.is_some());
            is_closed.then_some(*column)
        }
        _ => None,
    });
    let mut seen = Vec::new();
    for column in columns {
        if seen.contains(&column) {
            let message = format!(
                "There are two conditions on {}, and it is not clear how they belong together.",
                reader.name(column)
            );
            return No::err(Reason::Unsupported, message);
        }
        seen.push(column);
    }
    Ok(())
}
