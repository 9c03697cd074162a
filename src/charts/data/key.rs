//! Values as keys of groups.

use super::datum::Datum;

/// What makes two values the same group.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Key {
    Null,
    Bool(bool),
    /// The bits of a number, or of a moment.
    Bits(u64),
    Text(String),
}

impl Key {
    #[must_use]
    pub fn of(datum: &Datum) -> Self {
        match datum {
            Datum::Null => Self::Null,
            Datum::Bool(bool) => Self::Bool(*bool),
            // Zero and minus zero are one.
            Datum::Number(number) | Datum::Time(number) => Self::Bits((number + 0.0).to_bits()),
            Datum::Text(text) => Self::Text(text.clone()),
        }
    }
}
