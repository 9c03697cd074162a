//! Periods that are told by their first day, as `date_trunc` gives them: a sentence says March 2025 and not 2025-03-01.

use std::collections::BTreeSet;

use crate::insights::facts::field::Role;
use crate::insights::facts::view::View;
use crate::insights::figures::moment::{Moment, Step};

/// Times from which their length can be seen; fewer are told as they are.
const FEWEST: usize = 3;

/// A time of a result as a sentence has it: the period that it begins, where all of the result begin one.
#[must_use]
pub fn told(view: &View, moment: Moment) -> Moment {
    length(view).map_or(moment, |step| moment.at(step))
}

/// How long each time of a result is: that of its period, or as exact as it is itself. `None` where they differ, and where there is none.
#[must_use]
pub fn step(view: &View) -> Option<Step> {
    let moments = moments(view);
    let step = moments.first()?.step()?;
    let is_even = moments.iter().all(|moment| moment.step() == Some(step));
    is_even.then(|| length(view).unwrap_or(step))
}

/// The times of the rows, each once.
#[must_use]
pub fn moments(view: &View) -> BTreeSet<Moment> {
    (0..view.rows).filter_map(|row| view.moment(row)).collect()
}

/// The length of the periods that all times begin.
fn length(view: &View) -> Option<Step> {
    let moments = moments(view);
    let is_first = |moment: &Moment| moment.day == Some(1) && moment.clock.is_none_or(|clock| clock == (0, 0));
    if moments.len() < FEWEST || !moments.iter().all(is_first) {
        return None;
    }
    let is_in = |months: &[u32]| moments.iter().all(|moment| moment.month.is_some_and(|month| months.contains(&month)));
    let is_named = |word: &str| {
        view.of(Role::Time).filter_map(|place| view.field(place)).any(|field| field.words.iter().any(|it| it == word))
    };
    if is_named("day") || is_named("date") {
        return None;
    }
    if is_in(&[1]) && !is_named("month") && !is_named("quarter") {
        return Some(Step::Year);
    }
    if is_in(&[1, 4, 7, 10]) && !is_named("month") {
        return Some(Step::Quarter);
    }
    Some(Step::Month)
}
