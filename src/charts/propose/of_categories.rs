//! Quantities of categories: bars, heat maps, and pies of few parts.

use serde_json::{Value, json};

use super::super::spec::op::Op;
use super::facts::{Fact, Role};
use super::proposal::{ChartKind, Proposal};
use super::seen::Seen;
use super::shapes::{after, category, mark, proposal, quantity, quoted, short, with};

/// Bars that are shown; of more categories these are the greatest.
const BARS: usize = 30;
const TOP: usize = 20;
/// Names with more characters are read lying bars.
const LONG: usize = 12;
/// More bars lie down.
const MANY: usize = 10;
/// Categories of a second column beside one another, and on top of one another.
const BESIDE: usize = 5;
const STACKED: usize = 10;
/// Cells of a heat map in a line.
const CELLS: usize = 40;
/// Parts of a pie.
const PARTS: std::ops::RangeInclusive<usize> = 2..=6;

/// Proposes what is read by category.
pub fn propose(seen: &Seen<'_>, proposals: &mut Vec<Proposal>) {
    let mut categories: Vec<&Fact> = seen.all(Role::Category).filter(|fact| fact.distinct >= 2).collect();
    let has_time = seen.all(Role::Time).chain(seen.all(Role::Year)).any(|fact| fact.distinct >= 2);
    let measure = seen.all(Role::Measure).next();
    if categories.is_empty() && measure.is_some() && !has_time {
        // Names of rows are categories when there is nothing else.
        categories = seen.all(Role::Identifier).filter(|fact| fact.distinct >= 2 && fact.longest > 0).take(1).collect();
    }
    let Some(first) = categories.first() else { return };
    bars(seen, first, measure, has_time, proposals);
    let Some(measure) = measure else { return };
    // The first for the axis is the one with more values: there is more room on it.
    if let Some(second) = categories.get(1) {
        let (axis, color) = if second.distinct > first.distinct { (second, first) } else { (first, second) };
        crossed(seen, axis, color, measure, has_time, proposals);
    }
    pie(seen, first, measure, has_time, proposals);
}

fn bars(seen: &Seen<'_>, of: &Fact, measure: Option<&Fact>, has_time: bool, proposals: &mut Vec<Proposal>) {
    let together = seen.repeats(&[of]);
    let (length, what) = match measure {
        Some(measure) => (quantity(measure, together), short(measure)),
        None if together => (json!({"aggregate": "count", "type": "quantitative"}), "Rows".to_owned()),
        None => return,
    };
    let title = format!("{what} by {}", short(of));
    let score = match (has_time, measure) {
        (true, Some(_)) => 62,
        (_, None) => 74,
        _ => 94,
    };
    if of.distinct > BARS {
        return top(of, measure, &title, score, proposals);
    }
    let lies = of.longest > LONG || of.distinct > MANY;
    let sorted = if of.is_ordered { json!({}) } else { json!({"sort": if lies { "-x" } else { "-y" }}) };
    let names = with(category(of), sorted);
    let encoding = if lies { json!({"y": names, "x": length}) } else { json!({"x": names, "y": length}) };
    let order = if of.is_ordered { "in their order" } else { "the longest first" };
    let what = measure.map_or_else(|| "Rows".to_owned(), quoted);
    let reason =
        format!("{what} of the {} values of {}: lengths are compared most exactly, {order}.", of.distinct, quoted(of));
    proposals.push(proposal(ChartKind::Bar, score, &title, mark("bar"), encoding, reason));
}

/// The greatest of many.
fn top(of: &Fact, measure: Option<&Fact>, title: &str, score: u8, proposals: &mut Vec<Proposal>) {
    let (total, name) = match measure {
        Some(measure) => (
            json!({"op": measure.op_name(), "field": measure.field, "as": "total"}),
            if measure.op == Op::Mean {
                format!("Mean of {}", short(measure))
            } else {
                format!("Sum of {}", short(measure))
            },
        ),
        None => (json!({"op": "count", "as": "total"}), "Count of Records".to_owned()),
    };
    if matches!(of.name.as_str(), "total" | "place") {
        return;
    }
    let transform = json!([
        {"aggregate": [total], "groupby": [of.field]},
        {"window": [{"op": "row_number", "as": "place"}], "sort": [{"field": "total", "order": "descending"}]},
        {"filter": {"field": "place", "lte": TOP}},
    ]);
    let encoding = json!({
        "y": with(category(of), json!({"sort": "-x"})),
        "x": {"field": "total", "type": "quantitative", "title": name},
    });
    let reason =
        format!("The {TOP} greatest of the {} values of {}: more bars could not be read.", of.distinct, quoted(of));
    let title = format!("{title}: the {TOP} greatest");
    proposals.push(after(proposal(ChartKind::Bar, score, &title, mark("bar"), encoding, reason), transform));
}

/// A quantity of two categories.
fn crossed(seen: &Seen<'_>, axis: &Fact, color: &Fact, measure: &Fact, has_time: bool, proposals: &mut Vec<Proposal>) {
    let together = seen.repeats(&[axis, color]);
    let title = format!("{} by {} and {}", short(measure), short(axis), short(color));
    let less = if has_time { 30 } else { 0 };
    let amount = quantity(measure, together);
    let of = |measure: &Fact| format!("{} of {} and {}", quoted(measure), quoted(axis), quoted(color));
    if axis.distinct <= 12 && color.distinct <= BESIDE {
        let encoding = json!({"x": category(axis), "xOffset": category(color), "y": amount, "color": category(color)});
        let reason = format!("{}: {} bars beside one another can be compared.", of(measure), color.distinct);
        proposals.push(proposal(ChartKind::GroupedBar, 97 - less, &title, mark("bar"), encoding, reason));
    }
    let adds_up = measure.op == Op::Sum && measure.least >= 0.0;
    if axis.distinct <= BARS && color.distinct <= STACKED && adds_up {
        let lies = axis.longest > LONG || axis.distinct > MANY;
        let sorted = if axis.is_ordered { json!({}) } else { json!({"sort": if lies { "-x" } else { "-y" }}) };
        let names = with(category(axis), sorted);
        let encoding = if lies {
            json!({"y": names, "x": quantity(measure, true), "color": category(color)})
        } else {
            json!({"x": names, "y": quantity(measure, true), "color": category(color)})
        };
        let reason = format!("{}: what adds up is shown with its whole.", of(measure));
        proposals.push(proposal(ChartKind::StackedBar, 80 - less, &title, mark("bar"), encoding, reason));
    }
    if axis.distinct <= CELLS && color.distinct <= CELLS {
        let encoding = json!({"x": category(color), "y": category(axis), "color": amount});
        let reason = format!("{}: {} by {} cells, the darker the more.", of(measure), axis.distinct, color.distinct);
        proposals.push(proposal(ChartKind::Heatmap, 95 - less, &title, mark("rect"), encoding, reason));
    }
}

/// Shares of few positive parts.
fn pie(seen: &Seen<'_>, of: &Fact, measure: &Fact, has_time: bool, proposals: &mut Vec<Proposal>) {
    let fits = PARTS.contains(&of.distinct)
        && measure.least > 0.0
        && measure.op == Op::Sum
        && of.nulls == 0
        && measure.nulls == 0;
    if !fits || has_time || of.is_ordered || proposals.is_empty() {
        return;
    }
    let theta: Value = quantity(measure, seen.repeats(&[of]));
    let title = format!("{} by {}", short(measure), short(of));
    let encoding = json!({"theta": theta, "color": category(of)});
    let reason = format!(
        "{} of the {} values of {} as shares: few and positive, though bars are read more exactly.",
        quoted(measure),
        of.distinct,
        quoted(of)
    );
    let mark = json!({"type": "arc", "tooltip": true});
    proposals.push(proposal(ChartKind::Pie, 20, &title, mark, encoding, reason));
}
