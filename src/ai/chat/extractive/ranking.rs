//! Which sentences answer a question.
//!
//! Okapi BM25 (Robertson and Zaragoza, 2009: "The Probabilistic Relevance Framework") over the sentences of all passages,
//! k1 = 1.2, b = 0.75. On top of a sentence's own score: a share of its passage's best, since what surrounds a good
//! sentence is about the same; a little for the passages that retrieval put first and for sentences that stand early; less
//! for sentences that the passage's edge has cut. Chosen by maximal marginal relevance (Carbonell and Goldstein, 1998)
//! with Jaccard similarity, as neighbouring passages overlap and documents repeat themselves.

use std::collections::{HashMap, HashSet};

use super::sentences;
use super::terms::Terms;
use crate::ai::chat::request::Passage;

const K1: f64 = 1.2;
const B: f64 = 0.75;
/// What of its passage's best score a sentence gets beside its own.
const PASSAGE_SHARE: f64 = 0.2;
/// What the first passage, and the first sentence of a passage, have over the last.
const FIRST_BONUS: f64 = 0.15;
const CUT_PENALTY: f64 = 0.75;
/// Weight of relevance against repetition.
const LAMBDA: f64 = 0.7;
/// Sentences weaker than this share of the best are left out.
const FLOOR: f64 = 0.5;
/// Sentences more alike than this are one sentence, found twice.
const SAME: f64 = 0.8;

/// A sentence that was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    pub text: String,
    /// Number of its passage.
    pub marker: u32,
}

struct Candidate {
    text: String,
    terms: HashSet<String>,
    length: usize,
    /// Place of its passage among the passages, and its own within the passage.
    passage: usize,
    place: usize,
    is_whole: bool,
    score: f64,
}

/// At most `most` sentences that share words with `question`, passage by passage, the best passage first.
#[must_use]
pub fn choose(question: &[String], passages: &[Passage], terms: &Terms, most: usize) -> Vec<Quote> {
    let question: HashSet<&str> = question.iter().map(String::as_str).collect();
    let mut candidates = candidates(passages, terms);
    score(&question, &mut candidates, passages.len());
    let chosen = diversify(&candidates, most);
    in_reading_order(&chosen)
        .into_iter()
        .filter_map(|candidate| {
            let passage = passages.get(candidate.passage)?;
            Some(Quote { text: candidate.text.clone(), marker: passage.marker })
        })
        .collect()
}

fn candidates(passages: &[Passage], terms: &Terms) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    for (passage, it) in passages.iter().enumerate() {
        for (place, sentence) in sentences::split(&it.text).into_iter().enumerate() {
            let words = terms.of(&sentence.text);
            candidates.push(Candidate {
                length: words.len(),
                terms: words.into_iter().collect(),
                text: sentence.text,
                passage,
                place,
                is_whole: sentence.is_whole,
                score: 0.0,
            });
        }
    }
    candidates
}

#[expect(clippy::cast_precision_loss, reason = "counts of sentences and words are far below 2^52")]
fn score(question: &HashSet<&str>, candidates: &mut [Candidate], passages: usize) {
    let total = candidates.len() as f64;
    let average = candidates.iter().map(|candidate| candidate.length).sum::<usize>() as f64 / total.max(1.0);
    let weights: HashMap<&str, f64> = question
        .iter()
        .map(|term| {
            let holders = candidates.iter().filter(|candidate| candidate.terms.contains(*term)).count() as f64;
            (*term, ((total - holders + 0.5) / (holders + 0.5)).ln_1p())
        })
        .collect();
    let mut best = vec![0.0_f64; passages];
    for candidate in &mut *candidates {
        // A term counts once a sentence: repeating it makes a sentence no better an answer.
        let norm = K1 * (1.0 - B + B * candidate.length as f64 / average.max(1.0));
        let sum: f64 =
            weights.iter().filter(|(term, _)| candidate.terms.contains(**term)).map(|(_, weight)| weight).sum();
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

fn diversify(candidates: &[Candidate], most: usize) -> Vec<&Candidate> {
    let top = candidates.iter().map(|candidate| candidate.score).fold(0.0, f64::max);
    let mut left: Vec<&Candidate> =
        candidates.iter().filter(|candidate| candidate.score > 0.0 && candidate.score >= top * FLOOR).collect();
    let mut chosen: Vec<&Candidate> = Vec::new();
    while chosen.len() < most {
        let marginal = |candidate: &Candidate| {
            let repeats = chosen.iter().map(|other| similarity(candidate, other)).fold(0.0, f64::max);
            LAMBDA * candidate.score / top - (1.0 - LAMBDA) * repeats
        };
        // The first of equals: the order of passages is retrieval's.
        let next = left.iter().copied().enumerate().rev().max_by(|(_, a), (_, b)| marginal(a).total_cmp(&marginal(b)));
        let Some((place, next)) = next else { break };
        left.remove(place);
        left.retain(|candidate| similarity(candidate, next) < SAME);
        chosen.push(next);
    }
    chosen
}

#[expect(clippy::cast_precision_loss, reason = "counts of words in a sentence are far below 2^52")]
fn similarity(a: &Candidate, b: &Candidate) -> f64 {
    let shared = a.terms.intersection(&b.terms).count();
    shared as f64 / (a.terms.len() + b.terms.len() - shared).max(1) as f64
}

fn in_reading_order<'a>(chosen: &[&'a Candidate]) -> Vec<&'a Candidate> {
    let rank = |passage: usize| chosen.iter().position(|candidate| candidate.passage == passage);
    let mut ordered = chosen.to_vec();
    ordered.sort_by_key(|candidate| (rank(candidate.passage), candidate.place));
    ordered
}
