//! A value as text, where a format has nothing else.

use std::borrow::Cow;
use std::str::FromStr as _;

use bigdecimal::BigDecimal;
use serde_json::{Number, Value};

use super::number;
use crate::warehouse::cells::CellType;

/// A value of a column as text, exact; `None` for no value. Objects and lists are JSON, and so is what is a text within a column of JSON.
#[must_use]
pub fn text(kind: CellType, value: &Value) -> Option<Cow<'_, str>> {
    Some(match (kind, value) {
        (_, Value::Null) => return None,
        (CellType::Json, value) => Cow::Owned(value.to_string()),
        (_, Value::String(text)) => Cow::Borrowed(text),
        (CellType::Integer | CellType::Decimal, Value::Number(number)) => Cow::Owned(plain(number)),
        (_, value) => Cow::Owned(value.to_string()),
    })
}

/// Whether a value is a number, so that nothing of its text is ever a formula: a minus in front is its sign.
#[must_use]
pub fn is_number(kind: CellType, value: &Value) -> bool {
    match (kind, value) {
        (_, Value::Number(_)) => true,
        (CellType::Integer | CellType::Decimal | CellType::Float, Value::String(text)) => number::is_decimal(text),
        _ => false,
    }
}

/// Without an exponent.
fn plain(number: &Number) -> String {
    let text = number.to_string();
    if !text.contains(['e', 'E']) {
        return text;
    }
    BigDecimal::from_str(&text).map_or(text, |number| number.normalized().to_plain_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_written_as_they_are() {
        let of = |kind, value: Value| text(kind, &value).map(Cow::into_owned);
        assert_eq!(of(CellType::Text, Value::Null), None);
        assert_eq!(of(CellType::Json, Value::Null), None);
        assert_eq!(of(CellType::Text, json!("")), Some(String::new()));
        assert_eq!(of(CellType::Boolean, json!(true)), Some("true".to_owned()));
        assert_eq!(of(CellType::Decimal, json!(1e-8)), Some("0.00000001".to_owned()));
        assert_eq!(of(CellType::Decimal, json!("-0.1234567890123456")), Some("-0.1234567890123456".to_owned()));
        assert_eq!(of(CellType::Float, json!(1e300)), Some("1e+300".to_owned()));
        assert_eq!(of(CellType::Json, json!({"a": [1, "x"]})), Some("{\"a\":[1,\"x\"]}".to_owned()));
        assert_eq!(of(CellType::Json, json!("=1")), Some("\"=1\"".to_owned()));
        assert!(is_number(CellType::Integer, &json!("-9007199254740993")));
        assert!(!is_number(CellType::Text, &json!("-1")));
        assert!(!is_number(CellType::Float, &json!("-Infinity")));
    }
}
