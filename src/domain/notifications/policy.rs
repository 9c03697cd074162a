//! Pure rules of notifications: how long they are, and how many are named at once.

use std::collections::HashSet;

use chrono::TimeDelta;

use super::model::PreferenceChange;
use crate::error::{Error, Result};

/// Longest title, in characters.
const TITLE_MAX: usize = 200;
/// Longest body, in characters.
const BODY_MAX: usize = 2000;
/// What is shown in the place of a title of which nothing is left.
const UNTITLED: &str = "Untitled";
/// Notifications that can be named at once.
pub const IDS_MAX: usize = 100;
/// Notifications that are shown of all that were marked at once.
pub const SHOWN_MAX: i64 = 100;
/// Time after which those go that were read or deleted.
pub const READ_KEPT: TimeDelta = TimeDelta::days(90);
/// Time after which all go.
pub const KEPT: TimeDelta = TimeDelta::days(365);

/// A title as it is kept: one line without control characters, at most so long.
#[must_use]
pub fn title(text: &str) -> String {
    let line: String =
        text.chars().filter(|char| !turns_text(*char)).map(|char| if char.is_control() { ' ' } else { char }).collect();
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.is_empty() { UNTITLED.to_owned() } else { cut(line, TITLE_MAX) }
}

/// A body as it is kept: lines without control characters, at most so long; `None` when nothing is left.
#[must_use]
pub fn body(text: &str) -> Option<String> {
    let clean: String =
        text.chars().filter(|char| !turns_text(*char) && (!char.is_control() || *char == '\n')).collect();
    let clean = clean.trim();
    (!clean.is_empty()).then(|| cut(clean.to_owned(), BODY_MAX))
}

/// Whether a character makes what stands behind it look like something else.
const fn turns_text(char: char) -> bool {
    matches!(char, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// The text, or as much of it as there is room for, with an ellipsis.
fn cut(text: String, max: usize) -> String {
    if text.chars().count() <= max {
        return text;
    }
    let mut short: String = text.chars().take(max.saturating_sub(1)).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

/// Refuses more ids than can be named at once, and none.
///
/// # Errors
/// `BAD_USER_INPUT` with the field `input.ids`.
pub fn check_ids(count: usize) -> Result<()> {
    if (1..=IDS_MAX).contains(&count) {
        return Ok(());
    }
    Err(Error::bad_input("input.ids", format!("Give 1 to {IDS_MAX} ids.")))
}

/// Refuses a kind that is named twice.
///
/// # Errors
/// `BAD_USER_INPUT` with the field of the second.
pub fn check_preferences(changes: &[PreferenceChange]) -> Result<()> {
    let mut seen = HashSet::new();
    match changes.iter().position(|change| !seen.insert(change.kind)) {
        Some(place) => {
            Err(Error::bad_input(format!("input.preferences.{place}.kind"), "This kind is in the list already."))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::model::NotificationKind;
    use super::*;

    #[test]
    fn titles_are_one_line_and_bodies_are_lines() {
        assert_eq!(title(" Sales\u{0}\n of\t\u{202E}May "), "Sales of May");
        assert_eq!(title("\u{7}\n"), "Untitled");
        assert_eq!(body("\u{0}one\r\ntwo\u{2066}\n").as_deref(), Some("one\ntwo"));
        assert_eq!(body(" \u{1}\n"), None);
    }

    #[test]
    fn what_is_too_long_is_cut_between_characters() {
        let long = "é".repeat(TITLE_MAX);
        assert_eq!(title(&long), long);
        assert_eq!(title(&format!("{long}é")), format!("{}…", "é".repeat(TITLE_MAX - 1)));
        let words = "法律 ".repeat(BODY_MAX);
        let short = body(&words).unwrap();
        assert!(short.ends_with("律 法…"), "{short}");
        assert_eq!(short.chars().count(), BODY_MAX);
    }

    #[test]
    fn lists_are_bounded_and_name_a_kind_once() {
        for (count, is_good) in [(0, false), (1, true), (IDS_MAX, true), (IDS_MAX + 1, false)] {
            assert_eq!(check_ids(count).is_ok(), is_good, "{count}");
        }
        let change = |kind| PreferenceChange { kind, in_app: Some(true), mail: None };
        let (one, other) = (change(NotificationKind::AlertFiring), change(NotificationKind::ReportSent));
        assert!(check_preferences(&[one, other]).is_ok());
        let refused = check_preferences(&[one, other, one]).unwrap_err();
        assert_eq!(refused.fields()[0].path, "input.preferences.2.kind");
    }
}
