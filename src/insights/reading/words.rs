//! Words of a text with where they stand.

use std::ops::Range;

use super::cues::Cues;

/// A run of letters and digits that begins with a letter.
#[derive(Debug, Clone, PartialEq)]
pub struct Word {
    /// In bytes.
    pub span: Range<usize>,
    /// In small letters.
    pub text: String,
    pub cues: Cues,
}

/// The words of `text`, in order.
#[must_use]
pub fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match start {
            None if c.is_alphanumeric() => start = Some(at),
            Some(begun) if !c.is_alphanumeric() => {
                start = None;
                let Some(word) = text.get(begun..at) else { continue };
                if word.starts_with(char::is_alphabetic) {
                    let word = word.to_lowercase();
                    words.push(Word { span: begun..at, cues: Cues::of(&word), text: word });
                }
            }
            _ => {}
        }
    }
    for place in 0..words.len() {
        let before = place.checked_sub(1).and_then(|place| words.get(place)).map(|word| word.text.clone());
        let before = before.as_deref().unwrap_or("");
        let after = words.get(place + 1).map(|word| word.text.clone()).unwrap_or_default();
        let Some(word) = words.get_mut(place) else { continue };
        // Words that say something else beside their neighbours.
        match (before, word.text.as_str()) {
            ("make" | "makes" | "made" | "making" | "add" | "adds" | "sum" | "sums", "up")
            | ("at" | "once" | "any", "least" | "most" | "more")
            | ("in", "between") => word.cues = Cues::NONE,
            (_, "most") if after == "of" || after == "recent" => word.cues = Cues::NONE,
            _ => {}
        }
    }
    words
}

/// A word without the ending of a plural.
#[must_use]
pub fn singular(word: &str) -> String {
    if let Some(stem) = word.strip_suffix("ies").filter(|stem| stem.len() > 2) {
        return format!("{stem}y");
    }
    for ending in ["sses", "shes", "ches", "xes"] {
        if let Some(stem) = word.strip_suffix("es").filter(|_| word.ends_with(ending)) {
            return stem.to_owned();
        }
    }
    match word.strip_suffix('s') {
        Some(stem) if stem.len() > 2 && !stem.ends_with(['s', 'u', 'i']) => stem.to_owned(),
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lose_what_their_neighbours_take() {
        let found = words("Q3 makes up 40 % of the total, up 3x");
        let shown: Vec<_> = found.iter().map(|word| word.text.as_str()).collect();
        assert_eq!(shown, ["q3", "makes", "up", "of", "the", "total", "up"]);
        assert!(!found[2].cues.has(Cues::UP) && found[6].cues.has(Cues::UP));
        assert!(found[5].cues.has(Cues::TOTAL));
    }

    #[test]
    fn plurals_are_singular() {
        for (word, single) in
            [("regions", "region"), ("cities", "city"), ("boxes", "box"), ("sales", "sale"), ("status", "status")]
        {
            assert_eq!(singular(word), single);
        }
    }
}
