//! Which rows stay.

use std::cmp::Ordering;

use serde_json::Value;

use super::super::failure::RenderError;
use super::super::spec::transform::{Predicate, Test};
use super::datum::Datum;
use super::table::{Table, at};

/// Whether each row of a table stays.
///
/// # Errors
///
/// A column that there is not.
pub fn holds(predicate: &Predicate, table: &Table) -> Result<Vec<bool>, RenderError> {
    match predicate {
        Predicate::And { and } => fold(and, table, true, |one, other| one && other),
        Predicate::Or { or } => fold(or, table, false, |one, other| one || other),
        Predicate::Not { not } => Ok(holds(not, table)?.into_iter().map(|holds| !holds).collect()),
        Predicate::Test(test) => {
            let index = table.index(&test.field)?;
            Ok(table.rows.iter().map(|row| passes(test, at(row, index))).collect())
        }
    }
}

fn fold(
    parts: &[Predicate],
    table: &Table,
    from: bool,
    join: impl Fn(bool, bool) -> bool,
) -> Result<Vec<bool>, RenderError> {
    let mut all = vec![from; table.rows.len()];
    for part in parts {
        for (one, other) in all.iter_mut().zip(holds(part, table)?) {
            *one = join(*one, other);
        }
    }
    Ok(all)
}

fn passes(test: &Test, datum: &Datum) -> bool {
    let compared = |bound: &Option<Value>, fits: fn(Ordering) -> bool| {
        bound.as_ref().is_none_or(|bound| compare(datum, &Datum::of_spec(bound)).is_some_and(fits))
    };
    let number = || datum.as_number();
    let within = |(low, high): (Option<f64>, Option<f64>)| {
        number().is_some_and(|number| low.is_none_or(|low| number >= low) && high.is_none_or(|high| number <= high))
    };
    compared(&test.equal, Ordering::is_eq)
        && compared(&test.lt, Ordering::is_lt)
        && compared(&test.lte, Ordering::is_le)
        && compared(&test.gt, Ordering::is_gt)
        && compared(&test.gte, Ordering::is_ge)
        && test.range.is_none_or(within)
        && test.one_of.as_ref().is_none_or(|values| {
            values.iter().any(|value| compare(datum, &Datum::of_spec(value)).is_some_and(Ordering::is_eq))
        })
        && test.valid.is_none_or(|valid| valid != datum.is_null())
}

/// Values of one kind have an order; others are held against one another as numbers, as JavaScript would, and a null is like nothing.
fn compare(one: &Datum, other: &Datum) -> Option<Ordering> {
    match (one, other) {
        (Datum::Null, _) | (_, Datum::Null) => None,
        (Datum::Time(millis), Datum::Text(text)) => Some(millis.total_cmp(&super::moment::parse(text)?)),
        (Datum::Text(one), Datum::Text(other)) => Some(one.cmp(other)),
        (Datum::Bool(one), Datum::Bool(other)) => Some(one.cmp(other)),
        _ => Some(one.as_number()?.total_cmp(&other.as_number()?)),
    }
}
