//! What a model is asked to give when it names themes, and what of its answer is believed.

use serde::Deserialize;
use serde_json::{Value, json};

use super::model::{Found, FoundSpan, Passage};
use crate::domain::generation::citations;
use crate::domain::generation::purpose::Evidence;
use crate::domain::generation::structured::{line, unfenced};

/// Longest title and question, in characters.
const MAX_TITLE: usize = 100;
const MAX_QUESTION: usize = 500;
/// Most spans of a theme.
const MAX_SPANS: usize = 5;

/// A theme as a model names it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Suggestion {
    pub title: String,
    pub question: String,
    /// Numbers of passages.
    pub passages: Vec<u32>,
}

#[derive(Deserialize)]
struct Answer {
    themes: Vec<Suggestion>,
}

/// JSON Schema of the answer. In the subset that all providers keep to strictly: no bounds, all fields required.
#[must_use]
pub fn schema() -> Value {
    let theme = json!({
        "type": "object",
        "properties": {
            "title": {"type": "string", "description": "two to eight words"},
            "question": {"type": "string", "description": "one open question"},
            "passages": {"type": "array", "items": {"type": "integer"}, "description": "one to five numbers of passages"},
        },
        "required": ["title", "question", "passages"],
        "additionalProperties": false,
    });
    json!({
        "type": "object",
        "properties": {"themes": {"type": "array", "items": theme}},
        "required": ["themes"],
        "additionalProperties": false,
    })
}

/// The themes of an answer that name something and rest on passages there are (`exists`), each once, at most `most`; `None`
/// when there are none.
#[must_use]
pub fn read(answer: &str, exists: impl Fn(u32) -> bool, most: usize) -> Option<Vec<Suggestion>> {
    let Answer { themes } = serde_json::from_str(unfenced(answer)).ok()?;
    let mut kept: Vec<Suggestion> = Vec::new();
    for Suggestion { title, question, mut passages } in themes {
        let (title, question) = (line(&title, MAX_TITLE), line(&question, MAX_QUESTION));
        let title = title.trim_end_matches(['.', ':']).to_owned();
        passages.retain(|number| exists(*number));
        let mut seen = Vec::new();
        passages.retain(|number| {
            !seen.contains(number) && {
                seen.push(*number);
                true
            }
        });
        passages.truncate(MAX_SPANS);
        let is_new = !kept.iter().any(|one| one.title.to_lowercase() == title.to_lowercase());
        if is_new && title.chars().any(char::is_alphabetic) && !passages.is_empty() {
            kept.push(Suggestion { title, question, passages });
        }
    }
    kept.truncate(most);
    (!kept.is_empty()).then_some(kept)
}

/// The themes with the sentences that they rest on: of each passage the one that has most in common with title and question.
#[must_use]
pub fn found(suggestions: Vec<Suggestion>, passages: &[Passage]) -> Vec<Found> {
    let spans = |suggestion: &Suggestion| {
        let statement = format!("{} {}", suggestion.title, suggestion.question);
        let named = |number: &u32| passages.iter().find(|passage| passage.number == *number);
        suggestion.passages.iter().filter_map(named).map(|passage| span(&statement, passage)).collect()
    };
    let themes = suggestions.into_iter().map(|suggestion| Found {
        spans: spans(&suggestion),
        question: Some(suggestion.question).filter(|question| !question.is_empty()),
        title: suggestion.title,
    });
    themes.collect()
}

fn span(statement: &str, passage: &Passage) -> FoundSpan {
    let evidence = Evidence {
        marker: i32::try_from(passage.number).unwrap_or(i32::MAX),
        document_id: passage.document_id,
        chunk_id: passage.chunk_id,
        page: passage.page,
        start_char: passage.start_char,
        content: passage.content.clone(),
        score: 1.0,
    };
    let cited = citations::resolve(statement, statement.len(), &evidence);
    FoundSpan {
        document_id: passage.document_id,
        chunk_id: passage.chunk_id,
        page: passage.page,
        start_char: cited.start_char,
        end_char: cited.end_char,
        quote: cited.quote,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_names_something_and_rests_on_passages_is_believed() {
        let answer = json!({"themes": [
            {"title": " The duty\n of loyalty. ", "question": "Whom does a director serve?", "passages": [2, 2, 9, 1]},
            {"title": "the duty of LOYALTY", "question": "Again?", "passages": [1]},
            {"title": "On nothing", "question": "?", "passages": [7]},
            {"title": "…", "question": "?", "passages": [1]},
            {"title": "Second", "question": "", "passages": [3]},
            {"title": "Third", "question": "", "passages": [3]},
        ]});
        let read = |text: &str, most| super::read(text, |number| (1..=3).contains(&number), most);
        let expected = [
            Suggestion {
                title: "The duty of loyalty".to_owned(),
                question: "Whom does a director serve?".to_owned(),
                passages: vec![2, 1],
            },
            Suggestion { title: "Second".to_owned(), question: String::new(), passages: vec![3] },
        ];
        assert_eq!(read(&answer.to_string(), 2).unwrap(), expected);
        assert_eq!(read(&format!("```json\n{answer}\n```"), 2).unwrap(), expected);
        for wrong in ["", "Themes: duty", "{}", "{\"themes\": []}", "{\"themes\": [{\"title\": 1}]}", "[]"] {
            assert_eq!(read(wrong, 2), None, "{wrong}");
        }
        let long = json!({"themes": [{"title": "word ".repeat(99), "question": "why ".repeat(999), "passages": [1]}]});
        let kept = read(&long.to_string(), 5).unwrap();
        assert!(kept[0].title.len() <= MAX_TITLE && kept[0].question.len() <= MAX_QUESTION, "{kept:?}");
    }
}
