//! Single measures: which functions there are, and what they may be applied to.

use super::query::{Field, Function, Measure};
use super::reader::Reader;
use super::refusal::{No, Reason};
use super::schema::Column;
use super::terms;
use super::vocabulary::{ARTICLES, AVERAGE, INTENSIVE, LARGEST, MEDIAN, SMALLEST, SUM};
use super::words::split;

pub(super) fn add(reader: &mut Reader<'_>, measure: Measure) {
    if !reader.query.measures.contains(&measure) {
        reader.query.measures.push(measure);
    }
}

/// # Errors
/// When the function makes no sense of the field.
pub(super) fn measure(reader: &Reader<'_>, function: Function, field: Field) -> Result<Measure, No> {
    let name = reader.field_name(field);
    match field {
        Field::Column(index)
            if reader.column(index).is_some_and(Column::is_key) && function != Function::CountDistinct =>
        {
            reader.unknown_measure(&format!("{name} tells rows apart and is nothing to compute with"))
        }
        Field::Column(_) => Ok(Measure { function, field: Some(field) }),
        Field::Term(index) => {
            let expression = reader.glossary.get(index).and_then(|term| term.expression.as_deref()).unwrap_or_default();
            match (terms::is_aggregate(expression), function) {
                (false, _) => Ok(Measure { function, field: Some(field) }),
                (true, Function::Sum | Function::Given) => {
                    Ok(Measure { function: Function::Given, field: Some(field) })
                }
                (true, _) => {
                    let message = format!("{name} is computed over many rows already, as the glossary says.");
                    No::err(Reason::Unsupported, message)
                }
            }
        }
    }
}

/// What is meant by the name of a number alone: its sum, where that makes sense.
///
/// # Errors
/// When it does not.
pub(super) fn implied(reader: &mut Reader<'_>, field: Field) -> Result<Measure, No> {
    let name = reader.field_name(field).to_owned();
    let measure = measure(reader, Function::Sum, field)?;
    if measure.function == Function::Given {
        return Ok(measure);
    }
    if is_intensive(reader, field) {
        let message =
            format!("Say what you want to know of {name}: its average, its median, the highest or the lowest.");
        return No::err(Reason::UnknownMeasure, message);
    }
    reader.note(format!("{name} was added up."));
    Ok(measure)
}

/// Whether adding it up makes no sense.
pub(super) fn is_intensive(reader: &Reader<'_>, field: Field) -> bool {
    if let Field::Term(index) = field {
        // Who knows what an expression gives.
        let expression = reader.glossary.get(index).and_then(|term| term.expression.as_deref());
        return !expression.is_some_and(terms::is_aggregate);
    }
    let has_percent =
        matches!(field, Field::Column(index) if reader.column(index).is_some_and(|it| it.unit == Some('%')));
    has_percent || split(reader.field_name(field)).iter().any(|word| INTENSIVE.contains(&word.stem.as_str()))
}

pub(super) fn function(reader: &Reader<'_>, at: usize) -> Option<Function> {
    let is = |list: &[&str]| reader.is(at, list);
    if is(SUM) {
        Some(Function::Sum)
    } else if is(AVERAGE) {
        Some(Function::Average)
    } else if is(MEDIAN) {
        Some(Function::Median)
    } else if is(LARGEST) && reader.low(at) != "most" {
        Some(Function::Maximum)
    } else if is(SMALLEST) && !is(&["least", "fewest"]) {
        Some(Function::Minimum)
    } else {
        None
    }
}

/// The function whose name stands in front of a number, and where it stands.
pub(super) fn function_before(reader: &Reader<'_>, at: usize) -> Option<(Function, usize)> {
    let before = reader.back(at, ARTICLES)?;
    function(reader, before).map(|function| (function, before))
}

pub(super) fn two_steps(reader: &Reader<'_>, at: usize, next: usize) -> String {
    format!("“{} {}” takes two steps, and one is planned.", reader.raw(at), reader.raw(next))
}
