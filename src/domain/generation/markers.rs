//! Citation markers `[n]` in a text that is still being written.
//!
//! Text flows through a [`MarkerFilter`] on its way to the log. What may be the beginning of a marker is held back for a
//! few characters until it is clear; a marker that stands for nothing is dropped before anybody sees it.

use std::collections::BTreeSet;

/// Longest `[…]` that is taken for a marker, in bytes.
const LONGEST: usize = 24;

/// Lets text through, without the markers that resolve to nothing.
#[derive(Debug, Clone)]
pub struct MarkerFilter {
    /// Markers that stand for a passage.
    known: BTreeSet<i32>,
    held: String,
    /// Backticks that opened the code we are in; 0 outside of code. Within code, brackets are brackets.
    code: usize,
    /// Backticks just passed.
    ticks: usize,
    /// Whether what was last let through is part of a word, so that `list[1]` is an index and no marker.
    after_word: bool,
}

/// Text that is let through, and where in it markers end: byte offset within the text, and the marker.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Passed {
    pub text: String,
    pub markers: Vec<(usize, i32)>,
}

impl MarkerFilter {
    #[must_use]
    pub fn new(known: impl IntoIterator<Item = i32>) -> Self {
        Self { known: known.into_iter().collect(), held: String::new(), code: 0, ticks: 0, after_word: false }
    }

    /// Takes the next piece of text and gives what is clear by now.
    pub fn push(&mut self, piece: &str) -> Passed {
        self.held.push_str(piece);
        self.pass(false)
    }

    /// Gives what was held back.
    pub fn finish(&mut self) -> Passed {
        self.pass(true)
    }

    fn pass(&mut self, at_end: bool) -> Passed {
        let held = std::mem::take(&mut self.held);
        let mut passed = Passed::default();
        let mut rest = held.as_str();
        while let Some(next) = rest.chars().next() {
            self.note_code(next);
            // One blank before a marker goes with it when it is dropped.
            let blank = usize::from(next == ' ');
            let from_bracket = rest.get(blank..).unwrap_or("");
            let may_be_marker = self.code == 0 && (blank == 1 || !self.after_word);
            if may_be_marker && from_bracket.starts_with('[') {
                match read(from_bracket, at_end) {
                    Reading::Marker { numbers, len } => {
                        let kept: Vec<i32> = numbers.into_iter().filter(|n| self.known.contains(n)).collect();
                        if !kept.is_empty() {
                            passed.text.push_str(rest.get(..blank).unwrap_or(""));
                            for number in kept {
                                passed.text.extend(["[", &number.to_string(), "]"]);
                                passed.markers.push((passed.text.len(), number));
                            }
                        }
                        self.after_word = false;
                        rest = rest.get(blank + len..).unwrap_or("");
                        continue;
                    }
                    Reading::Unclear if !at_end => break,
                    Reading::Unclear | Reading::Text => {}
                }
            } else if blank == 1 && from_bracket.is_empty() && !at_end && self.code == 0 {
                break;
            }
            self.after_word = next.is_ascii_alphanumeric() || matches!(next, '_' | ')' | ']');
            passed.text.push(next);
            rest = rest.get(next.len_utf8()..).unwrap_or("");
        }
        rest.clone_into(&mut self.held);
        passed
    }
}

impl MarkerFilter {
    /// Follows where code begins and ends: as many backticks close it as opened it. A line ends code of less than three.
    fn note_code(&mut self, next: char) {
        if next == '`' {
            self.ticks += 1;
            return;
        }
        if self.ticks > 0 {
            match self.code {
                0 => self.code = self.ticks,
                open if open == self.ticks => self.code = 0,
                _ => {}
            }
            self.ticks = 0;
        }
        if next == '\n' && self.code < 3 {
            self.code = 0;
        }
    }
}

enum Reading {
    /// `[1]`, `[1, 2]`, of that many bytes.
    Marker { numbers: Vec<i32>, len: usize },
    /// Not a marker.
    Text,
    /// More text will tell.
    Unclear,
}

/// Reads what may be a marker at the start of `text`, which begins with a bracket. `at_end`: no more text will come.
fn read(text: &str, at_end: bool) -> Reading {
    let mut numbers = Vec::new();
    let mut number = String::new();
    for (index, next) in text.char_indices().skip(1) {
        match next {
            '0'..='9' if number.len() < 6 => number.push(next),
            ',' | ']' => {
                let Ok(n) = number.parse() else { return Reading::Text };
                numbers.push(n);
                number.clear();
                if next == ']' {
                    // `[1](address)` is a link.
                    return match text.get(index + 1..).and_then(|after| after.chars().next()) {
                        Some('(') => Reading::Text,
                        None if !at_end => Reading::Unclear,
                        _ => Reading::Marker { numbers, len: index + 1 },
                    };
                }
            }
            ' ' if number.is_empty() && !numbers.is_empty() => {}
            _ => return Reading::Text,
        }
        if index > LONGEST {
            return Reading::Text;
        }
    }
    Reading::Unclear
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn whole(known: &[i32], text: &str) -> (String, Vec<i32>) {
        split(known, text, &[])
    }

    /// Pushes `text` in pieces cut at these characters.
    fn split(known: &[i32], text: &str, cuts: &[usize]) -> (String, Vec<i32>) {
        let mut filter = MarkerFilter::new(known.iter().copied());
        let mut shown = String::new();
        let mut markers = Vec::new();
        let chars: Vec<char> = text.chars().collect();
        let mut from = 0;
        for to in cuts.iter().copied().chain([chars.len()]) {
            let piece: String = chars[from.min(to)..to].iter().collect();
            from = from.max(to);
            let passed = filter.push(&piece);
            for (end, marker) in passed.markers {
                assert!(passed.text[..end].ends_with(&format!("[{marker}]")));
                markers.push(marker);
            }
            shown.push_str(&passed.text);
        }
        let passed = filter.finish();
        markers.extend(passed.markers.iter().map(|(_, marker)| *marker));
        shown.push_str(&passed.text);
        (shown, markers)
    }

    #[test]
    fn known_markers_stay_and_unknown_ones_go() {
        assert_eq!(
            whole(&[1, 2], "Yes [1]. No [9]. Both [1, 9,2]."),
            ("Yes [1]. No. Both [1][2].".into(), vec![1, 1, 2])
        );
    }

    #[test]
    fn brackets_that_are_no_markers_stay() {
        for text in [
            "a[1] = b[22]",
            "`[9]` and ``[8]``",
            "[x] [1 2] [ ] []",
            "[12](https://example.org)",
            "[1234567]",
            "ends [",
        ] {
            assert_eq!(whole(&[1], text), (text.to_owned(), vec![]), "{text}");
        }
    }

    proptest! {
        #[test]
        fn cuts_change_nothing(text in r"([a-z `\[\],0-9.é語(]|\[[0-9]\]){0,60}", mut cuts in prop::collection::vec(0_usize..60, 0..8)) {
            let len = text.chars().count();
            cuts.retain(|cut| *cut <= len);
            cuts.sort_unstable();
            prop_assert_eq!(split(&[1, 3, 5], &text, &cuts), whole(&[1, 3, 5], &text));
        }
    }
}
