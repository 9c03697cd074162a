//! A text cut into sentences. What models write about a table is short: sentences, lines of lists, headings.

use std::ops::Range;

/// Words before a full stop that does not end a sentence, in small letters.
const ABBREVIATIONS: [&str; 18] = [
    "approx", "ca", "cf", "co", "corp", "dr", "e.g", "i.e", "inc", "ltd", "max", "min", "mr", "mrs", "ms", "no", "st",
    "vs",
];

/// Spans of the sentences, in bytes, without white space around them. No sentence ends within a mask.
#[must_use]
pub fn sentences(text: &str, masks: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let mut start = 0;
    let mut push = |start: &mut usize, end: usize| {
        if let Some(piece) = text.get(*start..end) {
            let from = *start + (piece.len() - piece.trim_start().len());
            let to = *start + piece.trim_end().len();
            if from < to {
                spans.push(from..to);
            }
        }
        *start = end;
    };
    for (at, c) in text.char_indices() {
        let behind = at + c.len_utf8();
        if behind <= start || masks.iter().any(|mask| mask.start < behind && behind < mask.end) {
            continue;
        }
        let is_end = match c {
            '\n' => true,
            '.' | '!' | '?' => ends(text, at, behind),
            _ => false,
        };
        if is_end {
            let closing = text.get(behind..).unwrap_or("");
            let closed = closing.len() - closing.trim_start_matches(['"', '\'', '”', '’', ')', ']', '*']).len();
            push(&mut start, behind + closed);
        }
    }
    push(&mut start, text.len());
    spans
}

fn ends(text: &str, at: usize, behind: usize) -> bool {
    let rest = text.get(behind..).unwrap_or("").trim_start_matches(['"', '\'', '”', '’', ')', ']', '*']);
    let Some(next) = rest.chars().next() else { return true };
    if !next.is_whitespace() {
        return false;
    }
    let before = text.get(..at).unwrap_or("");
    let line = before.rsplit('\n').next().unwrap_or("");
    let word = line.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or("");
    // `1.` at the beginning of a line numbers it.
    let numbers =
        line.trim() == word && !word.is_empty() && word.len() <= 2 && word.bytes().all(|b| b.is_ascii_digit());
    let is_short = ABBREVIATIONS.contains(&word.to_lowercase().as_str());
    let goes_on = rest.trim_start().chars().next().is_some_and(char::is_lowercase);
    !numbers && !is_short && !goes_on
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        sentences(text, &[]).into_iter().map(|span| &text[span]).collect()
    }

    #[test]
    fn sentences_end_where_they_end() {
        assert_eq!(cut("It rose by 1.5 %. North led."), ["It rose by 1.5 %.", "North led."]);
        assert_eq!(
            cut("# Sales\n\n1. North led (40 %.)\n2. South fell"),
            ["# Sales", "1. North led (40 %.)", "2. South fell"]
        );
        assert_eq!(cut("Approx. 40 vs. 50 in St. Gallen. Yes!"), ["Approx. 40 vs. 50 in St. Gallen.", "Yes!"]);
        let label = 3..9;
        assert_eq!(sentences("Of Dr. No. He", std::slice::from_ref(&label)).len(), 1, "a label, and a small word");
        assert_eq!(cut(" \n "), Vec::<&str>::new());
    }
}
