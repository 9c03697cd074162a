//! Numbers in words.

use crate::insights::figures::figure::Kind;
use crate::insights::reading::words::{Word, singular};

/// How far from its value a word such as "half" or "doubled" may be, as a part of it.
const LOOSE: f64 = 0.05;

const UNITS: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const ORDINALS: [&str; 12] = [
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth",
];
/// Parts of a whole, by how many of them make it.
const PARTS: [(&str, f64); 6] =
    [("half", 2.0), ("third", 3.0), ("quarter", 4.0), ("fifth", 5.0), ("tenth", 10.0), ("halve", 2.0)];
const MULTIPLES: [(&str, f64); 12] = [
    ("twice", 2.0),
    ("thrice", 3.0),
    ("double", 2.0),
    ("doubled", 2.0),
    ("doubling", 2.0),
    ("tripled", 3.0),
    ("triple", 3.0),
    ("trebled", 3.0),
    ("quadrupled", 4.0),
    ("tenfold", 10.0),
    ("twofold", 2.0),
    ("halved", 0.5),
];
/// Behind an ordinal that says which place something has.
const PLACES: [&str; 12] = [
    "highest",
    "largest",
    "biggest",
    "greatest",
    "lowest",
    "smallest",
    "best",
    "worst",
    "most",
    "place",
    "strongest",
    "weakest",
];
/// Words after which "one" counts nothing.
const NOT_BEFORE_ONE: [&str; 12] =
    ["no", "this", "that", "the", "each", "every", "another", "which", "any", "only", "at", "last"];

/// A number in words.
pub struct Spelled {
    pub kind: Kind,
    pub value: f64,
    pub tolerance: f64,
    /// How many words it takes.
    pub words: usize,
}

/// The number that begins with the word at `place`, if one does.
pub fn read(words: &[Word], place: usize, text: &str) -> Option<Spelled> {
    let word = words.get(place)?.text.as_str();
    let after = |steps: usize| adjacent(words, place, steps, text).unwrap_or("");
    let before = place.checked_sub(1).and_then(|place| words.get(place)).map_or("", |word| word.text.as_str());
    if let Some((_, value)) = MULTIPLES.iter().find(|(name, _)| *name == word) {
        return Some(Spelled { kind: Kind::Multiple, value: *value, tolerance: value * LOOSE, words: 1 });
    }
    if let Some(part) = part(word, before, &after) {
        return Some(part);
    }
    if let Some(rank) = ORDINALS.iter().position(|name| *name == word) {
        let is_place = PLACES.contains(&after(1)) || matches!(before, "ranks" | "ranked" | "came" | "comes" | "rank");
        return is_place.then(|| plain(Kind::Ordinal, count(rank + 1), 1));
    }
    let (value, taken) = cardinal(word, &after)?;
    match after(taken) {
        "times" | "fold" => {
            let value = value.max(1.0);
            Some(Spelled { kind: Kind::Multiple, value, tolerance: value * LOOSE, words: taken + 1 })
        }
        "percent" => Some(Spelled { kind: Kind::Percent, value, tolerance: 0.5, words: taken + 1 }),
        "per" if after(taken + 1) == "cent" => {
            Some(Spelled { kind: Kind::Percent, value, tolerance: 0.5, words: taken + 2 })
        }
        "hundred" => Some(plain(Kind::Number, value * 100.0, taken + 1)),
        "thousand" => Some(Spelled { tolerance: 500.0, ..plain(Kind::Number, value * 1e3, taken + 1) }),
        "million" => Some(Spelled { tolerance: 5e5, ..plain(Kind::Number, value * 1e6, taken + 1) }),
        "billion" => Some(Spelled { tolerance: 5e8, ..plain(Kind::Number, value * 1e9, taken + 1) }),
        // "One" is seldom a number.
        next if word == "one" && (next == "of" || next.is_empty() || NOT_BEFORE_ONE.contains(&before)) => None,
        _ => Some(plain(Kind::Number, value, taken)),
    }
}

fn plain(kind: Kind, value: f64, words: usize) -> Spelled {
    Spelled { kind, value, tolerance: 0.5, words }
}

fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::MAX, f64::from)
}

/// The word so many steps on, when only a space or a hyphen is between each and the next.
fn adjacent<'a>(words: &'a [Word], place: usize, steps: usize, text: &str) -> Option<&'a str> {
    for step in 0..steps {
        let (one, next) = (words.get(place + step)?, words.get(place + step + 1)?);
        if !matches!(text.get(one.span.end..next.span.start)?, " " | "-" | "\u{a0}" | "\u{2011}") {
            return None;
        }
    }
    words.get(place + steps).map(|word| word.text.as_str())
}

/// "half", "a third of", "two thirds", "three quarters", "by a quarter".
fn part<'a>(word: &str, before: &str, after: &dyn Fn(usize) -> &'a str) -> Option<Spelled> {
    let percent = |value: f64, words| Spelled { kind: Kind::Percent, value, tolerance: value * LOOSE, words };
    if word == "half" {
        // "The first half", "half a year".
        let is_time = matches!(before, "first" | "second" | "last" | "this" | "each" | "per")
            || matches!(after(1), "year" | "yearly" | "a");
        return (!is_time).then(|| percent(50.0, 1));
    }
    let parts = |name: &str| PARTS.iter().find(|(part, _)| *part == singular(name)).map(|(_, parts)| *parts);
    let of = parts(after(1))?;
    let many = match word {
        "a" | "one" => 1.0,
        "two" if after(1).ends_with('s') => 2.0,
        "three" if after(1).ends_with('s') => 3.0,
        "four" if after(1).ends_with('s') => 4.0,
        _ => return None,
    };
    // "Two quarters" are half a year, "a quarter" may be three months.
    let is_part = after(2) == "of" || before == "by" || (after(1) == "thirds" && many < 3.0);
    (is_part && many < of && after(1) != "halve").then(|| percent(100.0 * many / of, 2))
}

/// A number up to 99, and how many words it takes.
fn cardinal<'a>(word: &str, after: &dyn Fn(usize) -> &'a str) -> Option<(f64, usize)> {
    if let Some(value) = UNITS.iter().position(|name| *name == word) {
        return Some((count(value), 1));
    }
    if word == "dozen" {
        return Some((12.0, 1));
    }
    let tens = TENS.iter().position(|name| *name == word)?;
    let units = UNITS.iter().position(|name| *name == after(1)).filter(|units| (1..10).contains(units));
    Some((count((tens + 2) * 10 + units.unwrap_or(0)), if units.is_some() { 2 } else { 1 }))
}
