//! Pure rules of the words of workspaces.

use super::model::Content;
use crate::error::{Error, FieldError, Result};
use crate::sql::check::check;
use crate::sql::relations::Relations;

/// Words of a workspace at most: all of them are looked through for every question.
pub const TERMS_MAX: i64 = 500;
/// Longest word, in characters, as the table has it.
const TERM_MAX: usize = 100;
/// Other words for it at most, as the table has it.
const SYNONYMS_MAX: usize = 20;
/// Longest definition, in characters, as the table has it.
const DEFINITION_MAX: usize = 1000;
/// Longest expression, in characters, as the table has it.
const EXPRESSION_MAX: usize = 500;

/// A word as it is kept: words in one line, texts trimmed, an empty expression taken as none. Which table an expression is about is not
/// known here; that nothing in it may not be run is.
///
/// # Errors
/// BAD_USER_INPUT with every field that does not do.
pub fn checked(content: &Content) -> Result<Content> {
    let mut refused = Vec::new();
    let mut bounded = |path: String, text: &str, longest: usize| {
        if text.is_empty() {
            refused.push(FieldError { path, message: "This must not be empty.".to_owned() });
        } else if text.chars().count() > longest {
            refused.push(FieldError { path, message: format!("At most {longest} characters.") });
        }
    };
    let (term, definition) = (line(&content.term), clean(&content.definition));
    bounded("input.term".to_owned(), &term, TERM_MAX);
    bounded("input.definition".to_owned(), &definition, DEFINITION_MAX);
    let synonyms: Vec<String> = content.synonyms.iter().map(|synonym| line(synonym)).collect();
    for (place, synonym) in synonyms.iter().enumerate().take(SYNONYMS_MAX) {
        bounded(format!("input.synonyms.{place}"), synonym, TERM_MAX);
    }
    let expression = content.expression.as_deref().map(clean).filter(|text| !text.is_empty());
    if synonyms.len() > SYNONYMS_MAX {
        refused.push(FieldError { path: "input.synonyms".to_owned(), message: format!("At most {SYNONYMS_MAX}.") });
    }
    if let Some(problem) = expression.as_deref().and_then(wrong_expression) {
        refused.push(FieldError { path: "input.expression".to_owned(), message: problem });
    }
    if refused.is_empty() {
        return Ok(Content { term, synonyms, definition, expression });
    }
    Err(Error::bad_inputs(refused))
}

/// Why an expression is none that could be run over some table.
fn wrong_expression(expression: &str) -> Option<String> {
    if expression.chars().count() > EXPRESSION_MAX {
        return Some(format!("At most {EXPRESSION_MAX} characters."));
    }
    // What closes it stands in a line of its own, out of reach of a comment.
    let refusal = check(&format!("SELECT ({expression}\n)"), &Relations::new::<&str>(&[]), &[]).err()?;
    Some(format!("{}: {}", refusal.code.as_str(), refusal.message))
}

/// One line, trimmed, without control characters.
fn line(text: &str) -> String {
    text.split(|char: char| char.is_whitespace() || char.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Trimmed. Postgres takes no NUL.
fn clean(text: &str) -> String {
    text.replace('\0', "\u{FFFD}").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content() -> Content {
        Content {
            term: " net\nrevenue ".to_owned(),
            synonyms: vec![" turnover ".to_owned()],
            definition: " What is left. ".to_owned(),
            expression: Some(" sum(net) ".to_owned()),
        }
    }

    #[test]
    fn words_are_cleaned() {
        let kept = checked(&content()).unwrap();
        let expected = Content {
            term: "net revenue".to_owned(),
            synonyms: vec!["turnover".to_owned()],
            definition: "What is left.".to_owned(),
            expression: Some("sum(net)".to_owned()),
        };
        assert_eq!(kept, expected);
        assert_eq!(checked(&Content { expression: Some(" ".to_owned()), ..content() }).unwrap().expression, None);
    }

    #[test]
    fn what_does_not_do_is_named() {
        let wrong = Content {
            term: " \t".to_owned(),
            synonyms: vec!["x".repeat(101), "fine".to_owned(), String::new()],
            definition: "x".repeat(1001),
            expression: Some("pg_sleep(10)".to_owned()),
        };
        let refused = checked(&wrong).unwrap_err();
        let paths: Vec<&str> = refused.fields().iter().map(|field| field.path.as_str()).collect();
        let expected = ["input.term", "input.definition", "input.synonyms.0", "input.synonyms.2", "input.expression"];
        assert_eq!(paths, expected);
        for expression in ["net FROM orders", "1); DROP TABLE orders; SELECT (1", "(SELECT 1 FROM orders)"] {
            assert!(
                checked(&Content { expression: Some(expression.to_owned()), ..content() }).is_err(),
                "{expression}"
            );
        }
        let many = Content { synonyms: vec!["x".to_owned(); 21], ..content() };
        assert_eq!(checked(&many).unwrap_err().fields()[0].path, "input.synonyms");
    }
}
