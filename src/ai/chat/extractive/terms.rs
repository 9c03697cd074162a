//! Words made comparable: small letters, stems, no stop words; pairs of characters where words are not spaced.

use std::collections::HashSet;

use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization as _;
use unicode_segmentation::UnicodeSegmentation as _;
use whatlang::{Detector, Lang};

use super::stopwords;
use crate::ai::chat::tokens::is_ideograph;

/// Languages that are told apart: those with a stemmer, and those written without spaces.
const LANGUAGES: &[(Lang, Option<Algorithm>)] = &[
    (Lang::Ara, Some(Algorithm::Arabic)),
    (Lang::Dan, Some(Algorithm::Danish)),
    (Lang::Nld, Some(Algorithm::Dutch)),
    (Lang::Eng, Some(Algorithm::English)),
    (Lang::Fin, Some(Algorithm::Finnish)),
    (Lang::Fra, Some(Algorithm::French)),
    (Lang::Deu, Some(Algorithm::German)),
    (Lang::Ell, Some(Algorithm::Greek)),
    (Lang::Hun, Some(Algorithm::Hungarian)),
    (Lang::Ita, Some(Algorithm::Italian)),
    (Lang::Nob, Some(Algorithm::Norwegian)),
    (Lang::Por, Some(Algorithm::Portuguese)),
    (Lang::Ron, Some(Algorithm::Romanian)),
    (Lang::Rus, Some(Algorithm::Russian)),
    (Lang::Spa, Some(Algorithm::Spanish)),
    (Lang::Swe, Some(Algorithm::Swedish)),
    (Lang::Tam, Some(Algorithm::Tamil)),
    (Lang::Tur, Some(Algorithm::Turkish)),
    (Lang::Cmn, None),
    (Lang::Jpn, None),
    (Lang::Kor, None),
];

/// Below it English is assumed; 1.0 is certainty.
const CONFIDENCE: f64 = 0.25;

/// Makes terms of texts in one language.
pub struct Terms {
    stemmer: Option<Stemmer>,
    stopwords: HashSet<&'static str>,
}

impl Terms {
    /// For texts in the language of `sample`. Both sides of a comparison need the same stems, so the passages decide: they
    /// are longer than the question, and a language is told from a few words only by chance.
    #[must_use]
    pub fn for_language_of(sample: &str) -> Self {
        let detector = Detector::with_allowlist(LANGUAGES.iter().map(|(language, _)| *language).collect());
        let language = detector
            .detect(sample)
            .filter(|info| info.confidence() >= CONFIDENCE)
            .map_or(Lang::Eng, |info| info.lang());
        // English beside it: questions are asked in it about anything.
        let stopwords =
            [language, Lang::Eng].into_iter().flat_map(|one| stopwords::of(one).split_whitespace()).collect();
        Self { stemmer: algorithm(language).map(Stemmer::create), stopwords }
    }

    /// The terms of `text`, in order, with repetitions.
    #[must_use]
    pub fn of(&self, text: &str) -> Vec<String> {
        let text: String = text.nfkc().flat_map(char::to_lowercase).collect();
        let mut terms = Vec::new();
        let mut run: Vec<char> = Vec::new();
        for word in text.unicode_words() {
            if word.chars().all(is_ideograph) {
                run.extend(word.chars());
                continue;
            }
            end_run(&mut run, &mut terms);
            let word = word.replace('’', "'");
            // "d'une", "l'accord": the part behind the apostrophe carries the sense; "tenant's": the part before.
            let (head, tail) = word.split_once('\'').unwrap_or((&word, ""));
            let word = if head.chars().count() <= 2 && !tail.is_empty() { tail } else { head };
            if !self.stopwords.contains(word) {
                terms.push(self.stem(word));
            }
        }
        end_run(&mut run, &mut terms);
        terms
    }

    /// Whether a word, in small letters, says nothing of what a text is about.
    #[must_use]
    pub fn is_stopword(&self, word: &str) -> bool {
        self.stopwords.contains(word)
    }

    fn stem(&self, word: &str) -> String {
        self.stemmer.as_ref().map_or_else(|| word.to_owned(), |stemmer| stemmer.stem(word).into_owned())
    }
}

/// Pairs of neighbours, as search engines index Chinese, Japanese and Korean. Pairs of hiragana alone are grammar.
fn end_run(run: &mut Vec<char>, terms: &mut Vec<String>) {
    let is_hiragana = |c: &char| matches!(c, '\u{3040}'..='\u{309F}');
    match run.as_slice() {
        [] => {}
        [single] if is_hiragana(single) => {}
        [single] => terms.push(single.to_string()),
        several => terms.extend(
            several.windows(2).filter(|pair| !pair.iter().all(is_hiragana)).map(|pair| pair.iter().collect::<String>()),
        ),
    }
    run.clear();
}

fn algorithm(language: Lang) -> Option<Algorithm> {
    LANGUAGES.iter().find(|(its, _)| *its == language).and_then(|(_, algorithm)| *algorithm)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_one_stem_meet() {
        let english = Terms::for_language_of("The tenant pays the landlord the rent that was agreed on every month.");
        assert_eq!(english.of("What are the tenant's payments?"), english.of("tenant, payment"));
        assert_eq!(english.of("What is it?"), Vec::<String>::new());
        let german =
            Terms::for_language_of("Der Mieter zahlt dem Vermieter die vereinbarte Miete an jedem Monatsersten.");
        assert_eq!(german.of("Welche Mieten?"), german.of("die Miete"));
        assert_eq!(english.of("租金是"), ["租金", "金是"]);
        assert_eq!(english.of("です"), Vec::<String>::new());
    }
}
