//! A text without the sentences that do not hold, for when a model could not repair them.

use std::ops::Range;

use crate::insights::checking::check::PRONOUNS;
use crate::insights::checking::report::Report;

/// The text that is left, and the sentences that were taken out, in their order. A sentence that goes on about one that was taken out ("It
/// rose by …") goes with it.
#[must_use]
pub fn strike(text: &str, report: &Report) -> (String, Vec<String>) {
    let mut struck: Vec<Range<usize>> = Vec::new();
    let mut was_struck = false;
    for span in &report.sentences {
        let sentence = text.get(span.clone()).unwrap_or("");
        let opening = sentence.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty()).unwrap_or("");
        let goes_on = PRONOUNS.contains(&opening.to_lowercase().as_str());
        let is_bad = report.bad().any(|checked| span.contains(&checked.span.start));
        was_struck = is_bad || (was_struck && goes_on);
        if was_struck {
            struck.push(span.clone());
        }
    }
    let taken = struck.iter().filter_map(|span| text.get(span.clone())).map(str::to_owned).collect();
    let mut left = String::new();
    let mut at = 0;
    for span in struck {
        left += text.get(at..span.start).unwrap_or("");
        let rest = text.get(span.end..).unwrap_or("");
        // With the space behind it; with the end of its line too where nothing else stands in it.
        let spaces = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let is_alone = left.is_empty() || left.ends_with('\n');
        let line_end = rest.get(spaces..).filter(|rest| is_alone && rest.starts_with('\n')).map_or(0, |_| 1);
        at = span.end + spaces + line_end;
    }
    left += text.get(at..).unwrap_or("");
    let lines: Vec<&str> = left.lines().map(str::trim_end).collect();
    (lines.join("\n").trim().to_owned(), taken)
}
