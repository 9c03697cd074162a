//! BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009, section 3).

use std::collections::{BTreeMap, BTreeSet};

use super::terms::{Analyzer, Word, words};

/// How fast repeats of a term stop to count. The usual value.
pub const K1: f64 = 1.2;
/// How much a long passage is discounted, 0 to 1. The usual value.
pub const B: f64 = 0.75;
/// Most words of one query that are looked at; the rarest are kept.
const MAX_WORDS: usize = 64;
/// How many passages the terms that pick candidates may have together. Common words alone pick no candidates, they
/// only add to the score of those that rarer ones picked.
const MAX_CANDIDATES: i64 = 5_000;

/// The size of what is searched, by which a term is rare or common.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Corpus {
    pub chunk_count: i64,
    /// Occurrences of terms in all of them.
    pub term_total: i64,
}

impl Corpus {
    /// Mean length of a passage, in terms.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub fn mean_terms(self) -> f64 {
        (self.term_total as f64 / self.chunk_count.max(1) as f64).max(1.0)
    }

    /// The weight of a word that stands in `found` passages.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub fn idf(self, found: i64) -> f64 {
        let found = found.clamp(0, self.chunk_count) as f64;
        (1.0 + (self.chunk_count as f64 - found + 0.5) / (found + 0.5)).ln()
    }
}

/// The words of a query, each with the terms that it may be in the languages that are searched.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    groups: BTreeSet<BTreeSet<String>>,
}

impl Wanted {
    /// `languages` are the codes of the documents' languages.
    #[must_use]
    pub fn new(text: &str, languages: &[Option<String>]) -> Self {
        let mut analyzers: Vec<Analyzer> =
            languages.iter().map(|language| Analyzer::from_code(language.as_deref())).collect();
        if analyzers.is_empty() {
            analyzers.push(Analyzer::new(None));
        }
        let unique: BTreeSet<Word> = words(text).into_iter().collect();
        let groups = unique.iter().map(|word| analyzers.iter().map(|analyzer| analyzer.term(word)).collect()).collect();
        Self { groups }
    }

    /// Every term once.
    #[must_use]
    pub fn terms(&self) -> Vec<String> {
        self.groups.iter().flatten().cloned().collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Weighs the words by the number of passages that each term stands in.
    #[must_use]
    pub fn weigh(&self, corpus: Corpus, found: &BTreeMap<String, i64>) -> Weighed {
        let mut words: Vec<(i64, Vec<&String>)> = self
            .groups
            .iter()
            .map(|group| {
                let there: Vec<&String> = group.iter().filter(|term| found.contains_key(*term)).collect();
                let count = there.iter().filter_map(|term| found.get(*term)).sum::<i64>().min(corpus.chunk_count);
                (count, there)
            })
            .collect();
        // Rare words first; among equally rare ones the alphabet decides, so that the same query stays the same.
        words.sort();
        words.truncate(MAX_WORDS);
        let mut weighed = Weighed::default();
        let mut picked = 0;
        let mut seen = BTreeSet::new();
        for (count, terms) in words {
            let idf = corpus.idf(count);
            weighed.best += idf * (K1 + 1.0);
            let picks = picked == 0 || picked + count <= MAX_CANDIDATES;
            for term in terms {
                if seen.insert(term) {
                    weighed.terms.push(term.clone());
                    weighed.idfs.push(idf);
                    if picks {
                        weighed.candidates.push(term.clone());
                    }
                }
            }
            picked += if picks { count } else { 0 };
        }
        weighed
    }
}

/// A query ready to be scored.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Weighed {
    /// Terms that stand in at least one passage.
    pub terms: Vec<String>,
    /// The weight of each of `terms`.
    pub idfs: Vec<f64>,
    /// Those of `terms` of which a passage must have one to be scored.
    pub candidates: Vec<String>,
    /// A score that no passage can reach: every word of the query, infinitely often.
    pub best: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(counts: &[(&str, i64)]) -> BTreeMap<String, i64> {
        counts.iter().map(|(term, count)| ((*term).to_owned(), *count)).collect()
    }

    #[test]
    fn a_word_is_looked_for_in_every_language_there_is() {
        let wanted = Wanted::new("Rulings", &[Some("eng".to_owned()), Some("pol".to_owned())]);
        assert_eq!(wanted.terms(), ["rule", "rulings"]);
    }

    #[test]
    fn rare_words_pick_and_common_ones_only_score() {
        let corpus = Corpus { chunk_count: 10_000, term_total: 1_000_000 };
        let wanted = Wanted::new("the tort unseen", &[None]);
        let weighed = wanted.weigh(corpus, &found(&[("the", 9_000), ("tort", 3)]));
        assert_eq!(weighed.terms, ["tort", "the"]);
        assert_eq!(weighed.candidates, ["tort"]);
        let idf = |n: f64| (1.0 + (10_000.0 - n + 0.5) / (n + 0.5)).ln();
        assert!((weighed.best - 2.2 * (idf(0.0) + idf(3.0) + idf(9_000.0))).abs() < 1e-9);
    }

    #[test]
    fn the_rarest_word_picks_however_common_it_is() {
        let corpus = Corpus { chunk_count: 10_000, term_total: 1_000_000 };
        let weighed = Wanted::new("the", &[None]).weigh(corpus, &found(&[("the", 9_000)]));
        assert_eq!(weighed.candidates, ["the"]);
    }
}
