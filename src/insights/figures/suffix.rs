//! What stands behind a number and says what it is a number of: `%`, `k`, `million`, `€`, `x`, `rd`.

use super::figure::Kind;

/// What was found behind a number.
pub struct Suffix {
    pub kind: Option<Kind>,
    /// What the number is multiplied by.
    pub factor: f64,
    /// Bytes that it takes.
    pub length: usize,
}

const FACTORS: &[(&str, f64)] = &[
    ("thousand", 1e3),
    ("million", 1e6),
    ("billion", 1e9),
    ("trillion", 1e12),
    ("mn", 1e6),
    ("mio", 1e6),
    ("bn", 1e9),
    ("tn", 1e12),
];
const KINDS: &[(&str, Kind)] = &[
    ("percentage points", Kind::Points),
    ("percentage point", Kind::Points),
    ("%-points", Kind::Points),
    ("% points", Kind::Points),
    ("percent", Kind::Percent),
    ("per cent", Kind::Percent),
    ("pp", Kind::Points),
    ("%", Kind::Percent),
    ("€", Kind::Money),
    ("$", Kind::Money),
    ("£", Kind::Money),
    ("¥", Kind::Money),
    ("EUR", Kind::Money),
    ("USD", Kind::Money),
    ("GBP", Kind::Money),
    ("CHF", Kind::Money),
    ("dollars", Kind::Money),
    ("euros", Kind::Money),
    ("euro", Kind::Money),
    ("pounds", Kind::Money),
    ("times", Kind::Multiple),
    ("-fold", Kind::Multiple),
    ("fold", Kind::Multiple),
];

/// Reads what stands right behind a number.
pub fn read(rest: &str) -> Suffix {
    let mut at = 0;
    let (mut factor, mut kind) = (1.0, None);
    if let Some((length, found)) = glued(rest) {
        at += length;
        match found {
            Ok(found) => factor = found,
            Err(found) => kind = Some(found),
        }
    } else if let Some((length, found)) = spaced(rest, FACTORS) {
        at += length;
        factor = found;
    }
    if kind.is_none()
        && let Some((length, found)) = spaced(rest.get(at..).unwrap_or(""), KINDS)
    {
        at += length;
        kind = Some(found);
    }
    Suffix { kind, factor, length: at }
}

/// One letter or two that only mean something right behind the digits.
fn glued(rest: &str) -> Option<(usize, Result<f64, Kind>)> {
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '×').unwrap_or(rest.len());
    let found = match rest.get(..end)? {
        "k" | "K" => Ok(1e3),
        "m" | "M" => Ok(1e6),
        "b" | "B" => Ok(1e9),
        "x" | "X" | "×" => Err(Kind::Multiple),
        "st" | "nd" | "rd" | "th" => Err(Kind::Ordinal),
        _ => return None,
    };
    Some((end, found))
}

/// One of a list, a space before it or none, and no letter behind it.
fn spaced<T: Copy>(rest: &str, list: &[(&str, T)]) -> Option<(usize, T)> {
    let bare = rest.strip_prefix([' ', '\u{a0}', '\u{202f}']).unwrap_or(rest);
    let space = rest.len() - bare.len();
    list.iter().find_map(|(name, value)| {
        let behind = bare.strip_prefix(name)?;
        let is_letters = name.ends_with(char::is_alphabetic);
        let ends = !(is_letters && behind.starts_with(char::is_alphanumeric));
        ends.then_some((space + name.len(), *value))
    })
}
