//! The sentences that may be quoted, and how several are chosen that do not repeat one another.
//!
//! Chosen by maximal marginal relevance (Carbonell and Goldstein, 1998) with Jaccard similarity, as neighbouring passages
//! overlap and documents repeat themselves.

use std::collections::BTreeMap;

use super::terms::Terms;
use crate::ai::chat::request::Passage;
use crate::ai::chat::sentences;

/// Weight of a sentence's own score against repetition.
const LAMBDA: f64 = 0.7;
/// Sentences more alike than this are one sentence, found twice.
const SAME: f64 = 0.8;

/// A sentence that was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    pub text: String,
    /// Number of its passage.
    pub marker: u32,
}

/// A sentence that may be. Maps are ordered, so that sums are the same on every run.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// On one line.
    pub text: String,
    /// How often it has each term.
    pub terms: BTreeMap<String, u32>,
    /// The terms of the heading that it stands under.
    pub heading: Vec<String>,
    pub length: u32,
    pub marker: u32,
    /// Place of its passage among the passages, and its own within the passage.
    pub passage: usize,
    pub place: usize,
    /// Not cut by the edge of its passage.
    pub is_whole: bool,
    /// 0 until it is ranked.
    pub score: f64,
}

impl Candidate {
    #[must_use]
    pub fn quote(&self) -> Quote {
        Quote { text: self.text.clone(), marker: self.marker }
    }
}

/// The sentences of all passages. Headings are none: they name what follows and say nothing.
#[must_use]
pub fn gather(passages: &[Passage], terms: &Terms) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    for (passage, it) in passages.iter().enumerate() {
        let mut heading = Vec::new();
        for (place, sentence) in sentences::split(&it.text).into_iter().enumerate() {
            let text = sentence.folded(&it.text);
            let words = terms.of(&text);
            if sentence.is_heading {
                heading = words;
                continue;
            }
            let length = u32::try_from(words.len()).unwrap_or(u32::MAX);
            let mut terms = BTreeMap::new();
            for word in words {
                *terms.entry(word).or_default() += 1;
            }
            candidates.push(Candidate {
                text,
                terms,
                heading: heading.clone(),
                length,
                marker: it.marker,
                passage,
                place,
                is_whole: sentence.is_whole,
                score: 0.0,
            });
        }
    }
    candidates
}

/// At most `most` of `left`, best first, besides those `chosen` already. Every one of `left` has a score above 0.
#[must_use]
pub fn diversify<'a>(mut left: Vec<&'a Candidate>, mut chosen: Vec<&'a Candidate>, most: usize) -> Vec<&'a Candidate> {
    let top = left.iter().map(|candidate| candidate.score).fold(0.0, f64::max);
    left.retain(|candidate| chosen.iter().all(|other| similarity(candidate, other) < SAME));
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
    let shared = a.terms.keys().filter(|term| b.terms.contains_key(*term)).count();
    shared as f64 / (a.terms.len() + b.terms.len() - shared).max(1) as f64
}

/// Whether two say the same, as far as words tell.
#[must_use]
pub fn is_repetition(a: &Candidate, b: &Candidate) -> bool {
    similarity(a, b) >= SAME
}
