//! The most telling sentences about a result.

use serde_json::Value;

use super::observation::Observation;
use super::phrases::many;
use super::{course, extremes, sizes};
use crate::insights::checking::check::{Options, check_view};
use crate::insights::checking::report::Checked;
use crate::insights::facts::view::View;
use crate::warehouse::cells::CellColumn;

/// Sentences of a summary, at most.
const SENTENCES: usize = 6;
/// Measures that are looked at.
const MEASURES: usize = 3;
/// Below this score a sentence is not worth its room once there are a few.
const DULL: f64 = 3.0;
/// Sentences that are kept whatever their score.
const FEW: usize = 3;

/// A sentence whose figures follow from the result.
#[derive(Debug, Clone, PartialEq)]
pub struct Sentence {
    pub text: String,
    /// Its figures, each with the fact that bears it out.
    pub figures: Vec<Checked>,
}

/// Up to six sentences about a result, in plain English. Each has been checked; what could not be borne out, as where names in the result
/// read like figures, is left out.
#[must_use]
pub fn summary(columns: &[CellColumn], rows: &[Vec<Value>], title: Option<&str>) -> Vec<Sentence> {
    let view = View::new(columns, rows);
    let options = Options { given: title.map(str::to_owned).into_iter().collect(), ..Options::default() };
    let checked = |text: String| -> Option<Sentence> {
        let report = check_view(&text, &view, &options);
        report.is_grounded().then_some(Sentence { text, figures: report.figures })
    };
    let mut found: Vec<(usize, f64, Sentence)> = observations(&view)
        .into_iter()
        .enumerate()
        .filter_map(|(place, observation)| Some((place, observation.score, checked(observation.text)?)))
        .collect();
    found.sort_by(|one, other| other.1.total_cmp(&one.1));
    let mut chosen: Vec<(usize, Sentence)> = found
        .into_iter()
        .enumerate()
        .filter(|(rank, (_, score, _))| *rank < SENTENCES && (*rank < FEW || *score >= DULL))
        .map(|(_, (place, _, sentence))| (place, sentence))
        .collect();
    chosen.sort_by_key(|(place, _)| *place);
    let mut sentences: Vec<Sentence> = chosen.into_iter().map(|(_, sentence)| sentence).collect();
    if sentences.is_empty() || view.measures().is_empty() {
        let title =
            title.map(|title| title.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|title| !title.is_empty());
        let named = title.and_then(|title| checked(opening(&view, &format!("\"{title}\""))));
        let opening = named.or_else(|| checked(opening(&view, "The result")));
        sentences = opening.into_iter().chain(sentences).collect();
    }
    sentences
}

/// What there is when nothing else can be said.
fn opening(view: &View, what: &str) -> String {
    match view.rows {
        0 => format!("{what} is empty."),
        rows if view.measures().is_empty() => format!("{what} has {} and no numbers.", many(rows, "row")),
        rows => format!("{what} has {}.", many(rows, "row")),
    }
}

/// All that is worth saying, in the order in which it is said.
fn observations(view: &View) -> Vec<Observation> {
    let measures = view.measures();
    let mut found = sizes::single(view);
    for (place, measure) in measures.iter().take(MEASURES).enumerate() {
        let is_main = place == 0;
        found.extend(sizes::total(view, *measure, is_main));
        found.extend(course::trend(view, *measure, is_main));
        if is_main {
            found.extend(course::peak(view, *measure));
        }
        found.extend(extremes::ends(view, *measure, is_main));
        if is_main {
            found.extend(extremes::concentration(view, *measure));
            found.extend(extremes::outlier(view, *measure));
        }
    }
    if measures.is_empty() {
        found.extend(sizes::names(view));
    }
    found.extend(course::gaps(view));
    found.extend(sizes::missing(view));
    found
}
