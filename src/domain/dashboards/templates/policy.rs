//! Pure rules of templates.

use super::placeholders::{self, Piece, Placeholder};
use crate::error::{Error, Result};

/// Templates of a workspace at most.
pub const TEMPLATES_MAX: i64 = 100;
/// Longest name, in characters, as the table has it.
const NAME_MAX: usize = 100;
/// Longest text, in characters, as the table has it.
const BODY_MAX: usize = 8000;
/// Longest note, in characters, as the table has it.
const NOTE_MAX: usize = 500;

/// A name as it is kept: one line, trimmed.
///
/// # Errors
/// BAD_USER_INPUT at `input.name`.
pub fn name(text: &str) -> Result<String> {
    let words = text.split(|char: char| char.is_whitespace() || char.is_control());
    let name = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        return Err(Error::bad_input("input.name", "This must not be empty."));
    }
    if name.chars().count() > NAME_MAX {
        return Err(Error::bad_input("input.name", format!("At most {NAME_MAX} characters.")));
    }
    Ok(name)
}

/// A text as it is kept, with placeholders that there are, the result among them.
///
/// # Errors
/// BAD_USER_INPUT at `input.body`, with line and character.
pub fn body(text: &str) -> Result<String> {
    let refuse = |problem: String| Err(Error::bad_input("input.body", problem));
    let body = text.replace('\0', "\u{FFFD}").trim().to_owned();
    if body.is_empty() {
        return refuse("This must not be empty.".to_owned());
    }
    if body.chars().count() > BODY_MAX {
        return refuse(format!("At most {BODY_MAX} characters."));
    }
    match placeholders::parse(&body) {
        Err(fault) => refuse(format!("Line {}, character {}: {}", fault.line, fault.column, fault.problem)),
        Ok(pieces) if !pieces.contains(&Piece::Placeholder(Placeholder::Result)) => {
            refuse("The placeholder {{result}} has to stand there once: what the text is to be about.".to_owned())
        }
        Ok(_) => Ok(body),
    }
}

/// A note as it is kept; an empty one is none.
///
/// # Errors
/// BAD_USER_INPUT at `input.note`.
pub fn note(text: Option<&str>) -> Result<Option<String>> {
    let note = text.map(|text| text.replace('\0', "\u{FFFD}").trim().to_owned()).filter(|text| !text.is_empty());
    if note.as_ref().is_some_and(|note| note.chars().count() > NOTE_MAX) {
        return Err(Error::bad_input("input.note", format!("At most {NOTE_MAX} characters.")));
    }
    Ok(note)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_looked_through() {
        assert_eq!(name(" Board\n notes ").unwrap(), "Board notes");
        assert_eq!(body(" Say it: {{result}} ").unwrap(), "Say it: {{result}}");
        let message = |text: &str| body(text).unwrap_err().fields()[0].message.clone();
        assert!(message("{{result}}\n {{rows}}").starts_with("Line 2, character 2: There is no placeholder “rows”."));
        assert!(message("Write!").starts_with("The placeholder {{result}} has to stand there once"));
        assert_eq!(message(" "), "This must not be empty.");
        assert_eq!(message(&"x".repeat(8001)), "At most 8000 characters.");
        assert_eq!(note(Some(" ")).unwrap(), None);
        assert!(note(Some(&"x".repeat(501))).is_err() && name("\t").is_err() && name(&"x".repeat(101)).is_err());
    }
}
