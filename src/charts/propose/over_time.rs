//! Quantities over time: lines.

use serde_json::json;

use super::super::spec::op::Op;
use super::facts::{Fact, Role};
use super::proposal::{ChartKind, Proposal};
use super::seen::Seen;
use super::shapes::{Grain, after, category, mark, proposal, quantity, quoted, short, time, with};

/// Lines that can be told apart by their colours.
const FEW: usize = 10;
/// Moments of a line; with more they are put together.
const MOMENTS: usize = 400;
/// Moments whose quantities are read well as bars.
const FEW_MOMENTS: usize = 13;
/// Quantities of one chart that are folded into lines.
const FOLDED: std::ops::RangeInclusive<usize> = 2..=4;
/// How much greater one quantity may be than another that shares its axis.
const COMPARABLE: f64 = 20.0;

/// Proposes what is read over time.
pub fn propose(seen: &Seen<'_>, proposals: &mut Vec<Proposal>) {
    let Some(moments) = seen.all(Role::Time).chain(seen.all(Role::Year)).find(|fact| fact.distinct >= 2) else {
        return;
    };
    let grain =
        if moments.role == Role::Time && moments.distinct > MOMENTS { Grain::of(moments, 200.0) } else { Grain::Exact };
    let measures: Vec<&Fact> = seen.all(Role::Measure).collect();
    let Some(measure) = measures.first() else { return counted(seen, moments, proposals) };
    let few = seen.all(Role::Category).find(|fact| (2..=FEW).contains(&fact.distinct) && seen.repeats(&[moments]));
    let together = grain != Grain::Exact || seen.repeats(&[moments]);
    if let Some(few) = few {
        series(seen, moments, measure, few, grain, proposals);
    }
    let total = if together { format!(", put together by {}", measure.op_name()) } else { String::new() };
    let reason =
        format!("{} over {}{total}: what changes over time is read best as a line.", quoted(measure), quoted(moments));
    let title = format!("{} over {}", short(measure), short(moments));
    let score = if few.is_some() { 70 } else { 95 };
    let mark_of_line =
        if moments.distinct <= 40 { json!({"type": "line", "point": true, "tooltip": true}) } else { mark("line") };
    let encoding = json!({"x": time(moments, grain), "y": quantity(measure, together)});
    proposals.push(proposal(ChartKind::Line, score, &title, mark_of_line, encoding, reason));
    folded(seen, moments, &measures, together, proposals);
    if moments.distinct <= FEW_MOMENTS && measure.op == Op::Sum && few.is_none() {
        let reason = format!(
            "{} of the {} values of {}: few moments can be compared as bars.",
            quoted(measure),
            moments.distinct,
            quoted(moments)
        );
        // A band for each, as there is no room to be exact about.
        let x = if moments.role == Role::Year { category(moments) } else { by_days(moments) };
        let encoding = json!({"x": x, "y": quantity(measure, seen.repeats(&[moments]))});
        proposals.push(proposal(ChartKind::Bar, 60, &title, mark("bar"), encoding, reason));
    }
}

/// Moments as bars: each as wide as its unit.
fn by_days(moments: &Fact) -> serde_json::Value {
    let days = (moments.most - moments.least) / 86_400_000.0;
    let gaps = f64::from(u32::try_from(moments.distinct.saturating_sub(1).max(1)).unwrap_or(u32::MAX));
    let grain = match days / gaps {
        apart if apart >= 300.0 => Grain::Year,
        apart if apart >= 27.0 => Grain::Month,
        apart if apart >= 0.9 => Grain::Day,
        _ => Grain::Exact,
    };
    time(moments, grain)
}

/// A line for each of a few categories, and what they add up to.
fn series(seen: &Seen<'_>, moments: &Fact, measure: &Fact, few: &Fact, grain: Grain, proposals: &mut Vec<Proposal>) {
    let together = grain != Grain::Exact || seen.repeats(&[moments, few]);
    let title = format!("{} over {} by {}", short(measure), short(moments), short(few));
    let encoding = json!({"x": time(moments, grain), "y": quantity(measure, together), "color": category(few)});
    let reason = format!(
        "{} over {}, a line for each of the {} values of {}.",
        quoted(measure),
        quoted(moments),
        few.distinct,
        quoted(few)
    );
    proposals.push(proposal(ChartKind::MultiLine, 96, &title, mark("line"), encoding.clone(), reason));
    if measure.op == Op::Sum && measure.least >= 0.0 {
        let reason = format!(
            "{} over {} adds up over the {} values of {}: areas show the whole and its parts.",
            quoted(measure),
            quoted(moments),
            few.distinct,
            quoted(few)
        );
        proposals.push(proposal(ChartKind::Area, 66, &title, mark("area"), encoding, reason));
    }
}

/// Several quantities of one size as lines of their own.
fn folded(seen: &Seen<'_>, moments: &Fact, measures: &[&Fact], together: bool, proposals: &mut Vec<Proposal>) {
    let size = |fact: &&Fact| fact.least.abs().max(fact.most.abs());
    let largest = measures.iter().map(size).fold(0.0, f64::max);
    let alike = measures.iter().all(|fact| size(fact) * COMPARABLE >= largest && fact.is_plain());
    let names_free = !seen.facts.iter().any(|fact| matches!(fact.name.as_str(), "series" | "amount"));
    if !FOLDED.contains(&measures.len()) || !alike || together || !names_free {
        return;
    }
    let names: Vec<String> = measures.iter().map(|fact| short(fact)).collect();
    let fields: Vec<&str> = measures.iter().map(|fact| fact.field.as_str()).collect();
    let title = format!("{} over {}", names.join(", "), short(moments)).chars().take(180).collect::<String>();
    let encoding = json!({
        "x": time(moments, Grain::Exact),
        "y": {"field": "amount", "type": "quantitative", "title": null},
        "color": {"field": "series", "type": "nominal", "title": null, "sort": fields},
    });
    let list: Vec<String> = measures.iter().map(|fact| quoted(fact)).collect();
    let reason = format!("{} over {}: quantities of one size can share an axis.", list.join(", "), quoted(moments));
    let lines = proposal(ChartKind::MultiLine, 90, &title, mark("line"), encoding, reason);
    proposals.push(after(lines, json!([{"fold": fields, "as": ["series", "amount"]}])));
}

/// Without a quantity: how many rows there are over time.
fn counted(seen: &Seen<'_>, moments: &Fact, proposals: &mut Vec<Proposal>) {
    if !seen.repeats(&[moments]) && moments.distinct < FEW_MOMENTS {
        return;
    }
    let grain = if moments.role == Role::Year { Grain::Exact } else { Grain::of(moments, 60.0) };
    let encoding =
        json!({"x": time(moments, grain), "y": with(json!({"aggregate": "count"}), json!({"type": "quantitative"}))});
    let title = format!("Rows over {}", short(moments));
    let each = if grain == Grain::Exact { "value" } else { grain.words() };
    let reason = format!("Rows for each {each} of {}: there is no quantity, so rows are counted.", quoted(moments));
    proposals.push(proposal(ChartKind::Line, 72, &title, mark("line"), encoding, reason));
}
