//! Which sentences sum up a text.
//!
//! `LexRank` (Erkan and Radev, 2004: "Graph-based Lexical Centrality as Salience in Text Summarization"), the continuous
//! form: sentences vote for those that they share words with, by the cosine of their tf-idf vectors; a sentence
//! that many such vote for is central. With a subject, the biased form (Otterbacher, Erkan and Radev, 2009): the walk
//! starts anew from sentences that speak of it. Of several documents each gets its most central sentence first.

use std::collections::{BTreeMap, BTreeSet};

use super::candidates::{self, Candidate, Quote};
use super::terms::Terms;
use crate::ai::chat::request::Passage;

/// How often the walk starts anew: without a subject, and from the sentences on it.
const RESTART: f64 = 0.15;
const RESTART_ON_SUBJECT: f64 = 0.7;
/// The walk has settled when no score moves by more.
const SETTLED: f64 = 1e-9;
const MOST_STEPS: usize = 200;
/// Sentences looked at; the time is the square of it.
const MOST_SENTENCES: usize = 500;
/// Shorter sentences, in terms, say too little to sum anything up.
const FEWEST_TERMS: usize = 3;

/// At most `most` sentences, in the order of the passages; more only where there are more documents, and then one each,
/// up to twice as many.
#[must_use]
pub fn choose(subject: &[String], passages: &[Passage], terms: &Terms, most: usize) -> Vec<Quote> {
    let mut candidates = distinct(candidates::gather(passages, terms));
    score(subject, &mut candidates);
    let title = |candidate: &Candidate| passages.get(candidate.passage).map(|passage| passage.title.as_str());
    let titles: BTreeSet<_> = candidates.iter().map(title).collect();
    let mut best: Vec<&Candidate> = candidates.iter().collect();
    best.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut seen = BTreeSet::new();
    let first_of_each: Vec<&Candidate> = if titles.len() > 1 {
        best.iter().copied().filter(|candidate| seen.insert(title(candidate))).take(2 * most).collect()
    } else {
        Vec::new()
    };
    let mut chosen = candidates::diversify(candidates.iter().collect(), first_of_each, most);
    chosen.sort_by_key(|candidate| (candidate.passage, candidate.place));
    chosen.into_iter().map(Candidate::quote).collect()
}

/// Whole sentences with something to say, each once: those that passages share would vote for themselves. Where there are
/// none such, whatever there is.
fn distinct(all: Vec<Candidate>) -> Vec<Candidate> {
    let says_something = |candidate: &Candidate| candidate.is_whole && candidate.terms.len() >= FEWEST_TERMS;
    let is_any = all.iter().any(says_something);
    let mut kept: Vec<Candidate> = Vec::new();
    for candidate in all.into_iter().filter(|candidate| !is_any || says_something(candidate)) {
        if kept.len() < MOST_SENTENCES && !kept.iter().any(|other| candidates::is_repetition(&candidate, other)) {
            kept.push(candidate);
        }
    }
    kept
}

#[expect(clippy::cast_precision_loss, reason = "there are 500 sentences at most")]
fn score(subject: &[String], candidates: &mut [Candidate]) {
    let count = candidates.len();
    let weights = inverse_frequencies(candidates);
    let votes = votes(candidates, &weights);
    let (start, restart) = match starts(subject, candidates, &weights) {
        Some(on_subject) => (on_subject, RESTART_ON_SUBJECT),
        None => (vec![1.0 / count as f64; count], RESTART),
    };
    let mut scores = start.clone();
    for _ in 0..MOST_STEPS {
        let mut next: Vec<f64> = start.iter().map(|start| restart * start).collect();
        for (score, row) in scores.iter().zip(&votes) {
            // A sentence that is like no other votes as the walk starts.
            let row = row.as_ref().unwrap_or(&start);
            for (next, share) in next.iter_mut().zip(row) {
                *next += (1.0 - restart) * score * share;
            }
        }
        let moved = scores.iter().zip(&next).map(|(before, now)| (before - now).abs()).fold(0.0, f64::max);
        scores = next;
        if moved < SETTLED {
            break;
        }
    }
    for (candidate, score) in candidates.iter_mut().zip(scores) {
        candidate.score = score;
    }
}

#[expect(clippy::cast_precision_loss, reason = "there are 500 sentences at most")]
fn inverse_frequencies(candidates: &[Candidate]) -> BTreeMap<String, f64> {
    let mut holders: BTreeMap<String, u32> = BTreeMap::new();
    for term in candidates.iter().flat_map(|candidate| candidate.terms.keys()) {
        *holders.entry(term.clone()).or_default() += 1;
    }
    let total = candidates.len() as f64;
    holders.into_iter().map(|(term, holders)| (term, (total / f64::from(holders)).ln_1p())).collect()
}

/// How each sentence shares out its vote; `None` for one that is like no other.
fn votes(candidates: &[Candidate], weights: &BTreeMap<String, f64>) -> Vec<Option<Vec<f64>>> {
    let weight = |term: &str| weights.get(term).copied().unwrap_or(0.0);
    let vectors: Vec<BTreeMap<&str, f64>> = candidates
        .iter()
        .map(|candidate| candidate.terms.iter().map(|(t, n)| (t.as_str(), f64::from(*n) * weight(t))).collect())
        .collect();
    let norms: Vec<f64> =
        vectors.iter().map(|vector| vector.values().map(|value| value * value).sum::<f64>().sqrt()).collect();
    let mut rows = Vec::with_capacity(vectors.len());
    for (place, (vector, norm)) in vectors.iter().zip(&norms).enumerate() {
        let mut row: Vec<f64> = vectors
            .iter()
            .zip(&norms)
            .map(|(other, its_norm)| {
                let product: f64 = vector.iter().filter_map(|(term, value)| Some(value * other.get(term)?)).sum();
                product / (norm * its_norm).max(f64::MIN_POSITIVE)
            })
            .collect();
        if let Some(own) = row.get_mut(place) {
            *own = 0.0;
        }
        let sum: f64 = row.iter().sum();
        rows.push((sum > 0.0).then(|| row.into_iter().map(|share| share / sum).collect()));
    }
    rows
}

/// Where the walk starts: at sentences with terms of the subject. `None` where there are none.
fn starts(subject: &[String], candidates: &[Candidate], weights: &BTreeMap<String, f64>) -> Option<Vec<f64>> {
    let subject: BTreeSet<&String> = subject.iter().collect();
    let relevance = |candidate: &Candidate| {
        let of_term = |term: &&String| {
            let times = candidate.terms.get(*term).copied().unwrap_or(0);
            f64::from(times).ln_1p() * weights.get(*term).copied().unwrap_or(0.0)
        };
        subject.iter().map(of_term).sum::<f64>()
    };
    let starts: Vec<f64> = candidates.iter().map(relevance).collect();
    let sum: f64 = starts.iter().sum();
    (sum > 0.0).then(|| starts.into_iter().map(|start| start / sum).collect())
}
