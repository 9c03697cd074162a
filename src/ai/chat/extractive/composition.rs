//! How the extractive model words its answer.

use super::candidates::Quote;
use super::terms::Terms;
use super::{centrality, ranking, socratic};
use crate::ai::chat::overview;
use crate::ai::chat::request::{ChatRequest, Manner, Passage, Turn};

/// Sentences in one answer.
const MOST_QUOTES: usize = 4;

/// Sentences in a summary of one document.
const MOST_CENTRAL: usize = 5;

/// Characters of passages from which their language is told.
const SAMPLE_CHARS: usize = 4000;

const NO_PASSAGES: &str = "I found nothing in the documents to answer from. Upload a document that covers this and ask \
    again, try words that your documents may use, or have a language model configured (CHAT_MODEL): without one I can \
    only quote documents.";
const NOTHING_FOUND: &str = "I found nothing about that in the documents. I can only quote them: try words that they may \
    use, or upload a document that covers this.";
const FOUND: &str = "I can only quote the documents. What they say about this:";
const CENTRAL: &str = "I can only quote the documents. Their most central sentences:";

/// The whole answer to `request`: quotes with their markers, or why there are none.
#[must_use]
pub fn compose(request: &ChatRequest) -> String {
    let sample = sample(&request.passages);
    let terms = Terms::for_language_of(&sample);
    if let Manner::Socratic { theme } = &request.manner {
        return socratic::compose(request, &terms, &sample, theme.as_deref());
    }
    if request.passages.is_empty() {
        return NO_PASSAGES.to_owned();
    }
    let last = request.turns.iter().rev().find_map(|turn| match turn {
        Turn::User { text } => Some(text.as_str()),
        Turn::Assistant { .. } | Turn::Tool { .. } => None,
    });
    if let Some(subject) = last.and_then(overview::subject) {
        let quotes = centrality::choose(&terms.of(&subject.join(" ")), &request.passages, &terms, MOST_CENTRAL);
        return if quotes.is_empty() { NOTHING_FOUND.to_owned() } else { word(CENTRAL, &quotes) };
    }
    let quotes = ranking::choose(&question_terms(request, &terms), &request.passages, &terms, MOST_QUOTES);
    if quotes.is_empty() { NOTHING_FOUND.to_owned() } else { word(FOUND, &quotes) }
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
fn word(opening: &str, quotes: &[Quote]) -> String {
    let mut text = opening.to_owned();
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
