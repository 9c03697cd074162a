//! From a marker in the answer to the exact span that it stands for.

use std::collections::HashSet;

use unicode_segmentation::UnicodeSegmentation as _;

use super::model::Citation;
use super::purpose::Evidence;

/// Where in the answer the statement before `end` starts, in bytes: after the last end of a sentence, or a line.
fn statement_start(answer: &str, end: usize) -> usize {
    let before = answer.get(..end).unwrap_or(answer);
    // Markers belong to what stands before them, so they do not end a statement themselves.
    let said = before.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '[' | ']' | ' '));
    let line = said.rfind('\n').map_or(0, |at| at + 1);
    let sentences = said.get(line..).unwrap_or("").split_sentence_bound_indices();
    let spoken = sentences.filter(|(_, sentence)| sentence.chars().any(char::is_alphanumeric) && !is_marker(sentence));
    spoken.last().map_or(line, |(at, _)| line + at)
}

fn is_marker(sentence: &str) -> bool {
    sentence.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '[' | ']'))
}

/// The words of a text, folded for comparison; scripts without spaces come as single characters.
fn words(text: &str) -> HashSet<String> {
    text.unicode_words().map(str::to_lowercase).filter(|word| word.len() > 1).collect()
}

/// The citation for a marker that ends at byte `end` of the answer so far: the sentence of the passage that shares most
/// words with the statement, or the whole passage where none shares any.
#[must_use]
pub fn resolve(answer: &str, end: usize, evidence: &Evidence) -> Citation {
    let start = statement_start(answer, end);
    let statement = words(answer.get(start..end).unwrap_or(""));
    let mut best = (0, 0.0_f64, evidence.content.trim_end());
    for (at, sentence) in evidence.content.split_sentence_bound_indices() {
        let quoted = sentence.trim();
        let its_words = words(quoted);
        if its_words.is_empty() {
            continue;
        }
        let shared = u32::try_from(its_words.intersection(&statement).count()).unwrap_or(u32::MAX);
        let all = u32::try_from(its_words.len() + statement.len()).unwrap_or(u32::MAX);
        // Dice: the share of both texts that they have in common.
        let likeness = 2.0 * f64::from(shared) / f64::from(all.max(1));
        if likeness > best.1 {
            best = (at + (sentence.len() - sentence.trim_start().len()), likeness, quoted);
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
}
