//! Rows with named values, of the result and of what transforms make of it.

use serde_json::Value;

use crate::warehouse::cells::{CellColumn, CellType};

use super::super::failure::RenderError;
use super::super::names::unescape;
use super::super::problems::quoted;
use super::datum::Datum;

/// Rows in columns.
#[derive(Debug, Clone, Default)]
pub struct Table {
    pub names: Vec<String>,
    pub rows: Vec<Vec<Datum>>,
}

impl Table {
    /// The rows of a result. Rows that are shorter than the columns end in nulls.
    #[must_use]
    pub fn load(columns: &[CellColumn], rows: &[Vec<Value>]) -> Self {
        let cell = |row: &[Value], index: usize, kind: CellType| {
            row.get(index).map_or(Datum::Null, |value| Datum::of(value, kind))
        };
        let read = |row: &Vec<Value>| {
            columns.iter().enumerate().map(|(index, column)| cell(row, index, column.kind)).collect::<Vec<_>>()
        };
        Self {
            names: columns.iter().map(|column| column.name.clone()).collect(),
            rows: rows.iter().map(read).collect(),
        }
    }

    /// Where a field's values are in each row.
    ///
    /// # Errors
    ///
    /// A field that there is not, that is inside of another, or that is there twice.
    pub fn index(&self, field: &str) -> Result<usize, RenderError> {
        let missing = || RenderError::Unfitting(format!("There is no column {}.", quoted(field)));
        let name = unescape(field).ok_or_else(missing)?;
        let mut found = self.names.iter().enumerate().filter(|(_, other)| **other == name).map(|(index, _)| index);
        match (found.next(), found.next()) {
            (Some(index), None) => Ok(index),
            (Some(_), Some(_)) => Err(RenderError::Unfitting(format!("Two columns are called {}.", quoted(&name)))),
            (None, _) => Err(missing()),
        }
    }

    /// Adds a column, or puts other values into one that is there.
    pub fn put(&mut self, name: &str, values: Vec<Datum>) {
        let place = self.names.iter().position(|other| other == name);
        if place.is_none() {
            self.names.push(name.to_owned());
        }
        for (row, value) in self.rows.iter_mut().zip(values) {
            match place.and_then(|index| row.get_mut(index)) {
                Some(old) => *old = value,
                None => row.push(value),
            }
        }
    }

    /// A column's values.
    pub fn column(&self, index: usize) -> impl Iterator<Item = &Datum> {
        self.rows.iter().map(move |row| at(row, index))
    }
}

/// A value of a row.
#[must_use]
pub fn at(row: &[Datum], index: usize) -> &Datum {
    const NOTHING: &Datum = &Datum::Null;
    row.get(index).unwrap_or(NOTHING)
}
