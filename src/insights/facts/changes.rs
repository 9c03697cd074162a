//! One value held against another: differences, changes in percent, multiples.

use super::field::Unit;
use super::scope::Scope;
use super::search::Search;
use crate::insights::figures::figure::Kind;
use crate::insights::reading::cues::Cues;
use crate::insights::write::digits::number;

/// Offers the changes that a figure can be.
pub fn offer(scope: &Scope<'_>, search: &mut Search<'_>) {
    let is_multiple = search.figure.kind == Kind::Multiple;
    let is_amount = matches!(search.figure.kind, Kind::Number | Kind::Money);
    if !is_multiple && (!scope.cues.has(Cues::CHANGES) || (is_amount && scope.is_end)) {
        return;
    }
    for column in scope.columns.clone() {
        between_subjects(scope, column, search);
        over_time(scope, column, search);
        against_all(scope, column, search);
    }
}

/// Offers what lies between a base and a value.
pub fn pair(scope: &Scope<'_>, column: usize, value: f64, base: f64, who: &str, search: &mut Search<'_>) {
    let view = scope.view;
    let how = || format!("{} {who}: {} against {}", view.said(column), number(value), number(base));
    let unit = view.field(column).map(|field| field.unit);
    match (search.figure.kind, unit) {
        (Kind::Percent, _) if base != 0.0 => {
            search.offer_change(100.0 * (value - base) / base.abs(), how);
            // Many say percent of what are points.
            if unit == Some(Unit::Percent) {
                search.offer_change(value - base, how);
            }
        }
        (Kind::Points, Some(Unit::Fraction)) => search.offer_change(100.0 * (value - base), how),
        (Kind::Points, Some(Unit::Percent)) | (Kind::Number, _) | (Kind::Money, Some(Unit::Amount | Unit::Level)) => {
            search.offer_change(value - base, how);
        }
        (Kind::Multiple, _) if base != 0.0 => search.offer(value / base, how),
        _ => {}
    }
}

fn between_subjects(scope: &Scope<'_>, column: usize, search: &mut Search<'_>) {
    for (one, other) in scope.pairs() {
        search.spend(one.rows.len() + other.rows.len());
        let (value, base) = (scope.view.level(&one.rows, column), scope.view.level(&other.rows, column));
        if let (Some(value), Some(base)) = (value, base) {
            pair(scope, column, value, base, &format!("of {} and {}", one.name, other.name), search);
        }
    }
}

/// From the first time to the last, to a named one from the one before, from the least to the greatest.
fn over_time(scope: &Scope<'_>, column: usize, search: &mut Search<'_>) {
    let moments: Vec<_> = scope.subjects.iter().filter_map(|subject| subject.moment).collect();
    if moments.len() >= 2 {
        return;
    }
    let wide = if scope.wider.is_empty() { scope.meant() } else { scope.wider.clone() };
    let everything = [scope.everything()];
    // A time alone is a place on the way of everything.
    let wide = if moments.len() == 1 && scope.wider.is_empty() { &everything[..] } else { &wide };
    for subject in wide.iter().filter(|subject| subject.moment.is_none()) {
        search.spend(subject.rows.len());
        let series = scope.view.series(&subject.rows, column);
        let (Some((first, from)), Some((last, to))) = (series.first(), series.last()) else { continue };
        if let Some(moment) = moments.first() {
            let Some(place) = series.iter().position(|(at, _)| moment.covers(*at)) else { continue };
            let Some((at, value)) = series.get(place) else { continue };
            if let Some((before, base)) = place.checked_sub(1).and_then(|place| series.get(place)) {
                pair(scope, column, *value, *base, &format!("of {} at {at} and {before}", subject.name), search);
            }
            if scope.cues.has(Cues::SINCE) {
                pair(scope, column, *to, *value, &format!("of {} at {last} and {at}", subject.name), search);
            }
            continue;
        }
        pair(scope, column, *to, *from, &format!("of {} at {last} and {first}", subject.name), search);
        if scope.cues.has(Cues::MAX.with(Cues::MIN)) {
            let least = series.iter().min_by(|one, other| one.1.total_cmp(&other.1));
            let most = series.iter().max_by(|one, other| one.1.total_cmp(&other.1));
            if let (Some((low, base)), Some((high, value))) = (least, most) {
                let (late, early) =
                    if low < high { ((high, value), (low, base)) } else { ((low, base), (high, value)) };
                let who = format!("of {} at {} and {}", subject.name, late.0, early.0);
                pair(scope, column, *late.1, *early.1, &who, search);
            }
        }
    }
}

/// Held against the mean, the greatest, the least, or the next one.
fn against_all(scope: &Scope<'_>, column: usize, search: &mut Search<'_>) {
    let view = scope.view;
    let Some(stats) = view.stats(column) else { return };
    let bases = [
        (Cues::AVERAGE, "mean", stats.mean),
        (Cues::MEDIAN, "median", stats.median),
        (Cues::MAX, "maximum", stats.max),
        (Cues::MIN, "minimum", stats.min),
    ];
    for (_, what, base) in bases.into_iter().filter(|(cue, _, _)| scope.cues.has(*cue)) {
        for subject in scope.subjects.iter().chain(&scope.wider) {
            if let Some(value) = view.level(&subject.rows, column) {
                pair(scope, column, value, base, &format!("of {} and its {what}", subject.name), search);
            }
        }
        if scope.subjects.is_empty() && scope.cues.has(Cues::MAX) {
            pair(scope, column, stats.max, base, &format!("at its maximum and its {what}"), search);
        }
    }
    if scope.subjects.is_empty()
        && scope.cues.has(Cues::SPREAD.with(Cues::CHANGE))
        && scope.cues.has(Cues::MAX.with(Cues::SPREAD))
    {
        pair(scope, column, stats.max, stats.min, "at its maximum and its minimum", search);
    }
    if let ([subject], true) = (scope.subjects.as_slice(), scope.cues.has(Cues::THAN.with(Cues::UP).with(Cues::DOWN))) {
        beside(scope, column, subject, search);
    }
}

/// "More than the next".
fn beside(scope: &Scope<'_>, column: usize, subject: &super::scope::Subject, search: &mut Search<'_>) {
    if !scope.others.iter().any(|figure| figure.kind == Kind::Ordinal) && !scope.cues.has(Cues::THAN) {
        return;
    }
    let Some(value) = scope.view.level(&subject.rows, column).filter(|_| subject.rows.len() == 1) else { return };
    let mut numbers = scope.view.numbers(&scope.view.all(), column);
    search.spend(numbers.len());
    numbers.sort_by(f64::total_cmp);
    if let Some(below) = numbers.iter().rev().find(|number| **number < value) {
        pair(scope, column, value, *below, &format!("of {} and the next below", subject.name), search);
    }
    if let Some(above) = numbers.iter().find(|number| **number > value) {
        pair(scope, column, value, *above, &format!("of {} and the next above", subject.name), search);
    }
}
