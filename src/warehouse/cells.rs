//! Columns and values of a result: which types there are, and how values become JSON.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio_postgres::types::{Kind, Type};

/// Characters of one value that are kept.
pub const VALUE_CHARS: usize = 100_000;
/// Digits that a double holds exactly.
const EXACT_DIGITS: usize = 15;
/// Whole numbers up to here are exact in JSON as clients read it (RFC 8259, 6).
const EXACT_WHOLE: u64 = 1 << 53;

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CellType {
    Boolean,
    /// Whole numbers.
    Integer,
    /// Exact numbers.
    Decimal,
    /// Doubles.
    Float,
    Date,
    Time,
    /// Without a time zone.
    Timestamp,
    /// A moment in UTC.
    TimestampTz,
    Text,
    /// Objects, lists and rows.
    Json,
}

/// A column of a result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CellColumn {
    /// As the statement calls it; two may have one name.
    pub name: String,
    #[serde(rename = "type")]
    pub kind: CellType,
}

impl CellType {
    /// What the values of a type of Postgres are.
    #[must_use]
    pub fn of(kind: &Type) -> Self {
        match *kind {
            Type::BOOL => Self::Boolean,
            Type::INT2 | Type::INT4 | Type::INT8 => Self::Integer,
            Type::NUMERIC => Self::Decimal,
            Type::FLOAT4 | Type::FLOAT8 => Self::Float,
            Type::DATE => Self::Date,
            Type::TIME => Self::Time,
            Type::TIMESTAMP => Self::Timestamp,
            Type::TIMESTAMPTZ => Self::TimestampTz,
            Type::JSON | Type::JSONB | Type::RECORD => Self::Json,
            _ => match kind.kind() {
                Kind::Array(_) | Kind::Composite(_) => Self::Json,
                Kind::Domain(base) => Self::of(base),
                _ => Self::Text,
            },
        }
    }

    /// An expression that gives a value of `column` as text, of at most so many characters and one more.
    pub(super) fn as_text(self, column: &str, chars: usize) -> String {
        let text = match self {
            Self::Json => format!("to_jsonb({column})::text"),
            // As ISO 8601 writes them, whatever the session's style.
            Self::Timestamp | Self::TimestampTz => format!("(to_jsonb({column}) #>> '{{}}')"),
            _ => format!("{column}::text"),
        };
        format!("left({text}, {})", chars.saturating_add(1))
    }

    /// A value from its text. A number that JSON would not hold exactly stays text, as does a JSON value that had to be cut.
    #[must_use]
    pub fn value(self, text: &str) -> Value {
        let as_text = |text: &str| Value::String(text.to_owned());
        match self {
            Self::Boolean => Value::Bool(text == "true"),
            Self::Integer => {
                let exact = text.parse::<i64>().ok().filter(|number| number.unsigned_abs() <= EXACT_WHOLE);
                exact.map_or_else(|| as_text(text), Value::from)
            }
            Self::Decimal => {
                let digits = text.bytes().filter(u8::is_ascii_digit).count();
                exact_number(text).filter(|_| digits <= EXACT_DIGITS).unwrap_or_else(|| as_text(text))
            }
            Self::Float => exact_number(text).unwrap_or_else(|| as_text(text)),
            Self::Json if holds_exactly(text) => serde_json::from_str(text).unwrap_or_else(|_| as_text(text)),
            Self::Json | Self::Date | Self::Time | Self::Timestamp | Self::TimestampTz | Self::Text => as_text(text),
        }
    }
}

/// Whether every number in a JSON text is one that a double holds exactly.
fn holds_exactly(json: &str) -> bool {
    let (mut is_text, mut is_escaped, mut is_exponent, mut digits) = (false, false, false, 0);
    for char in json.bytes() {
        match char {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_text => is_escaped = true,
            b'"' => is_text = !is_text,
            _ if is_text => {}
            // Zeros in front say nothing.
            b'0' if digits == 0 => {}
            b'0'..=b'9' if !is_exponent => digits += 1,
            b'e' | b'E' if digits > 0 => is_exponent = true,
            b'0'..=b'9' | b'.' | b'-' | b'+' => {}
            _ => (is_exponent, digits) = (false, 0),
        }
        if digits > EXACT_DIGITS {
            return false;
        }
    }
    true
}

/// Nothing for infinities and what is no number, which JSON does not have.
fn exact_number(text: &str) -> Option<Value> {
    if let Ok(whole) = text.parse::<i64>() {
        return Some(Value::from(whole));
    }
    text.parse::<f64>().ok().and_then(serde_json::Number::from_f64).map(Value::Number)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_exact_or_text() {
        assert_eq!(CellType::Integer.value("9007199254740992"), json!(9_007_199_254_740_992_i64));
        assert_eq!(CellType::Integer.value("9007199254740993"), json!("9007199254740993"));
        assert_eq!(CellType::Decimal.value("12.50"), json!(12.5));
        assert_eq!(CellType::Decimal.value("7"), json!(7));
        assert_eq!(CellType::Decimal.value("0.1234567890123456"), json!("0.1234567890123456"));
        assert_eq!(CellType::Decimal.value("NaN"), json!("NaN"));
        assert_eq!(CellType::Float.value("0.1"), json!(0.1));
        assert_eq!(CellType::Float.value("Infinity"), json!("Infinity"));
        assert_eq!(CellType::Boolean.value("false"), json!(false));
        assert_eq!(CellType::Json.value("{\"a\": [1]}"), json!({"a": [1]}));
        assert_eq!(CellType::Json.value("{\"a\": [1"), json!("{\"a\": [1"), "cut");
        for exact in
            ["[0.001, 123456789012345, -1.5e300]", "[\"12345678901234567\", 1]", "[\"\\\"\", 12345678, 90123456789]"]
        {
            assert_eq!(CellType::Json.value(exact), serde_json::from_str::<Value>(exact).unwrap(), "{exact}");
        }
        for inexact in ["[12345678901234567.89]", "{\"a\": 1234567890.1234567}"] {
            assert_eq!(CellType::Json.value(inexact), json!(inexact), "no digit is lost");
        }
        assert_eq!(CellType::Text.value("true"), json!("true"));
    }

    #[test]
    fn types_are_what_clients_can_tell_apart() {
        assert_eq!(CellType::of(&Type::INT8), CellType::Integer);
        assert_eq!(CellType::of(&Type::TEXT_ARRAY), CellType::Json);
        assert_eq!(CellType::of(&Type::UUID), CellType::Text);
        assert_eq!(CellType::of(&Type::INTERVAL), CellType::Text);
    }
}
