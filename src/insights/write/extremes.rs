//! What stands out: the greatest and the least, what is far from the middle, how much the greatest take together.

use std::fmt::Write as _;

use super::digits::percent;
use super::observation::Observation;
use super::phrases::{capital, column, label, main_label, many, value, verb};
use crate::insights::facts::stats::{Stats, count, sum};
use crate::insights::facts::view::View;

/// Distances from the median, in median deviations scaled to a normal distribution's standard deviation, that stand out.
const FAR: f64 = 3.0;
const SCALE: f64 = 1.4826;
/// Values below which nothing can stand out.
const FEWEST: usize = 5;
/// How many the greatest are.
const TOP: usize = 3;

/// A label, a noun for its values, and these with what each amounts to.
type Ranked = (usize, String, Vec<(String, f64)>);

/// The values of the main label with what each amounts to, greatest first.
fn ranked(view: &View, measure: usize) -> Option<Ranked> {
    let (place, noun) = main_label(view)?;
    let groups = view.groups(place);
    let mut levels: Vec<(String, f64)> =
        groups.into_iter().filter_map(|(name, rows)| Some((name, view.level(&rows, measure)?))).collect();
    levels.sort_by(|one, other| other.1.total_cmp(&one.1));
    (levels.len() >= 2).then_some((place, noun, levels))
}

/// "Net is highest for North, at 1,204.5 (40 % of the total), and lowest for West, at 300."
#[must_use]
pub fn ends(view: &View, measure: usize, is_main: bool) -> Option<Observation> {
    let (place, _, levels) = ranked(view, measure)?;
    let (field, names) = (view.field(measure)?, view.field(place)?);
    let ((top, most), (last, least)) = (levels.first()?, levels.last()?);
    if most <= least {
        return None;
    }
    let name = capital(&column(field)?);
    let stats = view.stats(measure)?;
    let is_share = view.adds_up(measure) && stats.min >= 0.0 && stats.sum > 0.0;
    let share = if is_share { format!(" ({} of the total)", percent(100.0 * most / stats.sum)) } else { String::new() };
    let is_tied = |level: f64| levels.iter().filter(|(_, other)| (other - level).abs() <= 0.0).count() > 1;
    if is_tied(*most) {
        return None;
    }
    let mut text = format!(
        "{name} {} highest for {}, at {}{share}",
        verb(&name, "is", "are"),
        label(names, top)?,
        value(field, *most)?
    );
    if is_tied(*least) {
        text.push('.');
    } else {
        // Writing to a string cannot fail.
        let _ = write!(text, ", and lowest for {}, at {}.", label(names, last)?, value(field, *least)?);
    }
    Some(Observation::new(text, if is_main { 5.5 } else { 3.0 }))
}

/// "The top 3 of 12 regions make up 80 % of net."
#[must_use]
pub fn concentration(view: &View, measure: usize) -> Option<Observation> {
    let (_, noun, levels) = ranked(view, measure)?;
    let (field, stats) = (view.field(measure)?, view.stats(measure)?);
    if !view.adds_up(measure) || stats.min < 0.0 || stats.sum <= 0.0 || levels.len() <= TOP + 1 {
        return None;
    }
    let top: Vec<f64> = levels.iter().take(TOP).map(|(_, level)| *level).collect();
    let share = 100.0 * sum(&top) / stats.sum;
    let even = 100.0 * count(TOP) / count(levels.len());
    let text =
        format!("The top {TOP} of {} make up {} of {}.", many(levels.len(), &noun), percent(share), column(field)?);
    Some(Observation::new(text, 2.0 + (share - even) / 20.0))
}

/// "The median net is 120; Munich stands out with 9,000."
#[must_use]
pub fn outlier(view: &View, measure: usize) -> Option<Observation> {
    let (place, _, levels) = ranked(view, measure)?;
    if levels.len() < FEWEST {
        return None;
    }
    let (field, names) = (view.field(measure)?, view.field(place)?);
    let numbers: Vec<f64> = levels.iter().map(|(_, level)| *level).collect();
    let median = Stats::of(numbers.clone())?.median;
    let deviation = SCALE * Stats::deviation(median, &numbers)?;
    // Where most are the same every other one is far off.
    if deviation <= 0.0 {
        return None;
    }
    let off = |level: f64| (level - median).abs() / deviation;
    let (name, level) = levels.iter().max_by(|one, other| off(one.1).total_cmp(&off(other.1)))?;
    if off(*level) <= FAR {
        return None;
    }
    let text = format!(
        "The median {} is {}; {} stands out with {}.",
        column(field)?,
        value(field, median)?,
        label(names, name)?,
        value(field, *level)?
    );
    Some(Observation::new(text, 4.5))
}
