//! What a model is asked to give for a text about a result, and what of its answer is taken.

use serde::Deserialize;
use serde_json::{Value, json};

use super::model::Draft;
use crate::domain::generation::structured::{line, unfenced};

/// Longest title that is taken, in characters; the table has room for titles of charts too.
const TITLE: usize = 200;
/// Longest body that is taken, in characters; the rest is left out.
const BODY: usize = 6000;

#[derive(Deserialize)]
struct Given {
    title: String,
    body: String,
}

/// JSON Schema of the answer. In the subset that all providers keep to strictly: no bounds, all fields required.
#[must_use]
pub fn schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "title": {"type": "string", "description": "one line"},
            "body": {"type": "string", "description": "two to six sentences"},
        },
        "required": ["title", "body"],
        "additionalProperties": false,
    })
}

/// The answer in this text; `None` when it is none.
#[must_use]
pub fn read(text: &str) -> Option<Draft> {
    let given: Given = serde_json::from_str(unfenced(text)).ok()?;
    // Postgres takes no NUL in a text.
    let body: String = given.body.replace('\0', "\u{FFFD}").trim().chars().take(BODY).collect();
    (!body.is_empty()).then(|| Draft { title: line(&given.title, TITLE), body })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_and_a_body_are_taken() {
        let draft = |title: &str, body: &str| Draft { title: title.to_owned(), body: body.to_owned() };
        let given = json!({ "title": " North\nleads ", "body": " It does. " }).to_string();
        assert_eq!(read(&given), Some(draft("North leads", "It does.")));
        assert_eq!(read(&format!("```json\n{given}\n```")), Some(draft("North leads", "It does.")));
        assert_eq!(read(&json!({ "title": "", "body": "It does." }).to_string()), Some(draft("", "It does.")));
        for none in ["{}", "North leads.", r#"{"title": "x", "body": " "}"#, r#"{"title": 1, "body": "x"}"#] {
            assert_eq!(read(none), None, "{none}");
        }
    }
}
