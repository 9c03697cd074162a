//! Counts: rows, values that differ, values that are missing or above the mean, steps up and down.

use super::field::Role;
use super::scope::{Noun, Scope};
use super::search::Search;
use super::stats::count;
use crate::insights::figures::figure::{Hedge, Kind};
use crate::insights::figures::moment::{Moment, Step};
use crate::insights::reading::cues::Cues;

/// Offers the counts that a figure can be.
pub fn offer(scope: &Scope<'_>, search: &mut Search<'_>) {
    bound(scope, search);
    if !search.figure.is_count() {
        return;
    }
    let before = scope.cues;
    let is_special = before.has(Cues::ABOVE.with(Cues::BELOW).with(Cues::MISSING));
    if !scope.is_base {
        missing(scope, search);
    }
    beyond(scope, search);
    steps(scope, search);
    chosen(scope, search);
    if !is_special || scope.is_base {
        whole(scope, search);
    } else if let Noun::Column(column) = scope.noun {
        named(scope, column, search);
    } else if let Noun::Time(step) = scope.noun {
        periods(scope, step, search);
    }
}

/// Values of a column that the clause names.
fn named(scope: &Scope<'_>, column: usize, search: &mut Search<'_>) {
    if let Some((_, named)) = scope.named.iter().find(|(named, _)| *named == column) {
        search.offer(count(*named), || format!("{named} values of {} are named", scope.view.said(column)));
    }
}

fn whole(scope: &Scope<'_>, search: &mut Search<'_>) {
    let view = scope.view;
    let rows = |search: &mut Search<'_>| search.offer(count(view.rows), || format!("there are {} rows", view.rows));
    match scope.noun {
        Noun::Rows => {
            for subject in scope.subjects.iter().filter(|_| !scope.is_base) {
                let how = || format!("{} has {} rows", subject.name, subject.rows.len());
                search.offer(count(subject.rows.len()), how);
            }
            if scope.subjects.is_empty() || scope.is_base {
                rows(search);
            }
        }
        Noun::Column(column) => {
            let name = view.said(column);
            if view.field(column).is_some_and(|field| field.role == Role::Measure) && !scope.cues.has(Cues::DISTINCT) {
                return;
            }
            let all = view.distinct.get(column).copied().unwrap_or(0);
            search.offer(count(all), || format!("there are {all} values of {name} that differ"));
            named(scope, column, search);
            for subject in &scope.subjects {
                let field = view.field(column);
                let texts: std::collections::BTreeSet<_> = subject
                    .rows
                    .iter()
                    .filter_map(|row| field.and_then(|field| field.texts.get(*row)).and_then(Option::as_ref))
                    .collect();
                search.spend(subject.rows.len());
                search.offer(count(texts.len()), || format!("{} has {} values of {name}", subject.name, texts.len()));
            }
        }
        Noun::Time(step) => periods(scope, step, search),
        Noun::Unknown => {
            // "North has a score of 4" counts nothing.
            let is_value = scope.has_columns && !scope.subjects.is_empty() && !scope.is_base;
            if scope.local.has(Cues::AGGREGATES) || is_value {
                return;
            }
            rows(search);
            for column in view.of(Role::Label) {
                let all = view.distinct.get(column).copied().unwrap_or(0);
                search.offer(count(all), || format!("there are {all} values of {} that differ", view.said(column)));
            }
            for (column, named) in scope.named.iter().filter(|(_, named)| *named > 1) {
                search.offer(count(*named), || format!("{named} values of {} are named", view.said(*column)));
            }
        }
    }
}

/// Steps in time that the result has, or that lie between its first and its last.
fn periods(scope: &Scope<'_>, step: Step, search: &mut Search<'_>) {
    let view = scope.view;
    search.spend(view.rows);
    let all: std::collections::BTreeSet<Moment> =
        (0..view.rows).filter_map(|row| view.moment(row)).map(|moment| moment.at(step)).collect();
    if all.is_empty() {
        search.offer(count(view.rows), || format!("there are {} rows", view.rows));
        return;
    }
    search.offer(count(all.len()), || format!("there are {} such times", all.len()));
    let place = |moment: Option<&Moment>| moment.and_then(|moment| moment.place(step));
    let named: std::collections::BTreeSet<Moment> =
        scope.subjects.iter().filter_map(|subject| subject.moment).collect();
    for times in [&all, &named] {
        if let (Some(first), Some(last)) = (place(times.first()), place(times.last())) {
            let span = usize::try_from(last - first).unwrap_or(0);
            if span > 0 && (scope.cues.has(Cues::CHANGES.with(Cues::SINCE)) || named.len() > 1) {
                search.offer(count(span), || format!("{span} such steps lie between the first and the last"));
            }
        }
    }
    if named.len() > 1 {
        search.offer(count(named.len()), || format!("{} such times are named", named.len()));
    }
    if scope.cues.has(Cues::MISSING) {
        let gaps = view.gaps().len();
        search.offer(count(gaps), || format!("{gaps} such times are missing"));
    }
}

fn missing(scope: &Scope<'_>, search: &mut Search<'_>) {
    if !scope.cues.has(Cues::MISSING) {
        return;
    }
    let fields = scope.view.fields.iter().enumerate();
    for (_, field) in fields.filter(|(column, _)| !scope.has_columns || scope.columns.contains(column)) {
        search.offer(count(field.nulls), || format!("{} is missing in {} rows", field.said(), field.nulls));
    }
}

/// "3 cities have more than 2,000": a bound that somebody chose, when as many are beyond it as is said.
fn bound(scope: &Scope<'_>, search: &mut Search<'_>) {
    let (hedge, value) = (search.figure.hedge, search.figure.value);
    let counts: Vec<f64> = scope.others.iter().filter(|other| other.is_count()).map(|other| other.value).collect();
    if counts.is_empty() || !matches!(search.figure.kind, Kind::Number | Kind::Money) {
        return;
    }
    for column in &scope.columns {
        let numbers = scope.view.numbers(&scope.view.all(), *column);
        search.spend(numbers.len());
        let beyond = numbers.iter().filter(|number| is_beyond(**number, hedge, value)).count();
        if beyond > 0 && counts.iter().any(|said| (said - count(beyond)).abs() < 0.5) {
            search.found(format!("{beyond} rows have {} beyond that bound", scope.view.said(*column)));
        }
    }
}

fn is_beyond(number: f64, hedge: Hedge, bound: f64) -> bool {
    match hedge {
        Hedge::MoreThan => number > bound,
        Hedge::AtLeast => number >= bound,
        Hedge::LessThan => number < bound,
        Hedge::AtMost => number <= bound,
        _ => false,
    }
}

/// Rows above or below the mean, or a number that the clause gives.
fn beyond(scope: &Scope<'_>, search: &mut Search<'_>) {
    let view = scope.view;
    let bounds = scope.others.iter().filter(|figure| matches!(figure.kind, Kind::Number | Kind::Money));
    let bounds: Vec<(Hedge, f64)> = bounds.map(|figure| (figure.hedge, figure.value)).collect();
    for column in &scope.columns {
        let Some(stats) = view.stats(*column) else { continue };
        let numbers = view.numbers(&view.all(), *column);
        let name = view.said(*column);
        let mut tell = |is_there: &dyn Fn(f64) -> bool, what: String| {
            let found = numbers.iter().filter(|number| is_there(**number)).count();
            search.spend(numbers.len());
            search.offer(count(found), || format!("{found} rows have {name} {what}"));
        };
        if scope.cues.has(Cues::ABOVE) && scope.cues.has(Cues::AVERAGE) {
            tell(&|number| number > stats.mean, "above its mean".to_owned());
        }
        if scope.cues.has(Cues::BELOW) && scope.cues.has(Cues::AVERAGE) {
            tell(&|number| number < stats.mean, "below its mean".to_owned());
        }
        for (hedge, bound) in &bounds {
            if matches!(hedge, Hedge::MoreThan | Hedge::AtLeast | Hedge::LessThan | Hedge::AtMost) {
                tell(&|number| is_beyond(number, *hedge, *bound), format!("beyond {bound}"));
            }
        }
    }
}

/// Times at which something rose or fell.
fn steps(scope: &Scope<'_>, search: &mut Search<'_>) {
    let (up, down) = (scope.cues.has(Cues::UP), scope.cues.has(Cues::DOWN));
    if up == down || !matches!(scope.noun, Noun::Time(_)) {
        return;
    }
    for column in &scope.columns {
        for subject in scope.meant() {
            let series = scope.view.series(&subject.rows, *column);
            search.spend(subject.rows.len());
            let (mut run, mut longest, mut all) = (0_usize, 0_usize, 0_usize);
            for pair in series.windows(2) {
                let [(_, one), (_, other)] = pair else { continue };
                let goes = if up { other > one } else { other < one };
                run = if goes { run + 1 } else { 0 };
                longest = longest.max(run);
                all += usize::from(goes);
            }
            let name = scope.view.said(*column);
            search.offer(count(all), || format!("{name} of {} went that way {all} times", subject.name));
            search
                .offer(count(longest), || format!("{name} of {} went that way {longest} times in a row", subject.name));
        }
    }
}

/// "The top 3": whoever writes chooses how many, if there are that many.
fn chosen(scope: &Scope<'_>, search: &mut Search<'_>) {
    if let Some(listed) = scope.listed.filter(|_| scope.is_choice) {
        search.offer(count(listed), || format!("{listed} are listed"));
        return;
    }
    if scope.is_choice && search.figure.value >= 1.0 && search.figure.value <= count(scope.view.rows) {
        search.found("so many were chosen".to_owned());
    }
}
