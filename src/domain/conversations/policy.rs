//! Pure rules of conversations.

use unicode_segmentation::UnicodeSegmentation as _;

use super::model::ConversationKind;
use crate::error::{Error, Result};

/// Longest title, in characters.
pub const TITLE_MAX_CHARS: usize = 255;
/// Characters of the first message that make a title.
const FIRST_TITLE_CHARS: usize = 50;
/// Longest metadata, in bytes of JSON.
const METADATA_MAX_BYTES: usize = 16 * 1024;

/// Refuses to change what is said in a session of a course: what may be said there, when, and what becomes of it is the
/// session's to decide.
///
/// # Errors
/// CONFLICT for a conversation that is one.
pub fn require_own_pace(kind: ConversationKind) -> Result<()> {
    if kind != ConversationKind::Tutoring {
        return Ok(());
    }
    Err(Error::conflict("This is a tutoring session: use the operations of tutoring sessions."))
}

/// Refuses a kind that only a session of a course has.
///
/// # Errors
/// BAD_USER_INPUT for `input.kind`.
pub fn chosen_kind(kind: Option<ConversationKind>) -> Result<Option<ConversationKind>> {
    if kind == Some(ConversationKind::Tutoring) {
        return Err(Error::bad_input("input.kind", "Tutoring sessions are begun with startTutoringSession."));
    }
    Ok(kind)
}

/// A person's message or question as it is stored: without NUL, not blank, not too long.
///
/// # Errors
/// `BAD_USER_INPUT` for `path`.
pub fn message_text(text: &str, max_chars: usize, path: &str) -> Result<String> {
    let text = text.replace('\0', "");
    if text.trim().is_empty() {
        return Err(Error::bad_input(path, "The message is empty."));
    }
    let length = text.chars().count();
    if length > max_chars {
        return Err(Error::bad_input(path, format!("The message has {length} characters; {max_chars} is the most.")));
    }
    Ok(text)
}

/// A title that somebody chose.
///
/// # Errors
/// `BAD_USER_INPUT` for `input.title`.
pub fn title(text: &str) -> Result<String> {
    let title = one_line(text);
    if title.is_empty() {
        return Err(Error::bad_input("input.title", "The title is empty."));
    }
    if title.chars().count() > TITLE_MAX_CHARS {
        return Err(Error::bad_input("input.title", format!("The title is longer than {TITLE_MAX_CHARS} characters.")));
    }
    Ok(title)
}

/// A title made of what may be longer than one.
#[must_use]
pub fn fitting_title(text: &str) -> String {
    let title = shorten(&one_line(text), TITLE_MAX_CHARS - 1);
    if title.is_empty() { "New conversation".to_owned() } else { title }
}

/// The title that a conversation has at once: the first message up to 50 characters, in whole words.
#[must_use]
pub fn first_title(message: &str) -> String {
    let line = one_line(message);
    let cut = shorten(&line, FIRST_TITLE_CHARS);
    if cut.is_empty() { "New conversation".to_owned() } else { cut }
}

/// What a model gave as a title, made fit: one line, no quotation marks, no full stop. `None` when nothing is left.
#[must_use]
pub fn model_title(text: &str) -> Option<String> {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    let is_trimming = |c: char| matches!(c, '"' | '\'' | '“' | '”' | '„' | '«' | '»' | '*' | '`' | ' ');
    let bare = line.trim_start_matches('#').trim_matches(is_trimming);
    let bare = bare.trim_end_matches(|c: char| c == '.' || is_trimming(c));
    let title = shorten(&one_line(bare), 80);
    (!title.is_empty()).then_some(title)
}

/// Metadata of a client's own: a JSON object of bounded size.
///
/// # Errors
/// `BAD_USER_INPUT` for `input.metadata`.
pub fn metadata(value: serde_json::Value) -> Result<serde_json::Value> {
    if !value.is_object() {
        return Err(Error::bad_input("input.metadata", "Metadata must be a JSON object."));
    }
    let text = value.to_string();
    if text.len() > METADATA_MAX_BYTES {
        return Err(Error::bad_input("input.metadata", format!("Metadata is longer than {METADATA_MAX_BYTES} bytes.")));
    }
    if text.contains("\\u0000") {
        return Err(Error::bad_input("input.metadata", "Metadata holds a NUL character."));
    }
    Ok(value)
}

/// A title and metadata, where they are given.
///
/// # Errors
/// `BAD_USER_INPUT` that names every one at fault.
pub fn title_and_metadata(
    title: Option<&str>,
    metadata: Option<serde_json::Value>,
) -> Result<(Option<String>, Option<serde_json::Value>)> {
    match (title.map(self::title).transpose(), metadata.map(self::metadata).transpose()) {
        (Ok(title), Ok(metadata)) => Ok((title, metadata)),
        (Err(title), Err(metadata)) => Err(Error::bad_inputs([title.fields(), metadata.fields()].concat())),
        (Err(error), _) | (_, Err(error)) => Err(error),
    }
}

/// A client's idempotency key.
///
/// # Errors
/// `BAD_USER_INPUT` for `input.idempotencyKey`.
pub fn idempotency_key(key: &str) -> Result<()> {
    let fits = (1..=200).contains(&key.chars().count()) && !key.chars().any(char::is_control);
    if fits { Ok(()) } else { Err(Error::bad_input("input.idempotencyKey", "The key must have 1 to 200 characters.")) }
}

/// White space and control characters as single blanks.
fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// At most `max` characters (scalar values) with an ellipsis where something is left. Cut at a blank; where that would
/// lose more than half, as in scripts without blanks, between words after UAX 29; in one very long word between what a
/// reader sees as characters.
fn shorten(line: &str, max: usize) -> String {
    let Some((end, _)) = line.char_indices().nth(max) else { return line.to_owned() };
    let last = |mut cuts: Vec<usize>| {
        cuts.retain(|at| (1..=end).contains(at));
        cuts.pop()
    };
    let half = line.char_indices().nth(max / 2).map_or(0, |(at, _)| at);
    let blank = last(line.match_indices(' ').map(|(at, _)| at).collect()).filter(|at| *at >= half);
    let word = || last(line.split_word_bound_indices().map(|(at, _)| at).collect());
    let seen = || last(line.grapheme_indices(true).map(|(at, _)| at).collect());
    let cut = blank.or_else(|| word().filter(|at| *at >= half)).or_else(seen).unwrap_or(end);
    let head = line.get(..cut).unwrap_or(line);
    format!("{}…", head.trim_end_matches([' ', ',', ';', ':', '.']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_title_is_made_of_whole_words() {
        assert_eq!(first_title("What is the notice period?"), "What is the notice period?");
        assert_eq!(
            first_title("What is the notice period for a tenant who has lived there for years?"),
            "What is the notice period for a tenant who has…"
        );
        assert_eq!(first_title(" \n\t"), "New conversation");
        assert_eq!(first_title(&"法".repeat(60)), format!("{}…", "法".repeat(50)));
    }

    #[test]
    fn a_models_title_loses_its_trimmings() {
        assert_eq!(
            model_title("\n \"Notice periods in tenancy law.\"\nmore"),
            Some("Notice periods in tenancy law".into())
        );
        assert_eq!(model_title("## **Rent**"), Some("Rent".into()));
        assert_eq!(model_title("«Rent».\n"), Some("Rent".into()));
        assert_eq!(model_title(" \n"), None);
    }

    #[test]
    fn messages_are_bounded() {
        assert_eq!(message_text("a\0b", 10, "input.text").unwrap(), "ab");
        assert!(message_text(" \n", 10, "input.text").is_err());
        assert!(message_text("12345678901", 10, "input.text").is_err());
        assert!(message_text("1234567890", 10, "input.text").is_ok());
    }
}
