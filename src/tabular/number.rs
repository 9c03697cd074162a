//! Numbers as people write them.

use super::dialect::DecimalMark;

/// Signs that stand with a number without changing it.
pub const UNITS: [char; 5] = ['$', '€', '£', '¥', '%'];
/// Digits of a number in all; Postgres would take more.
const DIGITS_MAX: usize = 300;
/// Between groups of three digits, besides the mark that is not the decimal one: spaces of French and apostrophes of Swiss numbers.
const GROUPING: [char; 5] = [' ', '\u{a0}', '\u{202f}', '\'', '\u{2019}'];

/// What sort of number it is; each is also of those behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sort {
    Integer,
    Decimal,
    Float,
}

/// A number, and how it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// As Postgres reads it.
    pub text: String,
    pub sort: Sort,
    pub unit: Option<char>,
    /// Whether zeros stand in front that are no part of its value.
    pub has_leading_zeros: bool,
}

/// The number that this is, if it is one. White space around it does not count.
#[must_use]
pub fn parse(text: &str, mark: DecimalMark) -> Option<Number> {
    let (text, unit) = without_unit(text.trim())?;
    let (sign, text) = signed(text);
    // `-$5` has its sign in front of its unit.
    let (text, unit) = match unit {
        None => without_unit(text)?,
        unit => (text, unit),
    };
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(self::exponent(exponent)?)),
        None => (text, None),
    };
    let (point, group) = match mark {
        DecimalMark::Point => ('.', ','),
        DecimalMark::Comma => (',', '.'),
    };
    let (whole, fraction) = match mantissa.split_once(point) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let whole = ungrouped(whole, group)?;
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let fraction = fraction.unwrap_or_default();
    if !is_digits(fraction) || (whole.is_empty() && fraction.is_empty()) || whole.len() + fraction.len() > DIGITS_MAX {
        return None;
    }
    let has_leading_zeros = whole.len() > 1 && whole.starts_with('0');
    let whole = if whole.is_empty() { "0" } else { &whole };
    let mut number = format!("{sign}{whole}");
    if !fraction.is_empty() {
        number.push('.');
        number.push_str(fraction);
    }
    let sort = match exponent {
        Some(exponent) => {
            number.push('e');
            number.push_str(&exponent.to_string());
            if !number.parse::<f64>().is_ok_and(f64::is_finite) {
                return None;
            }
            Sort::Float
        }
        None if fraction.is_empty()
            && mantissa == text
            && !mantissa.contains(point)
            && number.parse::<i64>().is_ok() =>
        {
            Sort::Integer
        }
        None => Sort::Decimal,
    };
    Some(Number { text: number, sort, unit, has_leading_zeros })
}

/// Takes one unit from either end; nothing when there is one at each.
fn without_unit(text: &str) -> Option<(&str, Option<char>)> {
    let front = text.chars().next().filter(|char| UNITS.contains(char) && *char != '%');
    let back = text.chars().next_back().filter(|char| UNITS.contains(char));
    match (front, back) {
        (None, None) => Some((text, None)),
        (Some(unit), None) => Some((text.strip_prefix(unit)?.trim_start(), Some(unit))),
        (None, Some(unit)) => Some((text.strip_suffix(unit)?.trim_end(), Some(unit))),
        (Some(_), Some(_)) => None,
    }
}

fn signed(text: &str) -> (&'static str, &str) {
    // U+2212 is the minus of typesetters.
    match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    }
}

fn exponent(text: &str) -> Option<i32> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_number = !digits.is_empty() && digits.len() <= 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

/// Digits without what groups them, if they are grouped by threes, all in the same way, or not at all.
fn ungrouped(text: &str, group: char) -> Option<String> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(text.to_owned());
    }
    let by = text.chars().find(|char| !char.is_ascii_digit()).filter(|by| *by == group || GROUPING.contains(by))?;
    let mut groups = text.split(by);
    let first = groups.next().filter(|first| (1..=3).contains(&first.len()))?;
    let mut digits = first.to_owned();
    for group in groups {
        if group.len() != 3 {
            return None;
        }
        digits.push_str(group);
    }
    // A zero in front would not be grouped: 0,123 is no thousand.
    digits.bytes().all(|byte| byte.is_ascii_digit()).then_some(digits).filter(|digits| !digits.starts_with('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(text: &str) -> Option<(String, Sort, Option<char>)> {
        parse(text, DecimalMark::Point).map(|number| (number.text, number.sort, number.unit))
    }

    #[test]
    fn numbers_are_read_as_they_are_meant() {
        let is = |text: &str, number: &str, sort| assert_eq!(point(text), Some((number.into(), sort, None)), "{text}");
        is("0", "0", Sort::Integer);
        is(" -42 ", "-42", Sort::Integer);
        is("+7", "7", Sort::Integer);
        is("\u{2212}7", "-7", Sort::Integer);
        is("9223372036854775807", "9223372036854775807", Sort::Integer);
        is("9223372036854775808", "9223372036854775808", Sort::Decimal);
        is("1,234,567", "1234567", Sort::Integer);
        is("1 234 567.5", "1234567.5", Sort::Decimal);
        is("1'234.50", "1234.50", Sort::Decimal);
        is(".5", "0.5", Sort::Decimal);
        is("5.", "5", Sort::Decimal);
        is("1.5e-3", "1.5e-3", Sort::Float);
        is("2E+05", "2e5", Sort::Float);
        for text in [
            "",
            "-",
            "1,23",
            "12,34,567",
            "1,234 567",
            "0,123",
            "1.2.3",
            "--1",
            "1e",
            "1e99999",
            "1e999",
            "0x10",
            "inf",
            "NaN",
            "1 2",
            "١٢",
            "(5)",
            "1_000",
        ] {
            assert_eq!(point(text), None, "{text}");
        }
    }

    #[test]
    fn a_comma_may_be_the_mark() {
        let comma = |text| parse(text, DecimalMark::Comma).map(|number| number.text);
        assert_eq!(comma("1.234,5"), Some("1234.5".into()));
        assert_eq!(comma("1\u{202f}234,50"), Some("1234.50".into()));
        assert_eq!(comma("0,5"), Some("0.5".into()));
        assert_eq!(comma("1.5"), None);
    }

    #[test]
    fn units_stand_at_one_end() {
        let is = |text: &str, number: &str, unit| {
            assert_eq!(point(text).map(|(text, _, unit)| (text, unit)), Some((number.into(), Some(unit))), "{text}");
        };
        is("$1,234.50", "1234.50", '$');
        is("-$5", "-5", '$');
        is("$-5", "-5", '$');
        is("12.5 %", "12.5", '%');
        is("7 €", "7", '€');
        assert_eq!(point("$5%"), None);
        assert_eq!(point("%5"), None);
        assert_eq!(point("$"), None);
    }

    #[test]
    fn leading_zeros_are_noticed() {
        assert!(parse("00123", DecimalMark::Point).unwrap().has_leading_zeros);
        assert!(!parse("0.5", DecimalMark::Point).unwrap().has_leading_zeros);
    }
}
