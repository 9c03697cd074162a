//! What a check gives.

use super::relations::Relation;

/// A statement that may be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The text to run: one query without a semicolon, written by the gate. Values stand for `$1` and so on.
    pub sql: String,
    /// The declared tables and views it reads, each once, in the order of their first use.
    pub relations: Vec<Relation>,
    /// The names of `$1`, `$2` … in `sql`.
    pub parameters: Vec<String>,
    /// Whether the rows come in an order that the statement asks for.
    pub is_ordered: bool,
    /// How many rows the outermost LIMIT or FETCH asks for, if that is a plain number. `WITH TIES` may give more.
    pub limit: Option<u64>,
}
