//! Numbers, strings and the other literals.

use sqlparser::ast::{DollarQuotedString, Value, ValueWithSpan};

use super::gate::Gate;
use super::refusal::{Code, Refusal, quoted};

impl Gate<'_> {
    /// A literal or a parameter. Whatever its quotes were, a string is written anew from its value.
    pub(super) fn value(&mut self, value: &ValueWithSpan) -> Result<(), Refusal> {
        let ValueWithSpan { value, span } = value;
        match value {
            Value::Placeholder(written) => return self.placeholder(written).map_err(|refusal| refusal.at(*span)),
            Value::Number(digits, is_long) => {
                let number = digits.replace('_', "");
                if *is_long || !is_number(&number) {
                    let message = format!("{} is not a number.", quoted(digits));
                    return Err(Refusal::new(Code::LiteralNotAllowed, message).at(*span));
                }
                self.text.word(&number);
            }
            Value::Boolean(true) => self.text.word("TRUE"),
            Value::Boolean(false) => self.text.word("FALSE"),
            Value::Null => self.text.word("NULL"),
            _ => match string(value) {
                Some(value) if !value.contains('\0') => self.text.string(value),
                _ => return Err(not_plain().at(*span)),
            },
        }
        Ok(())
    }
}

/// What a string literal of a kind that is taken says.
pub(super) fn string(value: &Value) -> Option<&str> {
    match value {
        Value::SingleQuotedString(value)
        | Value::EscapedStringLiteral(value)
        | Value::DollarQuotedString(DollarQuotedString { value, tag: _ }) => Some(value),
        _ => None,
    }
}

pub(super) fn not_plain() -> Refusal {
    Refusal::new(Code::LiteralNotAllowed, "Strings are written in single quotes; other kinds are not allowed.")
}

/// Digits with at most one point between or beside them and an exponent.
fn is_number(text: &str) -> bool {
    let (mantissa, exponent) = text.split_once(['e', 'E']).map_or((text, None), |(left, right)| (left, Some(right)));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent_is_sound =
        exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)));
    let mantissa_is_sound = match mantissa.split_once('.') {
        None => digits(mantissa),
        Some((left, right)) => {
            (digits(left) || left.is_empty()) && (digits(right) || right.is_empty()) && mantissa != "."
        }
    };
    mantissa_is_sound && exponent_is_sound
}
