//! Amounts: cells, sums, means, greatest and least values.

use super::field::{Role, Unit};
use super::scope::{Scope, Subject};
use super::search::Search;
use super::stats::{Stats, count, sum};
use crate::insights::figures::figure::Kind;
use crate::insights::reading::cues::Cues;
use crate::insights::write::digits::number;

/// Offers the amounts that a figure can be.
pub fn offer(scope: &Scope<'_>, search: &mut Search<'_>) {
    for column in scope.columns.clone() {
        let Some(factor) = factor(scope, search, column) else { continue };
        let level = Level { scope, column, factor };
        for subject in &scope.subjects {
            level.of(subject, search);
        }
        // Of a whole that cannot be summed up there are no parts.
        let is_base = scope.is_base && scope.view.adds_up(column);
        if scope.subjects.is_empty() || scope.local.has(Cues::AGGREGATES) || is_base {
            level.of_all(search);
        }
        if scope.local.has(Cues::TOTAL.with(Cues::AVERAGE).with(Cues::MEDIAN).with(Cues::SPREAD)) || is_base {
            for subject in &scope.wider {
                level.of(subject, search);
            }
        }
        level.before(search);
        level.together(search);
        level.in_order(search);
    }
}

/// What the numbers of a column are multiplied by to be such a figure; nothing when they cannot be.
#[must_use]
pub fn factor(scope: &Scope<'_>, search: &Search<'_>, column: usize) -> Option<f64> {
    let unit = scope.view.field(column)?.unit;
    match (search.figure.kind, unit) {
        (Kind::Percent, Unit::Percent) | (Kind::Number, _) | (Kind::Money, Unit::Amount | Unit::Level) => Some(1.0),
        (Kind::Percent, Unit::Fraction) => Some(100.0),
        _ => None,
    }
}

struct Level<'a> {
    scope: &'a Scope<'a>,
    column: usize,
    factor: f64,
}

impl Level<'_> {
    fn offer(&self, search: &mut Search<'_>, fact: f64, what: &str, of: &str) {
        let column = self.scope.view.said(self.column);
        search.offer(fact * self.factor, || format!("the {what} of {column} of {of}: {}", number(fact * self.factor)));
    }

    fn of(&self, subject: &Subject, search: &mut Search<'_>) {
        search.spend(subject.rows.len());
        if let [row] = *subject.rows.as_slice() {
            if let Some(fact) = self.scope.view.number(row, self.column) {
                self.offer(search, fact, "value", &subject.name);
            }
            return;
        }
        if let Some(stats) = self.scope.view.stats_of(&subject.rows, self.column) {
            let is_all = subject.rows.len() == self.scope.view.rows;
            self.described(stats, &subject.name, is_all, search);
        }
        let series = self.scope.view.series(&subject.rows, self.column);
        self.over_time(&series, &subject.name, search);
    }

    fn of_all(&self, search: &mut Search<'_>) {
        let everything = self.scope.everything();
        self.of(&everything, search);
        // What labels amount to: "the largest region", "the average store".
        let local = self.scope.local;
        let ends = Cues::MAX.with(Cues::MIN);
        let is_asked =
            local.has(Cues::AVERAGE.with(Cues::MEDIAN)) || (local.has(ends) && self.scope.subjects.is_empty());
        if !is_asked {
            return;
        }
        for label in self.scope.view.of(Role::Label).collect::<Vec<_>>() {
            let groups = self.scope.view.groups(label);
            if groups.len() == self.scope.view.rows {
                continue;
            }
            search.spend(self.scope.view.rows);
            let levels = groups.iter().filter_map(|(_, rows)| self.scope.view.level(rows, self.column)).collect();
            if let Some(stats) = Stats::of(levels) {
                let of = format!("each {}", self.scope.view.said(label));
                self.aggregates(stats, local, &of, search);
            }
        }
    }

    /// What the words next to the figure ask of many values; their level where they ask nothing.
    fn described(&self, stats: Stats, of: &str, is_all: bool, search: &mut Search<'_>) {
        let local = self.scope.local.only(Cues::AGGREGATES);
        let scope_spreads = self.scope.cues.has(Cues::SPREAD);
        // "Highest for North, at 370" is what North amounts to.
        let compares = !is_all && !local.has(Cues::TOTAL.with(Cues::AVERAGE).with(Cues::MEDIAN).with(Cues::SPREAD));
        if local == Cues::NONE && scope_spreads {
            self.aggregates(stats, Cues::SPREAD, of, search);
        }
        if local == Cues::NONE || compares {
            let (what, fact) =
                if self.scope.view.adds_up(self.column) { ("sum", stats.sum) } else { ("mean", stats.mean) };
            self.offer(search, fact, what, of);
            if stats.count == 1 || (stats.max - stats.min).abs() <= 0.0 {
                self.offer(search, stats.max, "value", of);
            }
        }
        self.aggregates(stats, local, of, search);
    }

    fn aggregates(&self, stats: Stats, cues: Cues, of: &str, search: &mut Search<'_>) {
        let spread = Cues::SPREAD;
        for (cue, what, fact) in [
            (Cues::TOTAL, "sum", stats.sum),
            (Cues::AVERAGE, "mean", stats.mean),
            (Cues::MEDIAN, "median", stats.median),
            (Cues::MAX.with(spread), "maximum", stats.max),
            (Cues::MIN.with(spread), "minimum", stats.min),
            (spread, "range", stats.max - stats.min),
        ] {
            if cues.has(cue) {
                self.offer(search, fact, what, of);
            }
        }
    }

    fn over_time(&self, series: &[(crate::insights::figures::moment::Moment, f64)], of: &str, search: &mut Search<'_>) {
        let (Some((first, from)), Some((last, to))) = (series.first(), series.last()) else { return };
        let local = self.scope.local;
        if !local.has(Cues::TOTAL.with(Cues::AVERAGE).with(Cues::MEDIAN)) && self.scope.cues.has(Cues::CHANGES) {
            self.offer(search, *from, &format!("value at {first}"), of);
            self.offer(search, *to, &format!("value at {last}"), of);
        }
        if local.has(Cues::MAX.with(Cues::MIN).with(Cues::AVERAGE).with(Cues::MEDIAN))
            && let Some(stats) = Stats::of(series.iter().map(|(_, level)| *level).collect())
        {
            self.aggregates(stats, local, &format!("the times of {of}"), search);
        }
    }

    /// "Fell from 130 to 120 in May": the value at the time before.
    fn before(&self, search: &mut Search<'_>) {
        let (scope, view) = (self.scope, self.scope.view);
        let moments: Vec<_> = scope.subjects.iter().filter_map(|subject| subject.moment).collect();
        let ([moment], true) = (moments.as_slice(), scope.is_origin && scope.cues.has(Cues::CHANGES)) else { return };
        let labels = scope.wider.iter().find(|subject| subject.moment.is_none()).cloned();
        let whole = labels.unwrap_or_else(|| scope.everything());
        let series = view.series(&whole.rows, self.column);
        search.spend(whole.rows.len());
        let place = series.iter().position(|(at, _)| moment.covers(*at)).and_then(|place| place.checked_sub(1));
        if let Some((at, fact)) = place.and_then(|place| series.get(place)) {
            self.offer(search, *fact, &format!("value at {at}"), &whole.name);
        }
    }

    /// Several that are named, added up or averaged; and what is left without them.
    fn together(&self, search: &mut Search<'_>) {
        let (scope, view) = (self.scope, self.scope.view);
        let union = scope.union();
        if let Some(union) = &union {
            let numbers = view.numbers(&union.rows, self.column);
            search.spend(union.rows.len());
            if scope.local.has(Cues::AVERAGE) {
                self.offer(search, sum(&numbers) / count(numbers.len().max(1)), "mean", &union.name);
            } else if view.adds_up(self.column) && !scope.cues.has(Cues::CHANGES) {
                self.offer(search, sum(&numbers), "sum", &union.name);
            }
        }
        let named = union.or_else(|| scope.subjects.first().cloned());
        if let (Some(named), true, Some(stats)) =
            (named, scope.cues.has(Cues::REST) && view.adds_up(self.column), view.stats(self.column))
        {
            let rest = stats.sum - sum(&view.numbers(&named.rows, self.column));
            self.offer(search, rest, "sum", &format!("the rows without {}", named.name));
        }
    }

    /// "The second largest is 900", "the top 3 sum up to 2,700".
    fn in_order(&self, search: &mut Search<'_>) {
        let (scope, view) = (self.scope, self.scope.view);
        let (place, some) = (scope.place(), scope.some());
        if place.is_none() && some.is_none() {
            return;
        }
        let mut numbers = view.numbers(&view.all(), self.column);
        search.spend(numbers.len());
        numbers.sort_by(|one, other| other.total_cmp(one));
        if scope.cues.has(Cues::BOTTOM) && !scope.cues.has(Cues::TOP) {
            numbers.reverse();
        }
        if let Some(fact) = place.and_then(|place| numbers.get(place - 1)) {
            self.offer(search, *fact, "value", "that place");
        }
        if let (Some(k), true) = (some, scope.cues.has(Cues::TOP.with(Cues::BOTTOM))) {
            let first = numbers.get(..k).unwrap_or(&numbers);
            if view.adds_up(self.column) {
                self.offer(search, sum(first), "sum", &format!("the first {k}"));
            }
        }
    }
}
