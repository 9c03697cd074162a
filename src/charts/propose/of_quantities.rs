//! Quantities among themselves: scatter plots and histograms.

use serde_json::json;

use crate::warehouse::cells::CellType;

use super::facts::{Fact, Role};
use super::proposal::{ChartKind, Proposal};
use super::seen::Seen;
use super::shapes::{category, mark, proposal, quantity, quoted, short, with};

/// Points that are worth a plot, and those that can still be told apart.
const POINTS: std::ops::RangeInclusive<usize> = 5..=5000;
/// Colours of points.
const FEW: usize = 8;
/// Rows and different values of a histogram.
const ROWS: usize = 20;
const VALUES: usize = 8;

/// Proposes what is read by quantities alone.
pub fn propose(seen: &Seen<'_>, proposals: &mut Vec<Proposal>) {
    let measures: Vec<&Fact> = seen.all(Role::Measure).filter(|fact| fact.distinct >= 2).collect();
    let has_time = seen.all(Role::Time).chain(seen.all(Role::Year)).any(|fact| fact.distinct >= 2);
    let few = seen.all(Role::Category).find(|fact| (2..=FEW).contains(&fact.distinct));
    if let [x, y, ..] = measures.as_slice()
        && POINTS.contains(&seen.rows())
    {
        // Where categories or times repeat, they are what the rows are about.
        let score = match (has_time, few) {
            (true, _) => 55,
            (false, Some(few)) if seen.rows() < ROWS || !seen.repeats(&[few]) => 88,
            (false, Some(_)) => 95,
            _ => 93,
        };
        scatter(seen, x, y, measures.get(2).copied(), few, score, proposals);
    }
    if let Some(measure) = measures.first()
        && seen.rows() >= ROWS
        && measure.distinct >= VALUES
    {
        let names =
            seen.all(Role::Category).chain(seen.all(Role::Identifier).filter(|fact| fact.kind == CellType::Text));
        let alone = names.count() == 0 && !has_time && measures.len() == 1;
        let bins = with(quantity(measure, false), json!({"bin": {"maxbins": 20}}));
        let encoding = json!({"x": bins, "y": {"aggregate": "count", "type": "quantitative"}});
        let reason = format!("{} in {} rows: a histogram shows how it is distributed.", quoted(measure), seen.rows());
        let title = format!("Distribution of {}", short(measure));
        let score = if alone { 96 } else { 40 };
        proposals.push(proposal(ChartKind::Histogram, score, &title, mark("bar"), encoding, reason));
    }
}

fn scatter(
    seen: &Seen<'_>,
    x: &Fact,
    y: &Fact,
    third: Option<&Fact>,
    few: Option<&Fact>,
    score: u8,
    proposals: &mut Vec<Proposal>,
) {
    let on_axis = |fact: &Fact| with(quantity(fact, false), json!({"scale": {"zero": false}}));
    let mut encoding = json!({"x": on_axis(x), "y": on_axis(y)});
    let mut reason = format!(
        "{} against {} in {} rows: two quantities are compared by their places",
        quoted(y),
        quoted(x),
        seen.rows()
    );
    if let Some(few) = few {
        encoding = with(encoding, json!({"color": category(few)}));
        reason = format!("{reason}, coloured by {}", quoted(few));
    }
    if let Some(third) = third.filter(|third| third.least >= 0.0 && seen.rows() <= 200) {
        encoding = with(encoding, json!({"size": quantity(third, false)}));
        reason = format!("{reason}, with {} as size", quoted(third));
    }
    let title = format!("{} against {}", short(y), short(x));
    let mark = json!({"type": "circle", "tooltip": true});
    proposals.push(proposal(ChartKind::Scatter, score, &title, mark, encoding, format!("{reason}.")));
}
