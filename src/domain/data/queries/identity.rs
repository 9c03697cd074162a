//! When two statements are the same: then one result serves both, for as long as the data are.

use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::sql::parameters::ParameterType;

/// Parameters of one statement.
pub const PARAMETERS_MAX: usize = 50;
/// Characters of a value.
pub const VALUE_MAX: usize = 10_000;
/// What is said of a name that does not do.
pub const NO_NAME: &str = "A name is a letter and up to 62 letters, digits and underscores.";
/// In front of what is hashed; another way to compute results gets another number.
const VERSION: &str = "elenchus result 1";
/// What may give something else the next time, though the data are the same. In the canonical text these are words by themselves.
const VOLATILE: &[&str] = &[
    "now",
    "current_date",
    "current_time",
    "current_timestamp",
    "localtime",
    "localtimestamp",
    "transaction_timestamp",
    "statement_timestamp",
    "clock_timestamp",
    "timeofday",
    "random",
    "random_normal",
    "gen_random_uuid",
    "age",
    "today",
    "tomorrow",
    "yesterday",
    "tablesample",
];

/// A parameter and its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Given {
    /// As the statement names it behind a `$`.
    pub name: String,
    #[serde(rename = "type")]
    pub kind: GivenType,
    /// As Postgres reads it; `None` for no value.
    pub value: Option<String>,
}

/// What a parameter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum GivenType {
    Text,
    Number,
    Boolean,
    Date,
    Timestamp,
}

impl From<GivenType> for ParameterType {
    fn from(kind: GivenType) -> Self {
        match kind {
            GivenType::Text => Self::Text,
            GivenType::Number => Self::Number,
            GivenType::Boolean => Self::Boolean,
            GivenType::Date => Self::Date,
            GivenType::Timestamp => Self::Timestamp,
        }
    }
}

/// Whether a statement can ask for a value by this name.
#[must_use]
pub fn is_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && chars.all(|char| char.is_ascii_alphanumeric() || char == '_')
        && name.len() <= 63
}

/// What tells a statement as it runs from every other.
#[must_use]
pub fn key(checked_sql: &str, values: &[Option<String>]) -> [u8; 32] {
    Sha256::digest(json!([VERSION, checked_sql, values]).to_string()).into()
}

/// Whether the same statement with the same values gives the same for as long as the data are the same. Texts count too: Postgres reads
/// `now` as a date.
#[must_use]
pub fn is_stable(checked_sql: &str, values: &[Option<String>]) -> bool {
    let is_volatile = |text: &str| {
        let mut words = text.split(|char: char| !char.is_alphanumeric() && char != '_');
        words.any(|word| VOLATILE.iter().any(|volatile| word.eq_ignore_ascii_case(volatile)))
    };
    !is_volatile(checked_sql) && !values.iter().flatten().any(|value| is_volatile(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_and_dice_are_not_kept() {
        assert!(is_stable("SELECT count(*) FROM orders", &[Some("x".into()), None]));
        assert!(is_stable("SELECT nowhere FROM known", &[]));
        assert!(!is_stable("SELECT now() FROM orders", &[]));
        assert!(!is_stable("SELECT * FROM orders WHERE ordered < CURRENT_DATE - 7", &[]));
        assert!(!is_stable("SELECT * FROM orders ORDER BY random()", &[]));
        assert!(!is_stable("SELECT 'today'::date", &[]));
        assert!(!is_stable("SELECT CAST($1 AS date)", &[Some("today".into())]));
    }

    #[test]
    fn values_belong_to_the_statement() {
        let one = key("SELECT $1", &[Some("a".into())]);
        assert_ne!(one, key("SELECT $1", &[Some("b".into())]));
        assert_ne!(one, key("SELECT $1", &[None]));
        assert_eq!(one, key("SELECT $1", &[Some("a".into())]));
    }
}
