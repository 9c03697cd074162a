//! Columns and what they hold.

use serde::{Deserialize, Serialize};

/// What all values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ColumnType {
    Boolean,
    /// Whole numbers of 64 bits.
    Integer,
    /// Exact numbers of any size.
    Decimal,
    /// Numbers in scientific notation, as doubles.
    Float,
    Date,
    Time,
    /// A moment without a time zone.
    Timestamp,
    /// A moment with its offset from UTC.
    TimestampTz,
    /// Objects and lists.
    Json,
    Text,
}

impl ColumnType {
    /// Every type, the narrowest first.
    pub const ALL: [Self; 10] = [
        Self::Boolean,
        Self::Integer,
        Self::Decimal,
        Self::Float,
        Self::Date,
        Self::Time,
        Self::Timestamp,
        Self::TimestampTz,
        Self::Json,
        Self::Text,
    ];

    /// The type of Postgres that holds it.
    #[must_use]
    pub const fn sql(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Integer => "bigint",
            Self::Decimal => "numeric",
            Self::Float => "double precision",
            Self::Date => "date",
            Self::Time => "time without time zone",
            Self::Timestamp => "timestamp without time zone",
            Self::TimestampTz => "timestamp with time zone",
            Self::Json => "jsonb",
            Self::Text => "text",
        }
    }

    /// As somebody would call it who reads an error.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Boolean => "yes or no",
            Self::Integer => "a whole number",
            Self::Decimal | Self::Float => "a number",
            Self::Date => "a date",
            Self::Time => "a time",
            Self::Timestamp => "a date with a time",
            Self::TimestampTz => "a date with a time and an offset",
            Self::Json => "JSON",
            Self::Text => "text",
        }
    }
}

/// A column of a file, and of the table that it becomes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Column {
    /// In SQL: lower case, no reserved word, unique in its table, at most 59 bytes.
    pub name: String,
    /// In the file; empty where it has none.
    pub header: String,
    #[serde(rename = "type")]
    pub kind: ColumnType,
    /// The sign that stands with every number of the column: `$`, `€`, `£`, `¥` or `%`. The numbers are stored without it.
    pub unit: Option<char>,
    /// What somebody should know who looks at what was found.
    pub note: Option<Note>,
}

/// What was found in a column and is not a matter of course.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Note {
    /// No value at all.
    Empty,
    /// Dates that may begin with the day or the month: kept as text until somebody says which.
    AmbiguousDates,
    /// Numbers that begin with a zero, as postcodes do: kept as text, so that no zero is lost.
    LeadingZeros,
}
