//! A result made ready to be asked.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::field::{Field, Role};
use super::stats::{Stats, count};
use crate::insights::figures::moment::{Moment, Step};
use crate::warehouse::cells::CellColumn;

/// A result by columns.
#[derive(Debug, Clone)]
pub struct View {
    pub fields: Vec<Field>,
    pub rows: usize,
    /// For each column that is a measure, what describes all its numbers.
    pub stats: Vec<Option<Stats>>,
    /// Values of each column that differ.
    pub distinct: Vec<usize>,
}

impl View {
    /// Reads a result. Rows that are too short have no value in the columns that they lack.
    #[must_use]
    pub fn new(columns: &[CellColumn], rows: &[Vec<Value>]) -> Self {
        let fields: Vec<Field> =
            columns.iter().enumerate().map(|(place, column)| Field::new(column, place, rows)).collect();
        let stats = fields.iter().map(|field| Stats::of(field.numbers.iter().flatten().copied().collect())).collect();
        let distinct = fields.iter().map(distinct).collect();
        Self { fields, rows: rows.len(), stats, distinct }
    }

    /// The columns of a role.
    pub fn of(&self, role: Role) -> impl Iterator<Item = usize> + '_ {
        self.fields.iter().enumerate().filter(move |(_, field)| field.role == role).map(|(place, _)| place)
    }

    /// The measures that have a number at all.
    #[must_use]
    pub fn measures(&self) -> Vec<usize> {
        self.of(Role::Measure).filter(|place| self.stats(*place).is_some()).collect()
    }

    #[must_use]
    pub fn field(&self, column: usize) -> Option<&Field> {
        self.fields.get(column)
    }

    /// What sentences call a column.
    #[must_use]
    pub fn said(&self, column: usize) -> String {
        self.field(column).map(Field::said).unwrap_or_default()
    }

    #[must_use]
    pub fn adds_up(&self, column: usize) -> bool {
        self.field(column).is_some_and(Field::adds_up)
    }

    #[must_use]
    pub fn stats(&self, column: usize) -> Option<Stats> {
        self.stats.get(column).copied().flatten()
    }

    #[must_use]
    pub fn number(&self, row: usize, column: usize) -> Option<f64> {
        self.field(column)?.numbers.get(row).copied().flatten()
    }

    /// The numbers of some rows.
    #[must_use]
    pub fn numbers(&self, rows: &[usize], column: usize) -> Vec<f64> {
        rows.iter().filter_map(|row| self.number(*row, column)).collect()
    }

    /// What describes the numbers of some rows.
    #[must_use]
    pub fn stats_of(&self, rows: &[usize], column: usize) -> Option<Stats> {
        if rows.len() == self.rows { self.stats(column) } else { Stats::of(self.numbers(rows, column)) }
    }

    /// What some rows amount to: their sum, or their mean where a sum means nothing.
    #[must_use]
    pub fn level(&self, rows: &[usize], column: usize) -> Option<f64> {
        if let [row] = rows {
            return self.number(*row, column);
        }
        let stats = self.stats_of(rows, column)?;
        Some(if self.adds_up(column) { stats.sum } else { stats.mean })
    }

    /// The time of a row in the first column of times that has one for it.
    #[must_use]
    pub fn moment(&self, row: usize) -> Option<Moment> {
        let mut parts =
            self.of(Role::Time).filter_map(|column| self.field(column)?.moments.get(row).copied().flatten());
        let first = parts.next()?;
        // A year and a month in columns of their own are one time.
        Some(parts.fold(first, |sum, part| match (sum, part) {
            (Moment { year: Some(_), month: None, quarter: None, day: None, .. }, Moment { year: None, .. }) => {
                Moment { year: sum.year, ..part }
            }
            (Moment { year: None, .. }, Moment { year: Some(_), month: None, quarter: None, day: None, .. }) => {
                Moment { year: part.year, ..sum }
            }
            _ => sum,
        }))
    }

    /// What some rows amount to at each time, in order. Nothing when there are fewer than two times.
    #[must_use]
    pub fn series(&self, rows: &[usize], column: usize) -> Vec<(Moment, f64)> {
        let mut by_time: BTreeMap<Moment, Vec<usize>> = BTreeMap::new();
        for row in rows {
            if let Some(moment) = self.moment(*row).filter(|_| self.number(*row, column).is_some()) {
                by_time.entry(moment).or_default().push(*row);
            }
        }
        let series: Vec<_> =
            by_time.into_iter().filter_map(|(moment, rows)| Some((moment, self.level(&rows, column)?))).collect();
        if series.len() < 2 { Vec::new() } else { series }
    }

    /// Every row.
    #[must_use]
    pub fn all(&self) -> Vec<usize> {
        (0..self.rows).collect()
    }

    /// The rows by the values of a label, in the order of their first.
    #[must_use]
    pub fn groups(&self, column: usize) -> Vec<(String, Vec<usize>)> {
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        let mut groups: Vec<(String, Vec<usize>)> = Vec::new();
        let Some(field) = self.field(column) else { return groups };
        for (row, text) in field.texts.iter().enumerate() {
            let Some(text) = text.as_deref() else { continue };
            let place = *places.entry(text).or_insert(groups.len());
            match groups.get_mut(place) {
                Some((_, rows)) => rows.push(row),
                None => groups.push((text.to_owned(), vec![row])),
            }
        }
        groups
    }

    /// Times between the first and the last of which there is no row.
    #[must_use]
    pub fn gaps(&self) -> Vec<Moment> {
        let moments: BTreeSet<Moment> = (0..self.rows).filter_map(|row| self.moment(row)).collect();
        let Some(step) = moments.first().and_then(|moment| moment.step()) else { return Vec::new() };
        if moments.iter().any(|moment| moment.step() != Some(step)) {
            return Vec::new();
        }
        let places: BTreeSet<i64> = moments.iter().filter_map(|moment| moment.place(step)).collect();
        let (Some(first), Some(last)) = (places.first(), places.last()) else { return Vec::new() };
        let span = usize::try_from(last - first).unwrap_or(usize::MAX).saturating_add(1);
        // Where most is missing there is no rhythm that something could be missing from.
        if step == Step::Day && count(places.len()) < 0.6 * count(span) || count(places.len()) < 0.5 * count(span) {
            return Vec::new();
        }
        let missing = (*first..=*last).filter(|place| !places.contains(place));
        missing.filter_map(|place| Moment::from_place(place, step)).collect()
    }
}

fn distinct(field: &Field) -> usize {
    match field.role {
        Role::Time => field.moments.iter().flatten().collect::<BTreeSet<_>>().len(),
        Role::Measure => field.numbers.iter().flatten().map(|number| number.to_bits()).collect::<BTreeSet<_>>().len(),
        _ => field.texts.iter().flatten().collect::<BTreeSet<_>>().len(),
    }
}
