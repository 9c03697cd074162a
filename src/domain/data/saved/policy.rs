//! Pure rules of statements that are kept.

use chrono::{DateTime, NaiveDate, NaiveDateTime};

use super::model::{Content, Declared};
use crate::domain::data::queries::identity::{GivenType, NO_NAME, PARAMETERS_MAX, VALUE_MAX, is_name};
use crate::error::{Error, FieldError, Result};

/// Longest name, in characters, as the table has it.
const NAME_MAX: usize = 200;
/// Longest description and question, in characters, as the table has it.
const TEXT_MAX: usize = 2000;
/// Longest label of a parameter, in characters.
const LABEL_MAX: usize = 100;
/// Days by their names, as Postgres reads them.
const DAYS: [&str; 3] = ["today", "yesterday", "tomorrow"];

/// Content as it is kept: names in one line, texts trimmed, empty ones taken as none. The statement stays as it was written, so that places
/// in it stay true.
///
/// # Errors
/// BAD_USER_INPUT with every field that does not do. What of the statement may be run says the gate.
pub fn checked(content: &Content) -> Result<Content> {
    let mut refused = Vec::new();
    let name = line(&content.name);
    if name.is_empty() {
        refused.push(field("input.name", "This must not be empty.".to_owned()));
    }
    let mut bounded = |path: String, text: &str, longest: usize| {
        if text.chars().count() > longest {
            refused.push(field(&path, format!("At most {longest} characters.")));
        }
    };
    bounded("input.name".to_owned(), &name, NAME_MAX);
    let mut text = |path: &str, text: Option<&str>| {
        let text = text.map(clean).filter(|text| !text.is_empty());
        bounded(path.to_owned(), text.as_deref().unwrap_or_default(), TEXT_MAX);
        text
    };
    let description = text("input.description", content.description.as_deref());
    let question = text("input.question", content.question.as_deref());
    let label = |declared: &Declared| declared.label.as_deref().map(line).filter(|label| !label.is_empty());
    let parameters: Vec<Declared> =
        content.parameters.iter().map(|it| Declared { label: label(it), ..it.clone() }).collect();
    for (place, declared) in parameters.iter().enumerate() {
        bounded(format!("input.parameters.{place}.label"), declared.label.as_deref().unwrap_or_default(), LABEL_MAX);
    }
    refused.extend(wrong_parameters(&parameters));
    if refused.is_empty() {
        return Ok(Content { name, description, question, sql: content.sql.clone(), parameters });
    }
    Err(Error::bad_inputs(refused))
}

/// Everything that is wrong with what a statement asks for.
fn wrong_parameters(parameters: &[Declared]) -> Vec<FieldError> {
    if parameters.len() > PARAMETERS_MAX {
        return vec![field("input.parameters", format!("At most {PARAMETERS_MAX} parameters."))];
    }
    let mut wrong = Vec::new();
    for (place, declared) in parameters.iter().enumerate() {
        let mut refuse =
            |part: &str, message: String| wrong.push(field(&format!("input.parameters.{place}.{part}"), message));
        if !is_name(&declared.name) {
            refuse("name", NO_NAME.to_owned());
        }
        if parameters.iter().take(place).any(|other| other.name == declared.name) {
            refuse("name", "There is another parameter of this name.".to_owned());
        }
        match &declared.default {
            Some(text) if !is_value(text) => refuse("default", no_value()),
            Some(text) if !fits(declared.kind, text) => refuse("default", wanted(declared.kind).to_owned()),
            _ => {}
        }
    }
    wrong
}

/// Whether a text can be a value at all.
#[must_use]
pub fn is_value(text: &str) -> bool {
    text.chars().count() <= VALUE_MAX && !text.contains('\0')
}

/// What is said of a text that cannot.
#[must_use]
pub fn no_value() -> String {
    format!("At most {VALUE_MAX} characters, and not U+0000.")
}

/// Whether Postgres will read the text as a value of this type; it reads more than what is allowed here.
#[must_use]
pub fn fits(kind: GivenType, text: &str) -> bool {
    match kind {
        GivenType::Text => true,
        GivenType::Number => is_number(text),
        GivenType::Boolean => ["true", "false"].iter().any(|word| text.eq_ignore_ascii_case(word)),
        GivenType::Date => is_day(text),
        GivenType::Timestamp => text.eq_ignore_ascii_case("now") || is_day(text) || is_moment(text),
    }
}

/// Digits with a sign, a point and an exponent of at most three digits.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| text.chars().all(|char| char.is_ascii_digit());
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) =
        text.split_once(['e', 'E']).map_or((text, None), |(text, exponent)| (text, Some(exponent)));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        (1..=3).contains(&exponent.len()) && digits(exponent)
    });
    digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty()) && exponent
}

fn is_day(text: &str) -> bool {
    DAYS.iter().any(|day| text.eq_ignore_ascii_case(day)) || NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok()
}

fn is_moment(text: &str) -> bool {
    DateTime::parse_from_rfc3339(text).is_ok()
        || ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
            .iter()
            .any(|format| NaiveDateTime::parse_from_str(text, format).is_ok())
}

const fn wanted(kind: GivenType) -> &'static str {
    match kind {
        GivenType::Text => "Give a text.",
        GivenType::Number => "Give a number, as in 12.5.",
        GivenType::Boolean => "Give true or false.",
        GivenType::Date => "Give a day, as in 2026-12-31, or today, yesterday or tomorrow.",
        GivenType::Timestamp => "Give a moment, as in 2026-12-31T10:00:00Z, a day, or now.",
    }
}

/// A text of one line.
#[must_use]
pub fn line(text: &str) -> String {
    let clean: String = text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect();
    clean.trim().to_owned()
}

/// A text of any number of lines.
#[must_use]
pub fn clean(text: &str) -> String {
    text.trim().replace('\0', "\u{FFFD}")
}

fn field(path: &str, message: String) -> FieldError {
    FieldError { path: path.to_owned(), message }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content() -> Content {
        Content {
            name: " Net\nby region ".to_owned(),
            description: Some(" \n".to_owned()),
            question: Some(" What?\nWhy? ".to_owned()),
            sql: " SELECT 1 ".to_owned(),
            parameters: Vec::new(),
        }
    }

    fn declared(name: &str, kind: GivenType, default: Option<&str>) -> Declared {
        Declared { name: name.to_owned(), kind, label: None, default: default.map(str::to_owned) }
    }

    #[test]
    fn content_is_tidied_and_the_statement_left_alone() {
        let kept = checked(&content()).unwrap();
        assert_eq!((kept.name.as_str(), kept.description, kept.sql.as_str()), ("Net by region", None, " SELECT 1 "));
        assert_eq!(kept.question.as_deref(), Some("What?\nWhy?"));
    }

    #[test]
    fn everything_that_is_wrong_is_told_with_its_place() {
        let wrong = Content {
            name: "x".repeat(201),
            description: Some("x".repeat(2001)),
            question: None,
            sql: String::new(),
            parameters: vec![
                declared("a", GivenType::Number, Some("two")),
                Declared { label: Some("x".repeat(101)), ..declared("1", GivenType::Text, None) },
                declared("a", GivenType::Text, Some("\0")),
            ],
        };
        let refused = checked(&wrong).unwrap_err();
        let paths: Vec<&str> = refused.fields().iter().map(|field| field.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "input.name",
                "input.description",
                "input.parameters.1.label",
                "input.parameters.0.default",
                "input.parameters.1.name",
                "input.parameters.2.name",
                "input.parameters.2.default"
            ]
        );
        let many = (0..51).map(|place| declared(&format!("p{place}"), GivenType::Text, None)).collect();
        let refused = checked(&Content { parameters: many, ..content() }).unwrap_err();
        assert_eq!(refused.fields()[0].path, "input.parameters");
        assert!(checked(&Content { name: " \t".to_owned(), ..content() }).is_err());
    }

    #[test]
    fn defaults_are_of_their_types() {
        let table: [(GivenType, &[&str], &[&str]); 5] = [
            (GivenType::Text, &["", "x"], &[]),
            (
                GivenType::Number,
                &["0", "-1.5", "+.5", "5.", "1e3", "1E-300"],
                &["", ".", "-", "1,5", "1e", "1e1000", "NaN", " 1"],
            ),
            (GivenType::Boolean, &["true", "FALSE"], &["", "yes", "1"]),
            (GivenType::Date, &["2026-02-28", "today", "Yesterday"], &["2026-02-30", "28.2.2026", "now", ""]),
            (
                GivenType::Timestamp,
                &["2026-02-28T10:00:00Z", "2026-02-28 10:00:00+01:00", "2026-02-28 10:00", "2026-02-28", "now"],
                &["2026-02-28T25:00:00Z", "10:00", ""],
            ),
        ];
        for (kind, fitting, others) in table {
            for text in fitting {
                assert!(fits(kind, text), "{kind:?} {text:?}");
            }
            for text in others {
                assert!(!fits(kind, text), "{kind:?} {text:?}");
            }
        }
    }
}
