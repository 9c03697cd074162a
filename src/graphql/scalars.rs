//! Scalars of our own, and how ids become theirs.

use std::str::FromStr;

use async_graphql::{ID, InputValueError, InputValueResult, MaybeUndefined, Scalar, ScalarType, Value};
use bigdecimal::BigDecimal;
use chrono::NaiveDate;

use super::error::to_graphql;
use crate::error::Error;
use crate::ids::{Id, Kind};

/// An exact decimal number as text, without exponent: `"0.00035"`. Money is in US dollars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decimal(pub BigDecimal);

/// An exact decimal number as text, without exponent: `"0.00035"`. Money is in US dollars.
#[Scalar]
impl ScalarType for Decimal {
    fn parse(value: Value) -> InputValueResult<Self> {
        let text = match &value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return Err(InputValueError::expected_type(value)),
        };
        BigDecimal::from_str(&text).map(Self).map_err(|_| InputValueError::custom("not a decimal number"))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.normalized().to_plain_string())
    }
}

/// A day of the calendar, as `2026-03-29`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date(pub NaiveDate);

/// A day of the calendar, as `2026-03-29`.
#[Scalar]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        NaiveDate::from_str(text).map(Self).map_err(|_| InputValueError::custom("not a day, as in 2026-03-29"))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// An id as clients see it.
#[must_use]
pub fn id<K: Kind>(id: Id<K>) -> ID {
    ID(id.to_string())
}

/// The id in an argument. One of another kind is as good as an unknown one.
///
/// # Errors
/// `NOT_FOUND`, with the argument as its field.
pub fn parse_id<K: Kind>(id: &ID, path: &str, what: &str) -> async_graphql::Result<Id<K>> {
    id.parse().map_err(|_| to_graphql(Error::not_found(what).with_field(path)))
}

/// As [`parse_id`], for a list.
///
/// # Errors
/// As [`parse_id`].
pub fn parse_ids<K: Kind>(ids: &[ID], path: &str, what: &str) -> async_graphql::Result<Vec<Id<K>>> {
    ids.iter().map(|id| parse_id(id, path, what)).collect()
}

/// `None` for a field that was left out, `Some(None)` for null.
#[must_use]
pub fn changed<T>(field: MaybeUndefined<T>) -> Option<Option<T>> {
    match field {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(value) => Some(Some(value)),
    }
}

/// A count as GraphQL's Int holds it: what is beyond is the largest there is.
#[must_use]
pub fn whole(count: i64) -> i32 {
    i32::try_from(count).unwrap_or(if count < 0 { i32::MIN } else { i32::MAX })
}
