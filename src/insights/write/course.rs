//! How something went over time.

use super::digits::percent;
use super::observation::Observation;
use super::periods;
use super::phrases::{self, at, capital, column, many, value, verb};
use crate::insights::facts::field::Unit;
use crate::insights::facts::view::View;
use crate::insights::figures::moment::Moment;

/// Missing times that are named one by one.
const NAMED: usize = 3;

/// From the first time to the last.
#[must_use]
pub fn trend(view: &View, measure: usize, is_main: bool) -> Option<Observation> {
    let field = view.field(measure)?;
    let series = view.series(&view.all(), measure);
    let ((first, from), (last, to)) = (*series.first()?, *series.last()?);
    let (first, last) = (periods::told(view, first), periods::told(view, last));
    let name = capital(&column(field)?);
    let (start, end) = (value(field, from)?, value(field, to)?);
    let score = if is_main { 5.8 } else { 3.2 };
    if (to - from).abs() <= 0.0 {
        return Some(Observation::new(
            format!("{name} {} {start} {} and again {}.", verb(&name, "was", "were"), at(first), at(last)),
            score - 1.0,
        ));
    }
    let went = if to > from { "rose" } else { "fell" };
    let change = match field.unit {
        Unit::Percent | Unit::Fraction => None,
        _ if from > 0.0 && to >= 0.0 => Some(100.0 * (to - from).abs() / from),
        _ => None,
    };
    let text = match change.filter(|change| (0.1..=1_000.0).contains(change)) {
        Some(change) => format!("{name} {went} by {} from {first} to {last}, from {start} to {end}.", percent(change)),
        None => format!("{name} {went} from {start} {} to {end} {}.", at(first), at(last)),
    };
    Some(Observation::new(text, score))
}

/// Peak and trough.
#[must_use]
pub fn peak(view: &View, measure: usize) -> Option<Observation> {
    let field = view.field(measure)?;
    let series = view.series(&view.all(), measure);
    if series.len() < 3 {
        return None;
    }
    let high = series.iter().max_by(|one, other| one.1.total_cmp(&other.1))?;
    let low = series.iter().min_by(|one, other| one.1.total_cmp(&other.1))?;
    let is_tied = |level: f64| series.iter().filter(|(_, other)| (other - level).abs() <= 0.0).count() > 1;
    if high.1 <= low.1 || is_tied(high.1) || is_tied(low.1) {
        return None;
    }
    let name = capital(&column(field)?);
    let (most, least) = (value(field, high.1)?, value(field, low.1)?);
    let text = format!(
        "{name} {} highest {}, at {most}, and lowest {}, at {least}.",
        verb(&name, "was", "were"),
        at(periods::told(view, high.0)),
        at(periods::told(view, low.0))
    );
    Some(Observation::new(text, 4.8))
}

/// Times without a row.
#[must_use]
pub fn gaps(view: &View) -> Option<Observation> {
    let gaps: Vec<Moment> = view.gaps();
    let step = gaps.first()?.step()?;
    let text = if gaps.len() <= NAMED {
        let named: Vec<String> = gaps.iter().map(ToString::to_string).collect();
        match named.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("No rows exist for {} and {last}.", rest.join(", ")),
            _ => format!("No rows exist for {}.", named.concat()),
        }
    } else {
        format!("Between the first time and the last, {} are missing.", many(gaps.len(), phrases::step(step)))
    };
    Some(Observation::new(text, 3.5))
}
