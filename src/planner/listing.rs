//! Lists: `show orders over 100`, `list name and salary of employees`, `which regions are there`; and what is left of a question.

use super::grouping;
use super::measures;
use super::query::{Condition, Function, Group, Measure, Shape};
use super::reader::{Reader, is_category};
use super::refusal::{No, Reason};
use super::vocabulary::{ARTICLES, ASK, DISTINCT, FILLERS, LIST};

/// Columns that are asked for behind a word such as `show`, claimed before their names can be read as conditions.
///
/// # Errors
/// When a name may be that of several columns.
pub(super) fn fields(reader: &mut Reader<'_>) -> Result<(), No> {
    let Some(verb) = verb(reader) else { return Ok(()) };
    if !reader.query.groups.is_empty() || !reader.query.measures.is_empty() || reader.query.share.is_some() {
        return Ok(());
    }
    let mut at = reader.skip(verb + 1, &[ARTICLES, DISTINCT, &["me", "us", "out"]].concat());
    let mut places = Vec::new();
    loop {
        let is_field = reader.thing(at).is_some_and(|thing| !thing.is_table && !thing.columns.is_empty());
        if !is_field {
            break;
        }
        places.push(at);
        let next = reader.skip(at + 1, &[",", "and"]);
        if next == at + 1 {
            break;
        }
        at = reader.skip(next, &[ARTICLES, &["their"]].concat());
    }
    let end = places.last().map_or(at, |last| last + 1);
    let of_rows = (end..reader.len()).find(|at| reader.is_table(*at));
    // `customers with unpaid orders` are customers, `customers of orders` one a row.
    let is_of = |rows: usize| {
        (end..rows).any(|at| reader.is(at, &["of", "for", "from", "in"]))
            && !(end..rows).any(|at| reader.is(at, &["with", "have", "has"]))
    };
    let is_adjective = of_rows == Some(end) || (0..end).any(|at| reader.is_table(at));
    let is_asked = reader.is(verb, ASK);
    let is_list = places.len() > 1 || of_rows.is_some();
    // `what is the net of orders` asks for a number.
    let has_only_numbers = places.iter().all(|at| reader.may_be_number(*at));
    if is_adjective || !is_list || (is_asked && has_only_numbers) || (of_rows.is_none() && has_only_numbers) {
        return Ok(());
    }
    let is_of_values = !of_rows.is_some_and(is_of) && places.iter().all(|at| reader.may_be(*at, is_category));
    for at in places {
        if let Some(column) = reader.column_at(at, |_| true)? {
            reader.query.fields.push(column);
            reader.claim(at..at + 1);
        }
    }
    reader.claim(verb..verb + 1);
    if let Some(rows) = of_rows {
        reader.claim(rows..rows + 1);
    }
    reader.query.shape = if is_of_values { Shape::Values } else { Shape::Rows };
    Ok(())
}

/// Says what a question without a number wants: rows, values, groups or a count.
///
/// # Errors
/// When that is not clear.
pub(super) fn finish(reader: &mut Reader<'_>) -> Result<(), No> {
    let verb = verb(reader);
    // `list customers with more than 3 orders`, `which regions have …`
    if !reader.query.measures.is_empty() || !reader.query.having.is_empty() {
        let subject = reader.skip(verb.map_or(0, |verb| verb + 1), &[ARTICLES, &["me", "us"]].concat());
        let is_subject = verb.is_some() || !reader.query.having.is_empty();
        if is_subject
            && !reader.is_table(subject)
            && let Some(column) = reader.column_at(subject, is_category)?
        {
            grouping::add(reader, Group::Column(column));
            reader.claim(subject..subject + 1);
        }
        let mentioned: Vec<usize> = (0..reader.len()).filter(|at| reader.is_table(*at)).collect();
        for at in mentioned {
            reader.claim(at..at + 1);
        }
        if reader.query.measures.is_empty() {
            reader.query.measures = reader.query.having.iter().map(|(measure, _)| *measure).collect();
        }
        return Ok(());
    }
    let rows = (0..reader.len()).find(|at| reader.is_table(*at));
    if !reader.query.groups.is_empty() {
        if let Some(rows) = rows {
            reader.claim(rows..rows + 1);
        }
        let has_conditions = reader.query.filters.iter().any(|it| !matches!(it.condition, Condition::Times { .. }));
        if rows.is_none() && !has_conditions {
            return reader.unknown_measure("It is not clear what is to be computed");
        }
        if reader.query.share.is_none() {
            reader.note("As nothing else is said, rows were counted.");
        }
        measures::add(reader, Measure { function: Function::Count, field: None });
        return Ok(());
    }
    if let Some(rows) = rows {
        reader.claim(rows..rows + 1);
    }
    if reader.query.shape != Shape::Figures || reader.query.share.is_some() {
        return Ok(());
    }
    if rows.is_some() {
        reader.query.shape = Shape::Rows;
        return Ok(());
    }
    values(reader, verb)?;
    // Conditions alone are those of rows.
    if reader.query.shape == Shape::Figures && !reader.query.filters.is_empty() && reader.query.share.is_none() {
        reader.query.shape = Shape::Rows;
    }
    Ok(())
}

/// `which regions are there`, `list the customers in Berlin`.
fn values(reader: &mut Reader<'_>, verb: Option<usize>) -> Result<(), No> {
    let Some(verb) = verb else { return Ok(()) };
    let subject = reader.skip(verb + 1, &[ARTICLES, DISTINCT, &["me", "us", "is", "are"]].concat());
    if let Some(column) = reader.column_at(subject, is_category)? {
        reader.query.fields.push(column);
        reader.query.shape = Shape::Values;
        for at in verb..subject {
            reader.claim(at..at + 1);
        }
        reader.claim(subject..subject + 1);
    }
    Ok(())
}

/// The word that asks for a list.
fn verb(reader: &Reader<'_>) -> Option<usize> {
    let first = reader
        .skip(0, &["please", "can", "could", "you", "i", "want", "to", "see", "would", "like", "let", "tell", "me"]);
    (reader.is(first, LIST) || reader.is(first, ASK)).then_some(first)
}

/// # Errors
/// When something in the question was not understood.
pub(super) fn leftovers(reader: &Reader<'_>) -> Result<(), No> {
    let is_left = |at: &usize| {
        reader.piece(*at).is_some_and(|piece| {
            let says_nothing = FILLERS.contains(&piece.low.as_str()) || LIST.contains(&piece.low.as_str());
            piece.thing.is_some() || !says_nothing
        })
    };
    let Some(at) = (0..reader.len()).find(is_left) else { return Ok(()) };
    let text = reader.pieces.get(at).map(|piece| piece.text.as_str()).unwrap_or_default();
    let message = if reader.thing(at).is_some_and(|thing| !thing.columns.is_empty()) {
        format!("It is not clear what “{text}” is wanted for. To divide by it, write “by {text}”.")
    } else {
        format!("“{text}” was not understood at its place.")
    };
    No::err(Reason::UnknownWord, message)
}
