//! All figures of a text.

use std::ops::Range;

use super::figure::{DecimalMark, Figure, Hedge, Kind};
use super::{hedges, moment_text, numeral, spelled, suffix};
use crate::insights::reading::words::{Word, words};

const CURRENCIES: [char; 4] = ['$', '€', '£', '¥'];
const CODES: [&str; 4] = ["EUR", "USD", "GBP", "CHF"];

/// The figures of `text`, in order. What lies in a mask is a name and no figure; neither are numbers of lists, references in brackets,
/// and digits behind letters.
#[must_use]
pub fn figures(text: &str, masks: &[Range<usize>], mark: DecimalMark) -> Vec<Figure> {
    let finder = Finder { text, words: words(text), mark };
    let mut found: Vec<Figure> = Vec::new();
    let mut at = 0;
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        if let Some(mask) = masks.iter().find(|mask| mask.contains(&at)) {
            at = mask.end;
            continue;
        }
        let figure = finder.at(at, c).filter(|figure| !masks.iter().any(|mask| overlap(mask, &figure.span)));
        at = match figure {
            Some(figure) => {
                let end = figure.span.end;
                found.push(figure);
                end
            }
            None => finder.past(at, c, masks),
        };
    }
    share_units(text, &mut found);
    found
}

fn overlap(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start < other.end && other.start < one.end
}

struct Finder<'a> {
    text: &'a str,
    words: Vec<Word>,
    mark: DecimalMark,
}

impl Finder<'_> {
    /// The figure that begins here.
    fn at(&self, at: usize, c: char) -> Option<Figure> {
        let rest = self.text.get(at..)?;
        let previous = self.text.get(..at)?.chars().next_back();
        // `v1.2` is a name.
        let mut head = self.text.get(..at)?.chars().rev();
        let is_glued = head.next() == Some('.') && head.next().is_some_and(char::is_alphanumeric);
        if previous.is_some_and(char::is_alphanumeric) || (is_glued && c.is_ascii_digit()) {
            return None;
        }
        if c.is_alphanumeric()
            && let Some((moment, length)) = moment_text::read(rest).filter(|_| !self.is_amount(at, rest))
        {
            return Some(Figure {
                span: at..at + length,
                from: at,
                kind: Kind::Moment(moment),
                value: moment.year.map_or(0.0, f64::from),
                tolerance: 0.5,
                hedge: Hedge::None,
                is_signed: false,
                is_word: false,
            });
        }
        if c.is_alphabetic() {
            return self.code(at, rest).or_else(|| self.spelled(at));
        }
        if c.is_ascii_digit() && (self.numbers_a_line(at, rest) || self.is_reference(at, rest)) {
            return None;
        }
        self.numeral(at, rest, previous)
    }

    /// Whether four digits are a number after all: money, a percentage, with decimals.
    fn is_amount(&self, at: usize, rest: &str) -> bool {
        let length = rest.bytes().take_while(u8::is_ascii_digit).count();
        let behind = rest.get(length..).unwrap_or("");
        let before = self.text.get(..at).unwrap_or("").trim_end_matches(' ');
        let is_money = before.ends_with(CURRENCIES) || suffix::read(behind).length > 0;
        let has_decimals =
            behind.strip_prefix(['.', ',']).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        length == 4 && (is_money || has_decimals)
    }

    /// `EUR 120`.
    fn code(&self, at: usize, rest: &str) -> Option<Figure> {
        let code = CODES.iter().find(|code| rest.starts_with(**code))?;
        let space = rest.get(code.len()..)?.chars().next().filter(|c| [' ', '\u{a0}'].contains(c))?;
        let start = code.len() + space.len_utf8();
        let figure = self.numeral(at + start, rest.get(start..)?, Some(space))?;
        Some(Figure { span: at..figure.span.end, kind: Kind::Money, ..figure })
    }

    fn numeral(&self, at: usize, rest: &str, previous: Option<char>) -> Option<Figure> {
        let may_sign = previous.is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '[' | '"' | '*' | '~' | '≈'));
        let mut taken = 0;
        let mut sign = None;
        let mut is_money = false;
        for c in rest.chars().take(4) {
            match c {
                '-' | '\u{2212}' | '\u{2013}' | '+' if sign.is_none() && may_sign => sign = Some(c),
                c if CURRENCIES.contains(&c) && !is_money => is_money = true,
                ' ' if is_money => {}
                _ => break,
            }
            taken += c.len_utf8();
        }
        let number = numeral::read(rest.get(taken..)?, self.mark)?;
        let end = taken + number.length;
        let behind = rest.get(end..)?;
        let suffix = suffix::read(behind);
        // `3D`, `12abc`: a name.
        if suffix.length == 0 && behind.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
            return None;
        }
        let size = number.value * suffix.factor;
        let kind = match suffix.kind {
            Some(kind) if !is_money => kind,
            _ if is_money => Kind::Money,
            _ => Kind::Number,
        };
        let (hedge, from) = hedges::before(&self.words, self.text, at);
        Some(Figure {
            span: at..at + end + suffix.length,
            from,
            kind,
            value: if matches!(sign, Some('-' | '\u{2212}' | '\u{2013}')) { -size } else { size },
            tolerance: 0.5 * suffix.factor / 10_f64.powi(i32::try_from(number.decimals).unwrap_or(0)),
            hedge,
            is_signed: sign.is_some(),
            is_word: false,
        })
    }

    fn spelled(&self, at: usize) -> Option<Figure> {
        let place = self.words.binary_search_by_key(&at, |word| word.span.start).ok()?;
        let spelled = spelled::read(&self.words, place, self.text)?;
        let end = self.words.get(place + spelled.words - 1)?.span.end;
        let (hedge, from) = hedges::before(&self.words, self.text, at);
        Some(Figure {
            span: at..end,
            from,
            kind: spelled.kind,
            value: spelled.value,
            tolerance: spelled.tolerance,
            hedge,
            is_signed: false,
            is_word: true,
        })
    }

    /// `1.` or `2)` at the beginning of a line.
    fn numbers_a_line(&self, at: usize, rest: &str) -> bool {
        let line = self.text.get(..at).unwrap_or("").rsplit('\n').next().unwrap_or("");
        let length = rest.bytes().take_while(u8::is_ascii_digit).count();
        let behind = rest.get(length..).unwrap_or("");
        let marked = behind.strip_prefix(['.', ')']).is_some_and(|rest| rest.starts_with([' ', '\t']));
        line.trim_matches([' ', '\t', '#', '*', '(', '-', '>']).is_empty() && length <= 2 && marked
    }

    /// `[12]`, a reference.
    fn is_reference(&self, at: usize, rest: &str) -> bool {
        let length = rest.bytes().take_while(u8::is_ascii_digit).count();
        self.text.get(..at).is_some_and(|head| head.ends_with(['[', '^']))
            && rest.get(length..).is_some_and(|rest| rest.starts_with(']'))
    }

    /// The next place to look at when nothing begins here: behind the word or number, or the next character.
    fn past(&self, at: usize, c: char, masks: &[Range<usize>]) -> usize {
        let rest = self.text.get(at..).unwrap_or("");
        let length = if c.is_alphanumeric() {
            rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
        } else {
            c.len_utf8()
        };
        let end = at + length.max(1);
        masks.iter().map(|mask| mask.start).filter(|start| *start > at && *start < end).min().unwrap_or(end)
    }
}

/// In `10–20 %` and "between 10 and 20 %" the unit is meant for both.
fn share_units(text: &str, found: &mut [Figure]) {
    for place in 1..found.len() {
        let Some([one, other]) = found.get_mut(place - 1..=place) else { continue };
        let between = text.get(one.span.end..other.span.start).unwrap_or("");
        let head = text.get(..one.span.start).unwrap_or("").trim_end().to_lowercase();
        let is_range = matches!(between, "-" | "\u{2013}" | " - " | " \u{2013} " | " to " | " or ")
            || (between == " and " && head.ends_with("between"));
        if !is_range || one.kind != Kind::Number || one.is_word {
            continue;
        }
        if matches!(other.kind, Kind::Percent | Kind::Money | Kind::Points | Kind::Multiple) {
            one.kind = other.kind;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, mark: DecimalMark) -> Vec<(String, f64, f64, Kind, Hedge)> {
        let figures = figures(text, &[], mark).into_iter();
        figures.map(|f| (text[f.span.clone()].to_owned(), f.value, f.tolerance, f.kind, f.hedge)).collect()
    }

    fn one(text: &str) -> (String, f64, f64, Kind, Hedge) {
        let all = found(text, DecimalMark::Point);
        assert_eq!(all.len(), 1, "{text}: {all:?}");
        all.into_iter().next().unwrap()
    }

    #[test]
    fn figures_have_kinds_and_digits() {
        let all = [
            ("net of 1,234.5 in all", "1,234.5", 1234.5, 0.05, Kind::Number, Hedge::None),
            ("up -12.30 %", "-12.30 %", -12.3, 0.005, Kind::Percent, Hedge::None),
            ("(€1.2M)", "€1.2M", 1.2e6, 5e4, Kind::Money, Hedge::None),
            ("£3bn", "£3bn", 3e9, 5e8, Kind::Money, Hedge::None),
            ("12k visits", "12k", 12_000.0, 500.0, Kind::Number, Hedge::None),
            ("2.5 million people", "2.5 million", 2.5e6, 5e4, Kind::Number, Hedge::None),
            ("EUR 40", "EUR 40", 40.0, 0.5, Kind::Money, Hedge::None),
            ("3 percentage points", "3 percentage points", 3.0, 0.5, Kind::Points, Hedge::None),
            ("grew 2.5x", "2.5x", 2.5, 0.05, Kind::Multiple, Hedge::None),
            ("the 3rd place", "3rd", 3.0, 0.5, Kind::Ordinal, Hedge::None),
            ("about 40 %", "40 %", 40.0, 0.5, Kind::Percent, Hedge::About),
            ("nearly 2,000", "2,000", 2000.0, 0.5, Kind::Number, Hedge::Nearly),
            ("more than 100", "100", 100.0, 0.5, Kind::Number, Hedge::MoreThan),
            ("~$5", "$5", 5.0, 0.5, Kind::Money, Hedge::About),
            ("sums up to 100", "100", 100.0, 0.5, Kind::Number, Hedge::None),
            ("almost half of it", "half", 50.0, 2.5, Kind::Percent, Hedge::Nearly),
            ("two-thirds of it", "two-thirds", 200.0 / 3.0, 10.0 / 3.0, Kind::Percent, Hedge::None),
            ("a quarter of it", "a quarter", 25.0, 1.25, Kind::Percent, Hedge::None),
            ("it doubled", "doubled", 2.0, 0.1, Kind::Multiple, Hedge::None),
            ("three times as much", "three times", 3.0, 0.15, Kind::Multiple, Hedge::None),
            ("twenty-one rows", "twenty-one", 21.0, 0.5, Kind::Number, Hedge::None),
            ("the second largest", "second", 2.0, 0.5, Kind::Ordinal, Hedge::None),
        ];
        for (text, written, value, tolerance, kind, hedge) in all {
            let (shown, found, width, of, hedged) = one(text);
            assert_eq!((shown.as_str(), of, hedged), (written, kind, hedge), "{text}");
            assert!(
                (found - value).abs() < 1e-6 * value.abs() && (width - tolerance).abs() < 1e-6 * tolerance,
                "{text}"
            );
        }
    }

    #[test]
    fn ranges_share_their_unit_and_times_are_times() {
        let shown = |text: &str| -> Vec<(String, Kind)> {
            found(text, DecimalMark::Point).into_iter().map(|(shown, _, _, kind, _)| (shown, kind)).collect()
        };
        assert_eq!(shown("10-20 %"), [("10".to_owned(), Kind::Percent), ("20 %".to_owned(), Kind::Percent)]);
        assert_eq!(shown("between 3 and 4 %"), [("3".to_owned(), Kind::Percent), ("4 %".to_owned(), Kind::Percent)]);
        let march = crate::insights::figures::moment::Moment { month: Some(3), ..Default::default() };
        assert_eq!(shown("in March"), [("March".to_owned(), Kind::Moment(march))]);
        assert_eq!(shown("$2024"), [("$2024".to_owned(), Kind::Money)]);
        assert_eq!(found("1.234,5", DecimalMark::Comma)[0].1.to_bits(), 1234.5_f64.to_bits());
    }

    #[test]
    fn numbers_of_lists_and_names_are_no_figures() {
        for text in [
            "1. North leads",
            "2) South",
            "as said [12]",
            "iPhone15",
            "CO2",
            "H1",
            "one of them",
            "at first",
            "the first half",
            "3D",
            "v2",
            "v1.2.3",
        ] {
            let all = found(text, DecimalMark::Point);
            assert!(all.is_empty(), "{text}: {all:?}");
        }
        let text = "The Q3-2025 plan made 12";
        let mask = 4..16;
        assert_eq!(figures(text, std::slice::from_ref(&mask), DecimalMark::Point).len(), 1);
    }
}
