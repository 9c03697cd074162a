//! Why a passage fits: its sentences with most of what was asked, as plain text.

use std::collections::{BTreeMap, HashSet};

use unicode_segmentation::UnicodeSegmentation as _;

use super::terms::{Analyzer, words};

/// Longest highlight, in characters.
const MAX_CHARS: usize = 240;
/// Highlights of one passage.
const MAX_HIGHLIGHTS: usize = 2;

/// The sentences of a passage that hold most of the weight of the query's terms, in their order in the passage; the
/// first sentence where none holds any. `weights` says what each term is worth.
#[must_use]
pub fn highlights(passage: &str, analyzer: &Analyzer, weights: &BTreeMap<&str, f64>) -> Vec<String> {
    let sentences: Vec<(usize, &str)> = passage
        .split_sentence_bound_indices()
        .map(|(at, sentence)| (at, sentence.trim()))
        .filter(|(_, sentence)| !sentence.is_empty())
        .collect();
    let mut scored: Vec<(f64, usize, &str)> = sentences
        .iter()
        .map(|(at, sentence)| (weight(sentence, analyzer, weights), *at, *sentence))
        .filter(|(score, ..)| *score > 0.0)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let enough = scored.first().map_or(0.0, |best| best.0 / 2.0);
    let mut chosen: Vec<(usize, &str)> = scored
        .into_iter()
        .take(MAX_HIGHLIGHTS)
        .filter(|(score, ..)| *score >= enough)
        .map(|(_, at, sentence)| (at, sentence))
        .collect();
    chosen.sort_unstable();
    if chosen.is_empty() {
        chosen.extend(sentences.first());
    }
    chosen.into_iter().map(|(_, sentence)| shortened(sentence, analyzer, weights)).collect()
}

/// What the different terms in a text are worth together.
fn weight(text: &str, analyzer: &Analyzer, weights: &BTreeMap<&str, f64>) -> f64 {
    let terms: HashSet<String> = words(text).iter().map(|word| analyzer.term(word)).collect();
    terms.iter().filter_map(|term| weights.get(term.as_str())).sum()
}

/// The part of a long sentence around its first word that was asked for.
fn shortened(sentence: &str, analyzer: &Analyzer, weights: &BTreeMap<&str, f64>) -> String {
    let flat = sentence.split_whitespace().collect::<Vec<_>>().join(" ");
    let length = flat.chars().count();
    if length <= MAX_CHARS {
        return flat;
    }
    let room = MAX_CHARS - 2;
    let first = flat.split_word_bound_indices().find(|(_, word)| weight(word, analyzer, weights) > 0.0);
    let before = first.map_or(0, |(at, _)| flat.get(..at).map_or(0, |text| text.chars().count()));
    let start = before.saturating_sub(room / 3).min(length - room);
    let part: String = flat.chars().skip(start).take(room).collect();
    let ends = start + room >= length;
    // Words are not cut where there are any to be seen.
    let part = if start > 0 { part.split_once(' ').map_or(part.as_str(), |(_, rest)| rest) } else { &part };
    let part = if ends { part } else { part.rsplit_once(' ').map_or(part, |(rest, _)| rest) };
    format!("{}{part}{}", if start > 0 { "…" } else { "" }, if ends { "" } else { "…" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked() -> BTreeMap<&'static str, f64> {
        BTreeMap::from([("rent", 2.0), ("court", 1.0)])
    }

    #[test]
    fn the_best_sentences_come_in_their_order() {
        let passage = "Lions sleep. A court sat. The rent is due at court. Rent is rent.";
        let shown = highlights(passage, &Analyzer::new(Some(whatlang::Lang::Eng)), &asked());
        assert_eq!(shown, ["The rent is due at court.", "Rent is rent."]);
    }

    #[test]
    fn without_a_match_the_first_sentence_is_shown() {
        assert_eq!(highlights("  Lions sleep. Bears too.", &Analyzer::new(None), &asked()), ["Lions sleep."]);
        assert_eq!(highlights("  ", &Analyzer::new(None), &asked()), Vec::<String>::new());
    }

    #[test]
    fn a_long_sentence_is_cut_around_its_match() {
        let passage = format!("{} rent {}", "before ".repeat(60).trim(), "after ".repeat(60).trim());
        let shown = highlights(&passage, &Analyzer::new(None), &asked());
        assert_eq!(shown.len(), 1);
        assert!(shown[0].chars().count() <= MAX_CHARS, "{}", shown[0].chars().count());
        assert!(shown[0].starts_with("…before") && shown[0].contains(" rent after") && shown[0].ends_with("after…"));
        let no_spaces = "租".repeat(500);
        let shown = highlights(&no_spaces, &Analyzer::new(None), &BTreeMap::from([("租", 1.0)]));
        assert_eq!(shown[0].chars().count(), MAX_CHARS - 1);
    }
}
