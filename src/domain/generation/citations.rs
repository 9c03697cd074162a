//! From a marker in the answer to the exact span that it stands for.

use std::collections::HashSet;
use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation as _;

use super::model::Citation;
use super::purpose::Evidence;
use crate::ai::chat::sentences;

/// The statement that markers behind it support: what stands before `end`, without those markers, from the last end of a
/// sentence or line on. As bytes of the answer.
fn statement(answer: &str, end: usize) -> Range<usize> {
    let mut said = answer.get(..end).unwrap_or(answer).trim_end();
    while let Some(before) = without_marker(said) {
        said = before.trim_end();
    }
    let line = said.rfind('\n').map_or(0, |at| at + 1);
    let sentences = sentences::split(said.get(line..).unwrap_or(""));
    let mut start = sentences.last().map_or(line, |last| line + last.span.start);
    // `One. [1] another. [2]`: a marker behind the end of a sentence belongs to it, whatever follows.
    for (at, _) in said.match_indices(']') {
        let before = without_marker(said.get(..=at).unwrap_or("")).map(str::trim_end);
        if at > start && before.is_some_and(|before| before.len() <= start || sentences::ends_sentence(before)) {
            start = at + 1;
        }
    }
    let blank = said.get(start..).map_or(0, |text| text.len() - text.trim_start().len());
    start + blank..said.len()
}

/// What stands before the marker in which `text` ends, if it does.
fn without_marker(text: &str) -> Option<&str> {
    let inner = text.strip_suffix(']')?;
    let before = inner.trim_end_matches(|c: char| c.is_ascii_digit());
    before.strip_suffix('[').filter(|_| before.len() < inner.len())
}

/// The words of a text, folded for comparison; scripts without spaces come as single characters.
fn words(text: &str) -> HashSet<String> {
    text.unicode_words().map(str::to_lowercase).filter(|word| word.len() > 1).collect()
}

/// The citation for a marker that ends at byte `end` of the answer so far: the sentence of the passage that shares most
/// words with the statement, or the whole passage where none shares any.
#[must_use]
pub fn resolve(answer: &str, end: usize, evidence: &Evidence) -> Citation {
    let Range { start, end: said } = statement(answer, end);
    let statement = words(answer.get(start..said).unwrap_or(""));
    let mut best = (0, 0.0_f64, evidence.content.trim_end());
    for sentence in sentences::split(&evidence.content).into_iter().filter(|sentence| !sentence.is_heading) {
        let quoted = evidence.content.get(sentence.span.clone()).unwrap_or("");
        let its_words = words(quoted);
        if its_words.is_empty() {
            continue;
        }
        let shared = u32::try_from(its_words.intersection(&statement).count()).unwrap_or(u32::MAX);
        let all = u32::try_from(its_words.len() + statement.len()).unwrap_or(u32::MAX);
        // Dice: the share of both texts that they have in common.
        let likeness = 2.0 * f64::from(shared) / f64::from(all.max(1));
        if likeness > best.1 {
            best = (sentence.span.start, likeness, quoted);
        }
    }
    let (at, _, quote) = best;
    let start_char = evidence.start_char + chars(evidence.content.get(..at).unwrap_or(""));
    Citation {
        marker: evidence.marker,
        document_id: Some(evidence.document_id),
        chunk_id: Some(evidence.chunk_id),
        page: evidence.page,
        start_char,
        end_char: start_char + chars(quote),
        quote: quote.to_owned(),
        score: evidence.score,
        answer_start_char: chars(answer.get(..start).unwrap_or("")),
        answer_end_char: chars(answer.get(..end).unwrap_or(answer)),
    }
}

fn chars(text: &str) -> i32 {
    i32::try_from(text.chars().count()).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::ids::{ChunkId, DocumentId};

    fn evidence(content: &str) -> Evidence {
        Evidence {
            marker: 1,
            document_id: DocumentId::generate(DateTime::UNIX_EPOCH),
            chunk_id: ChunkId::generate(DateTime::UNIX_EPOCH),
            page: Some(2),
            start_char: 100,
            content: content.to_owned(),
            score: 0.5,
        }
    }

    #[test]
    fn the_quote_is_the_sentence_that_supports_the_statement() {
        let passage = "Löwen jagen nachts. The tenant owes rent in advance. A court may fix damages.";
        let answer = "First thing. The rent is owed in advance by the tenant [1]";
        let citation = resolve(answer, answer.len(), &evidence(passage));
        assert_eq!(citation.quote, "The tenant owes rent in advance.");
        assert_eq!((citation.start_char, citation.end_char), (120, 152));
        assert_eq!(citation.answer_start_char, 13);
        assert_eq!(citation.answer_end_char, 58);
    }

    #[test]
    fn nothing_in_common_cites_the_whole_passage() {
        let citation = resolve("甲乙 [1]", 10, &evidence("One two. Three four. "));
        assert_eq!(citation.quote, "One two. Three four.");
        assert_eq!((citation.start_char, citation.end_char), (100, 120));
    }

    #[test]
    fn a_second_marker_supports_the_same_statement() {
        let answer = "Rent is due. Damages are fixed [1][1]";
        let citation = resolve(answer, answer.len(), &evidence("A court may fix damages. Rent."));
        assert_eq!(citation.answer_start_char, 13);
    }

    #[test]
    fn a_quote_runs_on_over_the_ends_of_lines() {
        let passage = "Rent\nThe tenant shall pay to Ms. Adams\nnine hundred euros a month. Pets are\nnot allowed.";
        let answer = "The tenant pays nine hundred euros [1]";
        let citation = resolve(answer, answer.len(), &evidence(passage));
        assert_eq!(citation.quote, "The tenant shall pay to Ms. Adams\nnine hundred euros a month.");
        assert_eq!((citation.start_char, citation.end_char), (105, 166));
        let answer = "What about rent? Rent [1]";
        assert_eq!(resolve(answer, answer.len(), &evidence(passage)).quote, passage);
    }

    #[test]
    fn statements_end_where_a_reader_would_end_them() {
        for (answer, expected) in [
            ("One thing. He met Mr. Baker. [1]", "He met Mr. Baker."),
            ("It was 1911. [2] Then 1912 came. [1]", "Then 1912 came."),
            ("it was so. [2] then it was not. [1]", "then it was not."),
            ("Rent [1] and pets [2]", "Rent [1] and pets"),
            ("How many? 42 [1]", "42"),
            ("First.\n\n[1]", "First."),
            ("[1]", ""),
        ] {
            let said = statement(answer, answer.len());
            assert_eq!(&answer[said], expected, "{answer}");
        }
    }
}
