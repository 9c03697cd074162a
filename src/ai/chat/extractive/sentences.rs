//! Passages cut into sentences.
//!
//! Text from documents has hard line ends within sentences, headings without a full stop, lists, and abbreviations. Lines
//! are joined into blocks first; blocks are cut by Unicode's rules (<https://unicode.org/reports/tr29/#Sentence_Boundaries>)
//! and put together again after abbreviations. Each sentence is a piece of the text with its white space folded.

use unicode_segmentation::UnicodeSegmentation as _;

/// Longer sentences are tables or legal clauses: they are cut at a semicolon, else between words.
const MAX_CHARS: usize = 480;

/// Words before a full stop that does not end a sentence, in small letters.
const ABBREVIATIONS: &[&str] = &[
    "abb", "abs", "al", "app", "approx", "art", "aufl", "bd", "bzw", "ca", "cap", "cf", "ch", "co", "corp", "dept",
    "dipl", "dr", "ed", "eds", "eq", "esp", "est", "etc", "evtl", "ex", "fig", "figs", "gen", "ggf", "gov", "hr",
    "inc", "incl", "ing", "inkl", "jr", "lt", "ltd", "max", "min", "mr", "mrs", "ms", "no", "nos", "nr", "op", "p",
    "para", "pp", "prof", "ref", "reg", "rep", "resp", "rev", "sec", "sect", "sen", "sig", "sog", "sr", "sra", "st",
    "tab", "usw", "v", "vgl", "viz", "vol", "vs", "z", "zzgl",
];

/// A sentence, or what stands for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// A piece of the passage, its white space folded.
    pub text: String,
    /// It has a beginning and an end: passages are cut without regard to sentences.
    pub is_whole: bool,
}

/// The sentences of `text`, in order.
#[must_use]
pub fn split(text: &str) -> Vec<Sentence> {
    blocks(text).iter().flat_map(|block| split_block(block)).collect()
}

/// Lines joined where a sentence runs on; white space folded.
fn blocks(text: &str) -> Vec<String> {
    let longest = text.lines().map(|line| line.trim().chars().count()).max().unwrap_or(0);
    let mut blocks: Vec<String> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
        if line.is_empty() {
            open = false;
            continue;
        }
        match blocks.last_mut() {
            Some(block) if open && !begins_item(&line) => {
                block.push(' ');
                block.push_str(&line);
            }
            _ => blocks.push(line.clone()),
        }
        open = !is_heading(&line, longest);
    }
    blocks
}

fn begins_item(line: &str) -> bool {
    let mut words = line.split(' ');
    let first = words.next().unwrap_or_default();
    let number = first.trim_end_matches(['.', ')']);
    let numbered = number.len() < first.len() && number.len() <= 2 && number.chars().all(|c| c.is_ascii_digit());
    matches!(first, "-" | "*" | "•" | "–" | "·" | "▪" | "◦") || numbered || first.starts_with('#')
}

/// A short line that ends like no sentence, in a text whose lines are longer.
fn is_heading(line: &str, longest: usize) -> bool {
    let chars = line.chars().count();
    let runs_on = line.ends_with([',', '-', '(', ';', '–'])
        || line.rsplit(' ').next().is_some_and(|word| word.chars().next().is_some_and(char::is_lowercase));
    line.starts_with('#') || (chars * 5 < longest * 3 && !ends_sentence(line) && !runs_on)
}

fn split_block(block: &str) -> Vec<Sentence> {
    let mut joined: Vec<String> = Vec::new();
    for piece in block.unicode_sentences() {
        match joined.last_mut() {
            Some(before) if !is_end(before) => before.push_str(piece),
            _ => joined.push(piece.to_owned()),
        }
    }
    let cut = joined.iter().flat_map(|sentence| shorten(sentence.trim()));
    cut.filter(|text| text.chars().any(char::is_alphanumeric))
        .map(|text| Sentence { is_whole: begins_sentence(text) && ends_sentence(text), text: text.to_owned() })
        .collect()
}

/// Whether a sentence really ends where Unicode's rules say so: not after an abbreviation or a person's initial.
fn is_end(text: &str) -> bool {
    let Some(before) = text.trim_end().strip_suffix('.') else { return true };
    let word = before.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default();
    let last = word.rsplit('.').next().unwrap_or_default();
    let initial = last.chars().count() == 1 && last.chars().all(char::is_uppercase);
    let dotted = word.contains('.') && last.chars().count() <= 2 && last.chars().all(char::is_alphabetic);
    let known = ABBREVIATIONS.contains(&last.to_lowercase().as_str()) && last.chars().all(char::is_alphabetic);
    !(initial || dotted || known)
}

fn begins_sentence(text: &str) -> bool {
    !text.chars().next().is_some_and(|c| c.is_lowercase() || matches!(c, ',' | ';' | ')' | '.'))
}

fn ends_sentence(text: &str) -> bool {
    let text = text.trim_end_matches(['"', '\'', '”', '’', '»', ')', ']', '」', '』']);
    text.ends_with(['.', '!', '?', '…', ':', '。', '！', '？', '｡', '؟', '।'])
}

/// Pieces of `text` of at most [`MAX_CHARS`] characters.
fn shorten(mut text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    while let Some((limit, _)) = text.char_indices().nth(MAX_CHARS) {
        let head = text.get(..limit).unwrap_or(text);
        let at = head.rfind("; ").map(|at| at + 1).or_else(|| head.rfind(' ')).filter(|at| *at > 0).unwrap_or(limit);
        let (piece, rest) = text.split_at(at);
        pieces.push(piece.trim());
        text = rest.trim_start();
    }
    pieces.push(text);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_where_a_reader_would() {
        let cases: &[(&str, &[&str])] = &[
            ("One. Two! Three?", &["One.", "Two!", "Three?"]),
            ("Dr. Smith met J. Doe. They spoke.", &["Dr. Smith met J. Doe.", "They spoke."]),
            ("See Art. 5 and No. 7, e.g. The Hague. Next.", &["See Art. 5 and No. 7, e.g. The Hague.", "Next."]),
            ("The U.S. Court ruled. Costs follow.", &["The U.S. Court ruled.", "Costs follow."]),
            ("A line that\nruns on here.\n\nAnother block", &["A line that runs on here.", "Another block"]),
            (
                "Rent\nThe tenant pays the rent on the first of each month.",
                &["Rent", "The tenant pays the rent on the first of each month."],
            ),
            ("- first thing\n- second thing", &["- first thing", "- second thing"]),
            ("合同有效。租金每月支付！", &["合同有效。", "租金每月支付！"]),
            ("Das gilt z.B. Für alle. Ende.", &["Das gilt z.B. Für alle.", "Ende."]),
            ("The rate is 3.5 percent. It may rise.", &["The rate is 3.5 percent.", "It may rise."]),
            (" \n ", &[]),
            ("--- ***", &[]),
        ];
        for (text, expected) in cases {
            let found: Vec<_> = split(text).into_iter().map(|sentence| sentence.text).collect();
            assert_eq!(&found, expected, "{text:?}");
        }
    }

    #[test]
    fn long_ones_are_cut_between_words() {
        let text = "word ".repeat(300);
        let sentences = split(&text);
        assert!(sentences.iter().all(|sentence| sentence.text.chars().count() <= MAX_CHARS));
        let words: usize =
            sentences.iter().map(|sentence| sentence.text.split(' ').filter(|w| *w == "word").count()).sum();
        assert_eq!(words, 300);
    }

    proptest::proptest! {
        #[test]
        fn every_sentence_is_in_the_text(text in "[a-zA-Z. \n;,é合。\t-]{0,200}") {
            let fold = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            for sentence in split(&text) {
                proptest::prop_assert!(fold(&text).contains(&sentence.text), "{:?}", sentence);
            }
        }
    }
}
