//! The words of a question.

/// A word, a number or a sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// As written.
    pub text: String,
    /// In small letters.
    pub low: String,
    /// As [`stem`] gives it.
    pub stem: String,
    /// Whether it is all that stood between two quotes.
    pub is_quoted: bool,
}

impl Word {
    pub fn new(text: &str) -> Self {
        let low = text.to_lowercase();
        Self { text: text.to_owned(), stem: stem(&low), low, is_quoted: false }
    }

    fn quoted(text: &str) -> Self {
        Self { is_quoted: true, ..Self::new(text) }
    }
}

/// The words in order. Names such as `order_date` and `orderDate` are two words; commas are words, other punctuation is dropped.
pub(super) fn split(text: &str) -> Vec<Word> {
    let chars: Vec<char> = text.chars().collect();
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(&char) = chars.get(at) {
        let before = at.checked_sub(1).and_then(|before| chars.get(before)).copied().unwrap_or(' ');
        let next = chars.get(at + 1).copied().unwrap_or(' ');
        if let Some(end) = closing(char, before).and_then(|close| end_of_quote(&chars, at + 1, close)) {
            let inner: String = chars.iter().skip(at + 1).take(end - at - 1).collect();
            words.push(Word::quoted(inner.trim()));
            at = end + 1;
        } else if char.is_ascii_digit() || (char == '-' && next.is_ascii_digit() && before.is_whitespace()) {
            let end = run(&chars, at + 1, |char| char.is_ascii_alphanumeric() || ",.-/:".contains(char));
            let number: String = chars.iter().skip(at).take(end - at).collect();
            let kept = number.trim_end_matches([',', '.', '-', '/', ':']);
            words.push(Word::new(kept));
            // The comma of a list.
            at += kept.chars().count();
        } else if char.is_alphanumeric() {
            let end = run(&chars, at + 1, |char| char.is_alphanumeric() || "'’".contains(char));
            let word: String = chars.iter().skip(at).take(end - at).collect();
            push_word(&word, &mut words);
            at = end;
        } else {
            let mut taken = 1;
            match (char, next) {
                ('>' | '<', '=') => {
                    words.push(Word::new(&format!("{char}=")));
                    taken = 2;
                }
                ('<', '>') | ('!', '=') => {
                    words.push(Word::new("<>"));
                    taken = 2;
                }
                ('≥', _) => words.push(Word::new(">=")),
                ('≤', _) => words.push(Word::new("<=")),
                ('>' | '<' | '=' | '%' | '#' | ',' | '$' | '€' | '£' | '¥', _) => {
                    words.push(Word::new(&char.to_string()));
                }
                _ => {}
            }
            at += taken;
        }
    }
    words
}

/// `what's` is one word, `isn't` two; `orderDate` is two.
fn push_word(written: &str, words: &mut Vec<Word>) {
    let word = written.replace('’', "'");
    let word = word.trim_end_matches('\'');
    let low = word.to_lowercase();
    let (base, is_negated) = match low.as_str() {
        "can't" | "cannot" => ("can", true),
        "won't" => ("will", true),
        _ => match low.strip_suffix("n't") {
            Some(base) => (word.get(..base.len()).unwrap_or(word), true),
            None => (word.strip_suffix("'s").or_else(|| word.strip_suffix("'S")).unwrap_or(word), false),
        },
    };
    let mut part = String::new();
    for char in base.chars().filter(|char| *char != '\'') {
        if char.is_uppercase() && part.chars().next_back().is_some_and(char::is_lowercase) {
            words.push(Word::new(&part));
            part.clear();
        }
        part.push(char);
    }
    if !part.is_empty() {
        words.push(Word::new(&part));
    }
    if is_negated {
        words.push(Word::new("not"));
    }
}

fn closing(open: char, before: char) -> Option<char> {
    match open {
        '"' => Some('"'),
        '“' | '„' => Some('”'),
        '«' => Some('»'),
        '‘' => Some('’'),
        '\'' if before.is_whitespace() => Some('\''),
        _ => None,
    }
}

/// Where the quote ends that began before `from`, if something is in it.
fn end_of_quote(chars: &[char], from: usize, close: char) -> Option<usize> {
    let end = (from..chars.len()).find(|at| {
        let is_close = chars.get(*at).is_some_and(|char| *char == close || (close == '”' && *char == '“'));
        let is_inside = close == '\'' && chars.get(at + 1).is_some_and(|next| next.is_alphanumeric());
        is_close && !is_inside
    })?;
    chars.iter().skip(from).take(end - from).any(|char| char.is_alphanumeric()).then_some(end)
}

fn run(chars: &[char], from: usize, is_part: impl Fn(char) -> bool) -> usize {
    (from..chars.len()).find(|at| chars.get(*at).is_none_or(|char| !is_part(*char))).unwrap_or(chars.len())
}

/// The word in the singular, by the rules of English; the same for words that have no plural, so both sides of a comparison need it.
pub(super) fn stem(low: &str) -> String {
    const IRREGULAR: [(&str, &str); 9] = [
        ("people", "person"),
        ("children", "child"),
        ("men", "man"),
        ("women", "woman"),
        ("feet", "foot"),
        ("mice", "mouse"),
        ("series", "series"),
        ("statuses", "status"),
        ("movies", "movie"),
    ];
    if let Some((_, singular)) = IRREGULAR.iter().find(|(plural, _)| *plural == low) {
        return (*singular).to_owned();
    }
    let stem = |end: &str, singular: &str| low.strip_suffix(end).map(|base| format!("{base}{singular}"));
    if low.chars().count() < 4 || ["ss", "us", "is"].iter().any(|end| low.ends_with(end)) {
        return low.to_owned();
    }
    stem("ies", "y")
        .or_else(|| ["sses", "ches", "shes", "xes"].iter().find(|end| low.ends_with(*end)).and_then(|_| stem("es", "")))
        .or_else(|| stem("s", ""))
        .unwrap_or_else(|| low.to_owned())
}

/// Whether one letter more, less or other, or two that changed places, make one word of the other.
pub(super) fn is_one_edit(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let same = short.iter().zip(&long).take_while(|(a, b)| a == b).count();
    let rest = |chars: &[char], from: usize| chars.iter().skip(from).copied().collect::<String>();
    match long.len() - short.len() {
        0 if same == long.len() => false,
        0 => {
            let is_swap = short.get(same) == long.get(same + 1) && short.get(same + 1) == long.get(same);
            rest(&short, same + 1) == rest(&long, same + 1)
                || (is_swap && rest(&short, same + 2) == rest(&long, same + 2))
        }
        1 => rest(&short, same) == rest(&long, same + 1),
        _ => false,
    }
}

/// Whether a text may stand in a statement: no control characters, and none that turn text around.
pub(super) fn is_plain(text: &str) -> bool {
    !text
        .chars()
        .any(|char| char.is_control() || matches!(char, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lows(text: &str) -> Vec<String> {
        split(text).into_iter().map(|word| word.low).collect()
    }

    #[test]
    fn words_are_split() {
        assert_eq!(lows("What's the order_date, orderDate?"), ["what", "the", "order", "date", ",", "order", "date"]);
        assert_eq!(
            lows("isn't 1,000, >=2.5k €3 2024-01-31."),
            ["is", "not", "1,000", ",", ">=", "2.5k", "€", "3", "2024-01-31"]
        );
        assert_eq!(lows("the customers' 'New York' and \"A b\""), ["the", "customers", "new york", "and", "a b"]);
        assert_eq!(lows("it's 5\" of 'x"), ["it", "5", "of", "x"]);
        assert!(split("„Köln“")[0].is_quoted);
    }

    #[test]
    fn plurals_become_singular() {
        let stems = ["regions", "categories", "boxes", "branches", "addresses", "status", "analysis", "people", "net"];
        assert_eq!(
            stems.map(stem),
            ["region", "category", "box", "branch", "address", "status", "analysis", "person", "net"]
        );
    }

    #[test]
    fn one_edit_is_one() {
        for (one, other) in [("region", "regoin"), ("region", "regin"), ("region", "reggion"), ("region", "regian")] {
            assert!(is_one_edit(one, other) && is_one_edit(other, one), "{one} {other}");
        }
        for (one, other) in [("region", "region"), ("region", "reigno"), ("region", "regi"), ("ab", "ba1")] {
            assert!(!is_one_edit(one, other), "{one} {other}");
        }
    }
}
