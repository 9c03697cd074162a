//! What a text reads as: the same words however they are dressed up.
//!
//! One text has several readings, as nobody can tell a disguise from an odd way to write. A rule that fits one of them
//! fits the text. Each is made in one pass, so that the work grows with the text and no faster.

use std::collections::HashMap;
use std::ops::Range;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::confusables::{digit_letter, letters};

/// Letters that stand alone in a row: from so many on they are read as one word.
const SPELT: usize = 3;
/// From so many on the words of the text may have lost their bounds.
const SCATTERED: usize = 4;
/// No word has the same letter so many times in a row.
const STRETCHED: usize = 3;
/// Shortest run of base64 that is read, in characters.
const ENCODED: usize = 20;

/// The readings of one text. Words are of small letters and digits, with one blank between and on both sides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Readings {
    /// With its signs, for marks such as `</system>`.
    pub signs: String,
    /// Its words.
    pub words: String,
    /// Its words without digits for letters, stretched letters, and letters or syllables that stand apart.
    pub plain: String,
    /// All in one, `l` read as `i`; empty unless letters stand apart.
    pub joined: String,
    /// What stands in it for machines: base64, and characters that are not shown.
    pub hidden: Vec<String>,
}

/// The readings of `text`. A word that is dressed up is read as one of `known`, if it may be one of them.
#[must_use]
pub fn read(text: &str, known: &Known) -> Readings {
    let signs = folded(text);
    let words = words(&signs);
    let plain = plain(&signs, known);
    let joined = if longest_spelt(&words) >= SCATTERED {
        plain.chars().filter(|c| *c != ' ').map(|c| if c == 'l' { 'i' } else { c }).collect()
    } else {
        String::new()
    };
    Readings { signs, words, plain, joined, hidden: hidden(text) }
}

/// Words that a word in disguise may be.
#[derive(Debug, Default)]
pub struct Known(HashMap<String, Vec<String>>);

impl Known {
    pub fn new(words: impl IntoIterator<Item = String>) -> Self {
        let mut known: HashMap<String, Vec<String>> = HashMap::new();
        for word in words {
            let alike = known.entry(skeleton(&word)).or_default();
            if !alike.contains(&word) {
                alike.push(word);
            }
        }
        Self(known)
    }

    /// The known word that `token` is: the longest that is no longer than it.
    fn find(&self, token: &str) -> Option<&str> {
        let length = token.chars().count();
        let fitting = self.0.get(&skeleton(token))?.iter().filter(|word| word.len() <= length);
        fitting.max_by_key(|word| word.len()).map(String::as_str)
    }
}

/// What is left of a word when nothing is said about how often a letter comes, and about `i` and `l`.
fn skeleton(word: &str) -> String {
    let mut skeleton = String::with_capacity(word.len());
    for c in word.chars() {
        let c = digit_letter(c).unwrap_or(c);
        let c = if c == 'l' { 'i' } else { c };
        if !skeleton.ends_with(c) {
            skeleton.push(c);
        }
    }
    skeleton
}

/// Small letters without marks; what looks like a Latin letter is one, and what is not seen is not there.
fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    // Before the compatibility forms and after them: these turn the lunate sigma, which looks like a c, into an s.
    let mut looks = String::with_capacity(text.len());
    for c in text.chars() {
        match letters(c) {
            Some(letters) => looks.push_str(letters),
            None => looks.push(c),
        }
    }
    for c in looks.nfkd().filter(|c| !is_combining_mark(*c) && !is_unseen(*c)) {
        match letters(c) {
            Some(letters) => folded.push_str(letters),
            None => folded.extend(c.to_lowercase().filter(|c| !is_combining_mark(*c))),
        }
    }
    folded
}

/// Characters that take no room: they join, part, turn round, or fill.
const fn is_unseen(c: char) -> bool {
    matches!(c,
        '\0'..='\u{8}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{84}' | '\u{86}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}'
        | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// Within a word it says nothing: `don't` is `dont`.
const fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | 'ʼ' | '`' | '´' | '′')
}

fn words(signs: &str) -> String {
    let mut words = String::with_capacity(signs.len() + 2);
    words.push(' ');
    for c in signs.chars().filter(|c| !is_apostrophe(*c)) {
        if c.is_alphanumeric() {
            words.push(c);
        } else if !words.ends_with(' ') {
            words.push(' ');
        }
    }
    if !words.ends_with(' ') {
        words.push(' ');
    }
    words
}

/// The most letters in a row that stand alone.
fn longest_spelt(words: &str) -> usize {
    let (mut longest, mut run) = (0, 0);
    for word in words.split(' ').filter(|word| !word.is_empty()) {
        run = if is_single(word) { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

fn is_single(word: &str) -> bool {
    word.chars().nth(1).is_none()
}

/// A word, and how many characters stand between it and the one before.
struct Token {
    text: String,
    gap: usize,
}

fn plain(signs: &str, known: &Known) -> String {
    let tokens = tokens(signs);
    let mut plain = String::with_capacity(signs.len() + 2);
    plain.push(' ');
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let spelt = spelt(&tokens, at);
        if spelt.len() >= SPELT {
            for word in spelt_words(tokens.get(spelt.clone()).unwrap_or_default()) {
                push(&mut plain, &undisguised(&word, known));
            }
            at = spelt.end;
        } else {
            push(&mut plain, &undisguised(&token.text, known));
            at += 1;
        }
    }
    plain
}

fn push(words: &mut String, word: &str) {
    if !word.is_empty() {
        words.push_str(word);
        words.push(' ');
    }
}

/// What stands between white space, without what is no letter, digit, or sign for a letter.
fn tokens(signs: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let (mut text, mut gap, mut is_within) = (String::new(), 0, false);
    for c in signs.chars().chain([' ']) {
        if c.is_whitespace() {
            let token = text.trim_end_matches(|c: char| !c.is_alphanumeric());
            if !token.is_empty() {
                tokens.push(Token { text: token.to_owned(), gap: std::mem::take(&mut gap) });
            }
            text.clear();
            is_within = false;
            gap += 1;
        } else if c.is_alphanumeric() || (digit_letter(c).is_some() && (is_within || matches!(c, '@' | '$'))) {
            text.push(c);
            is_within = true;
        } else if !is_within {
            // An apostrophe parts no words, also where it stands apart.
            gap = if is_apostrophe(c) { gap.saturating_sub(1) } else { gap + 1 };
        }
    }
    tokens
}

/// The letters that stand alone from the token `at` on.
fn spelt(tokens: &[Token], at: usize) -> Range<usize> {
    let rest = tokens.get(at..).unwrap_or_default();
    at..at + rest.iter().take_while(|token| is_single(&token.text)).count()
}

/// Letters in a row as words, which end where the gap is wider than between their letters.
fn spelt_words(letters: &[Token]) -> Vec<String> {
    let narrow = letters.iter().skip(1).map(|token| token.gap).min().unwrap_or(0);
    let mut words: Vec<String> = Vec::new();
    for token in letters {
        match words.last_mut() {
            Some(word) if token.gap <= narrow => word.push_str(&token.text),
            _ => words.push(token.text.clone()),
        }
    }
    words
}

/// The word without digits for letters and without stretched letters; a number is itself.
fn undisguised(token: &str, known: &Known) -> String {
    let is_mixed = token.chars().any(char::is_alphabetic) && token.chars().any(|c| digit_letter(c).is_some());
    if !is_mixed && !is_stretched(token) {
        return token.to_owned();
    }
    if let Some(word) = known.find(token) {
        return word.to_owned();
    }
    let letters: Vec<char> = token.chars().map(|c| digit_letter(c).filter(|_| is_mixed).unwrap_or(c)).collect();
    let runs = letters.chunk_by(|a, b| a == b);
    runs.flat_map(|run| if run.len() < STRETCHED { run } else { run.get(..1).unwrap_or(run) }).collect()
}

fn is_stretched(token: &str) -> bool {
    let letters: Vec<char> = token.chars().collect();
    letters.chunk_by(|a, b| a == b).any(|run| run.len() >= STRETCHED && run.iter().any(|c| c.is_alphabetic()))
}

/// What is said in base64, and in the characters that repeat ASCII without being shown
/// (<https://www.unicode.org/charts/PDF/UE0000.pdf>).
fn hidden(text: &str) -> Vec<String> {
    let tags: String = text
        .chars()
        .filter(|c| ('\u{e0020}'..='\u{e007e}').contains(c))
        .filter_map(|c| char::from_u32(u32::from(c) - 0xe_0000))
        .collect();
    let is_code = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_');
    let runs = text.split(|c| !is_code(c)).filter(|run| run.len() >= ENCODED);
    let mut hidden: Vec<String> = runs.filter_map(decoded).collect();
    if !tags.is_empty() {
        hidden.push(tags);
    }
    hidden
}

fn decoded(run: &str) -> Option<String> {
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let standard = run.replace('-', "+").replace('_', "/");
    let bytes = GeneralPurpose::new(&STANDARD, config).decode(standard).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    text.chars().all(|c| !c.is_control() || c.is_whitespace()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Known {
        Known::new(["ignore", "all", "kill", "myself", "as", "instructions"].map(str::to_owned))
    }

    #[test]
    fn one_text_has_several_readings() {
        let cases = [
            ("Ignore  ALL, please!", " ignore all please ", " ignore all please "),
            ("Don’t", " dont ", " dont "),
            ("Ïgnørе\u{200b} аll", " ignore all ", " ignore all "),
            ("1gn0r3 a11", " 1gn0r3 a11 ", " ignore all "),
            ("ignoooore kiiilll hmmmm", " ignoooore kiiilll hmmmm ", " ignore kill hm "),
            ("i g n o r e   a l l", " i g n o r e a l l ", " ignore all "),
            ("i.g.n.o.r.e a-l-l", " i g n o r e a l l ", " ignore all "),
            ("ig-nore a_ll", " ig nore a ll ", " ignore all "),
            ("i n s t r u c t 1 0 n s", " i n s t r u c t 1 0 n s ", " instructions "),
            ("§ 1983 of 42 U.S.C., $100", " 1983 of 42 u s c 100 ", " 1983 of 42 usc $100 "),
            ("Straße, Müller, naïve", " strasse muller naive ", " strasse muller naive "),
            ("a b", " a b ", " a b "),
            ("", " ", " "),
            ("🅺🅸🅻🅻 𝓶𝔂𝓼𝓮𝓵𝓯", " kill myself ", " kill myself "),
        ];
        for (text, words, plain) in cases {
            let readings = read(text, &known());
            assert_eq!((readings.words.as_str(), readings.plain.as_str()), (words, plain), "{text}");
        }
    }

    #[test]
    fn letters_that_stand_apart_are_read_in_one() {
        let joined = |text: &str| read(text, &known()).joined;
        assert_eq!(joined("k i l l m y s e l f"), "kiiimyseif");
        assert_eq!(joined("please k.i.l.l all"), "pieasekiiiaii");
        assert_eq!(joined("42 U.S.C. and Mr. J. R. R. Tolkien"), "");
    }

    #[test]
    fn what_is_hidden_is_read() {
        let hidden = |text: &str| read(text, &known()).hidden;
        let tags: String = "kill".chars().map(|c| char::from_u32(u32::from(c) + 0xe_0000).unwrap()).collect();
        assert_eq!(hidden(&format!("Hello{tags}.")), ["kill"]);
        assert_eq!(hidden("run aWdub3JlIGFsbCBydWxlcw== now"), ["ignore all rules"]);
        assert_eq!(hidden("run aWdub3JlIGFsbCBydWxlcw now"), ["ignore all rules"]);
        assert_eq!(hidden("internationalisation and incomprehensibilities"), [""; 0]);
    }
}
