//! What a planned question becomes.

use super::query::Grain;

/// A statement that answers a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub table: String,
    /// One SELECT over that table; it passes the gate ([`check`](crate::sql::check::check)).
    pub sql: String,
    /// What it computes, in one sentence.
    pub explanation: String,
    /// How words were taken that could have meant something else, a sentence each.
    pub assumptions: Vec<String>,
    /// Of the result, in order.
    pub columns: Vec<PlannedColumn>,
}

/// A column of the result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedColumn {
    pub name: String,
    pub role: Role,
}

/// What a column of the result is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// One of the values that rows are grouped by.
    Category,
    /// The beginning of a span of time that rows are grouped by.
    Time(Grain),
    /// A number that was computed.
    Measure,
    /// A column of the table as it is.
    Field,
}
