//! Words as search knows them: one way for passages and for questions, so that they meet.
//!
//! A word is a Unicode word (UAX #29) in NFKC and lower case, stemmed by the text's language (Snowball) and without
//! accents. Scripts that write no spaces come as pairs of characters and as single ones. All of it is letters and
//! digits only, so that no word can mean anything to Postgres.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation as _;
use whatlang::{Detector, Lang};

/// Longest term, in characters: what is longer is no word, and the index takes 2,046 bytes.
const MAX_TERM_CHARS: usize = 64;
/// Positions that Postgres keeps of one term.
const MAX_OCCURRENCES: u32 = 255;
/// Characters of a text by which its language is told.
const DETECT_CHARS: usize = 20_000;

/// Languages that a text too short for a choice among all is told apart by: those with a stemmer, and those written
/// without spaces.
const STEMMED: [Lang; 21] = [
    Lang::Ara,
    Lang::Cmn,
    Lang::Dan,
    Lang::Deu,
    Lang::Ell,
    Lang::Eng,
    Lang::Fin,
    Lang::Fra,
    Lang::Hun,
    Lang::Ita,
    Lang::Jpn,
    Lang::Kor,
    Lang::Nld,
    Lang::Nob,
    Lang::Por,
    Lang::Ron,
    Lang::Rus,
    Lang::Spa,
    Lang::Swe,
    Lang::Tam,
    Lang::Tur,
];
/// How sure the choice among those must be; 1.0 is certainty.
const CONFIDENCE: f64 = 0.25;

/// The language of a text, where it is clear.
#[must_use]
pub fn language_of(text: &str) -> Option<Lang> {
    let end = text.char_indices().nth(DETECT_CHARS).map_or(text.len(), |(at, _)| at);
    let start = text.get(..end).unwrap_or(text);
    let among_all = whatlang::detect(start).filter(whatlang::Info::is_reliable);
    let among_stemmed = || {
        let found = Detector::with_allowlist(STEMMED.to_vec()).detect(start);
        found.filter(|info| info.confidence() >= CONFIDENCE)
    };
    among_all.or_else(among_stemmed).map(|info| info.lang())
}

/// The stemmer of a language; `None` where there is none, or the script needs none.
fn algorithm(language: Lang) -> Option<Algorithm> {
    Some(match language {
        Lang::Ara => Algorithm::Arabic,
        Lang::Dan => Algorithm::Danish,
        Lang::Nld => Algorithm::Dutch,
        Lang::Eng => Algorithm::English,
        Lang::Fin => Algorithm::Finnish,
        Lang::Fra => Algorithm::French,
        Lang::Deu => Algorithm::German,
        Lang::Ell => Algorithm::Greek,
        Lang::Hun => Algorithm::Hungarian,
        Lang::Ita => Algorithm::Italian,
        Lang::Nob => Algorithm::Norwegian,
        Lang::Por => Algorithm::Portuguese,
        Lang::Ron => Algorithm::Romanian,
        Lang::Rus => Algorithm::Russian,
        Lang::Spa => Algorithm::Spanish,
        Lang::Swe => Algorithm::Swedish,
        Lang::Tam => Algorithm::Tamil,
        Lang::Tur => Algorithm::Turkish,
        _ => return None,
    })
}

/// Makes terms of the words of one language.
pub struct Analyzer {
    stemmer: Option<Stemmer>,
}

impl Analyzer {
    /// For a text of this language; one that is not clear is taken for English, as the shortest texts mostly are.
    #[must_use]
    pub fn new(language: Option<Lang>) -> Self {
        Self { stemmer: algorithm(language.unwrap_or(Lang::Eng)).map(Stemmer::create) }
    }

    /// The same from the code that the database keeps.
    #[must_use]
    pub fn from_code(code: Option<&str>) -> Self {
        Self::new(code.and_then(Lang::from_code))
    }

    /// The term of a folded word.
    #[must_use]
    pub fn term(&self, word: &Word) -> String {
        if word.is_gram {
            return word.text.clone();
        }
        let stem = match &self.stemmer {
            Some(stemmer) => stemmer.stem(&word.text),
            None => word.text.as_str().into(),
        };
        let plain: String = stem.nfd().filter(|char| !is_accent(*char)).nfc().collect();
        if plain.is_empty() { word.text.clone() } else { plain }
    }
}

/// A word of a text before it is stemmed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Word {
    /// Letters and digits in NFKC and lower case.
    pub text: String,
    /// One or two characters of a script without spaces: never stemmed.
    pub is_gram: bool,
}

/// The words of a text in its order, repeats and all.
pub fn words(text: &str) -> Vec<Word> {
    let folded: String = text.nfkc().flat_map(char::to_lowercase).collect();
    let mut words = Vec::new();
    for word in folded.unicode_words() {
        // Inner signs go: `u.s.` is `us`, `l'eau` is two words.
        for part in word.split(['\'', '’', '_']) {
            let chars: Vec<char> =
                part.chars().filter(|char| char.is_alphanumeric() || is_combining_mark(*char)).collect();
            spaced_or_not(&chars, &mut words);
        }
    }
    join_grams(words)
}

/// Splits where the script changes between those with and those without spaces.
fn spaced_or_not(chars: &[char], words: &mut Vec<Word>) {
    for run in chars.chunk_by(|a, b| is_unspaced(*a) == is_unspaced(*b)) {
        if run.first().is_some_and(|first| is_unspaced(*first)) {
            words.extend(run.iter().map(|char| Word { text: char.to_string(), is_gram: true }));
        } else if !run.is_empty() {
            words.push(Word { text: run.iter().take(MAX_TERM_CHARS).collect(), is_gram: false });
        }
    }
}

/// Adds the pair to every two single characters that follow each other.
fn join_grams(words: Vec<Word>) -> Vec<Word> {
    let mut joined = Vec::with_capacity(words.len());
    let mut before: Option<String> = None;
    for word in words {
        if word.is_gram
            && let Some(before) = &before
        {
            joined.push(Word { text: format!("{before}{}", word.text), is_gram: true });
        }
        before = word.is_gram.then(|| word.text.clone());
        joined.push(word);
    }
    joined
}

/// Marks that people leave out when they type: those on Latin, Greek and Cyrillic letters, and Arabic vowels. The vowel
/// signs of Indian scripts are letters in all but name and stay.
const fn is_accent(char: char) -> bool {
    matches!(char, '\u{0300}'..='\u{036F}' | '\u{064B}'..='\u{065F}')
}

/// Letters of scripts that write no spaces between words, or long compounds without any: Han, Kana, Hangul, Thai, Lao,
/// Khmer, Burmese, Tibetan. Block ranges of Unicode 16.
const fn is_unspaced(char: char) -> bool {
    matches!(char,
        '\u{0E00}'..='\u{0EFF}' | '\u{0F00}'..='\u{0FFF}' | '\u{1000}'..='\u{109F}' | '\u{1100}'..='\u{11FF}'
        | '\u{1780}'..='\u{17FF}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30FF}' | '\u{3130}'..='\u{318F}'
        | '\u{31F0}'..='\u{31FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}'
        | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}')
}

/// How often each term stands in a passage.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TermCounts {
    pub counts: BTreeMap<String, u32>,
}

impl TermCounts {
    #[must_use]
    pub fn of(text: &str, analyzer: &Analyzer) -> Self {
        let mut counts = BTreeMap::new();
        for word in words(text) {
            *counts.entry(analyzer.term(&word)).or_insert(0) += 1;
        }
        Self { counts }
    }

    /// All occurrences: the length of a passage in BM25.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.counts.values().sum()
    }

    /// The text form of a `tsvector` with these terms, each with as many positions as it has occurrences, and with the
    /// marks of owner and document.
    #[must_use]
    pub fn to_tsvector(&self, marks: &[String]) -> String {
        let mut text = marks.iter().map(|mark| quoted(mark)).collect::<Vec<_>>().join(" ");
        for (term, count) in &self.counts {
            text.push(' ');
            text.push_str(&quoted(term));
            for position in 1..=(*count).min(MAX_OCCURRENCES) {
                // Writing to a string cannot fail.
                let _written = write!(text, "{}{position}", if position == 1 { ':' } else { ',' });
            }
        }
        text
    }
}

/// A lexeme in quotes, as the text forms of `tsvector` and `tsquery` want it.
#[must_use]
pub fn quoted(lexeme: &str) -> String {
    format!("'{}'", lexeme.replace('\\', "\\\\").replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn terms(text: &str, language: Option<Lang>) -> Vec<String> {
        let analyzer = Analyzer::new(language);
        words(text).iter().map(|word| analyzer.term(word)).collect()
    }

    #[test]
    fn words_are_folded_and_stemmed() {
        assert_eq!(
            terms("The Courts' rulings — Ｆｕｌｌ café, U.S.", Some(Lang::Eng)),
            ["the", "court", "rule", "full", "cafe", "us"]
        );
        assert_eq!(terms("Häuser l'eau 1,000", None), ["hauser", "l", "eau", "1000"]);
    }

    #[test]
    fn scripts_without_spaces_come_in_pairs_and_singly() {
        assert_eq!(terms("東京 tower", None), ["東", "東京", "京", "tower"]);
        assert_eq!(terms("iPhone手机", None), ["iphone", "手", "手机", "机"]);
    }

    #[test]
    fn a_vector_has_a_position_an_occurrence() {
        let counts = TermCounts::of("b a b", &Analyzer::new(None));
        assert_eq!(counts.to_tsvector(&["@x".to_owned()]), "'@x' 'a':1 'b':1,2");
        assert_eq!(counts.total(), 3);
    }

    proptest! {
        #[test]
        fn nothing_but_letters_and_digits_becomes_a_term(text in "\\PC{0,200}") {
            for term in terms(&text, Some(Lang::Eng)) {
                prop_assert!(!term.is_empty() && term.chars().count() <= 2 * MAX_TERM_CHARS);
                prop_assert!(term.chars().all(|c| c.is_alphanumeric() || is_combining_mark(c)), "{term:?}");
            }
        }
    }
}
