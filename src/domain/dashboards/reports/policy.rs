//! Pure rules of reports.

use super::model::{Attachment, Content};
use crate::domain::data::saved::policy::line;
use crate::error::{Error, FieldError, Result};

/// Reports of one dashboard at most.
pub const REPORTS_MAX: i64 = 20;
/// People who get one report at most.
pub const RECIPIENTS_MAX: usize = 50;
/// Longest title, in characters, as the table has it.
const TITLE_MAX: usize = 200;
/// Runs by schedule that fail one after another before a report stops by itself.
pub const FAILURES_MAX: i32 = 5;

/// Content as it is kept: the title in one line, addresses in small letters, each file once.
///
/// # Errors
/// BAD_USER_INPUT with every field that does not do. The times are looked at by themselves, as are filters and recipients.
pub fn checked(content: &Content) -> Result<Content> {
    let mut wrong = Vec::new();
    let mut refuse = |path: &str, message: String| wrong.push(FieldError { path: path.to_owned(), message });
    let title = line(&content.title);
    if title.is_empty() {
        refuse("input.title", "This must not be empty.".to_owned());
    }
    if title.chars().count() > TITLE_MAX {
        refuse("input.title", format!("At most {TITLE_MAX} characters."));
    }
    let recipients = content.recipients.as_ref().map(|all| all.iter().map(|it| it.trim().to_lowercase()).collect());
    let recipients: Option<Vec<String>> = recipients;
    match recipients.as_ref().map(Vec::len) {
        Some(0) => refuse("input.recipients", "Give at least one.".to_owned()),
        Some(count) if count > RECIPIENTS_MAX => refuse("input.recipients", format!("At most {RECIPIENTS_MAX}.")),
        _ => {}
    }
    let mut attachments: Vec<Attachment> = Vec::new();
    for attachment in &content.attachments {
        if !attachments.contains(attachment) {
            attachments.push(*attachment);
        }
    }
    if wrong.is_empty() {
        return Ok(Content { title, recipients, attachments, ..content.clone() });
    }
    Err(Error::bad_inputs(wrong))
}

/// Whether a report stops after so many failures.
#[must_use]
pub const fn is_to_stop(failures: i32) -> bool {
    failures >= FAILURES_MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(title: &str, recipients: Option<Vec<String>>) -> Content {
        Content {
            title: title.to_owned(),
            cron: "0 8 * * *".to_owned(),
            time_zone: "UTC".to_owned(),
            filters: Vec::new(),
            recipients,
            attachments: vec![Attachment::Csv, Attachment::Pdf, Attachment::Csv],
            is_enabled: true,
        }
    }

    #[test]
    fn what_is_kept_is_clean_and_bounded() {
        let kept = checked(&content("  The\nweek ", Some(vec![" Ada@Example.org ".to_owned()]))).unwrap();
        assert_eq!((kept.title.as_str(), kept.recipients), ("The week", Some(vec!["ada@example.org".to_owned()])));
        assert_eq!(kept.attachments, [Attachment::Csv, Attachment::Pdf]);
        let paths = |content: &Content| {
            let refused = checked(content).unwrap_err();
            refused.fields().iter().map(|field| field.path.clone()).collect::<Vec<_>>()
        };
        assert_eq!(paths(&content(" ", Some(Vec::new()))), ["input.title", "input.recipients"]);
        assert_eq!(paths(&content(&"x".repeat(201), None)), ["input.title"]);
        assert_eq!(paths(&content("x", Some(vec!["a@b.c".to_owned(); 51]))), ["input.recipients"]);
        assert!(!is_to_stop(4) && is_to_stop(5));
    }
}
