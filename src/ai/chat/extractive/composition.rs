//! How the extractive model words its answer.

use super::ranking::{self, Quote};
use super::terms::Terms;
use crate::ai::chat::request::{ChatRequest, Passage, Turn};

/// Sentences in one answer.
const MOST_QUOTES: usize = 4;

/// Characters of passages from which their language is told.
const SAMPLE_CHARS: usize = 4000;

const NO_DOCUMENTS: &str = "There are no documents for me to answer from. Upload a document and ask again, or have a \
    language model configured (CHAT_MODEL): without one I can only quote documents.";
const NOTHING_FOUND: &str = "I found nothing about that in the documents. I can only quote them: try words that they may \
    use, or upload a document that covers this.";
const FOUND: &str = "I can only quote the documents. What they say about this:";

/// The whole answer to `request`: quotes with their markers, or why there are none.
#[must_use]
pub fn compose(request: &ChatRequest) -> String {
    if request.passages.is_empty() {
        return NO_DOCUMENTS.to_owned();
    }
    let terms = Terms::for_language_of(&sample(&request.passages));
    let quotes = ranking::choose(&question_terms(request, &terms), &request.passages, &terms, MOST_QUOTES);
    if quotes.is_empty() { NOTHING_FOUND.to_owned() } else { word(&quotes) }
}

/// The terms of the last question; where it has none ("And why?"), those of the one before it.
fn question_terms(request: &ChatRequest, terms: &Terms) -> Vec<String> {
    let questions = request.turns.iter().rev().filter_map(|turn| match turn {
        Turn::User { text } => Some(terms.of(text)),
        Turn::Assistant { .. } | Turn::Tool { .. } => None,
    });
    questions.take(2).find(|terms| !terms.is_empty()).unwrap_or_default()
}

fn sample(passages: &[Passage]) -> String {
    let text = passages.iter().flat_map(|passage| passage.text.chars().chain([' ']));
    text.take(SAMPLE_CHARS).collect()
}

/// One paragraph a passage, each sentence with its marker behind it.
fn word(quotes: &[Quote]) -> String {
    let mut text = FOUND.to_owned();
    let mut before = None;
    for quote in quotes {
        text.push_str(if before == Some(quote.marker) { " " } else { "\n\n" });
        text.push_str(&quote.text);
        text.push_str(" [");
        text.push_str(&quote.marker.to_string());
        text.push(']');
        before = Some(quote.marker);
    }
    text
}
