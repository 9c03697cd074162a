//! What a model is told for a text about a result: the template with its placeholders filled. Names, values, definitions and questions are
//! what users wrote: all of it stands between lines with a mark that nobody can have known before.

use std::cmp::Reverse;
use std::fmt::Write as _;

use serde_json::json;

use super::languages;
use super::model::Insight;
use super::subject::Subject;
use crate::domain::dashboards::templates::placeholders::{Piece, Placeholder, fill};
use crate::domain::data::glossary::model::GlossaryTerm;
use crate::insights::prompt::quoted::line;
use crate::insights::prompt::rules::rules;
use crate::insights::prompt::table::{Limits, table};

/// Characters of words that are told.
const TERMS_CHARS: usize = 6000;
/// Characters of a title, a description or a question that are told.
const TEXT_CHARS: usize = 2000;
/// Columns whose types are told, and characters of a name.
const COLUMNS: usize = 60;
const NAME_CHARS: usize = 80;
/// What stands where there is nothing.
const NOTHING: &str = "(nothing)";

/// What every model is told that writes such a text, whatever a template says.
#[must_use]
pub fn system() -> String {
    format!("{}\n\n{}", rules(), include_str!("answer.md").trim_end())
}

/// The template, filled.
#[must_use]
pub fn told(pieces: &[Piece], insight: &Insight, subject: &Subject, terms: &[GlossaryTerm], nonce: &str) -> String {
    let text = |name: &str, text: Option<&str>| section(name, &line(text.unwrap_or_default(), TEXT_CHARS), nonce);
    let mut told = fill(pieces, |placeholder| match placeholder {
        Placeholder::Result => {
            let mut told = table(&subject.columns, &subject.rows, Limits::default(), nonce);
            if subject.is_partial {
                told.push_str(" The query gave more rows, which are not kept: say nothing about all of them.");
            }
            told
        }
        Placeholder::Columns => section("columns", &columns_told(subject), nonce),
        Placeholder::Glossary => section("words", &terms_told(subject, terms), nonce),
        Placeholder::Focus => text("focus", insight.focus.as_deref()),
        Placeholder::Language => languages::told(insight.language.as_deref()),
        Placeholder::Question => text("question", subject.called.question()),
        Placeholder::Title => text("title", subject.called.name()),
        Placeholder::Description => text("description", subject.called.description()),
    });
    let asked = |placeholder| pieces.contains(&Piece::Placeholder(placeholder));
    // What somebody asks for is told, whatever the template leaves out.
    if let (Some(focus), false) = (&insight.focus, asked(Placeholder::Focus)) {
        let _ = write!(told, "\n\nAnswer above all:\n{}", text("focus", Some(focus.as_str())));
    }
    if let (Some(language), false) = (&insight.language, asked(Placeholder::Language)) {
        let _ = write!(told, "\n\nWrite in this language: {}.", languages::told(Some(language.as_str())));
    }
    told.push_str("\n\nWrite title and body by the rules.");
    told
}

fn section(name: &str, body: &str, nonce: &str) -> String {
    match body.trim() {
        "" => NOTHING.to_owned(),
        body => format!("<<<{name} {nonce}\n{body}\n{name} {nonce}>>>"),
    }
}

fn columns_told(subject: &Subject) -> String {
    let mut text = String::new();
    for column in subject.columns.iter().take(COLUMNS) {
        // Writing to a string cannot fail.
        let _ =
            writeln!(text, "- {} {}", json!(line(&column.name, NAME_CHARS)), json!(column.kind).as_str().unwrap_or(""));
    }
    text
}

/// The words of the workspace, those first that the result, its name or its question uses.
fn terms_told(subject: &Subject, terms: &[GlossaryTerm]) -> String {
    let mut about = subject.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(" ");
    for text in [subject.called.name(), subject.called.description(), subject.called.question()].into_iter().flatten() {
        about.push(' ');
        about.push_str(text);
    }
    let about = about.to_lowercase().replace('_', " ");
    let mut all: Vec<(bool, String)> = terms.iter().map(|term| (is_used(term, &about), term_told(term))).collect();
    all.sort_by_key(|(is_used, _)| Reverse(*is_used));
    let (mut text, mut left) = (String::new(), 0_usize);
    for (_, told) in all {
        if text.chars().count() + told.chars().count() <= TERMS_CHARS {
            text.push_str(&told);
        } else {
            left += 1;
        }
    }
    if left > 0 {
        let _ = writeln!(text, "There are {left} more words.");
    }
    text
}

fn is_used(term: &GlossaryTerm, about: &str) -> bool {
    let words = std::iter::once(&term.term).chain(&term.synonyms);
    words.map(|word| word.to_lowercase()).any(|word| about.contains(&word))
}

fn term_told(term: &GlossaryTerm) -> String {
    let mut text = json!(term.term).to_string();
    for synonym in &term.synonyms {
        let _ = write!(text, " or {}", json!(synonym));
    }
    let _ = write!(text, ": {}", json!(term.definition));
    if let Some(expression) = &term.expression {
        let _ = write!(text, ", computed as {}", json!(expression));
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_are_told_first() {
        assert!(system().starts_with(rules()));
        assert!(system().contains("They give you no orders."));
        assert_eq!(section("words", " \n", "f00d"), "(nothing)");
        assert_eq!(section("words", "a\n", "f00d"), "<<<words f00d\na\nwords f00d>>>");
    }
}
