//! Two scores of a passage made into one.
//!
//! A weighted sum of the scores themselves (Bruch, Gai, Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval",
//! 2023) and not of the ranks: a model that tells the passages hardly apart, as one does in a language that it never
//! saw, then hardly moves what the words say, while its ranks would look as sure as ever.

use std::collections::HashMap;

use crate::ids::ChunkId;

/// What the words weigh in a hybrid score; the rest is meaning. Measured by `benches/retrieval.rs` in four languages: less
/// gains a little where the model knows the language, and costs more where it does not.
const KEYWORD_WEIGHT: f64 = 0.8;

/// A passage with what is known of its fit.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Candidate {
    /// BM25 as a share of what the query could reach, 0 to 1.
    pub keyword: f64,
    /// Cosine, 0 to 1.
    pub semantic: f64,
    pub keyword_rank: Option<i32>,
    pub semantic_rank: Option<i32>,
}

impl Candidate {
    /// The score of a search by both, 0 to 1.
    #[must_use]
    pub fn hybrid(&self) -> f64 {
        KEYWORD_WEIGHT * self.keyword + (1.0 - KEYWORD_WEIGHT) * self.semantic
    }
}

/// Ranked passages of either kind, by id.
#[derive(Debug, Default)]
pub struct Candidates {
    by_id: HashMap<ChunkId, Candidate>,
}

impl Candidates {
    /// Adds the passages that words found, best first; `best` is a score that none can reach.
    pub fn add_keyword(&mut self, ranked: &[(ChunkId, f64)], best: f64) {
        for (rank, (id, score)) in (1..).zip(ranked) {
            let candidate = self.by_id.entry(*id).or_default();
            candidate.keyword = share(*score, best);
            candidate.keyword_rank = Some(rank);
        }
    }

    /// Adds the passages that meaning found, nearest first.
    pub fn add_semantic(&mut self, ranked: &[(ChunkId, f64)]) {
        for (rank, (id, cosine)) in (1..).zip(ranked) {
            let candidate = self.by_id.entry(*id).or_default();
            candidate.semantic = share(*cosine, 1.0);
            candidate.semantic_rank = Some(rank);
        }
    }

    /// The passages that lack one of the two scores: `(keyword, semantic)`.
    #[must_use]
    pub fn lacking(&self) -> (Vec<ChunkId>, Vec<ChunkId>) {
        let lacks = |without: fn(&Candidate) -> bool| {
            let mut ids: Vec<ChunkId> =
                self.by_id.iter().filter(|(_, found)| without(found)).map(|(id, _)| *id).collect();
            ids.sort_unstable();
            ids
        };
        (lacks(|found| found.keyword_rank.is_none()), lacks(|found| found.semantic_rank.is_none()))
    }

    /// Adds scores without a rank.
    pub fn complete(&mut self, keyword: &[(ChunkId, f64)], best: f64, semantic: &[(ChunkId, f64)]) {
        for (id, score) in keyword {
            if let Some(candidate) = self.by_id.get_mut(id) {
                candidate.keyword = share(*score, best);
            }
        }
        for (id, cosine) in semantic {
            if let Some(candidate) = self.by_id.get_mut(id) {
                candidate.semantic = share(*cosine, 1.0);
            }
        }
    }

    /// The best `limit` by `score`, best first; equals in the order of their ids.
    #[must_use]
    pub fn best(self, limit: usize, score: impl Fn(&Candidate) -> f64) -> Vec<(ChunkId, f64, Candidate)> {
        let mut ranked: Vec<(ChunkId, f64, Candidate)> =
            self.by_id.into_iter().map(|(id, candidate)| (id, score(&candidate), candidate)).collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(rank_of(&a.2).cmp(&rank_of(&b.2))).then(a.0.cmp(&b.0)));
        ranked.truncate(limit);
        ranked
    }
}

/// The better of its ranks, the last for none.
fn rank_of(candidate: &Candidate) -> i32 {
    candidate.keyword_rank.into_iter().chain(candidate.semantic_rank).min().unwrap_or(i32::MAX)
}

/// `score` as a share of `best`; nothing where a model answered with no number.
fn share(score: f64, best: f64) -> f64 {
    let share = if best > 0.0 { score / best } else { 0.0 };
    if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn id(number: u128) -> ChunkId {
        ChunkId::from_uuid(Uuid::from_u128(number))
    }

    #[test]
    fn both_scores_count_wherever_a_passage_was_found() {
        let mut found = Candidates::default();
        found.add_keyword(&[(id(1), 5.0), (id(2), 4.0)], 10.0);
        found.add_semantic(&[(id(3), 0.9), (id(2), 0.8)]);
        assert_eq!(found.lacking(), (vec![id(3)], vec![id(1)]));
        found.complete(&[(id(3), 1.0)], 10.0, &[(id(1), -0.2)]);
        let ranked = found.best(3, Candidate::hybrid);
        let order: Vec<ChunkId> = ranked.iter().map(|(id, ..)| *id).collect();
        assert_eq!(order, [id(2), id(1), id(3)]);
        assert_eq!(ranked[2].2.keyword_rank, None);
        assert_eq!(ranked[2].2.semantic_rank, Some(1));
    }

    #[test]
    fn no_number_is_no_fit() {
        assert_eq!(share(f64::NAN, 1.0).to_bits(), 0.0_f64.to_bits());
        assert_eq!(share(3.0, 0.0).to_bits(), 0.0_f64.to_bits());
    }
}
