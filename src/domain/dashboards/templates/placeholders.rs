//! Text with placeholders: `{{name}}`, of a fixed set of names. There is nothing else to it: no conditions, no loops, nothing that runs.

/// What a placeholder stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Placeholder {
    /// The rows of the result, as many as a model is told.
    Result,
    /// Names and types of its columns.
    Columns,
    /// The words of the workspace.
    Glossary,
    /// What the text should answer.
    Focus,
    /// In which language.
    Language,
    /// The question that the query answers.
    Question,
    /// The title of the chart, or else the name of the query.
    Title,
    /// What that shows.
    Description,
}

/// All placeholders by their names.
pub const ALL: [(&str, Placeholder); 8] = [
    ("result", Placeholder::Result),
    ("columns", Placeholder::Columns),
    ("glossary", Placeholder::Glossary),
    ("focus", Placeholder::Focus),
    ("language", Placeholder::Language),
    ("question", Placeholder::Question),
    ("title", Placeholder::Title),
    ("description", Placeholder::Description),
];

/// Characters of a wrong name that are quoted.
const QUOTED: usize = 40;

/// A part of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    Text(String),
    Placeholder(Placeholder),
}

/// What is wrong with a template, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// From 1.
    pub line: usize,
    /// Character in the line, from 1.
    pub column: usize,
    pub problem: String,
}

/// The parts of a template.
///
/// # Errors
/// What is no placeholder, one that is not closed, and one that stands there twice, with its place.
pub fn parse(body: &str) -> Result<Vec<Piece>, Fault> {
    let mut pieces = Vec::new();
    let (mut text, mut seen) = (String::new(), Vec::new());
    let mut rest = body;
    while let Some(place) = rest.find('{') {
        let (before, behind) = rest.split_at(place);
        text.push_str(before);
        let at = body.len() - behind.len();
        if behind.starts_with("{%") || behind.starts_with("{#") {
            return Err(fault(body, at, "There are placeholders such as {{result}}, and nothing else.".to_owned()));
        }
        let Some(inner) = behind.strip_prefix("{{") else {
            text.push('{');
            rest = behind.strip_prefix('{').unwrap_or_default();
            continue;
        };
        let Some((name, after)) = inner.split_once("}}") else {
            return Err(fault(body, at, "This placeholder is not closed.".to_owned()));
        };
        let name = name.trim();
        let Some((_, found)) = ALL.iter().find(|(known, _)| *known == name) else {
            let known: Vec<&str> = ALL.iter().map(|(known, _)| *known).collect();
            let quoted: String = name.chars().take(QUOTED).collect();
            let problem = format!("There is no placeholder “{quoted}”. There are {}.", known.join(", "));
            return Err(fault(body, at, problem));
        };
        if seen.contains(found) {
            return Err(fault(body, at, format!("The placeholder “{name}” stands there already.")));
        }
        seen.push(*found);
        if !text.is_empty() {
            pieces.push(Piece::Text(std::mem::take(&mut text)));
        }
        pieces.push(Piece::Placeholder(*found));
        rest = after;
    }
    text.push_str(rest);
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
    Ok(pieces)
}

/// The text of a template with these values. What a value holds is text, even what looks like a placeholder.
#[must_use]
pub fn fill(pieces: &[Piece], value: impl Fn(Placeholder) -> String) -> String {
    let mut filled = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => filled.push_str(text),
            Piece::Placeholder(placeholder) => filled.push_str(&value(*placeholder)),
        }
    }
    filled
}

fn fault(body: &str, at: usize, problem: String) -> Fault {
    let before = body.get(..at).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    Fault { line, column, problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(body: &str) -> (usize, usize, String) {
        let fault = parse(body).unwrap_err();
        (fault.line, fault.column, fault.problem)
    }

    #[test]
    fn placeholders_are_filled_once() {
        let pieces = parse("A {b} {{ result }}\n{{title}}}").unwrap();
        let value = |placeholder| match placeholder {
            Placeholder::Result => "{{title}}".to_owned(),
            other => format!("{other:?}"),
        };
        assert_eq!(fill(&pieces, value), "A {b} {{title}}\nTitle}");
        assert_eq!(parse("plain").unwrap(), [Piece::Text("plain".to_owned())]);
        assert_eq!(parse("").unwrap(), []);
        assert_eq!(parse("x {").unwrap(), [Piece::Text("x {".to_owned())]);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        assert_eq!(wrong("äö\nä {{rows}}").0, 2);
        assert_eq!(wrong("äö\nä {{rows}}").1, 3);
        assert!(
            wrong("{{ self.env }}").2.starts_with("There is no placeholder “self.env”. There are result, columns,")
        );
        assert_eq!(wrong("a {{result"), (1, 3, "This placeholder is not closed.".to_owned()));
        assert_eq!(wrong("{{title}} {{title}}"), (1, 11, "The placeholder “title” stands there already.".to_owned()));
        for other in ["{% for x in y %}", "{# note #}"] {
            assert_eq!(wrong(other), (1, 1, "There are placeholders such as {{result}}, and nothing else.".to_owned()));
        }
    }
}
