//! Numbers in digits within a text.

use super::figure::DecimalMark;

/// A number in digits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Numeral {
    pub value: f64,
    /// Digits behind the decimal mark.
    pub decimals: u32,
    /// Bytes that it takes.
    pub length: usize,
}

/// Spaces that only group digits.
const SPACES: [char; 4] = ['\u{a0}', '\u{202f}', '\u{2009}', '\''];

/// The number with which `text` begins. A plain space groups digits where the comma is the decimal mark, and
/// elsewhere only when it does so twice: "in 3 100 ml bottles" are two numbers.
#[must_use]
pub fn read(text: &str, mark: DecimalMark) -> Option<Numeral> {
    let first = digits(text);
    let (whole, at) = if first == 0 && text.starts_with('.') {
        (String::new(), 0)
    } else if first == 0 {
        return None;
    } else {
        grouped(text, first, mark)
    };
    let rest = text.get(at..)?;
    let fraction = match rest.chars().next() {
        Some(sign @ ('.' | ',')) => {
            let length = digits(rest.get(1..)?);
            let is_decimal = length > 0 && (sign == decimal(mark) || at != first || length != 3 || whole == "0");
            // Further marks make it a version, an address or a list.
            let more = rest.get(1 + length..).unwrap_or("");
            let goes_on = more.starts_with(['.', ',']) && digits(more.get(1..).unwrap_or("")) > 0;
            if is_decimal && !goes_on { rest.get(1..=length)? } else { "" }
        }
        _ => "",
    };
    let length = at + if fraction.is_empty() { 0 } else { fraction.len() + 1 };
    if whole.len() + fraction.len() > 40 || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    let value = format!("{whole}.{fraction}0").parse::<f64>().ok().filter(|value| value.is_finite())?;
    Some(Numeral { value, decimals: u32::try_from(fraction.len()).ok()?, length })
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

fn decimal(mark: DecimalMark) -> char {
    match mark {
        DecimalMark::Point => '.',
        DecimalMark::Comma => ',',
    }
}

/// The digits before the decimal mark, and where they end.
fn grouped(text: &str, first: usize, mark: DecimalMark) -> (String, usize) {
    let plain = (text.get(..first).unwrap_or("").to_owned(), first);
    // Nothing that begins with 0 is grouped.
    if first > 3 || text.starts_with('0') {
        return plain;
    }
    let by = |sign: char, fewest: usize| -> Option<(String, usize)> {
        let (mut whole, mut at, mut groups) = (plain.0.clone(), first, 0);
        while let Some(rest) = text.get(at..).and_then(|rest| rest.strip_prefix(sign)) {
            if digits(rest) != 3 {
                break;
            }
            whole.push_str(rest.get(..3)?);
            at += sign.len_utf8() + 3;
            groups += 1;
        }
        (groups >= fewest).then_some((whole, at))
    };
    let other = if mark == DecimalMark::Point { ',' } else { '.' };
    if let Some(found) = by(other, 1).or_else(|| SPACES.iter().find_map(|space| by(*space, 1))) {
        return found;
    }
    if let Some(found) = by(' ', if mark == DecimalMark::Comma { 1 } else { 2 }) {
        return found;
    }
    // `1.234,5` and `1.234.567` are clear wherever they stand.
    let foreign = by(decimal(mark), 1).filter(|(whole, at)| {
        let behind = text.get(*at..).and_then(|rest| rest.strip_prefix(other)).map_or(0, digits);
        (1..=2).contains(&behind) || whole.len() > first + 3
    });
    foreign.unwrap_or(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped_in_many_ways() {
        let point = |text: &str| read(text, DecimalMark::Point).map(|n| (n.value, n.decimals, n.length));
        let comma = |text: &str| read(text, DecimalMark::Comma).map(|n| (n.value, n.decimals, n.length));
        assert_eq!(point("1,234.5 x"), Some((1234.5, 1, 7)));
        assert_eq!(point("1,234,567"), Some((1_234_567.0, 0, 9)));
        assert_eq!(point("1.234,5"), Some((1234.5, 1, 7)));
        assert_eq!(point("0,125"), Some((0.125, 3, 5)));
        assert_eq!(point("12,5 %"), Some((12.5, 1, 4)));
        assert_eq!(point("1\u{202f}234"), Some((1234.0, 0, 7)));
        assert_eq!(point("1 234"), Some((1.0, 0, 1)));
        assert_eq!(point("1 234 567"), Some((1_234_567.0, 0, 9)));
        assert_eq!(point("120, 80"), Some((120.0, 0, 3)));
        assert_eq!(point("120. Next"), Some((120.0, 0, 3)));
        assert_eq!(point(".5"), Some((0.5, 1, 2)));
        assert_eq!(point("2024"), Some((2024.0, 0, 4)));
        assert_eq!(comma("1.234"), Some((1234.0, 0, 5)));
        assert_eq!(comma("1.234,5"), Some((1234.5, 1, 7)));
        assert_eq!(comma("1 234,56"), Some((1234.56, 2, 8)));
        assert_eq!(comma("0,125"), Some((0.125, 3, 5)));
        assert_eq!(comma("1.5"), Some((1.5, 1, 3)));
    }
}
