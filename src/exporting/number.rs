//! Exact numbers, read from their values.

use std::str::FromStr as _;

use bigdecimal::num_bigint::BigInt;
use bigdecimal::{BigDecimal, ToPrimitive as _};
use serde_json::Value;

/// A text longer than this is looked at no further: no format has a number of so many digits.
const CHARS_MAX: usize = 400;
/// Digits that a double holds exactly, whatever they are.
const DIGITS_OF_DOUBLE: u64 = 15;
/// Places before and behind the point within which that holds.
const PLACES_OF_DOUBLE: i64 = 290;

/// A finite number; `None` for what is none, and for infinities.
#[must_use]
pub fn exact(value: &Value) -> Option<BigDecimal> {
    match value {
        Value::Number(number) => BigDecimal::from_str(&number.to_string()).ok(),
        Value::String(text) if is_decimal(text) => BigDecimal::from_str(text).ok(),
        _ => None,
    }
}

/// Whether a text is a finite number and nothing else: digits, with a sign, a point and an exponent perhaps.
#[must_use]
pub fn is_decimal(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let is_mantissa = match mantissa.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(mantissa),
    };
    let is_exponent = exponent.is_none_or(|it| it.len() <= 6 && digits(it.strip_prefix(['+', '-']).unwrap_or(it)));
    is_mantissa && is_exponent
}

/// A double that stands for this number and no other of as many digits: at most 15 that count.
#[must_use]
pub fn short_double(value: &Value) -> Option<f64> {
    if matches!(value, Value::String(text) if text.len() > CHARS_MAX) {
        return None;
    }
    let number = exact(value)?.normalized();
    let (_, places) = number.as_bigint_and_exponent();
    if number.digits() > DIGITS_OF_DOUBLE || !(-PLACES_OF_DOUBLE..=PLACES_OF_DOUBLE).contains(&places) {
        return None;
    }
    number.to_string().parse().ok().filter(|double: &f64| double.is_finite())
}

/// A whole number of 64 bits.
#[must_use]
pub fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// A double, with those that are no number or infinite by the names that Postgres gives them.
#[must_use]
pub fn double(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => match text.as_str() {
            "NaN" => Some(f64::NAN),
            "Infinity" => Some(f64::INFINITY),
            "-Infinity" => Some(f64::NEG_INFINITY),
            text if is_decimal(text) => text.parse().ok().filter(|double: &f64| double.is_finite()),
            _ => None,
        },
        _ => None,
    }
}

/// How many digits a number has before its point and behind it, without zeros that do not count.
#[must_use]
pub fn places(value: &Value) -> Option<(u64, u64)> {
    if matches!(value, Value::String(text) if text.len() > CHARS_MAX) {
        return None;
    }
    let number = exact(value)?.normalized();
    let (unscaled, scale) = number.as_bigint_and_exponent();
    if unscaled == BigInt::ZERO {
        return Some((0, 0));
    }
    let whole = i64::try_from(number.digits()).ok()?.checked_sub(scale)?;
    Some((u64::try_from(whole.max(0)).ok()?, u64::try_from(scale.max(0)).ok()?))
}

/// The number times ten to the power of `scale`; `None` when that is no whole number of 128 bits.
#[must_use]
pub fn unscaled(value: &Value, scale: u32) -> Option<i128> {
    let number = exact(value)?.normalized();
    let (digits, places) = number.as_bigint_and_exponent();
    let zeros = u32::try_from(i64::from(scale).checked_sub(places)?).ok().filter(|zeros| *zeros <= 38)?;
    (digits * BigInt::from(10).pow(zeros)).to_i128()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_are_told_from_texts() {
        for text in ["0", "-1", "12.50", "1e5", "-1.5E-7", "123456789012345678901234567890"] {
            assert!(is_decimal(text), "{text}");
        }
        for text in ["", "-", "+1", "1.", ".5", "1e", "1e+", "NaN", "-Infinity", "1 ", "0x1", "1,5", "1e9999999", "--1"]
        {
            assert!(!is_decimal(text), "{text}");
        }
    }

    #[test]
    fn a_short_double_stands_for_one_number() {
        assert_eq!(short_double(&json!(12.5)), Some(12.5));
        assert_eq!(short_double(&json!("123456789012345")), Some(123_456_789_012_345.0));
        assert_eq!(short_double(&json!("1234567890123456")), None);
        assert_eq!(short_double(&json!("0.000000000000000001")), Some(1e-18));
        assert_eq!(short_double(&json!("100000000000000000000")), Some(1e20));
        assert_eq!(short_double(&json!("1e300")), None);
        assert_eq!(short_double(&json!("NaN")), None);
        assert_eq!(short_double(&json!("9".repeat(500))), None);
        assert_eq!(short_double(&json!(0)), Some(0.0));
    }

    #[test]
    fn places_and_unscaled_numbers_are_exact() {
        assert_eq!(places(&json!("-120.450")), Some((3, 2)));
        assert_eq!(places(&json!("0.001")), Some((0, 3)));
        assert_eq!(places(&json!("1200")), Some((4, 0)));
        assert_eq!(places(&json!(0)), Some((0, 0)));
        assert_eq!(places(&json!(1e-7)), Some((0, 7)));
        assert_eq!(places(&json!("Infinity")), None);
        assert_eq!(unscaled(&json!("-120.45"), 3), Some(-120_450));
        assert_eq!(unscaled(&json!("1200"), 0), Some(1200));
        assert_eq!(unscaled(&json!("0.001"), 2), None);
        assert_eq!(unscaled(&json!("99999999999999999999999999999999999999"), 0), Some(10_i128.pow(38) - 1));
        assert_eq!(unscaled(&json!(0), 38), Some(0));
    }

    #[test]
    fn doubles_have_their_names() {
        assert_eq!(double(&json!("Infinity")), Some(f64::INFINITY));
        assert!(double(&json!("NaN")).is_some_and(f64::is_nan));
        assert_eq!(double(&json!(7)), Some(7.0));
        assert_eq!(double(&json!("1e400")), None);
        assert_eq!(whole(&json!("9007199254740993")), Some(9_007_199_254_740_993));
        assert_eq!(whole(&json!("9223372036854775808")), None);
    }
}
