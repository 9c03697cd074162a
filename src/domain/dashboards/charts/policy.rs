//! Pure rules of charts.

use crate::error::{Error, FieldError, Result};

/// Longest title, in characters, as the table has it.
const TITLE_MAX: usize = 200;
/// Longest description, in characters, as the table has it.
const TEXT_MAX: usize = 2000;
/// Charts of one query at most.
pub const CHARTS_MAX: i64 = 100;

/// Title and description as they are kept: the title in one line, both trimmed, an empty description taken as none.
///
/// # Errors
/// BAD_USER_INPUT with every field that does not do.
pub fn checked(title: &str, description: Option<&str>) -> Result<(String, Option<String>)> {
    let mut refused = Vec::new();
    let mut refuse = |field: &str, message: String| {
        refused.push(FieldError { path: format!("input.{field}"), message });
    };
    let title: String = title.chars().map(|char| if char.is_control() { ' ' } else { char }).collect();
    let title = title.trim().to_owned();
    if title.is_empty() {
        refuse("title", "This must not be empty.".to_owned());
    }
    if title.chars().count() > TITLE_MAX {
        refuse("title", format!("At most {TITLE_MAX} characters."));
    }
    let description = description.map(|text| text.trim().replace('\0', "\u{FFFD}")).filter(|text| !text.is_empty());
    if description.as_ref().is_some_and(|text| text.chars().count() > TEXT_MAX) {
        refuse("description", format!("At most {TEXT_MAX} characters."));
    }
    if refused.is_empty() { Ok((title, description)) } else { Err(Error::bad_inputs(refused)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_one_line_and_empty_descriptions_none() {
        let kept = checked(" Net\nby region ", Some(" \n")).unwrap();
        assert_eq!(kept, ("Net by region".to_owned(), None));
        assert_eq!(checked("x", Some(" a\nb ")).unwrap().1.as_deref(), Some("a\nb"));
        let refused = checked(&"x".repeat(201), Some(&"x".repeat(2001))).unwrap_err();
        let paths: Vec<&str> = refused.fields().iter().map(|field| field.path.as_str()).collect();
        assert_eq!(paths, ["input.title", "input.description"]);
        assert!(checked(" \t", None).is_err());
    }
}
