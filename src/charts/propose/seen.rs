//! A result as the rules see it.

use std::collections::HashSet;

use serde_json::Value;

use crate::warehouse::cells::CellColumn;

use super::super::data::datum::Datum;
use super::super::data::key::Key;
use super::facts::{Fact, Role, facts};

/// A result as the rules see it.
pub struct Seen<'r> {
    pub facts: Vec<Fact>,
    rows: &'r [Vec<Value>],
    columns: &'r [CellColumn],
}

impl<'r> Seen<'r> {
    /// Looks at a result.
    #[must_use]
    pub fn of(columns: &'r [CellColumn], rows: &'r [Vec<Value>]) -> Self {
        Self { facts: facts(columns, rows), rows, columns }
    }

    /// The columns of a role, in the order of the statement.
    pub fn all(&self, role: Role) -> impl Iterator<Item = &Fact> {
        self.facts.iter().filter(move |fact| fact.role == role)
    }

    /// How many rows there are.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    /// Whether several rows share their values in some columns.
    #[must_use]
    pub fn repeats(&self, facts: &[&Fact]) -> bool {
        let places: Vec<_> = facts
            .iter()
            .filter_map(|fact| self.columns.iter().enumerate().find(|(_, column)| column.name == fact.name))
            .collect();
        let mut seen = HashSet::new();
        self.rows.iter().any(|row| {
            let value = |index: usize| row.get(index).unwrap_or(&Value::Null);
            let key: Vec<Key> =
                places.iter().map(|(index, column)| Key::of(&Datum::of(value(*index), column.kind))).collect();
            !seen.insert(key)
        })
    }
}
