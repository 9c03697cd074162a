//! Parts of a whole: of a sum, of a count, of another value.

use super::field::Role;
use super::scope::{Scope, Subject};
use super::search::Search;
use super::stats::{count, sum};
use crate::insights::reading::cues::Cues;
use crate::insights::write::digits::number;

/// Offers the shares that a percentage can be.
pub fn offer(scope: &Scope<'_>, search: &mut Search<'_>) {
    for column in scope.columns.clone() {
        if !scope.is_change && scope.view.adds_up(column) {
            of_sum(scope, column, search);
        }
    }
    if scope.cues.has(Cues::OF) {
        for column in scope.columns.clone() {
            of_another(scope, column, search);
        }
    }
    if scope.columns.len() >= 2 && scope.has_columns {
        of_columns(scope, search);
    }
    of_rows(scope, search);
}

fn of_sum(scope: &Scope<'_>, column: usize, search: &mut Search<'_>) {
    let view = scope.view;
    let Some(stats) = view.stats(column).filter(|stats| stats.min >= 0.0 && stats.sum > 0.0) else { return };
    let name = view.said(column);
    let mut offer = |part: f64, whole: f64, of: &str, within: &str| {
        if whole > 0.0 {
            let how = || format!("the share of {of} in the {name} of {within}: {} of {}", number(part), number(whole));
            search.offer(100.0 * part / whole, how);
        }
    };
    let level = |subject: &Subject| sum(&view.numbers(&subject.rows, column));
    let singly = !scope.cues.has(Cues::REST);
    if singly {
        for subject in scope.subjects.iter().chain(&scope.wider) {
            offer(level(subject), stats.sum, &subject.name, "all rows");
        }
        for (part, whole) in scope.subjects.iter().flat_map(|part| scope.wider.iter().map(move |whole| (part, whole))) {
            offer(level(part), level(whole), &part.name, &whole.name);
        }
    }
    if let Some(union) = scope.union() {
        offer(level(&union), stats.sum, &union.name, "all rows");
        if !singly {
            offer(stats.sum - level(&union), stats.sum, "the rest", "all rows");
        }
    } else if let (false, Some(subject)) = (singly, scope.subjects.first()) {
        offer(stats.sum - level(subject), stats.sum, "the rest", "all rows");
    }
    if !scope.subjects.is_empty() {
        return;
    }
    let mut lists: Vec<Vec<f64>> = vec![view.numbers(&view.all(), column)];
    for label in view.of(Role::Label) {
        let groups = view.groups(label);
        if groups.len() < view.rows {
            lists.push(groups.iter().filter_map(|(_, rows)| view.level(rows, column)).collect());
        }
    }
    let is_bottom = scope.cues.has(Cues::BOTTOM) && !scope.cues.has(Cues::TOP);
    let Some(k) = scope.some().or_else(|| scope.cues.has(Cues::TOP.with(Cues::BOTTOM)).then_some(1)) else { return };
    for mut list in lists {
        list.sort_by(|one, other| other.total_cmp(one));
        if is_bottom {
            list.reverse();
        }
        let end = if is_bottom { "smallest" } else { "largest" };
        offer(sum(list.get(..k).unwrap_or(&list)), stats.sum, &format!("the {k} {end}"), "all rows");
    }
}

/// "South reaches 80 % of North".
fn of_another(scope: &Scope<'_>, column: usize, search: &mut Search<'_>) {
    for (one, other) in scope.pairs() {
        let (Some(part), Some(whole)) = (scope.view.level(&one.rows, column), scope.view.level(&other.rows, column))
        else {
            continue;
        };
        if whole != 0.0 {
            let name = scope.view.said(column);
            search.offer(100.0 * part / whole, || {
                format!("{name} of {} in that of {}: {} of {}", one.name, other.name, number(part), number(whole))
            });
        }
    }
}

/// "Cost is 60 % of net".
fn of_columns(scope: &Scope<'_>, search: &mut Search<'_>) {
    let view = scope.view;
    for subject in scope.meant() {
        search.spend(subject.rows.len());
        for (place, one) in scope.columns.iter().enumerate() {
            for other in scope.columns.iter().skip(place + 1) {
                let (Some(part), Some(whole)) = (view.level(&subject.rows, *one), view.level(&subject.rows, *other))
                else {
                    continue;
                };
                if whole != 0.0 {
                    let how = || {
                        format!(
                            "{} in {} of {}: {} of {}",
                            view.said(*one),
                            view.said(*other),
                            subject.name,
                            number(part),
                            number(whole)
                        )
                    };
                    search.offer(100.0 * part / whole, how);
                }
            }
        }
    }
}

/// "40 % of the rows": of rows that are named, that lack a value, or that are above the mean.
fn of_rows(scope: &Scope<'_>, search: &mut Search<'_>) {
    let view = scope.view;
    let about_rows = scope.is_count() || scope.cues.has(Cues::ROWS);
    if !about_rows || view.rows == 0 {
        return;
    }
    let all = count(view.rows);
    let mut offer = |part: usize, what: String| {
        search.offer(100.0 * count(part) / all, || format!("{part} of {} rows {what}", view.rows));
    };
    for subject in &scope.subjects {
        offer(subject.rows.len(), format!("are of {}", subject.name));
    }
    if scope.cues.has(Cues::MISSING) {
        for field in &view.fields {
            offer(field.nulls, format!("have no {}", field.said()));
        }
    }
    for column in &scope.columns {
        let Some(stats) = view.stats(*column) else { continue };
        let numbers = view.numbers(&view.all(), *column);
        for (cue, what) in [(Cues::ABOVE, "above"), (Cues::BELOW, "below")] {
            if scope.cues.has(cue) {
                let is_there =
                    |number: &&f64| if what == "above" { **number > stats.mean } else { **number < stats.mean };
                let name = view.said(*column);
                offer(numbers.iter().filter(is_there).count(), format!("have {name} {what} its mean"));
            }
        }
    }
}
