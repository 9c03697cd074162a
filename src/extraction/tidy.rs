//! How text is cleaned, once, before it is stored. Offsets are into the result, so nothing is changed after this.
//!
//! Text is brought to Unicode NFC: PDF writers like to take letters and accents apart, and a search for the composed
//! word must find it. Joiners that scripts and emoji need are kept; soft hyphens, byte order marks and control
//! characters go.

use unicode_normalization::UnicodeNormalization;

/// The first `max_chars` characters of `raw`, cleaned but not laid out anew, and whether there were more.
#[must_use]
pub fn normalise(raw: &str, max_chars: usize) -> (String, bool) {
    let mut characters = Lines { rest: raw.chars().peekable() }.nfc();
    let text: String = characters.by_ref().take(max_chars).collect();
    (text, characters.next().is_some())
}

/// Takes white space from the ends of lines and from both ends of the text, and leaves at most one empty line where
/// there were several. For formats whose layout is our own making.
#[must_use]
pub fn compact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.lines() {
        let line = line.trim_end();
        if line.is_empty() {
            empty += 1;
            continue;
        }
        if !out.is_empty() {
            out.push_str(if empty == 0 { "\n" } else { "\n\n" });
        }
        empty = 0;
        out.push_str(if out.is_empty() { line.trim_start() } else { line });
    }
    out
}

/// A title in one line, or nothing when there is none worth the name. At most 300 characters.
#[must_use]
pub fn title(raw: &str) -> Option<String> {
    let (text, _) = normalise(raw, 2000);
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line: String = line.chars().take(300).collect();
    let line = line.trim();
    (!line.is_empty()).then(|| line.to_owned())
}

/// Characters with one kind of line end and without those that text has no use for.
struct Lines<'a> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
}

impl Iterator for Lines<'_> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        loop {
            match self.rest.next()? {
                '\r' => {
                    self.rest.next_if_eq(&'\n');
                    return Some('\n');
                }
                // Vertical tab, form feed, next line, line and paragraph separator.
                '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => return Some('\n'),
                '\u{AD}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}' => {}
                char if char.is_control() && !matches!(char, '\n' | '\t') => {}
                char => return Some(char),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cleaned_once_and_for_all() {
        let raw = "a\r\nb\rc\u{C}d\u{0}e\u{7}f\u{AD}g e\u{301}\u{FEFF}";
        assert_eq!(normalise(raw, 100), ("a\nb\nc\ndefg \u{E9}".to_owned(), false));
        assert_eq!(normalise("abcd", 3), ("abc".to_owned(), true));
        let family = "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}";
        assert_eq!(normalise(family, 10).0, family);
    }

    #[test]
    fn layout_is_compacted() {
        assert_eq!(compact("\n\n  a  \n\n\n\n\tb \nc\n\n"), "a\n\n\tb\nc");
        assert_eq!(compact(" \n\t\n"), "");
        assert_eq!(title(" A \n title\u{0} "), Some("A title".to_owned()));
        assert_eq!(title("\n "), None);
    }
}
