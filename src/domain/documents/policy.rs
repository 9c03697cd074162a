//! What a document's fields may hold.

use serde_json::Value;

use super::model::DocumentChange;
use crate::error::{Error, FieldError, Result};

/// Longest file name, in characters, as the table has it.
const MAX_FILENAME: usize = 255;
/// Longest title, in characters.
const MAX_TITLE: usize = 300;
/// Longest category, jurisdiction, practice area and keyword, in characters.
const MAX_LABEL: usize = 100;
/// Most keywords of one document.
const MAX_KEYWORDS: usize = 50;
/// Longest metadata, in bytes of JSON.
const MAX_METADATA_BYTES: usize = 16 * 1024;

/// A file name as it is kept and shown: without folders, control characters and characters that turn the direction of
/// writing, at most 255 characters with its extension kept. A name of which nothing is left is `file`.
#[must_use]
pub fn clean_filename(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let clean: String = last.chars().filter(|char| !char.is_control() && !turns_direction(*char)).collect();
    let clean = clean.trim();
    if clean.trim_matches('.').is_empty() {
        return "file".to_owned();
    }
    let length = clean.chars().count();
    if length <= MAX_FILENAME {
        return clean.to_owned();
    }
    match clean.rsplit_once('.') {
        Some((stem, extension)) if (1..=16).contains(&extension.chars().count()) => {
            let room = MAX_FILENAME - 1 - extension.chars().count();
            format!("{}.{extension}", stem.chars().take(room).collect::<String>())
        }
        _ => clean.chars().take(MAX_FILENAME).collect(),
    }
}

const fn turns_direction(char: char) -> bool {
    matches!(char, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// A text of one line: trimmed, without control characters; `None` when nothing is left.
fn line(text: &str) -> Option<String> {
    let clean: String = text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect();
    let clean = clean.trim();
    (!clean.is_empty()).then(|| clean.to_owned())
}

/// A change as it is stored: texts trimmed, empty ones taken as none, keywords each once.
///
/// # Errors
/// BAD_USER_INPUT with every field that is too long or not what it should be.
pub fn checked_change(change: DocumentChange) -> Result<DocumentChange> {
    let mut refused = Vec::new();
    let mut text = |name: &str, value: Option<Option<String>>, longest: usize| {
        let value = value.map(|value| value.as_deref().and_then(line));
        if value.as_ref().and_then(Option::as_ref).is_some_and(|text| text.chars().count() > longest) {
            refused.push(field(name, format!("At most {longest} characters.")));
        }
        value
    };
    let title = text("title", change.title, MAX_TITLE);
    let category = text("category", change.category, MAX_LABEL);
    let jurisdiction = text("jurisdiction", change.jurisdiction, MAX_LABEL);
    let practice_area = text("practiceArea", change.practice_area, MAX_LABEL);
    let keywords = change.keywords.map(|keywords| {
        let mut kept: Vec<String> = Vec::new();
        for keyword in keywords.iter().filter_map(|keyword| line(keyword)) {
            if !kept.contains(&keyword) {
                kept.push(keyword);
            }
        }
        kept
    });
    if let Some(keywords) = &keywords {
        if keywords.len() > MAX_KEYWORDS {
            refused.push(field("keywords", format!("At most {MAX_KEYWORDS} keywords.")));
        }
        if keywords.iter().any(|keyword| keyword.chars().count() > MAX_LABEL) {
            refused.push(field("keywords", format!("At most {MAX_LABEL} characters each.")));
        }
    }
    if let Some(metadata) = &change.metadata {
        let bytes = metadata.to_string();
        if !metadata.is_object() {
            refused.push(field("metadata", "This must be a JSON object.".to_owned()));
        } else if bytes.len() > MAX_METADATA_BYTES {
            refused.push(field("metadata", format!("At most {MAX_METADATA_BYTES} bytes of JSON.")));
        } else if has_nul(metadata) {
            refused.push(field("metadata", "A NUL character cannot be stored.".to_owned()));
        }
    }
    if !refused.is_empty() {
        return Err(Error::bad_inputs(refused));
    }
    Ok(DocumentChange { title, category, jurisdiction, practice_area, keywords, metadata: change.metadata })
}

fn field(name: &str, message: String) -> FieldError {
    FieldError { path: format!("input.{name}"), message }
}

/// Whether there is a NUL in any text of it, which `jsonb` refuses.
fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(has_nul),
        Value::Object(fields) => fields.iter().any(|(name, value)| name.contains('\0') || has_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn hostile_names_become_plain_ones() {
        for (given, kept) in [
            ("../../etc/passwd", "passwd"),
            ("C:\\temp\\a.txt", "a.txt"),
            ("a\0b\nc.txt", "abc.txt"),
            ("\u{202E}fdp.exe", "fdp.exe"),
            ("..", "file"),
            ("  ", "file"),
            ("", "file"),
            ("Überblick 2026.pdf", "Überblick 2026.pdf"),
        ] {
            assert_eq!(clean_filename(given), kept, "{given:?}");
        }
        let long = clean_filename(&format!("{}.pdf", "a".repeat(400)));
        assert_eq!(long.chars().count(), 255);
        assert!(long.ends_with("aa.pdf"));
        assert_eq!(clean_filename(&"é".repeat(400)).chars().count(), 255);
    }

    #[test]
    fn a_change_is_checked_as_a_whole() {
        let change = DocumentChange {
            title: Some(Some("x".repeat(301))),
            category: Some(Some(" \u{0} ".to_owned())),
            keywords: Some(vec!["a".to_owned(), " a".to_owned(), String::new()]),
            metadata: Some(json!([1])),
            ..DocumentChange::default()
        };
        let refused = checked_change(change.clone()).unwrap_err();
        let paths: Vec<&str> = refused.fields().iter().map(|field| field.path.as_str()).collect();
        assert_eq!(paths, ["input.title", "input.metadata"]);
        let kept = checked_change(DocumentChange { title: Some(None), metadata: None, ..change }).unwrap();
        assert_eq!(kept.category, Some(None));
        assert_eq!(kept.keywords, Some(vec!["a".to_owned()]));
        let metadata = Some(json!({"a": "\0"}));
        assert!(checked_change(DocumentChange { metadata, ..DocumentChange::default() }).is_err());
        let metadata = Some(json!({"a": "b".repeat(16 * 1024)}));
        assert!(checked_change(DocumentChange { metadata, ..DocumentChange::default() }).is_err());
    }
}
