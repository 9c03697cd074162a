//! What is wrong with a file, and where.

use serde::{Deserialize, Serialize};

/// Problems of single lines that are kept; more are counted.
pub const KEPT: usize = 100;
/// Characters of a value that are quoted.
const QUOTED: usize = 60;

/// A line that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// Where its record begins, from 1: a line of a file of text, a row of a sheet as its program counts them, a row of a Parquet file.
    pub line: u64,
    /// The column by its name in SQL; `None` where it is the whole line.
    pub column: Option<String>,
    /// What stands there, cut; `None` where it is the whole line.
    pub value: Option<String>,
    /// A sentence for a person.
    pub message: String,
}

impl Problem {
    /// A line that is wrong as a whole.
    pub fn of_line(line: u64, message: impl Into<String>) -> Self {
        Self { line, column: None, value: None, message: message.into() }
    }

    /// A value that is wrong.
    pub fn of_value(line: u64, column: &str, value: &str, message: impl Into<String>) -> Self {
        let cut: String = value.chars().filter(|char| !char.is_control()).take(QUOTED).collect();
        Self { line, column: Some(column.to_owned()), value: Some(cut), message: message.into() }
    }
}

/// The first problems of a file, and how many there are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Problems {
    /// The first [`KEPT`].
    pub first: Vec<Problem>,
    pub count: u64,
}

impl Problems {
    pub fn add(&mut self, problem: Problem) {
        if self.first.len() < KEPT {
            self.first.push(problem);
        }
        self.count = self.count.saturating_add(1);
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}

/// Why a file is no table at all.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// A sentence for a person.
    #[error("{0}")]
    Refused(String),
    /// The disk, or a file that is gone.
    #[error("the file cannot be read")]
    Io(#[from] std::io::Error),
}

impl TableError {
    pub fn refused(message: impl Into<String>) -> Self {
        Self::Refused(message.into())
    }
}
