//! The steps of a specification, one after the other.

use std::collections::HashMap;

use super::super::failure::RenderError;
use super::super::names::unescape;
use super::super::spec::op::Op;
use super::super::spec::transform::{Aggregated, BinParams, Transform};
use super::aggregate::Gathering;
use super::bins::Bins;
use super::datum::Datum;
use super::key::Key;
use super::predicate::holds;
use super::table::{Table, at};
use super::units::span;
use super::window::window;

/// Rows that a transform may make.
const MOST_ROWS: usize = 1_000_000;

/// Runs the steps.
///
/// # Errors
///
/// A column that there is not, or more rows than are drawn.
pub fn run(transforms: &[Transform], table: &mut Table) -> Result<(), RenderError> {
    for transform in transforms {
        step(transform, table)?;
    }
    Ok(())
}

fn step(transform: &Transform, table: &mut Table) -> Result<(), RenderError> {
    match transform {
        Transform::Filter { filter } => {
            let mut stays = holds(filter, table)?.into_iter();
            table.rows.retain(|_| stays.next().unwrap_or(false));
        }
        Transform::Aggregate { aggregate, groupby } => *table = aggregated(table, aggregate, groupby)?,
        Transform::Bin { bin, field, name } => {
            let (starts, ends) = binned(table, table.index(field)?, bin.params().unwrap_or_default());
            table.put(name, starts);
            table.put(&format!("{name}_end"), ends);
        }
        Transform::TimeUnit { unit, field, name } => {
            let index = table.index(field)?;
            let start = |datum: &Datum| datum.as_moment().and_then(|moment| span(*unit, moment));
            let values =
                table.column(index).map(|datum| start(datum).map_or(Datum::Null, |(start, _)| Datum::Time(start)));
            let values = values.collect();
            table.put(name, values);
        }
        Transform::Fold { fold, names } => {
            let names = names.clone().unwrap_or_else(|| ("key".to_owned(), "value".to_owned()));
            folded(table, fold, &names)?;
        }
        Transform::Window { window: ops, frame, groupby, sort } => window(table, ops, *frame, groupby, sort)?,
    }
    Ok(())
}

/// The names that a step adds; an aggregate leaves nothing else but its groups.
#[must_use]
pub fn names(transform: &Transform) -> Vec<String> {
    match transform {
        Transform::Filter { .. } => Vec::new(),
        Transform::Aggregate { aggregate, .. } => aggregate.iter().map(|one| one.name.clone()).collect(),
        Transform::Bin { name, .. } => vec![name.clone(), format!("{name}_end")],
        Transform::TimeUnit { name, .. } => vec![name.clone()],
        Transform::Fold { names, .. } => match names {
            Some((key, value)) => vec![key.clone(), value.clone()],
            None => vec!["key".to_owned(), "value".to_owned()],
        },
        Transform::Window { window, .. } => window.iter().map(|one| one.name.clone()).collect(),
    }
}

fn aggregated(table: &Table, ops: &[Aggregated], groupby: &[String]) -> Result<Table, RenderError> {
    let indexes = groupby.iter().map(|field| table.index(field)).collect::<Result<Vec<_>, _>>()?;
    let fields = ops
        .iter()
        .map(|op| op.field.as_deref().filter(|_| op.op != Op::Count).map(|field| table.index(field)).transpose())
        .collect::<Result<Vec<_>, _>>()?;
    let mut places: HashMap<Vec<Key>, usize> = HashMap::new();
    let mut groups: Vec<(Vec<Datum>, Vec<Gathering>)> = Vec::new();
    for row in &table.rows {
        let key: Vec<Key> = indexes.iter().map(|index| Key::of(at(row, *index))).collect();
        let place = *places.entry(key).or_insert_with(|| {
            let values = indexes.iter().map(|index| at(row, *index).clone()).collect();
            groups.push((values, ops.iter().map(|op| Gathering::new(op.op)).collect()));
            groups.len() - 1
        });
        if let Some((_, gatherings)) = groups.get_mut(place) {
            for (gathering, field) in gatherings.iter_mut().zip(&fields) {
                gathering.add(field.map_or(&Datum::Bool(true), |index| at(row, index)));
            }
        }
    }
    if groups.is_empty() && indexes.is_empty() {
        groups.push((Vec::new(), ops.iter().map(|op| Gathering::new(op.op)).collect()));
    }
    let names = groupby.iter().filter_map(|field| unescape(field)).chain(ops.iter().map(|op| op.name.clone()));
    let rows = groups.into_iter().map(|(mut values, gatherings)| {
        values.extend(gatherings.into_iter().map(Gathering::result));
        values
    });
    Ok(Table { names: names.collect(), rows: rows.collect() })
}

fn binned(table: &Table, index: usize, params: BinParams) -> (Vec<Datum>, Vec<Datum>) {
    let numbers: Vec<Option<f64>> = table.column(index).map(Datum::as_number).collect();
    let Some(bins) = extent(numbers.iter().flatten()).map(|(least, most)| Bins::of(params, least, most, true)) else {
        return (vec![Datum::Null; numbers.len()], vec![Datum::Null; numbers.len()]);
    };
    let bounds = |number: &Option<f64>| number.map(|number| bins.bounds(number));
    let of = |bound: Option<f64>| bound.map_or(Datum::Null, Datum::number);
    numbers.iter().map(bounds).map(|bounds| (of(bounds.map(|(low, _)| low)), of(bounds.map(|(_, high)| high)))).unzip()
}

/// The least and the greatest of some numbers.
#[must_use]
pub fn extent<'a>(numbers: impl Iterator<Item = &'a f64>) -> Option<(f64, f64)> {
    numbers.fold(None, |extent, number| match extent {
        None => Some((*number, *number)),
        Some((least, most)) => Some((least.min(*number), most.max(*number))),
    })
}

fn folded(table: &mut Table, fields: &[String], names: &(String, String)) -> Result<(), RenderError> {
    let indexes = fields.iter().map(|field| table.index(field)).collect::<Result<Vec<_>, _>>()?;
    if table.rows.len().saturating_mul(fields.len()) > MOST_ROWS {
        return Err(RenderError::NotDrawn(format!("Folding makes more than {MOST_ROWS} rows of the result.")));
    }
    let mut rows = Vec::new();
    let (mut keys, mut values) = (Vec::new(), Vec::new());
    for row in std::mem::take(&mut table.rows) {
        for (field, index) in fields.iter().zip(&indexes) {
            keys.push(Datum::Text(unescape(field).unwrap_or_default()));
            values.push(at(&row, *index).clone());
            rows.push(row.clone());
        }
    }
    table.rows = rows;
    table.put(&names.0, keys);
    table.put(&names.1, values);
    Ok(())
}
