//! What a model is asked to give for a question about data, and what of its answer is taken.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::domain::generation::structured::{line, unfenced};

/// Longest explanation, assumption and reason, in characters.
const SENTENCE: usize = 1000;
/// Assumptions that are kept.
const ASSUMPTIONS: usize = 10;

/// The answer of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A statement that nobody has looked at yet.
    Written { sql: String, explanation: String, assumptions: Vec<String> },
    /// Why there is none.
    Cannot(String),
}

#[derive(Deserialize)]
struct Given {
    sql: String,
    explanation: String,
    assumptions: Vec<String>,
    cannot: String,
}

/// JSON Schema of the answer. In the subset that all providers keep to strictly: no bounds, all fields required.
#[must_use]
pub fn schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "sql": {"type": "string", "description": "one SELECT, or empty"},
            "explanation": {"type": "string", "description": "one sentence"},
            "assumptions": {"type": "array", "items": {"type": "string"}, "description": "a sentence each"},
            "cannot": {"type": "string", "description": "empty, or why there is no statement"},
        },
        "required": ["sql", "explanation", "assumptions", "cannot"],
        "additionalProperties": false,
    })
}

/// The answer in this text; `None` when it is none.
#[must_use]
pub fn read(text: &str) -> Option<Answer> {
    let given: Given = serde_json::from_str(unfenced(text)).ok()?;
    let sql = given.sql.trim().trim_end_matches(';').trim_end();
    let cannot = line(&given.cannot, SENTENCE);
    if sql.is_empty() {
        return (!cannot.is_empty()).then_some(Answer::Cannot(cannot));
    }
    let explanation = line(&given.explanation, SENTENCE);
    if explanation.is_empty() {
        return None;
    }
    let assumptions = given.assumptions.iter().map(|text| line(text, SENTENCE)).filter(|text| !text.is_empty());
    Some(Answer::Written { sql: sql.to_owned(), explanation, assumptions: assumptions.take(ASSUMPTIONS).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_or_a_reason_is_taken() {
        let given = |sql: &str, cannot: &str| {
            json!({"sql": sql, "explanation": " It\ncounts. ", "assumptions": ["", "So."], "cannot": cannot})
                .to_string()
        };
        let written = Answer::Written {
            sql: "SELECT 1".to_owned(),
            explanation: "It counts.".to_owned(),
            assumptions: vec!["So.".to_owned()],
        };
        assert_eq!(read(&given(" SELECT 1;\n", "")), Some(written.clone()));
        assert_eq!(read(&format!("```json\n{}\n```", given("SELECT 1", "perhaps"))), Some(written));
        assert_eq!(read(&given(" ", "No dates.")), Some(Answer::Cannot("No dates.".to_owned())));
        for none in [given("", ""), "{}".to_owned(), "SELECT 1".to_owned()] {
            assert_eq!(read(&none), None, "{none}");
        }
    }
}
