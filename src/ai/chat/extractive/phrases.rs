//! What many passages are about, in their own words: the C-value of their phrases.
//!
//! Frantzi, Ananiadou and Mima, "Automatic recognition of multi-word terms: the C-value/NC-value method", International
//! Journal on Digital Libraries 3(2), 2000. A candidate is a row of words without a stop word or punctuation among them.
//! It counts by how often it stands somewhere, less how often on average in longer candidates, times the logarithm of
//! its length; that of its length plus one, so that single words count as well (Barrón-Cedeño, Sierra, Drouin and
//! Ananiadou, "An improved automatic term recognition method for Spanish", LNCS 5449, 2009). They come behind all others all
//! the same: "tenant" is in every sentence on rent and no theme of it, but other languages write a term as one word.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation as _;

use super::terms::Terms;
use crate::ai::chat::sentences::{self, Sentence};
use crate::ai::chat::tokens::is_ideograph;

/// Words of the longest phrase: longer ones are lists, names or rests of tables.
const MAX_WORDS: usize = 4;
/// Characters of a phrase in a script without spaces.
const MIN_IDEOGRAPHS: usize = 2;
const MAX_IDEOGRAPHS: usize = 8;
/// Characters of the shortest phrase in any other.
const MIN_CHARS: usize = 3;
/// How often a phrase stands somewhere at least, where any does so often.
const OFTEN: usize = 2;
/// Sentences that a phrase is shown to stand in.
const PLACES: usize = 3;

/// What passages are about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    /// In its commonest form, with a capital.
    pub text: String,
    /// Sentences that it stands in: the passage, and the bytes of it. At least one.
    pub places: Vec<(usize, Range<usize>)>,
}

/// A word, or a character of a script without spaces.
struct Unit {
    span: Range<usize>,
    stem: String,
    is_ideograph: bool,
}

/// A candidate under its stems, while it is counted.
#[derive(Debug, Default)]
struct Counted {
    words: usize,
    frequency: usize,
    forms: BTreeMap<String, usize>,
    places: Vec<(usize, Range<usize>)>,
}

/// The phrases that say best what `passages` are about, the most telling first, at most `most`; none of them part of another.
#[must_use]
pub fn telling(passages: &[&str], most: usize) -> Vec<Phrase> {
    let sample: String = passages.iter().flat_map(|text| text.chars().take(400)).take(8000).collect();
    let terms = Terms::for_language_of(&sample);
    let mut counted: BTreeMap<Vec<String>, Counted> = BTreeMap::new();
    for (place, text) in passages.iter().enumerate() {
        for sentence in sentences::split(text) {
            count(place, text, &sentence, &terms, &mut counted);
        }
    }
    if counted.values().any(|phrase| phrase.frequency >= OFTEN) {
        counted.retain(|_, phrase| phrase.frequency >= OFTEN);
    }
    let nested = nested(&counted);
    let mut ranked: Vec<(f64, &Vec<String>, &Counted)> = counted
        .iter()
        .filter(|(_, phrase)| !phrase.places.is_empty())
        .map(|(stems, phrase)| (c_value(phrase, nested.get(&stems.as_slice())), stems, phrase))
        .collect();
    let first = |phrase: &Counted| phrase.places.first().map(|(place, sentence)| (*place, sentence.start));
    let is_single = |phrase: &Counted| phrase.words == 1;
    ranked.sort_by(|(a, .., one), (b, .., other)| {
        is_single(one).cmp(&is_single(other)).then(b.total_cmp(a)).then(first(one).cmp(&first(other)))
    });
    let mut chosen: Vec<(BTreeSet<&String>, Phrase)> = Vec::new();
    for (_, stems, phrase) in ranked {
        let stems: BTreeSet<&String> = stems.iter().collect();
        if chosen.len() < most && !chosen.iter().any(|(its, _)| its.is_subset(&stems) || stems.is_subset(its)) {
            chosen.push((stems, Phrase { text: phrase.named(), places: phrase.shown() }));
        }
    }
    chosen.into_iter().map(|(_, phrase)| phrase).collect()
}

/// In how many longer candidates each one stands, and how often those do.
fn nested(counted: &BTreeMap<Vec<String>, Counted>) -> BTreeMap<&[String], (usize, usize)> {
    let mut nested: BTreeMap<&[String], (usize, usize)> = BTreeMap::new();
    for (stems, phrase) in counted {
        for length in 1..stems.len() {
            let parts: BTreeSet<&[String]> = stems.windows(length).collect();
            for part in parts {
                let (longer, frequency) = nested.entry(part).or_default();
                *longer += 1;
                *frequency += phrase.frequency;
            }
        }
    }
    nested
}

fn c_value(phrase: &Counted, nested: Option<&(usize, usize)>) -> f64 {
    let within = nested.map_or(0.0, |(longer, frequency)| as_float(*frequency) / as_float((*longer).max(1)));
    as_float(phrase.words + 1).log2() * (as_float(phrase.frequency) - within)
}

impl Counted {
    /// Its commonest form; of two as common the first in the alphabet.
    fn named(&self) -> String {
        let best = self.forms.iter().max_by(|(one, a), (other, b)| a.cmp(b).then(other.cmp(one)));
        let mut letters = best.map(|(form, _)| form.as_str()).unwrap_or_default().chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
    }

    /// Places in different passages first.
    fn shown(&self) -> Vec<(usize, Range<usize>)> {
        let mut seen = BTreeSet::new();
        let (first, again): (Vec<_>, Vec<_>) = self.places.iter().cloned().partition(|(place, _)| seen.insert(*place));
        first.into_iter().chain(again).take(PLACES).collect()
    }
}

/// Counts the candidates of a sentence.
fn count(place: usize, text: &str, sentence: &Sentence, terms: &Terms, counted: &mut BTreeMap<Vec<String>, Counted>) {
    let said = text.get(sentence.span.clone()).unwrap_or_default();
    for row in rows(said, terms) {
        for start in 0..row.len() {
            for end in start + 1..=row.len().min(start + MAX_IDEOGRAPHS) {
                let units = row.get(start..end).unwrap_or_default();
                let Some(form) = form(said, units) else { continue };
                let stems: Vec<String> = units.iter().map(|unit| unit.stem.clone()).collect();
                let phrase = counted.entry(stems).or_default();
                phrase.words = units.len();
                phrase.frequency += 1;
                *phrase.forms.entry(form).or_default() += 1;
                let here = (place, sentence.span.clone());
                if !sentence.is_heading && phrase.places.last() != Some(&here) {
                    phrase.places.push(here);
                }
            }
        }
    }
}

/// The words of a candidate on one line; `None` when it is none.
fn form(said: &str, units: &[Unit]) -> Option<String> {
    let span = units.first()?.span.start..units.last()?.span.end;
    let form = said.get(span)?.split_whitespace().collect::<Vec<_>>().join(" ");
    let fits = if units.iter().all(|unit| unit.is_ideograph) {
        (MIN_IDEOGRAPHS..=MAX_IDEOGRAPHS).contains(&units.len())
    } else {
        units.len() <= MAX_WORDS && form.chars().count() >= MIN_CHARS
    };
    fits.then_some(form)
}

/// Words in a row, up to the next stop word or punctuation.
fn rows(said: &str, terms: &Terms) -> Vec<Vec<Unit>> {
    let (mut rows, mut row) = (Vec::new(), Vec::new());
    for (at, piece) in said.split_word_bound_indices() {
        let small = piece.to_lowercase();
        let stem = terms.of(piece).concat();
        if piece.chars().any(char::is_alphabetic) && !terms.is_stopword(&small) {
            let is_ideograph = piece.chars().all(is_ideograph);
            let stem = if stem.is_empty() { small } else { stem };
            row.push(Unit { span: at..at + piece.len(), stem, is_ideograph });
        } else if !piece.chars().all(|c| c == '-' || c.is_whitespace()) {
            rows.push(std::mem::take(&mut row));
        }
    }
    rows.push(row);
    rows
}

fn as_float(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(passages: &[&str], most: usize) -> Vec<String> {
        telling(passages, most).into_iter().map(|phrase| phrase.text).collect()
    }

    #[test]
    fn what_stands_in_many_passages_is_telling() {
        let passages = [
            "A director owes the company a fiduciary duty. The fiduciary duty forbids secret profits.",
            "Breach of fiduciary duty gives an account of profits. The business judgment rule protects honest errors.",
            "Under the business judgment rule a court does not weigh the merits. A fiduciary duty is not a duty to succeed.",
        ];
        assert_eq!(titles(&passages, 2), ["Fiduciary duty", "Business judgment rule"]);
        let phrases = telling(&passages, 1);
        let said: Vec<_> = phrases[0].places.iter().map(|(at, span)| (*at, &passages[*at][span.clone()])).collect();
        assert_eq!(
            said,
            [
                (0, "A director owes the company a fiduciary duty."),
                (1, "Breach of fiduciary duty gives an account of profits."),
                (2, "A fiduciary duty is not a duty to succeed."),
            ]
        );
    }

    #[test]
    fn no_phrase_is_part_of_another_and_nothing_gives_nothing() {
        let text = "Strict liability applies. Strict product liability applies. Liability applies strictly.";
        let found = titles(&[text, text], 5);
        let folded: Vec<String> = found.iter().map(|title| title.to_lowercase()).collect();
        let within =
            |(at, one): (usize, &String)| folded.iter().enumerate().any(|(i, it)| i != at && it.contains(one.as_str()));
        assert!(!folded.is_empty() && !folded.iter().enumerate().any(within), "{found:?}");
        assert_eq!(titles(&[], 5), Vec::<String>::new());
        assert_eq!(titles(&["", "of the and", "1 2 3 !!!"], 5), Vec::<String>::new());
    }

    #[test]
    fn other_languages_have_their_own_stop_words() {
        let passages = [
            "Die Geschäftsführung hat die Treuepflicht gegenüber der Gesellschaft zu wahren. Die Treuepflicht endet nicht.",
            "Wer die Treuepflicht verletzt, haftet der Gesellschaft auf Schadensersatz.",
        ];
        assert_eq!(titles(&passages, 1), ["Treuepflicht"]);
        assert_eq!(titles(&["租赁合同应当采用书面形式。", "租赁合同到期后终止。"], 1), ["租赁合同"]);
    }
}
