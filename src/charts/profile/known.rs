//! The columns that there are at a point of a specification.

use std::collections::{BTreeMap, BTreeSet};

use crate::warehouse::cells::{CellColumn, CellType};

use super::super::names::{escape, nearest, unescape};
use super::super::problems::{SpecProblem, quoted};

/// What a place of a specification wants of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    Numbers,
    /// Numbers would be taken for milliseconds since 1970.
    Moments,
}

/// The names that rows have at a point of a specification.
#[derive(Clone)]
pub struct Known {
    /// With their types, where these are of the result.
    names: BTreeMap<String, Option<CellType>>,
    /// Names that two columns have.
    twice: BTreeSet<String>,
}

impl Known {
    /// The names of a result.
    pub fn of(columns: &[CellColumn]) -> Self {
        let mut known = Self { names: BTreeMap::new(), twice: BTreeSet::new() };
        for column in columns {
            if known.names.insert(column.name.clone(), Some(column.kind)).is_some() {
                known.twice.insert(column.name.clone());
            }
        }
        known
    }

    /// What is wrong with a field, if anything.
    fn problem(&self, field: &str) -> Option<String> {
        let Some(name) = unescape(field) else {
            return Some(if self.names.contains_key(field) {
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
        if self.names.contains_key(&name) {
            return None;
        }
        let hint = match nearest(&name, self.names.keys().map(String::as_str)) {
            Some(meant) => format!(" Is {} meant?", quoted(meant)),
            None => String::new(),
        };
        Some(format!("The result has no column {}.{hint}", quoted(&name)))
    }

    /// What is wrong with the values of a field, where their type is known.
    fn unfitting(&self, field: &str, wanted: Wanted) -> Option<String> {
        let kind = (*self.names.get(&unescape(field)?)?)?;
        let is_number = matches!(kind, CellType::Integer | CellType::Decimal | CellType::Float);
        match wanted {
            Wanted::Numbers if !is_number => {
                Some(format!("{} holds no numbers. Turn it into some in the statement, or count.", quoted(field)))
            }
            Wanted::Moments if is_number || matches!(kind, CellType::Boolean | CellType::Json | CellType::Time) => {
                Some(format!("{} holds no dates. Make some in the statement, or take the type ordinal.", quoted(field)))
            }
            _ => None,
        }
    }

    /// Looks whether a column's values are of the wanted type, where their type is known.
    pub fn expect_values(&self, field: &str, wanted: Wanted, pointer: &str, problems: &mut Vec<SpecProblem>) {
        if let Some(message) = self.unfitting(field, wanted) {
            problems.push(SpecProblem::new(pointer, message));
        }
    }

    /// Looks whether there is a column, and one only.
    pub fn expect(&self, field: &str, pointer: &str, problems: &mut Vec<SpecProblem>) {
        if let Some(message) = self.problem(field) {
            problems.push(SpecProblem::new(pointer, message));
        }
    }

    /// Forgets all but some columns: what an aggregate leaves.
    pub fn keep(&mut self, fields: &[String]) {
        let kept: BTreeSet<String> = fields.iter().filter_map(|field| unescape(field)).collect();
        self.names.retain(|name, _| kept.contains(name));
        self.twice.clear();
    }

    /// Adds what a transform makes, of whatever type.
    pub fn add(&mut self, names: Vec<String>) {
        self.names.extend(names.into_iter().map(|name| (name, None)));
    }
}
