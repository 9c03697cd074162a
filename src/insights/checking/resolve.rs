//! Which rows a clause is about: what it names, put together, with what it leaves to the clauses before it.

use crate::insights::facts::field::Role;
use crate::insights::facts::scope::Subject;
use crate::insights::facts::view::View;
use crate::insights::figures::moment::Moment;
use crate::insights::reading::mentions::Label;

/// Combinations of names that are looked at.
const COMBINATIONS: usize = 64;

/// What a clause names, its own or taken over.
#[derive(Debug, Clone, Default)]
pub struct Named {
    pub labels: Vec<Label>,
    /// Times and where they stand.
    pub moments: Vec<(Moment, usize)>,
    /// Measures.
    pub columns: Vec<usize>,
}

impl Named {
    /// Takes over what it does not say itself: labels of other columns, times, measures.
    pub fn inherit(&mut self, before: &Self) {
        let own: Vec<usize> = self.labels.iter().map(|label| label.column).collect();
        let taken = before.labels.iter().filter(|label| !own.contains(&label.column));
        self.labels.extend(taken.cloned());
        if self.moments.is_empty() {
            self.moments.clone_from(&before.moments);
        }
        if self.columns.is_empty() {
            self.columns.clone_from(&before.columns);
        }
    }

    /// The rows that are meant, and those of each name alone where several are put together.
    pub fn subjects(&self, view: &View) -> (Vec<Subject>, Vec<Subject>) {
        let dimensions = self.dimensions(view);
        let singles: Vec<Subject> = dimensions.iter().flatten().cloned().collect();
        if dimensions.len() < 2 {
            return (singles, Vec::new());
        }
        let mut combined: Vec<Subject> = Vec::new();
        for dimension in &dimensions {
            let varies = dimension.len() > 1;
            if combined.is_empty() {
                combined.clone_from(dimension);
                if !varies {
                    for subject in &mut combined {
                        subject.at = 0;
                    }
                }
                continue;
            }
            let mut next = Vec::new();
            for (one, other) in combined.iter().flat_map(|one| dimension.iter().map(move |other| (one, other))) {
                let rows: Vec<usize> =
                    one.rows.iter().copied().filter(|row| other.rows.binary_search(row).is_ok()).collect();
                if !rows.is_empty() && next.len() < COMBINATIONS {
                    next.push(Subject {
                        name: format!("{} in {}", one.name, other.name),
                        rows,
                        at: if varies { one.at.max(other.at) } else { one.at },
                        moment: one.moment.or(other.moment),
                    });
                }
            }
            combined = next;
            if combined.is_empty() {
                break;
            }
        }
        if combined.is_empty() { (singles, Vec::new()) } else { (combined, singles) }
    }

    /// Names by what they are names of.
    fn dimensions(&self, view: &View) -> Vec<Vec<Subject>> {
        let mut dimensions: Vec<Vec<Subject>> = Vec::new();
        for column in view.of(Role::Label) {
            let mut named: Vec<Subject> = Vec::new();
            for label in self.labels.iter().filter(|label| label.column == column) {
                if !named.iter().any(|subject| subject.name == label.name) {
                    let (name, rows, at) = (label.name.clone(), label.rows.clone(), label.span.start);
                    named.push(Subject { name, rows, at, moment: None });
                }
            }
            dimensions.push(named);
        }
        let mut times: Vec<Subject> = Vec::new();
        for (moment, at) in self.times() {
            let is_of = |row: &usize| view.moment(*row).is_some_and(|of| moment.covers(of));
            let rows: Vec<usize> = (0..view.rows).filter(is_of).collect();
            if !rows.is_empty() && !times.iter().any(|time| time.moment == Some(moment)) {
                times.push(Subject { name: moment.to_string(), rows, at, moment: Some(moment) });
            }
        }
        dimensions.push(times);
        dimensions.retain(|dimension| !dimension.is_empty());
        dimensions
    }

    /// The times; a year that stands alone is that of those without one.
    fn times(&self) -> Vec<(Moment, usize)> {
        let mut years = self.moments.iter().filter_map(|(moment, _)| moment.year);
        let Some(year) = years.next().filter(|year| years.all(|other| other == *year)) else {
            return self.moments.clone();
        };
        let has_parts = self.moments.iter().any(|(moment, _)| !moment.is_year_alone());
        let kept = self.moments.iter().filter(|(moment, _)| !(has_parts && moment.is_year_alone()));
        kept.map(|(moment, at)| (Moment { year: Some(year), ..*moment }, *at)).collect()
    }
}
