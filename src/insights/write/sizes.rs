//! How much there is: totals, averages, rows, what is missing.

use super::observation::Observation;
use super::periods;
use super::phrases::{capital, column, label, main_label, many, step, value, verb};
use crate::insights::facts::field::{Field, Role};
use crate::insights::facts::stats::count;
use crate::insights::facts::view::View;

/// Measures of a single row that are told.
const SINGLES: usize = 4;

/// What a measure amounts to.
#[must_use]
pub fn total(view: &View, measure: usize, is_main: bool) -> Option<Observation> {
    let (field, stats) = (view.field(measure)?, view.stats(measure)?);
    if stats.count < 2 {
        return None;
    }
    let name = capital(&column(field)?);
    let rows = many(view.rows, "row");
    let label = main_label(view);
    let of = match &label {
        Some((label, noun)) if view.distinct.get(*label) == Some(&view.rows) => many(view.rows, noun),
        _ => match times(view) {
            Some(times) => times,
            None => rows,
        },
    };
    let mean = value(field, stats.mean)?;
    let text = if view.adds_up(measure) {
        format!(
            "{name} {} {} across {of}, {mean} on average.",
            verb(&name, "totals", "total"),
            value(field, stats.sum)?
        )
    } else {
        format!(
            "{name} {} {mean} across {of}, with a median of {}.",
            verb(&name, "averages", "average"),
            value(field, stats.median)?
        )
    };
    Some(Observation::new(text, if is_main { 6.0 } else { 2.5 }))
}

/// Times, where each row has one of its own.
fn times(view: &View) -> Option<String> {
    let length = periods::step(view)?;
    (periods::moments(view).len() == view.rows).then(|| many(view.rows, step(length)))
}

/// The values of a result with one row.
#[must_use]
pub fn single(view: &View) -> Vec<Observation> {
    if view.rows != 1 {
        return Vec::new();
    }
    let of = view.of(Role::Label).find_map(|place| {
        let field = view.field(place)?;
        label(field, field.texts.first()?.as_deref()?)
    });
    let said = |measure: usize| -> Option<Observation> {
        let field = view.field(measure)?;
        let (name, value) = (capital(&column(field)?), value(field, view.number(0, measure)?)?);
        let text = match &of {
            Some(of) => format!("{name} of {of} {} {value}.", verb(&name, "is", "are")),
            None => format!("{name} {} {value}.", verb(&name, "is", "are")),
        };
        Some(Observation::new(text, 5.0))
    };
    view.measures().into_iter().take(SINGLES).filter_map(said).collect()
}

/// Values that are missing.
#[must_use]
pub fn missing(view: &View) -> Vec<Observation> {
    let said = |field: &Field| -> Option<Observation> {
        if field.nulls == 0 || view.rows < 2 || field.role == Role::Other {
            return None;
        }
        let name = capital(&column(field)?);
        let text = if field.nulls == view.rows {
            format!("{name} {} missing in all {}.", verb(&name, "is", "are"), many(view.rows, "row"))
        } else {
            format!("{name} {} missing in {} of {}.", verb(&name, "is", "are"), field.nulls, many(view.rows, "row"))
        };
        Some(Observation::new(text, 2.0 + 2.0 * count(field.nulls) / count(view.rows)))
    };
    view.fields.iter().filter_map(said).collect()
}

/// What can be said of names alone.
#[must_use]
pub fn names(view: &View) -> Vec<Observation> {
    let said = |place: usize| -> Option<Observation> {
        let field = view.field(place)?;
        let name = column(field)?;
        let groups = view.groups(place);
        let (top, rows) = groups.iter().max_by_key(|(_, rows)| rows.len())?;
        if groups.len() < 2
            || rows.len() < 2
            || groups.iter().filter(|(_, other)| other.len() == rows.len()).count() > 1
        {
            return None;
        }
        let text = format!("{} of {} have the {name} {}.", rows.len(), many(view.rows, "row"), label(field, top)?);
        Some(Observation::new(text, 2.0))
    };
    view.of(Role::Label).collect::<Vec<_>>().into_iter().filter_map(said).collect()
}
