//! Whether a quote stands in a text, and where: to the letter, but for the white space between words, which models do not keep.

use unicode_segmentation::UnicodeSegmentation as _;

/// Words of the shortest quote that is not all that was said: any text has shorter ones.
const MIN_WORDS: usize = 3;

/// Where `quote` stands in `text`, in characters; `None` where it does not, or is too short to say anything.
#[must_use]
pub fn place(text: &str, quote: &str) -> Option<(usize, usize)> {
    let (there, sought) = (words(text), words(quote));
    let is_whole = !there.is_empty() && there.len() == sought.len();
    if sought.is_empty() || (!is_whole && quote.unicode_words().count() < MIN_WORDS) {
        return None;
    }
    let (here, wanted) = (joined(&there), joined(&sought));
    let at = here.find(&wanted)?;
    let first = here.get(..at)?.chars().count();
    let last = first + wanted.chars().count() - 1;
    Some((original(&there, first)?, original(&there, last)? + 1))
}

/// The words of a text between its white space, with where each begins, in characters.
fn words(text: &str) -> Vec<(usize, &str)> {
    let mut words = Vec::new();
    let mut at = 0;
    for piece in text.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end_matches(char::is_whitespace);
        if !word.is_empty() {
            words.push((at, word));
        }
        at += piece.chars().count();
    }
    words
}

fn joined(words: &[(usize, &str)]) -> String {
    words.iter().map(|(_, word)| *word).collect::<Vec<_>>().join(" ")
}

/// Where the character at `place` of the joined words stands in the text; `None` for the space between two.
fn original(words: &[(usize, &str)], place: usize) -> Option<usize> {
    let mut begins = 0;
    for (at, word) in words {
        let length = word.chars().count();
        if place < begins + length {
            return place.checked_sub(begins).map(|within| at + within);
        }
        begins += length + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_is_found_to_the_letter_whatever_the_space_between_its_words() {
        let said = " Löwen are\n\tcats. An ad is always an offer, isn't it?";
        let cut = |quote: &str| {
            place(said, quote).map(|(start, end)| said.chars().skip(start).take(end - start).collect::<String>())
        };
        for (quote, found) in [
            ("Löwen are cats.", Some("Löwen are\n\tcats.")),
            ("An ad is  always an offer", Some("An ad is always an offer")),
            ("d is always an off", Some("d is always an off")),
            (said, Some(said.trim())),
            // Not to the letter, not there, or nothing.
            ("an ad is always an offer", None),
            ("An ad is never an offer", None),
            ("is not it?", None),
            ("an offer", None),
            ("  ", None),
            ("", None),
        ] {
            assert_eq!(cut(quote).as_deref(), found, "{quote:?}");
        }
        assert_eq!(place("Never!", "Never!"), Some((0, 6)), "all that was said");
        assert_eq!(place("", ""), None);
    }
}
