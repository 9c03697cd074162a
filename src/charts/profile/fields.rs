//! Whether the columns that a specification names exist.

use std::collections::BTreeSet;

use crate::warehouse::cells::CellColumn;

use super::super::data::transform::names;
use super::super::names::{escape, nearest, unescape};
use super::super::problems::{SpecProblem, part, quoted};
use super::super::spec::chart::Layer;
use super::super::spec::definition::Definitions;
use super::super::spec::setting::Setting;
use super::super::spec::sort::Sort;
use super::super::spec::transform::{Predicate, Transform};

/// The names that rows have at a point of a specification.
#[derive(Clone)]
pub struct Known {
    names: BTreeSet<String>,
    /// Names that two columns have.
    twice: BTreeSet<String>,
}

impl Known {
    pub fn of(columns: &[CellColumn]) -> Self {
        let mut known = Self { names: BTreeSet::new(), twice: BTreeSet::new() };
        for column in columns {
            if !known.names.insert(column.name.clone()) {
                known.twice.insert(column.name.clone());
            }
        }
        known
    }

    /// What is wrong with a field, if anything.
    fn problem(&self, field: &str) -> Option<String> {
        let Some(name) = unescape(field) else {
            return Some(if self.names.contains(field) {
                format!("Dots and brackets lead into a value: write {} as {}.", quoted(field), quoted(&escape(field)))
            } else {
                format!(
                    "{} leads into a value: charts take whole columns. Name the part in the statement.",
                    quoted(field)
                )
            });
        };
        if self.twice.contains(&name) {
            return Some(format!("Two columns are called {}: give them two names in the statement.", quoted(&name)));
        }
        if self.names.contains(&name) {
            return None;
        }
        let hint = match nearest(&name, self.names.iter().map(String::as_str)) {
            Some(meant) => format!(" Is {} meant?", quoted(meant)),
            None => String::new(),
        };
        Some(format!("The result has no column {}.{hint}", quoted(&name)))
    }

    fn expect(&self, field: &str, pointer: &str, problems: &mut Vec<SpecProblem>) {
        if let Some(message) = self.problem(field) {
            problems.push(SpecProblem::new(pointer, message));
        }
    }
}

/// Looks through transforms, and adds the names that they make.
pub fn transforms(steps: &[Transform], pointer: &str, known: &mut Known, problems: &mut Vec<SpecProblem>) {
    for (index, step) in steps.iter().enumerate() {
        let here = format!("{pointer}/{index}");
        let mut expect = |field: &str, place: &str| known.expect(field, &format!("{here}/{place}"), problems);
        match step {
            Transform::Filter { filter } => predicate(filter, &format!("{here}/filter"), known, problems),
            Transform::Aggregate { aggregate, groupby } => {
                for (index, one) in aggregate.iter().enumerate() {
                    if let Some(field) = &one.field {
                        expect(field, &format!("aggregate/{index}/field"));
                    }
                }
                groupby.iter().enumerate().for_each(|(index, field)| expect(field, &format!("groupby/{index}")));
                known.names = groupby.iter().filter_map(|field| unescape(field)).collect();
                known.twice.clear();
            }
            Transform::Bin { field, .. } | Transform::TimeUnit { field, .. } => expect(field, "field"),
            Transform::Fold { fold, .. } => {
                fold.iter().enumerate().for_each(|(index, field)| expect(field, &format!("fold/{index}")));
            }
            Transform::Window { window, groupby, sort, .. } => {
                for (index, one) in window.iter().enumerate() {
                    if let Some(field) = &one.field {
                        expect(field, &format!("window/{index}/field"));
                    }
                }
                groupby.iter().enumerate().for_each(|(index, field)| expect(field, &format!("groupby/{index}")));
                sort.iter().enumerate().for_each(|(index, one)| expect(&one.field, &format!("sort/{index}/field")));
            }
        }
        known.names.extend(names(step));
    }
}

fn predicate(wanted: &Predicate, pointer: &str, known: &Known, problems: &mut Vec<SpecProblem>) {
    let mut each = |parts: &[Predicate], word: &str| {
        for (index, one) in parts.iter().enumerate() {
            predicate(one, &format!("{pointer}/{word}/{index}"), known, problems);
        }
    };
    match wanted {
        Predicate::And { and } => each(and, "and"),
        Predicate::Or { or } => each(or, "or"),
        Predicate::Not { not } => predicate(not, &format!("{pointer}/not"), known, problems),
        Predicate::Test(test) => known.expect(&test.field, &format!("{pointer}/field"), problems),
    }
}

/// Looks through the channels of a layer.
pub fn encoding(layer: &Layer, known: &Known, problems: &mut Vec<SpecProblem>) {
    for (channel, definitions) in &layer.encoding {
        for (index, definition) in definitions.all().iter().enumerate() {
            let place = match definitions {
                Definitions::Several(_) => format!("/{index}"),
                _ => String::new(),
            };
            let pointer = format!("{}/encoding/{}{place}", layer.pointer, part(channel.as_str()));
            if let Some(field) = &definition.field {
                known.expect(field, &format!("{pointer}/field"), problems);
            }
            if let Setting::Said(Sort::Field { field: Some(field), .. }) = &definition.sort {
                known.expect(field, &format!("{pointer}/sort/field"), problems);
            }
        }
    }
}
