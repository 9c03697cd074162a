//! What a model is asked to give when it finds misconceptions, and what of its answer is believed: what rests on words that a
//! student has said.

use serde::Deserialize;
use serde_json::{Value, json};

use super::model::{Found, MOST, MOST_EVIDENCE, Span, Statement};
use super::quoting;
use crate::domain::generation::structured::{line, unfenced};

/// Longest belief and correction, in characters.
const MAX_SENTENCE: usize = 500;

#[derive(Deserialize)]
struct Answer<T> {
    misconceptions: Vec<T>,
}

#[derive(Deserialize)]
struct Named {
    belief: String,
    correction: String,
    /// As models give it: none is negative, but an answer is not thrown away for one.
    passage: i64,
    evidence: Vec<Quoted>,
}

#[derive(Deserialize)]
struct Quoted {
    statement: i64,
    quote: String,
}

#[derive(Deserialize)]
struct Joined {
    belief: String,
    correction: String,
    entries: Vec<i64>,
}

/// JSON Schema of what is found in statements. In the subset that all providers keep to strictly: no bounds, all fields
/// required.
#[must_use]
pub fn schema() -> Value {
    let quoted = object(&json!({
        "statement": {"type": "integer", "description": "number of the statement"},
        "quote": {"type": "string", "description": "words of the statement, copied exactly"},
    }));
    list(&json!({
        "belief": {"type": "string", "description": "what is believed wrongly, one sentence"},
        "correction": {"type": "string", "description": "what the passages say instead, one sentence, or empty"},
        "passage": {"type": "integer", "description": "number of the passage that speaks against it, or 0"},
        "evidence": {"type": "array", "items": quoted},
    }))
}

/// JSON Schema of the list that is made of several.
#[must_use]
pub fn joined_schema() -> Value {
    list(&json!({
        "belief": {"type": "string", "description": "what is believed wrongly, one sentence"},
        "correction": {"type": "string", "description": "what the readings say instead, one sentence, or empty"},
        "entries": {"type": "array", "items": {"type": "integer"}, "description": "numbers of the entries joined"},
    }))
}

fn list(properties: &Value) -> Value {
    object(&json!({"misconceptions": {"type": "array", "items": object(properties)}}))
}

fn object(properties: &Value) -> Value {
    let names: Vec<&String> = properties.as_object().into_iter().flat_map(serde_json::Map::keys).collect();
    let required = json!(names);
    json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
}

/// What an answer found in these statements, each belief once: with the quotes that stand in the statements that they are said
/// to be of, and none without. A passage that was not given (`exists`) is none. Empty when the model found nothing; `None` when
/// the answer is none, or nothing of what it named holds.
#[must_use]
pub fn read(answer: &str, statements: &[&Statement], exists: impl Fn(u32) -> bool) -> Option<Vec<Found>> {
    let Answer { misconceptions } = serde_json::from_str::<Answer<Named>>(unfenced(answer)).ok()?;
    let is_empty = misconceptions.is_empty();
    let mut kept: Vec<Found> = Vec::new();
    for Named { belief, correction, passage, evidence } in misconceptions {
        let quoted = evidence.iter().filter_map(|Quoted { statement, quote }| {
            let said = statements.iter().find(|said| i64::from(said.number) == *statement)?;
            let (start, end) = quoting::place(&said.text, quote)?;
            Some(Span { message: said.message_id, start: i32::try_from(start).ok()?, end: i32::try_from(end).ok()? })
        });
        keep(&mut kept, &belief, &correction, u32::try_from(passage).ok().filter(|number| exists(*number)), quoted);
    }
    (is_empty || !kept.is_empty()).then_some(kept)
}

/// What an answer made of several lists, whose entries have the numbers from 1: with the evidence and the first passage of what
/// it joined. Empty and `None` as for [`read`].
#[must_use]
pub fn read_joined(answer: &str, entries: &[Found]) -> Option<Vec<Found>> {
    let Answer { misconceptions } = serde_json::from_str::<Answer<Joined>>(unfenced(answer)).ok()?;
    let is_empty = misconceptions.is_empty();
    let mut kept: Vec<Found> = Vec::new();
    for Joined { belief, correction, entries: numbers } in misconceptions {
        let at = |number: &i64| entries.get(usize::try_from(*number).ok()?.checked_sub(1)?);
        let joined: Vec<&Found> = numbers.iter().filter_map(at).collect();
        let evidence = joined.iter().flat_map(|entry| entry.evidence.iter().copied());
        keep(&mut kept, &belief, &correction, joined.iter().find_map(|entry| entry.passage), evidence);
    }
    (is_empty || !kept.is_empty()).then_some(kept)
}

fn keep(
    kept: &mut Vec<Found>,
    belief: &str,
    correction: &str,
    passage: Option<u32>,
    evidence: impl Iterator<Item = Span>,
) {
    let (belief, correction) = (line(belief, MAX_SENTENCE), line(correction, MAX_SENTENCE));
    let is_new = !kept.iter().any(|one| one.belief.to_lowercase() == belief.to_lowercase());
    if kept.len() == MOST || !is_new || !belief.chars().any(char::is_alphabetic) {
        return;
    }
    let mut spans: Vec<Span> = Vec::new();
    for span in evidence {
        // One quote a message: who says a thing twice in a breath says it once.
        if spans.len() < MOST_EVIDENCE && !spans.iter().any(|one| one.message == span.message) {
            spans.push(span);
        }
    }
    if !spans.is_empty() {
        kept.push(Found {
            belief,
            correction: Some(correction).filter(|text| !text.is_empty()),
            passage,
            evidence: spans,
        });
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::ids::{MessageId, TutoringSessionId, UserId};

    fn statement(number: u32, text: &str) -> Statement {
        let then = DateTime::UNIX_EPOCH;
        Statement {
            number,
            message_id: MessageId::generate(then),
            session_id: TutoringSessionId::generate(then),
            student_id: UserId::generate(then),
            asked: None,
            text: text.to_owned(),
            cited: Vec::new(),
        }
    }

    #[test]
    fn only_what_rests_on_words_that_were_said_is_believed() {
        let said = [statement(1, "An ad is always an offer."), statement(2, "I think an ad is an offer too.")];
        let said: Vec<&Statement> = said.iter().collect();
        let quote = |statement: i64, quote: &str| json!({"statement": statement, "quote": quote});
        let named = |belief: &str, passage: u32, evidence: Value| json!({"belief": belief, "correction": " It invites\noffers. ", "passage": passage, "evidence": evidence});
        let answer = json!({"misconceptions": [
            named(" Every ad\n is an offer. ", 3, json!([
                quote(1, "An ad is always an offer."), quote(2, "an ad is an offer"), quote(2, "I think an ad"),
                quote(1, "an ad is an offer"), quote(-9, "An ad is always an offer."),
            ])),
            named("every AD is an offer.", 1, json!([quote(1, "An ad is always")])),
            named("Made up.", 1, json!([quote(1, "A letter binds when posted."), quote(2, "An ad is always an offer.")])),
            named("On nothing.", 1, json!([])),
            named("…", 1, json!([quote(1, "An ad is always")])),
            named("Ads invite.", 9, json!([quote(1, "always an offer.")])),
        ]});
        let read = |text: &str| super::read(text, &said, |number| (1..=3).contains(&number));
        let span = |at: usize, start, end| Span { message: said[at].message_id, start, end };
        let found = |belief: &str, passage, evidence| Found {
            belief: belief.to_owned(),
            correction: Some("It invites offers.".to_owned()),
            passage,
            evidence,
        };
        let expected = vec![
            found("Every ad is an offer.", Some(3), vec![span(0, 0, 25), span(1, 8, 25)]),
            found("Ads invite.", None, vec![span(0, 9, 25)]),
        ];
        assert_eq!(read(&answer.to_string()), Some(expected.clone()));
        assert_eq!(read(&format!("```json\n{answer}\n```")), Some(expected));
        assert_eq!(read("{\"misconceptions\": []}"), Some(Vec::new()), "a class that has understood");
        let nothing_holds = json!({"misconceptions": [named("Made up.", 1, json!([quote(1, "A letter binds.")]))]});
        for wrong in ["", "None.", "{}", "[]", "{\"misconceptions\": [{\"belief\": 1}]}", &nothing_holds.to_string()] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_joined_has_the_evidence_of_all_its_entries() {
        let message = |_| MessageId::generate(DateTime::UNIX_EPOCH);
        let messages: Vec<MessageId> = (0..3).map(message).collect();
        let span = |at: usize| Span { message: messages[at], start: 0, end: 4 };
        let entry = |passage, evidence: &[usize]| Found {
            belief: "A".to_owned(),
            correction: None,
            passage,
            evidence: evidence.iter().map(|at| span(*at)).collect(),
        };
        let entries = [entry(None, &[0, 1]), entry(Some(4), &[1, 2]), entry(Some(5), &[2])];
        let answer = json!({"misconceptions": [
            {"belief": "Joined.", "correction": "", "entries": [1, 2, 0, 4]},
            {"belief": "Of nothing.", "correction": "", "entries": [7]},
        ]});
        let joined = read_joined(&answer.to_string(), &entries).unwrap();
        let expected = Found { belief: "Joined.".to_owned(), ..entry(Some(4), &[0, 1, 2]) };
        assert_eq!(joined, [expected]);
        assert_eq!(read_joined("{\"misconceptions\": []}", &entries), Some(Vec::new()));
        assert_eq!(read_joined("{\"misconceptions\": [{}]}", &entries), None);
    }

    #[test]
    fn schemas_are_strict_at_every_level() {
        for schema in [schema(), joined_schema()] {
            let item = &schema["properties"]["misconceptions"]["items"];
            for level in [&schema, item] {
                let properties: Vec<&String> = level["properties"].as_object().unwrap().keys().collect();
                assert_eq!((&level["required"], &level["additionalProperties"]), (&json!(properties), &json!(false)));
            }
        }
    }
}
