//! Values of a result as charts see them.

use std::cmp::Ordering;

use serde_json::Value;

use crate::warehouse::cells::CellType;

use super::super::format::number::NumberFormat;
use super::super::format::time::TimeFormat;
use super::moment;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Datum {
    Null,
    Bool(bool),
    /// Always finite.
    Number(f64),
    Text(String),
    /// Milliseconds since 1970, in UTC.
    Time(f64),
}

impl Datum {
    /// A value of a column. Exact decimals that arrive as text become numbers, with as many digits as a double has.
    #[must_use]
    pub fn of(value: &Value, kind: CellType) -> Self {
        match (value, kind) {
            (Value::Null, _) => Self::Null,
            (Value::Bool(bool), _) => Self::Bool(*bool),
            (Value::Number(number), _) => number.as_f64().map_or(Self::Null, Self::number),
            (Value::String(text), CellType::Integer | CellType::Decimal | CellType::Float) => {
                text.parse().map_or(Self::Null, Self::number)
            }
            (Value::String(text), _) => Self::Text(text.clone()),
            (Value::Array(_) | Value::Object(_), _) => Self::Text(value.to_string()),
        }
    }

    /// A value that stands in a specification.
    #[must_use]
    pub fn of_spec(value: &Value) -> Self {
        Self::of(value, CellType::Text)
    }

    /// Null for what is not finite.
    #[must_use]
    pub fn number(number: f64) -> Self {
        if number.is_finite() { Self::Number(number) } else { Self::Null }
    }

    /// As a quantity, where it is one.
    #[must_use]
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Number(number) | Self::Time(number) => Some(*number),
            Self::Bool(bool) => Some(f64::from(u8::from(*bool))),
            Self::Text(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
            Self::Null => None,
        }
    }

    /// As a moment, where it is one: numbers are milliseconds, as JavaScript takes them.
    #[must_use]
    pub fn as_moment(&self) -> Option<f64> {
        match self {
            Self::Time(millis) => Some(*millis),
            Self::Number(millis) => Some(*millis).filter(|millis| moment::is_within(*millis)),
            Self::Text(text) => moment::parse(text),
            Self::Null | Self::Bool(_) => None,
        }
    }

    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// As a label: what somebody reads on an axis or in a legend.
    #[must_use]
    pub fn label(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Bool(bool) => bool.to_string(),
            Self::Number(number) => {
                // A year, a code: whole numbers of a category are not grouped.
                NumberFormat::parse("").map(|format| format.write(*number)).unwrap_or_default()
            }
            Self::Text(text) => text.clone(),
            Self::Time(millis) => {
                let format = if moment::is_midnight(*millis) { "%Y-%m-%d" } else { "%Y-%m-%d %H:%M" };
                TimeFormat::parse(format).map(|format| format.write(*millis)).unwrap_or_default()
            }
        }
    }

    /// The order in which values stand where nothing else is said: nulls, numbers and times, texts by their characters.
    #[must_use]
    pub fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(one) | Self::Time(one), Self::Number(other) | Self::Time(other)) => one.total_cmp(other),
            (Self::Text(one), Self::Text(other)) => one.cmp(other),
            (Self::Bool(one), Self::Bool(other)) => one.cmp(other),
            _ => self.rank().cmp(&other.rank()),
        }
    }

    const fn rank(&self) -> u8 {
        match self {
            Self::Null => 0,
            Self::Bool(_) => 1,
            Self::Number(_) | Self::Time(_) => 2,
            Self::Text(_) => 3,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_read_by_the_type_of_their_column() {
        assert_eq!(Datum::of(&json!("12.50"), CellType::Decimal), Datum::Number(12.5));
        assert_eq!(Datum::of(&json!("9007199254740993"), CellType::Integer), Datum::Number(9_007_199_254_740_992.0));
        assert_eq!(Datum::of(&json!("NaN"), CellType::Decimal), Datum::Null);
        assert_eq!(Datum::of(&json!("Infinity"), CellType::Float), Datum::Null);
        assert_eq!(Datum::of(&json!("12"), CellType::Text), Datum::Text("12".to_owned()));
        assert_eq!(Datum::of(&json!({"a": 1}), CellType::Json), Datum::Text("{\"a\":1}".to_owned()));
        assert_eq!(Datum::Number(2024.0).label(), "2024");
    }
}
