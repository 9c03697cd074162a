//! A question while rules read it: what each word may mean, what is claimed, and what was understood so far.

use std::ops::Range;

use chrono::NaiveDate;

use super::lexicon::{Thing, rank};
use super::pieces::Piece;
use super::query::{Condition, Field, Filter, Query};
use super::refusal::{No, Reason, listed};
use super::schema::{Column, Table, Term};
use crate::tabular::column::ColumnType;

/// A question and one table.
pub(super) struct Reader<'a> {
    pub table: &'a Table,
    pub glossary: &'a [Term],
    pub today: NaiveDate,
    pub pieces: Vec<Piece>,
    claimed: Vec<bool>,
    pub query: Query,
    /// How words were taken, a sentence each.
    pub notes: Vec<String>,
}

impl<'a> Reader<'a> {
    pub fn new(
        table: &'a Table,
        glossary: &'a [Term],
        today: NaiveDate,
        pieces: Vec<Piece>,
        notes: Vec<String>,
    ) -> Self {
        let claimed = vec![false; pieces.len()];
        Self { table, glossary, today, pieces, claimed, query: Query::default(), notes }
    }

    pub const fn len(&self) -> usize {
        self.pieces.len()
    }

    pub fn is_claimed(&self, at: usize) -> bool {
        self.claimed.get(at).copied().unwrap_or(true)
    }

    pub fn claim(&mut self, range: Range<usize>) {
        for claimed in self.claimed.iter_mut().skip(range.start).take(range.len()) {
            *claimed = true;
        }
    }

    /// A piece that nobody claimed.
    pub fn piece(&self, at: usize) -> Option<&Piece> {
        self.pieces.get(at).filter(|_| !self.is_claimed(at))
    }

    /// The word there in small letters; empty for what is claimed or more than a word.
    pub fn low(&self, at: usize) -> &str {
        self.piece(at).map_or("", |piece| piece.low.as_str())
    }

    /// The same, claimed or not.
    pub fn raw(&self, at: usize) -> &str {
        self.pieces.get(at).map_or("", |piece| piece.low.as_str())
    }

    pub fn is(&self, at: usize, words: &[&str]) -> bool {
        let low = self.low(at);
        !low.is_empty() && words.contains(&low)
    }

    /// The first place from `at` on where none of these words stands.
    pub fn skip(&self, at: usize, words: &[&str]) -> usize {
        (at..self.len()).find(|at| !self.is(*at, words)).unwrap_or_else(|| self.len())
    }

    /// The last place before `at` where none of these words stands, claimed or not.
    pub fn back(&self, at: usize, words: &[&str]) -> Option<usize> {
        (0..at).rev().find(|at| self.raw(*at).is_empty() || !words.contains(&self.raw(*at)))
    }

    pub fn thing(&self, at: usize) -> Option<&Thing> {
        self.piece(at).and_then(|piece| piece.thing.as_ref())
    }

    pub fn is_table(&self, at: usize) -> bool {
        self.thing(at).is_some_and(|thing| thing.is_table)
    }

    pub fn column(&self, index: usize) -> Option<&'a Column> {
        self.table.columns.get(index)
    }

    pub fn name(&self, index: usize) -> &'a str {
        self.column(index).map_or("", |column| column.name.as_str())
    }

    /// The name of a column or term.
    pub fn field_name(&self, field: Field) -> &'a str {
        match field {
            Field::Column(index) => self.name(index),
            Field::Term(index) => self.glossary.get(index).map_or("", |term| term.term.as_str()),
        }
    }

    /// Whether a column of that sort may be meant there.
    pub fn may_be(&self, at: usize, fits: impl Fn(&Column) -> bool) -> bool {
        let columns = self.thing(at).map(|thing| thing.columns.as_slice()).unwrap_or_default();
        columns.iter().any(|index| self.column(*index).is_some_and(&fits))
    }

    /// The column of that sort that is meant there, if any.
    pub fn column_at(&mut self, at: usize, fits: impl Fn(&Column) -> bool) -> Result<Option<usize>, No> {
        let Some(piece) = self.piece(at) else { return Ok(None) };
        let Some(thing) = &piece.thing else { return Ok(None) };
        let fitting: Vec<usize> =
            thing.columns.iter().copied().filter(|index| self.column(*index).is_some_and(&fits)).collect();
        let (text, rank) = (piece.text.clone(), thing.rank);
        match fitting.as_slice() {
            [] => Ok(None),
            [one] => {
                if rank == rank::TERM || rank == rank::PART {
                    self.note(format!("“{text}” was taken as the column {}.", self.name(*one)));
                }
                Ok(Some(*one))
            }
            several => {
                let names: Vec<&str> = several.iter().map(|index| self.name(*index)).collect();
                let message = format!("“{text}” may be {}: say which.", listed(&names));
                No::err(Reason::AmbiguousColumn, message)
            }
        }
    }

    /// What there is to compute with there, if anything.
    pub fn number_at(&mut self, at: usize) -> Result<Option<Field>, No> {
        if let Some(column) = self.column_at(at, Column::is_number)? {
            return Ok(Some(Field::Column(column)));
        }
        let Some(piece) = self.piece(at) else { return Ok(None) };
        let thing = piece.thing.as_ref();
        if let Some(term) = thing.and_then(|thing| thing.undefined).and_then(|index| self.glossary.get(index)) {
            let message =
                format!("“{}” is in the glossary without an expression, so it cannot be computed.", term.term);
            return No::err(Reason::UnknownMeasure, message);
        }
        let Some(index) = thing.and_then(|thing| thing.term) else { return Ok(None) };
        let expression = self.glossary.get(index).and_then(|term| term.expression.as_deref()).unwrap_or_default();
        self.note(format!("“{}” was taken as {expression}, as the glossary says.", piece.text));
        Ok(Some(Field::Term(index)))
    }

    /// Whether [`Self::number_at`] would find something.
    pub fn may_be_number(&self, at: usize) -> bool {
        self.may_be(at, Column::is_number)
            || self.thing(at).is_some_and(|thing| thing.term.is_some() || thing.undefined.is_some())
    }

    /// Whether rows may be grouped by what is there, other than a number.
    pub fn may_be_category(&self, at: usize) -> bool {
        self.may_be(at, is_category)
    }

    /// The number there, in digits.
    pub fn digits(&self, at: usize) -> Option<u32> {
        self.piece(at).and_then(|piece| piece.number.as_ref()).and_then(super::numbers::Number::whole)
    }

    /// Adds a sentence, once.
    pub fn note(&mut self, note: impl Into<String>) {
        let note = note.into();
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    pub fn filter(&mut self, at: usize, condition: Condition) {
        self.query.filters.push(Filter { at, condition });
    }

    /// The names of all columns of that sort.
    pub fn names(&self, fits: impl Fn(&Column) -> bool) -> Vec<&'a str> {
        self.table.columns.iter().filter(|column| fits(column)).map(|column| column.name.as_str()).collect()
    }

    /// A refusal that says what there is to compute.
    pub fn unknown_measure<T>(&self, what: &str) -> Result<T, No> {
        let numbers = self.names(|column| column.is_number() && !column.is_key());
        let table = &self.table.name;
        let there = match numbers.len() {
            0 => format!("{table} has no numbers to compute with; its rows can be counted"),
            1 => format!("the only number of {table} is {}", listed(&numbers)),
            _ => format!("the numbers of {table} are {}", listed(&numbers)),
        };
        No::err(Reason::UnknownMeasure, format!("{what}: {there}."))
    }
}

/// Whether rows are grouped by such a column where its name stands by itself.
pub(super) fn is_category(column: &Column) -> bool {
    matches!(column.kind, ColumnType::Text | ColumnType::Boolean)
        || (column.is_key() && column.kind != ColumnType::Json)
}
