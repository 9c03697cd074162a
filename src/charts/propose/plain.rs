//! What is no chart: a single number, and the values themselves.

use serde_json::{Value, json};

use super::facts::{Fact, Role};
use super::proposal::{ChartKind, Proposal};
use super::seen::Seen;
use super::shapes::{after, proposal, quoted, short};

/// Rows and columns of a table that is drawn.
const ROWS: usize = 20;
const COLUMNS: usize = 8;

/// One row with one number is that number.
pub fn number(seen: &Seen<'_>, proposals: &mut Vec<Proposal>) {
    let mut measures = seen.all(Role::Measure);
    let (Some(measure), None, 1) = (measures.next(), measures.next(), seen.rows()) else { return };
    let format = if measure.least.fract().abs() < 1e-9 { ",.0f" } else { ",.2f" };
    let encoding = json!({"text": {"field": measure.field, "type": "quantitative", "format": format}});
    let mark = json!({"type": "text", "fontSize": 64, "fontWeight": "bold"});
    let reason = format!("One row with one number, {}.", quoted(measure));
    proposals.push(proposal(ChartKind::Number, 99, &short(measure), mark, encoding, reason));
}

/// The first rows and columns as text.
pub fn table(seen: &Seen<'_>, proposals: &mut Vec<Proposal>) {
    let names_free = !seen.facts.iter().any(|fact| matches!(fact.name.as_str(), "row" | "name" | "cell"));
    let drawn = |fact: &&Fact| fact.is_plain() && is_alone(seen, fact) && fact.name.chars().count() <= 200;
    let shown: Vec<&Fact> = seen.facts.iter().filter(drawn).take(COLUMNS).collect();
    let (row, name, cell) =
        if names_free { ("row", "name", "cell") } else { ("table_row", "table_name", "table_cell") };
    if shown.is_empty() || shown.iter().any(|fact| [row, name, cell].contains(&fact.name.as_str())) {
        return;
    }
    let fields: Vec<Value> = shown.iter().map(|fact| fact.field.clone().into()).collect();
    let transform = json!([
        {"window": [{"op": "row_number", "as": row}]},
        {"filter": {"field": row, "lte": ROWS}},
        {"fold": fields, "as": [name, cell]},
    ]);
    let encoding = json!({
        "x": {
            "field": name, "type": "nominal", "sort": fields,
            "axis": {"orient": "top", "title": null, "labelAngle": 0, "domain": false, "ticks": false},
        },
        "y": {"field": row, "type": "ordinal", "axis": null},
        "text": {"field": cell, "type": "nominal"},
    });
    let reason = format!(
        "The first rows of {}: there is nothing to compare.",
        shown.iter().map(|fact| quoted(fact)).collect::<Vec<_>>().join(", ")
    );
    let table = proposal(ChartKind::Table, 10, "Values", json!({"type": "text"}), encoding, reason);
    proposals.push(after(table, transform));
}

fn is_alone(seen: &Seen<'_>, fact: &Fact) -> bool {
    let is_written = !fact.name.trim().is_empty() && !fact.name.chars().any(char::is_control);
    is_written && seen.facts.iter().filter(|other| other.name == fact.name).count() == 1
}
