//! Numbers by a format of d3: `[+][$][,][.precision][~][type]`, with the types `f`, `%`, `d`, `s`, `e`, `g` and none.

use super::super::figures::of_whole;

/// Characters of what is written at most; beyond that the exponent is written.
const LONGEST: f64 = 1e21;
/// Whole numbers below are written with all their digits.
const WHOLE: f64 = 9_007_199_254_740_992.0;
const PREFIXES: [&str; 17] = ["y", "z", "a", "f", "p", "n", "µ", "m", "", "k", "M", "G", "T", "P", "E", "Z", "Y"];
/// As d3 writes it: as wide as a plus.
const MINUS: char = '\u{2212}';

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Fixed,
    Percent,
    Whole,
    Prefixed,
    Exponent,
    Significant,
    /// As many digits as it takes.
    Plain,
}

/// How a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumberFormat {
    /// What stands before the digits: nothing, a plus, a dollar, or both.
    prefix: (Option<char>, Option<char>),
    comma: bool,
    precision: Option<usize>,
    trim: bool,
    kind: Kind,
}

impl NumberFormat {
    /// `None` for what is outside of the subset.
    #[must_use]
    pub fn parse(format: &str) -> Option<Self> {
        let mut rest = format;
        let mut take = |prefix: &str| match rest.strip_prefix(prefix) {
            Some(after) => {
                rest = after;
                true
            }
            None => false,
        };
        let prefix = (take("+").then_some('+'), take("$").then_some('$'));
        let comma = take(",");
        let mut precision = None;
        if let Some(after) = rest.strip_prefix('.') {
            let digits = after.bytes().take_while(u8::is_ascii_digit).count();
            precision = Some(after.get(..digits)?.parse().ok().filter(|precision| *precision <= 15)?);
            rest = after.get(digits..)?;
        }
        let mut trim = false;
        if let Some(after) = rest.strip_prefix('~') {
            trim = true;
            rest = after;
        }
        let kind = match rest {
            "f" => Kind::Fixed,
            "%" => Kind::Percent,
            "d" => Kind::Whole,
            "s" => Kind::Prefixed,
            "e" => Kind::Exponent,
            "g" => Kind::Significant,
            "" => Kind::Plain,
            _ => return None,
        };
        Some(Self { prefix, comma, precision, trim, kind })
    }

    /// Grouped, with so many digits behind the point.
    #[must_use]
    pub fn grouped(decimals: usize) -> Self {
        Self { prefix: (None, None), comma: true, precision: Some(decimals), trim: false, kind: Kind::Fixed }
    }

    /// Grouped, with as many digits as it takes.
    #[must_use]
    pub fn plain() -> Self {
        Self { prefix: (None, None), comma: true, precision: None, trim: true, kind: Kind::Plain }
    }

    /// The number as text.
    #[must_use]
    pub fn write(&self, number: f64) -> String {
        if !number.is_finite() {
            return "–".to_owned();
        }
        let size = number.abs();
        let (mut digits, suffix) = match self.kind {
            Kind::Whole => (fixed(size.round(), 0), String::new()),
            Kind::Fixed => (fixed(size, self.precision.unwrap_or(6)), String::new()),
            Kind::Percent => (fixed(size * 100.0, self.precision.unwrap_or(6)), "%".to_owned()),
            Kind::Exponent => exponent(size, self.precision.unwrap_or(6)),
            Kind::Prefixed => prefixed(size, self.precision.unwrap_or(6).max(1)),
            Kind::Significant => significant(size, self.precision.unwrap_or(6).max(1)),
            Kind::Plain if self.precision.is_none() && size <= WHOLE && size.fract() == 0.0 => {
                (fixed(size, 0), String::new())
            }
            Kind::Plain => significant(size, self.precision.unwrap_or(12).max(1)),
        };
        if self.trim || self.kind == Kind::Plain {
            digits = trimmed(&digits);
        }
        let is_zero = digits.bytes().all(|byte| matches!(byte, b'0' | b'.'));
        if self.comma {
            digits = grouped(&digits);
        }
        let (plus, dollar) = self.prefix;
        let sign = if number < 0.0 && !is_zero { Some(MINUS) } else { plus };
        let mut text: String = sign.into_iter().chain(dollar).collect();
        text.push_str(&digits);
        text + &suffix
    }
}

fn fixed(size: f64, decimals: usize) -> String {
    if size >= LONGEST { format!("{size:e}") } else { format!("{size:.decimals$}") }
}

/// The digits and the exponent of a number rounded to so many digits.
fn rounded(size: f64, digits: usize) -> (f64, i32) {
    let written = format!("{size:.*e}", digits.saturating_sub(1));
    let (mantissa, exponent) = written.split_once('e').unwrap_or((&written, "0"));
    (mantissa.parse().unwrap_or(0.0), exponent.parse().unwrap_or(0))
}

fn exponent(size: f64, decimals: usize) -> (String, String) {
    let (mantissa, exponent) = rounded(size, decimals + 1);
    let sign = if exponent < 0 { MINUS } else { '+' };
    (format!("{mantissa:.decimals$}"), format!("e{sign}{}", exponent.abs()))
}

fn significant(size: f64, digits: usize) -> (String, String) {
    let (_, magnitude) = rounded(size, digits);
    let most = i32::try_from(digits).unwrap_or(i32::MAX);
    if size > 0.0 && (magnitude < -6 || magnitude >= most.max(16)) {
        let (mantissa, suffix) = exponent(size, digits - 1);
        return (trimmed(&mantissa), suffix);
    }
    let decimals = usize::try_from(most - 1 - magnitude).unwrap_or(0);
    let step = usize::try_from(magnitude + 1 - most).unwrap_or(0);
    // More digits before the point than are wanted: those behind them become zeros.
    let scale = 10_f64.powi(i32::try_from(step).unwrap_or(0));
    (
        fixed((size / scale).round_ties_even().mul_add(scale, 0.0).max(if step == 0 { size } else { 0.0 }), decimals),
        String::new(),
    )
}

fn prefixed(size: f64, digits: usize) -> (String, String) {
    let (_, magnitude) = rounded(size, digits);
    let thousands = if size > 0.0 { magnitude.div_euclid(3).clamp(-8, 8) } else { 0 };
    let prefix = usize::try_from(thousands + 8).ok().and_then(|index| PREFIXES.get(index)).copied().unwrap_or("");
    let scaled = size / 10_f64.powi(thousands * 3);
    let before = if size > 0.0 { magnitude - thousands * 3 + 1 } else { 1 };
    let decimals = digits.saturating_sub(usize::try_from(before).unwrap_or(0));
    (fixed(scaled, decimals), prefix.to_owned())
}

/// Without zeros at the end behind a point.
fn trimmed(digits: &str) -> String {
    if digits.contains('.') && !digits.contains('e') {
        digits.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        digits.to_owned()
    }
}

/// With commas between thousands.
fn grouped(digits: &str) -> String {
    if digits.contains('e') {
        return digits.to_owned();
    }
    let (whole, rest) = digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(rest) = rest {
        text.push('.');
        text.push_str(rest);
    }
    text
}

/// Digits behind the point that tell multiples of a step apart.
#[must_use]
pub fn decimals(step: f64) -> usize {
    if !step.is_finite() || step <= 0.0 {
        return 0;
    }
    (0..=12_i32)
        .find(|decimals| {
            let scaled = step * of_whole(10_i64.pow(decimals.unsigned_abs()));
            (scaled - scaled.round()).abs() < 1e-6 && scaled.round() >= 1.0
        })
        .and_then(|decimals| usize::try_from(decimals).ok())
        .unwrap_or(12)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(format: &str, number: f64) -> String {
        NumberFormat::parse(format).unwrap().write(number)
    }

    #[test]
    fn numbers_are_written_as_d3_writes_them() {
        assert_eq!(write(",.2f", 1_234_567.891), "1,234,567.89");
        assert_eq!(write(".0%", 0.256), "26%");
        assert_eq!(write(".1%", -0.256), "−25.6%");
        assert_eq!(write("~s", 1_500_000.0), "1.5M");
        assert_eq!(write(".2s", 1_499_999.0), "1.5M");
        assert_eq!(write("s", 1500.0), "1.50000k");
        assert_eq!(write("~s", 0.0015), "1.5m");
        assert_eq!(write(".3s", 999_999.0), "1.00M");
        assert_eq!(write("~s", 0.0), "0");
        assert_eq!(write("$,.0f", -1234.5), "−$1,234");
        assert_eq!(write("+d", 12.6), "+13");
        assert_eq!(write(".2e", 12345.0), "1.23e+4");
        assert_eq!(write(".3g", 0.000_123_4), "0.000123");
        assert_eq!(write(",", 1234.5), "1,234.5");
        assert_eq!(write("", 1e20), "1e+20");
        assert_eq!(write(".2g", 1234.0), "1200");
        assert_eq!(write(".1f", -0.01), "0.0", "no minus before a zero");
        assert_eq!(write(",.2f", f64::NAN), "–");
        assert_eq!(NumberFormat::plain().write(0.1 + 0.2), "0.3");
        assert_eq!(NumberFormat::plain().write(9_007_199_254_740_992.0), "9,007,199,254,740,992");
        assert_eq!(NumberFormat::plain().write(123_456_789.0), "123,456,789");
    }

    #[test]
    fn other_formats_are_none() {
        for format in ["x", ".99f", "010d", "^20", "%b", ".2", ".f f", ",,"] {
            assert_eq!(NumberFormat::parse(format).is_some(), format == ".2", "{format}");
        }
    }

    #[test]
    fn decimals_tell_steps_apart() {
        assert_eq!([1.0, 20.0, 0.5, 0.25, 0.01, 2e-7].map(decimals), [0, 0, 1, 2, 2, 7]);
    }
}
