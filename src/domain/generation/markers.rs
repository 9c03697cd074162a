//! Citation markers `[n]` in a text that is still being written.
//!
//! Text flows through a [`MarkerFilter`] on its way to the log. What may be the beginning of a marker is held back for a
//! few characters until it is clear; a marker that stands for nothing is dropped before anybody sees it.
//!
//! What counts as a marker: numbers of up to three digits in brackets (`[2019]` is a year, and how courts are cited), one
//! or several (`[1, 2]`, `[1; 2]`) or a range (`[1-3]`), also in the brackets that some models write whatever they are told
//! (`【1】`, `【1†source】`, `［1］`). All are let through as `[1][2]`. What does not: brackets within code, links
//! (`[1](address)`, `[text][1]`), and an index (`x[1]`, `my_list[1]`).

use std::collections::BTreeSet;

/// Longest `[…]` that is taken for a marker, in bytes.
const LONGEST: usize = 48;
/// Digits of the largest marker.
const DIGITS: usize = 3;
/// Opening and closing brackets.
const BRACKETS: &[(char, char)] = &[('[', ']'), ('【', '】'), ('［', '］')];

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
    /// What was last let through.
    last: Last,
}

/// What stands before a bracket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    /// One letter: `x[1]` is an index.
    Letter,
    /// A longer word: `euros[1]` is cited.
    Word,
    /// What makes the bracket behind it part of a name or a link: `my_[1]`, `[text][1]`.
    Joint,
    Other,
}

/// Text that is let through, and where in it markers end: byte offset within the text, and the marker.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Passed {
    pub text: String,
    pub markers: Vec<(usize, i32)>,
}

/// The text without any of its markers.
#[must_use]
pub fn without(text: &str) -> String {
    let mut filter = MarkerFilter::new([]);
    let passed = filter.push(text).text;
    passed + &filter.finish().text
}

impl MarkerFilter {
    #[must_use]
    pub fn new(known: impl IntoIterator<Item = i32>) -> Self {
        Self { known: known.into_iter().collect(), held: String::new(), code: 0, ticks: 0, last: Last::Other }
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
            let may_be_marker = self.code == 0 && (blank == 1 || matches!(self.last, Last::Word | Last::Other));
            if let Some(closing) = closing(from_bracket).filter(|_| may_be_marker) {
                match read(from_bracket, closing, at_end) {
                    Reading::Marker { numbers, len } => {
                        let kept: Vec<i32> = numbers.into_iter().filter(|n| self.known.contains(n)).collect();
                        if !kept.is_empty() {
                            passed.text.push_str(rest.get(..blank).unwrap_or(""));
                            for number in kept {
                                passed.text.extend(["[", &number.to_string(), "]"]);
                                passed.markers.push((passed.text.len(), number));
                            }
                        }
                        self.last = Last::Other;
                        rest = rest.get(blank + len..).unwrap_or("");
                        continue;
                    }
                    Reading::Unclear if !at_end => break,
                    Reading::Unclear | Reading::Text => {}
                }
            } else if blank == 1 && from_bracket.is_empty() && !at_end && self.code == 0 {
                break;
            }
            self.last = self.last.then(next);
            passed.text.push(next);
            rest = rest.get(next.len_utf8()..).unwrap_or("");
        }
        rest.clone_into(&mut self.held);
        passed
    }

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

impl Last {
    fn then(self, next: char) -> Self {
        match next {
            '_' | ']' => Self::Joint,
            c if !c.is_alphanumeric() => Self::Other,
            // What is joined to a name belongs to it.
            _ if self == Self::Joint => Self::Joint,
            c if self == Self::Other && c.is_ascii_alphabetic() => Self::Letter,
            _ => Self::Word,
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

/// What closes the bracket with which `text` begins, if it begins with one.
fn closing(text: &str) -> Option<char> {
    let first = text.chars().next()?;
    BRACKETS.iter().find(|(opening, _)| *opening == first).map(|(_, closing)| *closing)
}

/// Reads what may be a marker at the start of `text`, which begins with a bracket. `at_end`: no more text will come.
fn read(text: &str, closing: char, at_end: bool) -> Reading {
    let mut numbers = Numbers::default();
    // 【1†source】: what the number stands for, as models were taught to write it elsewhere.
    let mut is_note = false;
    for (index, next) in text.char_indices().skip(1) {
        if index > LONGEST {
            return Reading::Text;
        }
        if next == closing {
            let len = index + closing.len_utf8();
            // `[1](address)` is a link.
            let after = text.get(len..).and_then(|after| after.chars().next());
            return match (numbers.end(), after) {
                (false, _) | (true, Some('(')) => Reading::Text,
                (true, None) if !at_end => Reading::Unclear,
                (true, _) => Reading::Marker { numbers: numbers.all, len },
            };
        }
        let goes_on = match next {
            _ if is_note => next != '\n',
            '†' => {
                is_note = true;
                closing == '】' && numbers.has_digits()
            }
            '0'..='9' => numbers.digit(next),
            ',' | ';' | '，' | '、' => numbers.end(),
            '-' | '–' => numbers.range(),
            ' ' => numbers.may_pause(),
            _ => false,
        };
        if !goes_on {
            return Reading::Text;
        }
    }
    Reading::Unclear
}

/// The numbers of a marker, as they are read.
#[derive(Default)]
struct Numbers {
    all: Vec<i32>,
    digits: String,
    /// Where a range began whose end is being read.
    from: Option<i32>,
}

impl Numbers {
    fn has_digits(&self) -> bool {
        !self.digits.is_empty()
    }

    fn digit(&mut self, digit: char) -> bool {
        self.digits.push(digit);
        self.digits.len() <= DIGITS
    }

    /// A blank stands between numbers, not within one.
    fn may_pause(&self) -> bool {
        self.digits.is_empty() && !self.all.is_empty()
    }

    /// A number begins a range.
    fn range(&mut self) -> bool {
        match self.digits.parse() {
            Ok(from) if self.from.is_none() => {
                self.from = Some(from);
                self.digits.clear();
                true
            }
            _ => false,
        }
    }

    /// A number ends; false where there is none.
    fn end(&mut self) -> bool {
        let Ok(number) = self.digits.parse() else { return false };
        self.digits.clear();
        self.all.extend(self.from.take().unwrap_or(number)..=number);
        true
    }
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
            "[2019] UKSC 12",
            "[1999-2003]",
            "see [the text][1] or my_list2[1]",
            "【注意】 【】 【†1】",
            "[3-] [-3] [1-2-3]",
            "```\nrows[1]\n[2]\n```",
            "ends [",
        ] {
            assert_eq!(whole(&[1], text), (text.to_owned(), vec![]), "{text}");
        }
    }

    #[test]
    fn every_way_to_write_a_marker_comes_out_as_one() {
        for (text, shown, markers) in [
            ("Yes [1][2].", "Yes [1][2].", vec![1, 2]),
            ("Yes [1, 2]; [2;1] [1,2]", "Yes [1][2]; [2][1] [1][2]", vec![1, 2, 2, 1, 1, 2]),
            ("Yes [1-3], [2–9]", "Yes [1][2], [2]", vec![1, 2, 2]),
            ("是【1】。否【7】。【2†source】", "是[1]。否。[2]", vec![1, 2]),
            ("是［2］", "是[2]", vec![2]),
            ("900 euros[1]. Größe[2] (so)[1]", "900 euros[1]. Größe[2] (so)[1]", vec![1, 2, 1]),
            ("None [12] nor [0] nor [3-5].", "None nor nor.", vec![]),
        ] {
            assert_eq!(whole(&[1, 2], text), (shown.to_owned(), markers), "{text}");
        }
    }

    #[test]
    fn a_text_can_do_without() {
        assert_eq!(
            without("Rent is due [1]. So 【2】 is `x[1]` in [2019] [3"),
            "Rent is due. So is `x[1]` in [2019] [3"
        );
    }

    proptest! {
        #[test]
        fn cuts_change_nothing(text in r"([a-z `\[\],0-9.é語(_†-]|\[[0-9]\]|【[0-9]|】){0,60}", mut cuts in prop::collection::vec(0_usize..60, 0..8)) {
            let len = text.chars().count();
            cuts.retain(|cut| *cut <= len);
            cuts.sort_unstable();
            prop_assert_eq!(split(&[1, 3, 5], &text, &cuts), whole(&[1, 3, 5], &text));
        }
    }
}
