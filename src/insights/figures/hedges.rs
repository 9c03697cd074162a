//! Words before a figure that take something from it: "about", "nearly", "more than".

use super::figure::Hedge;
use crate::insights::reading::words::Word;

const ONE: &[(&str, Hedge)] = &[
    ("about", Hedge::About),
    ("around", Hedge::About),
    ("roughly", Hedge::About),
    ("approximately", Hedge::About),
    ("approx", Hedge::About),
    ("some", Hedge::About),
    ("circa", Hedge::About),
    ("ca", Hedge::About),
    ("nearly", Hedge::Nearly),
    ("almost", Hedge::Nearly),
    ("over", Hedge::MoreThan),
    ("above", Hedge::MoreThan),
    ("exceeding", Hedge::MoreThan),
    ("exceeds", Hedge::MoreThan),
    ("exceeded", Hedge::MoreThan),
    ("under", Hedge::LessThan),
    ("below", Hedge::LessThan),
];

const TWO: &[(&str, &str, Hedge)] = &[
    ("close", "to", Hedge::About),
    ("more", "than", Hedge::MoreThan),
    ("greater", "than", Hedge::MoreThan),
    ("higher", "than", Hedge::MoreThan),
    ("less", "than", Hedge::LessThan),
    ("fewer", "than", Hedge::LessThan),
    ("lower", "than", Hedge::LessThan),
    ("at", "least", Hedge::AtLeast),
    ("at", "most", Hedge::AtMost),
    ("up", "to", Hedge::AtMost),
    ("just", "over", Hedge::MoreThan),
    ("just", "above", Hedge::MoreThan),
    ("just", "under", Hedge::Nearly),
    ("just", "below", Hedge::Nearly),
    ("not", "quite", Hedge::Nearly),
];

/// Words that may stand between a hedge and its figure.
const BETWEEN: [&str; 2] = ["a", "an"];

/// What hedges the figure that begins at `start`, and where that begins.
pub fn before(words: &[Word], text: &str, start: usize) -> (Hedge, usize) {
    let head = text.get(..start).unwrap_or("");
    let bare = head.trim_end_matches([' ', '\u{a0}']);
    if let Some(rest) = bare.strip_suffix(['~', '≈']) {
        return (Hedge::About, rest.len());
    }
    let mut place = words.partition_point(|word| word.span.end <= start);
    let mut end = start;
    let mut previous = |end: &mut usize| -> Option<&Word> {
        place = place.checked_sub(1)?;
        let word = words.get(place)?;
        let gap = text.get(word.span.end..*end)?;
        if !gap.chars().all(|c| matches!(c, ' ' | '\u{a0}' | '.' | '+' | '-') || "$€£¥".contains(c)) {
            return None;
        }
        *end = word.span.start;
        Some(word)
    };
    let Some(mut last) = previous(&mut end) else { return (Hedge::None, start) };
    // "Over the five days" hedges nothing.
    if BETWEEN.contains(&last.text.as_str()) {
        let Some(word) = previous(&mut end) else { return (Hedge::None, start) };
        last = word;
    }
    let mut from = end;
    if let Some(first) = previous(&mut from)
        && let Some((_, _, hedge)) = TWO.iter().find(|(one, two, _)| *one == first.text && *two == last.text)
    {
        // "Sums up to 100" is no "up to".
        let mut further = from;
        let sums = previous(&mut further)
            .is_some_and(|word| matches!(word.text.as_str(), "sum" | "sums" | "summed" | "add" | "adds" | "added"));
        return if last.text == "to" && sums { (Hedge::None, start) } else { (*hedge, from) };
    }
    // "12 % above 80" holds something against 80; nothing is hedged there.
    ONE.iter().find(|(word, _)| *word == last.text).map_or((Hedge::None, start), |(_, hedge)| (*hedge, end))
}
