//! What an alert watches for, as somebody writes it and as it is kept.

use bigdecimal::BigDecimal;
use serde::{Deserialize, Serialize};

use crate::ids::WorkspaceMemberId;

/// How rows become one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Reduce {
    /// Of the last row.
    Last,
    /// Of the first row.
    First,
    /// The smallest.
    Min,
    /// The largest.
    Max,
    Sum,
    Average,
    /// How many rows have a value; of no column, how many rows there are.
    Count,
}

/// How a value is held against a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Operator {
    Gt,
    Gte,
    Lt,
    Lte,
    Eq,
    Ne,
}

/// Which way a value has to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Direction {
    Up,
    Down,
    Any,
}

/// What the size of a change is measured in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Unit {
    /// In what the value is in.
    Absolute,
    /// Of the earlier value: 50 is a half.
    Percent,
}

/// What becomes of the state when there is no value to hold against the condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum NoDataState {
    Keep,
    NoData,
    Ok,
    /// As if the condition held.
    Firing,
}

/// What becomes of the state when the query fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ErrorState {
    Keep,
    /// Once it has failed twice in a row.
    Error,
}

/// When an alert fires.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE", rename_all_fields = "camelCase")]
pub enum Condition {
    /// The value is beyond a bound.
    Threshold {
        operator: Operator,
        value: BigDecimal,
        /// A firing alert goes on while the value is beyond this one; `None` for `value` itself.
        resolve_value: Option<BigDecimal>,
    },
    /// The value is another than before, by at least so much.
    Change {
        direction: Direction,
        unit: Unit,
        value: BigDecimal,
        /// Before how long, in seconds; `None` for the evaluation before.
        over_seconds: Option<i32>,
    },
    /// There are no rows, or there is no value in them, or the newest time is too old.
    NoData {
        /// A column of times; `None` when none is looked at.
        time_column: Option<String>,
        /// How old the newest may be, in seconds. Set with `time_column` alone.
        older_than_seconds: Option<i32>,
    },
}

/// What is looked at, and what comes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rule {
    /// A column of numbers; `None` for how many rows there are.
    pub column: Option<String>,
    pub reduce: Reduce,
    pub condition: Condition,
    /// How long the condition holds before the alert fires, in seconds.
    pub for_seconds: i32,
    /// How long it does not before a firing alert is OK again, in seconds.
    pub keep_firing_seconds: i32,
    /// From one notice to the next while it fires, in seconds; `None` for one alone.
    pub renotify_seconds: Option<i32>,
    pub no_data_state: NoDataState,
    pub error_state: ErrorState,
}

/// What is kept of an alert, as somebody writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    pub name: String,
    pub description: Option<String>,
    /// By the names of the query's parameters; what is missing has its default.
    pub values: Vec<(String, Option<String>)>,
    pub rule: Rule,
    pub interval_seconds: i32,
}

/// What is to be changed; `None` for as it is.
#[derive(Debug, Clone, Default)]
pub struct Change {
    pub name: Option<String>,
    pub description: Option<Option<String>>,
    pub values: Option<Vec<(String, Option<String>)>>,
    pub column: Option<Option<String>>,
    pub reduce: Option<Reduce>,
    pub condition: Option<Condition>,
    pub for_seconds: Option<i32>,
    pub keep_firing_seconds: Option<i32>,
    pub renotify_seconds: Option<Option<i32>>,
    pub no_data_state: Option<NoDataState>,
    pub error_state: Option<ErrorState>,
    pub interval_seconds: Option<i32>,
    pub recipients: Option<Vec<WorkspaceMemberId>>,
}

impl Change {
    /// What comes of it, but for whom it concerns.
    #[must_use]
    pub fn of(&self, was: &Content) -> Content {
        let rule = &was.rule;
        let column = self.column.as_ref().unwrap_or(&rule.column).clone();
        // Rows are counted when nothing else is said of no column.
        let reduce = match (self.reduce, &self.column) {
            (None, Some(None)) => Reduce::Count,
            (given, _) => given.unwrap_or(rule.reduce),
        };
        Content {
            name: self.name.as_ref().unwrap_or(&was.name).clone(),
            description: self.description.as_ref().unwrap_or(&was.description).clone(),
            values: self.values.as_ref().unwrap_or(&was.values).clone(),
            rule: Rule {
                column,
                reduce,
                condition: self.condition.as_ref().unwrap_or(&rule.condition).clone(),
                for_seconds: self.for_seconds.unwrap_or(rule.for_seconds),
                keep_firing_seconds: self.keep_firing_seconds.unwrap_or(rule.keep_firing_seconds),
                renotify_seconds: self.renotify_seconds.unwrap_or(rule.renotify_seconds),
                no_data_state: self.no_data_state.unwrap_or(rule.no_data_state),
                error_state: self.error_state.unwrap_or(rule.error_state),
            },
            interval_seconds: self.interval_seconds.unwrap_or(was.interval_seconds),
        }
    }
}
