//! What a mark is drawn for, channel by channel.

use super::super::spec::channel::Channel;
use super::super::spec::definition::{Definition, FieldType};
use super::bins::Bins;
use super::datum::Datum;

/// A channel that shows something of each row.
#[derive(Debug, Clone)]
pub struct Slot<'a> {
    pub channel: Channel,
    pub definition: &'a Definition,
    pub kind: FieldType,
    /// The bins, where values are put into some.
    pub bins: Option<Bins>,
}

/// What an item shows in a channel.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    pub value: Datum,
    /// The other bound of a bin or of a unit of time.
    pub end: Option<f64>,
}

/// What a mark is drawn for; lines and areas go through several.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// One for each slot.
    pub cells: Vec<Cell>,
    /// Where it is in its stack.
    pub span: Option<(f64, f64)>,
}

impl Item {
    /// The value in a slot.
    #[must_use]
    pub fn value(&self, slot: usize) -> &Datum {
        const NOTHING: &Datum = &Datum::Null;
        self.cells.get(slot).map_or(NOTHING, |cell| &cell.value)
    }
}
