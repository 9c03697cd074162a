//! Text from documents cut into sentences, each an exact piece of the text.
//!
//! Such text has hard line ends within sentences, headings without a full stop, lists, and abbreviations. Lines are joined
//! into blocks first; blocks are cut by Unicode's rules (<https://unicode.org/reports/tr29/#Sentence_Boundaries>) and put
//! together again after abbreviations.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation as _;

/// Longer sentences are tables or legal clauses: they are cut at a semicolon, else between words.
const MAX_CHARS: usize = 480;
/// Words of the longest heading.
const HEADING_WORDS: usize = 12;

/// Words before a full stop that does not end a sentence, in small letters.
const ABBREVIATIONS: &[&str] = &[
    "abb", "abs", "al", "app", "approx", "art", "aufl", "bd", "bzw", "ca", "cap", "cf", "ch", "co", "corp", "dept",
    "dipl", "dr", "ed", "eds", "eq", "esp", "est", "etc", "evtl", "ex", "fig", "figs", "gen", "ggf", "gov", "hr",
    "inc", "incl", "ing", "inkl", "jr", "lt", "ltd", "max", "min", "mr", "mrs", "ms", "no", "nos", "nr", "op", "p",
    "para", "pp", "prof", "ref", "reg", "rep", "resp", "rev", "sec", "sect", "sen", "sig", "sog", "sr", "sra", "st",
    "tab", "usw", "v", "vgl", "viz", "vol", "vs", "z", "zzgl",
];

/// Headings that stand one below the other: title, part, section.
const HEADINGS_IN_A_ROW: usize = 3;

/// A sentence, or what stands for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Where it stands in the text, in bytes; white space around it is not part of it.
    pub span: Range<usize>,
    /// It has a beginning and an end: passages are cut without regard to sentences.
    pub is_whole: bool,
    /// It names what follows and says nothing itself.
    pub is_heading: bool,
}

impl Sentence {
    /// Its words on one line.
    #[must_use]
    pub fn folded(&self, text: &str) -> String {
        text.get(self.span.clone()).unwrap_or("").split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// The sentences of `text`, in order.
#[must_use]
pub fn split(text: &str) -> Vec<Sentence> {
    blocks(text).into_iter().flat_map(|block| split_block(text, block)).collect()
}

/// Whether a text ends as a sentence does.
#[must_use]
pub fn ends_sentence(text: &str) -> bool {
    let text = text.trim_end_matches(['"', '\'', '”', '’', '»', ')', ']', '」', '』']);
    text.ends_with(['.', '!', '?', '…', ':', '。', '！', '？', '｡', '؟', '।'])
}

/// A line that is not blank.
struct Line<'a> {
    start: usize,
    /// Without white space around it.
    text: &'a str,
    /// A blank line, or nothing, stands before it.
    begins: bool,
}

/// Lines that belong together.
struct Block {
    span: Range<usize>,
    is_heading: bool,
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let (mut at, mut begins) = (0, true);
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        if trimmed.is_empty() {
            begins = true;
        } else {
            let start = at + (line.len() - line.trim_start().len());
            lines.push(Line { start, text: trimmed, begins });
            begins = false;
        }
        at += line.len();
    }
    lines
}

/// Lines joined where a sentence runs on.
fn blocks(text: &str) -> Vec<Block> {
    let lines = lines(text);
    let longest = lines.iter().map(|line| line.text.chars().count()).max().unwrap_or(0);
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    for (place, line) in lines.iter().enumerate() {
        let next = lines.get(place + 1);
        let goes_on = open && !line.begins && !begins_item(line.text);
        let may_stand_alone = match blocks.last().and_then(|block| text.get(block.span.clone())) {
            Some(before) if goes_on => ends_sentence(before),
            _ => true,
        };
        let alone = may_stand_alone && stands_alone(line, next, longest);
        let end = line.start + line.text.len();
        match blocks.last_mut() {
            Some(block) if goes_on && !alone => block.span.end = end,
            _ => blocks.push(Block { span: line.start..end, is_heading: alone && is_heading(line, next) }),
        }
        open = !alone;
    }
    for run in blocks.chunk_by_mut(|a, b| a.is_heading && b.is_heading) {
        // So many in a row head nothing: they are all that is said, as on slides.
        let says = run.len() > HEADINGS_IN_A_ROW || run.len() == lines.len();
        for block in run {
            block.is_heading &= !says;
        }
    }
    blocks
}

/// A dash, a dot or a short number in front of a line.
fn begins_item(line: &str) -> bool {
    is_bullet(line) || numbering(line).is_some() || line.starts_with('#')
}

fn is_bullet(line: &str) -> bool {
    matches!(line.split_whitespace().next(), Some("-" | "*" | "•" | "–" | "·" | "▪" | "◦"))
}

/// The number with which a line begins, as `1.` or `2)`.
fn numbering(line: &str) -> Option<&str> {
    let first = line.split_whitespace().next()?;
    let number = first.trim_end_matches(['.', ')']);
    let is_number = number.len() < first.len() && number.len() <= 2 && number.chars().all(|c| c.is_ascii_digit());
    is_number.then_some(first)
}

/// A short line that ends like no sentence, before a line that does not go on with it: a heading, a row of a table.
fn stands_alone(line: &Line<'_>, next: Option<&Line<'_>>, longest: usize) -> bool {
    let text = line.text;
    let (chars, words) = (text.chars().count(), text.split_whitespace().count());
    if text.starts_with('#') {
        return true;
    }
    let announces = text.ends_with([':', '：']) && words <= HEADING_WORDS;
    if words > HEADING_WORDS || text.ends_with([',', '-', '(', ';', '–']) || (ends_sentence(text) && !announces) {
        return false;
    }
    let Some(next) = next else { return line.begins && line.start > 0 };
    if next.begins || announces {
        return true;
    }
    let begins_anew = begins_item(next.text)
        || next.text.chars().next().is_some_and(|first| first.is_alphabetic() && !first.is_lowercase());
    let is_short = chars * 5 < longest * 3 || (words <= 5 && chars * 5 < longest * 4) || is_capitals(text);
    is_short && begins_anew
}

fn is_capitals(text: &str) -> bool {
    text.chars().any(char::is_uppercase) && !text.chars().any(char::is_lowercase)
}

/// Whether a line that stands alone only names what follows: it has no figures but its number, and no value behind a colon.
fn is_heading(line: &Line<'_>, next: Option<&Line<'_>>) -> bool {
    if line.text.starts_with('#') {
        return true;
    }
    let number = numbering(line.text);
    let is_one_of_a_list =
        is_bullet(line.text) || (number.is_some() && next.is_some_and(|next| numbering(next.text).is_some()));
    let first = line.text.split_whitespace().next().unwrap_or("");
    let is_number = number.is_some() || first.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ')' | '§'));
    let named = if is_number { line.text.get(first.len()..).unwrap_or("") } else { line.text };
    let has_figures = named.chars().any(char::is_numeric);
    let has_value = named.trim_end_matches([':', '：']).contains([':', '：']);
    let first_letter = named.chars().find(|c| c.is_alphabetic());
    first_letter.is_some_and(|first| !first.is_lowercase()) && !is_one_of_a_list && !has_figures && !has_value
}

fn split_block(text: &str, block: Block) -> Vec<Sentence> {
    let start = block.span.start;
    let within = text.get(block.span).unwrap_or("");
    if block.is_heading {
        return vec![Sentence { span: start..start + within.len(), is_whole: false, is_heading: true }];
    }
    let flat = flattened(within);
    let mut joined: Vec<Range<usize>> = Vec::new();
    for (at, piece) in flat.split_sentence_bound_indices() {
        match joined.last_mut() {
            Some(before) if !is_end(flat.get(before.clone()).unwrap_or("")) => before.end = at + piece.len(),
            _ => joined.push(at..at + piece.len()),
        }
    }
    let cut = joined.into_iter().flat_map(|span| shorten(within, span));
    cut.filter_map(|span| {
        let said = within.get(span.clone())?;
        said.chars().any(char::is_alphanumeric).then(|| Sentence {
            span: start + span.start..start + span.end,
            is_whole: begins_sentence(said) && ends_sentence(said),
            is_heading: false,
        })
    })
    .collect()
}

/// The text with blanks in place of the ends of its lines, which Unicode's rules take for ends of sentences. As many bytes.
fn flattened(text: &str) -> String {
    let is_line_end = |c: char| matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}');
    let mut flat = String::with_capacity(text.len());
    for c in text.chars() {
        if is_line_end(c) {
            flat.extend(std::iter::repeat_n(' ', c.len_utf8()));
        } else {
            flat.push(c);
        }
    }
    flat
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

/// Pieces of `text[span]` of at most [`MAX_CHARS`] characters, without white space around them.
fn shorten(text: &str, span: Range<usize>) -> Vec<Range<usize>> {
    let trimmed = |span: Range<usize>| {
        let piece = text.get(span.clone()).unwrap_or("");
        let start = span.start + (piece.len() - piece.trim_start().len());
        start..start + piece.trim().len()
    };
    let mut pieces = Vec::new();
    let mut left = trimmed(span);
    while let Some(rest) = text.get(left.clone()) {
        let Some((limit, _)) = rest.char_indices().nth(MAX_CHARS) else { break };
        let head = rest.get(..limit).unwrap_or(rest);
        let between = head.rfind("; ").map(|at| at + 1).or_else(|| head.rfind(char::is_whitespace));
        let at = left.start + between.filter(|at| *at > 0).unwrap_or(limit);
        pieces.push(trimmed(left.start..at));
        left = trimmed(at..left.end);
    }
    pieces.push(left);
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
            let found: Vec<_> = split(text).into_iter().map(|sentence| sentence.folded(text)).collect();
            assert_eq!(&found, expected, "{text:?}");
        }
    }

    #[test]
    fn long_ones_are_cut_between_words() {
        let text = "word ".repeat(300);
        let sentences: Vec<_> = split(&text).into_iter().map(|sentence| sentence.folded(&text)).collect();
        assert!(sentences.iter().all(|sentence| sentence.chars().count() <= MAX_CHARS));
        let words: usize = sentences.iter().map(|sentence| sentence.split(' ').filter(|w| *w == "word").count()).sum();
        assert_eq!(words, 300);
    }

    #[test]
    fn headings_are_told_from_what_is_said() {
        let long = "The tenant pays the agreed rent on the first of each month, and without being asked.";
        let cases: &[(&str, &[&str])] = &[
            ("# Rent\nIt is due.", &["# Rent"]),
            ("Lease Agreement\n\nThe rent is due.", &["Lease Agreement"]),
            ("Lease Agreement\nThe rent is 900 euros.", &["Lease Agreement"]),
            (
                "It ends.\nTermination of the lease\nThe tenant may end it with a notice of three months.",
                &["Termination of the lease"],
            ),
            ("3. Rent\nIt is due on the first of each month.", &["3. Rent"]),
            ("3.2 Rent\nIt is due on the first of each month.", &["3.2 Rent"]),
            ("RENT AND DEPOSIT\nIt is due each month.", &["RENT AND DEPOSIT"]),
            ("Duties of the tenant:\n- pays the rent\n- sweeps the stairs", &["Duties of the tenant:"]),
            ("第一条 租金\n租金每月支付一次，不得拖欠，逾期须付违约金。", &["第一条 租金"]),
            ("Slides\n\nRevenue grew\n\nCosts fell\n\nOutlook good\n\nOne more.", &[]),
            // Rows say something, items of a list too, and what runs on is a sentence.
            ("Deposit 1800 EUR\nMonthly rent: nine hundred\nThe rest is said in the annex to this.", &[]),
            ("1. pay the rent\n2. sweep the stairs", &[]),
            ("The tenant\nmay end the lease with a notice of three months.", &[]),
            ("cut in the middle", &[]),
        ];
        for (text, expected) in cases {
            let text = format!("{text}\n\n{long}");
            let found: Vec<_> =
                split(&text).into_iter().filter(|one| one.is_heading).map(|one| one.folded(&text)).collect();
            assert_eq!(&found, expected, "{text:?}");
        }
        let headings = |text: &str| split(text).iter().filter(|one| one.is_heading).count();
        // The end of a passage may be the heading of the next.
        assert_eq!(headings(&format!("{long}\n\n4. Termination\n")), 1);
        assert_eq!([headings("Rent"), headings("Rent\n\nPets"), headings("# Rent")], [0, 0, 0]);
    }

    proptest::proptest! {
        #[test]
        fn sentences_are_pieces_of_the_text_in_order_and_lose_no_word(text in "[a-zA-Z. \r\n;,é合。\t\u{2028}#:1-]{0,200}") {
            let sentences = split(&text);
            let mut at = 0;
            for sentence in &sentences {
                let left_out = text.get(at..sentence.span.start).unwrap();
                proptest::prop_assert!(!left_out.chars().any(char::is_alphanumeric), "{:?}", left_out);
                let said = text.get(sentence.span.clone()).unwrap();
                proptest::prop_assert!(!said.is_empty() && said.trim() == said, "{:?}", said);
                at = sentence.span.end;
            }
            proptest::prop_assert!(!text.get(at..).unwrap().chars().any(char::is_alphanumeric));
        }
    }
}
