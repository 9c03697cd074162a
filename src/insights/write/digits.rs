//! Numbers as sentences have them: `1,204.5`, `40 %`.

/// Sizes between which numbers are written out.
const SHOWN: std::ops::Range<f64> = 1e-6..1e15;

/// Whether a number can be written in a sentence.
#[must_use]
pub fn is_plain(value: f64) -> bool {
    value == 0.0 || SHOWN.contains(&value.abs())
}

/// Thousands grouped by commas, digits behind the point as its size asks for, no zeros at the end.
#[must_use]
pub fn number(value: f64) -> String {
    let size = value.abs();
    let decimals = match () {
        () if size >= 100.0 => 1,
        () if size >= 1.0 => 2,
        () if size >= 0.01 => 4,
        () => 8,
    };
    grouped(value, decimals)
}

/// One digit behind the point below 10, none above.
#[must_use]
pub fn percent(value: f64) -> String {
    let decimals = match value.abs() {
        size if size >= 9.95 => 0,
        size if size >= 0.1 => 1,
        _ => 3,
    };
    format!("{} %", grouped(value, decimals))
}

fn grouped(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let fraction = fraction.trim_end_matches('0');
    let mut shown = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    if !fraction.is_empty() {
        shown.push('.');
        shown.push_str(fraction);
    }
    let is_zero = shown.chars().all(|c| matches!(c, '0' | '.' | ','));
    if value < 0.0 && !is_zero { format!("-{shown}") } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_sensible_digits() {
        let shown = [
            (1_204.5, "1,204.5"),
            (1_234_567.0, "1,234,567"),
            (0.0, "0"),
            (-0.000_000_001, "0"),
            (-12.345, "-12.35"),
            (1.0 / 3.0, "0.3333"),
            (999.96, "1,000"),
        ];
        for (value, text) in shown {
            assert_eq!(number(value), text);
        }
        assert_eq!(percent(40.016), "40 %");
        assert_eq!(percent(9.96), "10 %");
        assert_eq!(percent(2.25), "2.2 %");
        assert_eq!(percent(0.04), "0.04 %");
    }
}
