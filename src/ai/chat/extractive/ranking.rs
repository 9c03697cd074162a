//! Which sentences answer a question.
//!
//! Okapi BM25 (Robertson and Zaragoza, 2009: "The Probabilistic Relevance Framework") over the sentences of all passages,
//! k1 = 1.2, b = 0.75. A term of the heading above a sentence counts in part. On top of a sentence's own score: a share of
//! its passage's best, since what surrounds a good sentence is about the same; a little for the passages that retrieval put
//! first and for sentences that stand early; less for sentences that the passage's edge has cut.

use std::collections::{BTreeMap, BTreeSet};

use super::candidates::{self, Candidate, Quote};
use super::terms::Terms;
use crate::ai::chat::request::Passage;

const K1: f64 = 1.2;
const B: f64 = 0.75;
/// What a term in the heading counts against one in the sentence.
const HEADING_SHARE: f64 = 0.5;
/// What of its passage's best score a sentence gets beside its own.
const PASSAGE_SHARE: f64 = 0.2;
/// What the first passage, and the first sentence of a passage, have over the last.
const FIRST_BONUS: f64 = 0.15;
const CUT_PENALTY: f64 = 0.75;
/// Sentences weaker than this share of the best are left out.
const FLOOR: f64 = 0.5;

/// At most `most` sentences that share words with `question`, passage by passage, the best passage first.
#[must_use]
pub fn choose(question: &[String], passages: &[Passage], terms: &Terms, most: usize) -> Vec<Quote> {
    let question: BTreeSet<&str> = question.iter().map(String::as_str).collect();
    let mut candidates = candidates::gather(passages, terms);
    score(&question, &mut candidates, passages.len());
    let top = candidates.iter().map(|candidate| candidate.score).fold(0.0, f64::max);
    let good = candidates.iter().filter(|candidate| candidate.score > 0.0 && candidate.score >= top * FLOOR).collect();
    let chosen = candidates::diversify(good, Vec::new(), most);
    in_reading_order(&chosen).into_iter().map(Candidate::quote).collect()
}

#[expect(clippy::cast_precision_loss, reason = "counts of sentences are far below 2^52")]
fn score(question: &BTreeSet<&str>, candidates: &mut [Candidate], passages: usize) {
    let total = candidates.len() as f64;
    let average = candidates.iter().map(|candidate| f64::from(candidate.length)).sum::<f64>() / total.max(1.0);
    let weights: BTreeMap<&str, f64> = question
        .iter()
        .map(|term| {
            let holders = candidates.iter().filter(|candidate| candidate.terms.contains_key(*term)).count() as f64;
            (*term, ((total - holders + 0.5) / (holders + 0.5)).ln_1p())
        })
        .collect();
    let mut best = vec![0.0_f64; passages];
    for candidate in &mut *candidates {
        // A term counts once a sentence: repeating it makes a sentence no better an answer.
        let norm = K1 * (1.0 - B + B * f64::from(candidate.length) / average.max(1.0));
        let share = |term: &str| {
            if candidate.terms.contains_key(term) {
                1.0
            } else if candidate.heading.iter().any(|its| its == term) {
                HEADING_SHARE
            } else {
                0.0
            }
        };
        let sum: f64 = weights.iter().map(|(term, weight)| share(term) * weight).sum();
        candidate.score = sum * (K1 + 1.0) / (1.0 + norm);
        if let Some(best) = best.get_mut(candidate.passage) {
            *best = best.max(candidate.score);
        }
    }
    for candidate in candidates.iter_mut().filter(|candidate| candidate.score > 0.0) {
        let early = FIRST_BONUS / (1.0 + candidate.passage as f64) + FIRST_BONUS / (1.0 + candidate.place as f64) / 2.0;
        let cut = if candidate.is_whole { 1.0 } else { CUT_PENALTY };
        let surroundings = PASSAGE_SHARE * best.get(candidate.passage).copied().unwrap_or(0.0);
        candidate.score = (candidate.score + surroundings) * (1.0 + early) * cut;
    }
}

fn in_reading_order<'a>(chosen: &[&'a Candidate]) -> Vec<&'a Candidate> {
    let rank = |passage: usize| chosen.iter().position(|candidate| candidate.passage == passage);
    let mut ordered = chosen.to_vec();
    ordered.sort_by_key(|candidate| (rank(candidate.passage), candidate.place));
    ordered
}
