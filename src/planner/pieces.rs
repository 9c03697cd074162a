//! A question as pieces: words that together mean something, numbers, and all other words one by one.

use super::lexicon::{Lexicon, Thing};
use super::numbers::{self, Number};
use super::refused_words::is_guard;
use super::times::is_of_time_or_number;
use super::vocabulary;
use super::words::{Word, is_one_edit};

/// Letters from which on a word may be mistyped.
const TYPED: usize = 5;

/// What a rule takes or leaves.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    /// As written.
    pub text: String,
    /// In small letters; empty when it is several words or in quotes.
    pub low: String,
    pub thing: Option<Thing>,
    /// Values that it means only beside the name of their column.
    pub weak: Vec<(usize, String)>,
    pub number: Option<Number>,
    pub is_quoted: bool,
    /// Whether a word in it is in the plural.
    pub is_plural: bool,
}

/// The pieces of the words, in order.
pub(super) fn pieces(words: &[Word], lexicon: &Lexicon) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let found = lexicon.find(words, at);
        let number = numbers::at(words, at).filter(|_| found.thing.is_none() && !word.is_quoted);
        let (number, taken) = match (&found.thing, number) {
            (None, Some((number, taken))) => (Some(number), taken),
            (Some(_), _) => (None, found.words.max(1)),
            (None, None) => (None, 1),
        };
        let taken_words: Vec<&Word> = words.iter().skip(at).take(taken).collect();
        let is_one = taken == 1 && !word.is_quoted;
        pieces.push(Piece {
            text: taken_words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" "),
            low: if is_one { word.low.clone() } else { String::new() },
            thing: found.thing,
            weak: if taken == found.words { found.weak } else { Vec::new() },
            number,
            is_quoted: word.is_quoted,
            is_plural: taken_words.iter().any(|word| word.low != word.stem),
        });
        at += taken.max(1);
    }
    pieces
}

/// Whether any rule or phrase knows the word.
pub(super) fn is_known(word: &Word, lexicon: &Lexicon) -> bool {
    lexicon.has(&word.stem) || vocabulary::knows(&word.low) || is_of_time_or_number(&word.low)
}

/// The words with those set right that are one letter away from the only known one, and a sentence about each.
pub(super) fn corrected(words: Vec<Word>, lexicon: &Lexicon) -> (Vec<Word>, Vec<String>) {
    let mut notes = Vec::new();
    let words = words.into_iter().enumerate().map(|(at, word)| match correction(at, &word, lexicon) {
        Some(meant) => {
            notes.push(format!("“{}” was read as “{meant}”.", word.text));
            Word { text: word.text, ..Word::new(&meant) }
        }
        None => word,
    });
    (words.collect(), notes)
}

fn correction(at: usize, word: &Word, lexicon: &Lexicon) -> Option<String> {
    let is_candidate =
        !word.is_quoted && word.low.chars().count() >= TYPED && word.low.chars().all(char::is_alphabetic);
    if !is_candidate || is_known(word, lexicon) || is_guard(&word.low) {
        return None;
    }
    // A name in the middle of a question can only be a value.
    let is_name = at > 0 && word.text.starts_with(char::is_uppercase);
    let ours = if is_name { &[][..] } else { vocabulary::OFTEN_MISTYPED };
    let is_near = |known: &&str| {
        known.chars().count() + 1 >= TYPED && (is_one_edit(&word.stem, known) || is_one_edit(&word.low, known))
    };
    let mut near: Vec<&str> = lexicon.stems(is_name).chain(ours.iter().copied()).filter(is_near).collect();
    near.sort_unstable();
    near.dedup();
    match near.as_slice() {
        [one] => Some((*one).to_owned()),
        _ => None,
    }
}
