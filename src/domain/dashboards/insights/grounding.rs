//! Holds texts against a result: which figures do not follow, what is left when the sentences around them are struck, and what is said
//! without a model. All of it is work for a while: call it off the async threads.

use std::ops::Range;

use serde_json::Value;

use super::model::{Draft, InsightFigure, InsightMethod};
use crate::insights::checking::check::{Options, check_view};
use crate::insights::checking::report::{Checked, Report, Verdict};
use crate::insights::facts::view::View;
use crate::insights::figures::figure::DecimalMark;
use crate::insights::prompt::repair::repair;
use crate::insights::prompt::strike::strike;
use crate::insights::write::summary::summary;
use crate::warehouse::cells::CellColumn;

/// Times that sentences are struck: what is left may lean on what is gone.
const ROUNDS: usize = 4;
/// Longest title, in characters, as the table has it.
const TITLE: usize = 300;
/// What a text is called when nothing else has a name.
const UNTITLED: &str = "About this result";
/// What is said where nothing of a model's text was left.
const NOTHING_LEFT: &str = "Nothing that the model wrote followed from the result, so this was written without it.";

/// What texts are held against.
#[derive(Debug, Clone, Default)]
pub struct Ground {
    pub columns: Vec<CellColumn>,
    pub rows: Vec<Vec<Value>>,
    /// Texts whose figures may be quoted: titles, the question.
    pub given: Vec<String>,
    /// What the chart or the query is called.
    pub name: Option<String>,
    pub mark: DecimalMark,
}

/// A text whose figures all follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    pub title: String,
    pub body: String,
    pub figures: Vec<InsightFigure>,
    pub method: InsightMethod,
    /// Sentences that were struck.
    pub struck: usize,
    pub note: Option<&'static str>,
}

/// What came of a check of both parts.
#[derive(Debug, Clone)]
pub struct Judged {
    title: Report,
    body: Report,
}

impl Judged {
    /// Whether every figure follows.
    #[must_use]
    pub fn is_grounded(&self) -> bool {
        self.title.is_grounded() && self.body.is_grounded()
    }
}

impl Ground {
    fn options(&self) -> Options {
        Options { mark: self.mark, given: self.given.clone(), ..Options::default() }
    }

    /// Holds both parts against the result.
    #[must_use]
    pub fn judge(&self, draft: &Draft) -> Judged {
        let (view, options) = (View::new(&self.columns, &self.rows), self.options());
        Judged { title: check_view(&draft.title, &view, &options), body: check_view(&draft.body, &view, &options) }
    }

    /// What a model is told of a text that does not hold, marked as the result was; empty for one that does.
    #[must_use]
    pub fn told(&self, draft: &Draft, nonce: &str) -> String {
        let judged = self.judge(draft);
        let title = repair(&draft.title, &judged.title, nonce);
        let body = repair(&draft.body, &judged.body, nonce);
        match (title.is_empty(), body.is_empty()) {
            (true, _) => body,
            (false, true) => format!("About the title:\n\n{title}"),
            (false, false) => format!("About the title:\n\n{title}\n\nAbout the body:\n\n{body}"),
        }
    }

    /// What holds of a model's text; without one, or where nothing holds, what can be said without.
    #[must_use]
    pub fn finish(&self, draft: Option<&Draft>) -> Text {
        let Some(draft) = draft else { return Text { note: Some(NOTHING_LEFT), ..self.by_rules() } };
        let (view, options) = (View::new(&self.columns, &self.rows), self.options());
        let (mut body, mut struck) = (draft.body.clone(), 0);
        for _ in 0..ROUNDS {
            if body.trim().is_empty() {
                break;
            }
            let report = check_view(&body, &view, &options);
            if report.is_grounded() {
                let (title, mut found) = self.title(&draft.title, &view, &options);
                found.extend(figures(&body, &report.figures, 0, false));
                return Text { title, body, figures: found, method: InsightMethod::Model, struck, note: None };
            }
            let (left, taken) = strike(&body, &report);
            // What is struck nowhere would be struck nowhere the next time.
            if taken.is_empty() {
                break;
            }
            struck += taken.len();
            body = left;
        }
        Text { note: Some(NOTHING_LEFT), struck, ..self.by_rules() }
    }

    /// What can be said without a model.
    #[must_use]
    pub fn by_rules(&self) -> Text {
        let (mut body, mut found) = (String::new(), Vec::new());
        for sentence in summary(&self.columns, &self.rows, self.name.as_deref()) {
            if !body.is_empty() {
                body.push(' ');
            }
            found.extend(figures(&sentence.text, &sentence.figures, body.chars().count(), false));
            body.push_str(&sentence.text);
        }
        if body.is_empty() {
            // Names in the result may read like figures: then there is no sentence that holds.
            "Nothing can be said about this result with certainty.".clone_into(&mut body);
        }
        Text { title: self.own_title(), body, figures: found, method: InsightMethod::Rules, struck: 0, note: None }
    }

    /// The title if it holds, with its figures, or else what people call it.
    fn title(&self, title: &str, view: &View, options: &Options) -> (String, Vec<InsightFigure>) {
        if title.is_empty() {
            return (self.own_title(), Vec::new());
        }
        let report = check_view(title, view, options);
        if report.is_grounded() {
            (title.to_owned(), figures(title, &report.figures, 0, true))
        } else {
            (self.own_title(), Vec::new())
        }
    }

    fn own_title(&self) -> String {
        let name: String = self.name.as_deref().unwrap_or_default().chars().take(TITLE).collect();
        if name.trim().is_empty() { UNTITLED.to_owned() } else { name }
    }
}

/// The figures that follow, with their places in a text that begins `before` characters into the whole.
fn figures(text: &str, checked: &[Checked], before: usize, is_in_title: bool) -> Vec<InsightFigure> {
    let place = |at: usize| i32::try_from(before + chars(text, 0..at)).unwrap_or(i32::MAX);
    let figure = |checked: &Checked| match &checked.verdict {
        Verdict::Grounded { how, .. } => Some(InsightFigure {
            text: checked.text.clone(),
            is_in_title,
            start: place(checked.span.start),
            end: place(checked.span.end),
            fact: how.replace('\0', "\u{FFFD}"),
        }),
        Verdict::Unsupported { .. } | Verdict::Contradicted { .. } => None,
    };
    checked.iter().filter_map(figure).collect()
}

fn chars(text: &str, bytes: Range<usize>) -> usize {
    text.get(bytes).map_or(0, |part| part.chars().count())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::warehouse::cells::CellType;

    fn ground() -> Ground {
        let column = |name: &str, kind| CellColumn { name: name.to_owned(), kind };
        Ground {
            columns: vec![column("region", CellType::Text), column("net", CellType::Decimal)],
            rows: vec![vec![json!("Süd"), json!(1200)], vec![json!("Nord"), json!(800)]],
            name: Some("Net by region".to_owned()),
            ..Ground::default()
        }
    }

    fn draft(title: &str, body: &str) -> Draft {
        Draft { title: title.to_owned(), body: body.to_owned() }
    }

    fn shown(figure: &InsightFigure, text: &str) -> String {
        let (start, end) = (usize::try_from(figure.start).unwrap(), usize::try_from(figure.end).unwrap());
        text.chars().skip(start).take(end - start).collect()
    }

    #[test]
    fn figures_are_where_they_are_said_to_be() {
        let text =
            ground().finish(Some(&draft("Süd made 1,200 in net", "Süd made 1,200 in net. The total of net is 2,000.")));
        assert_eq!((text.method, text.struck, text.note), (InsightMethod::Model, 0, None));
        let found: Vec<_> = text.figures.iter().map(|figure| (figure.text.as_str(), figure.is_in_title)).collect();
        assert_eq!(found, [("1,200", true), ("1,200", false), ("2,000", false)]);
        for figure in &text.figures {
            let whole = if figure.is_in_title { &text.title } else { &text.body };
            assert_eq!(shown(figure, whole), figure.text);
            assert!(!figure.fact.is_empty());
        }
        let rules = ground().by_rules();
        assert_eq!((rules.title.as_str(), rules.method), ("Net by region", InsightMethod::Rules));
        assert!(!rules.figures.is_empty());
        for figure in &rules.figures {
            assert_eq!(shown(figure, &rules.body), figure.text, "{}", rules.body);
        }
    }

    #[test]
    fn what_does_not_follow_is_told_and_struck() {
        let wrong = draft("Süd made 5,000 in net", "Süd made 1,200 in net. Nord made 900 in net.");
        let told = ground().told(&wrong, "f00d");
        assert!(told.starts_with("About the title:\n\n"), "{told}");
        assert!(
            told.contains("\"5,000\" in \"Süd made 5,000 in net\"")
                && told.contains("\"900\" in \"Nord made 900 in net.\""),
            "{told}"
        );
        let text = ground().finish(Some(&wrong));
        assert_eq!((text.title.as_str(), text.body.as_str()), ("Net by region", "Süd made 1,200 in net."));
        assert_eq!((text.struck, text.method, text.note), (1, InsightMethod::Model, None));
        assert_eq!(ground().told(&draft("Net", &text.body), "f00d"), "");

        let none = ground().finish(Some(&draft("Costs", "Costs were 77 and 99.")));
        assert_eq!((none.method, none.struck, none.note), (InsightMethod::Rules, 1, Some(NOTHING_LEFT)));
        assert_eq!(none.body, ground().by_rules().body);
        assert_eq!(ground().finish(None).note, Some(NOTHING_LEFT));
    }
}
