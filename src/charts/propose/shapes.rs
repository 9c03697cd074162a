//! Parts of specifications that the rules share.

use serde_json::{Map, Value, json};

use crate::warehouse::cells::CellType;

use super::facts::{Fact, Role};
use super::proposal::{ChartKind, Proposal};

const SCHEMA: &str = "https://vega.github.io/schema/vega-lite/v6.json";
/// Characters of a column's name in a title, and in a reason.
const LONGEST: usize = 60;
const DAY: f64 = 86_400_000.0;

/// A column's name as a title or a sentence has it.
#[must_use]
pub fn short(fact: &Fact) -> String {
    let mut name: String = fact.name.chars().take(LONGEST).collect();
    if fact.name.chars().count() > LONGEST {
        name.push('…');
    }
    name
}

/// A column in a reason.
#[must_use]
pub fn quoted(fact: &Fact) -> String {
    format!("`{}`", short(fact))
}

/// A proposal of a single view.
#[must_use]
pub fn proposal(kind: ChartKind, score: u8, title: &str, mark: Value, encoding: Value, reason: String) -> Proposal {
    let mut spec = object(json!({"$schema": SCHEMA, "data": {"name": "result"}, "title": title}));
    spec.insert("mark".to_owned(), mark);
    spec.insert("encoding".to_owned(), encoding);
    Proposal { kind, spec: Value::Object(spec), reason, score }
}

/// The same with transforms before it.
#[must_use]
pub fn after(mut proposal: Proposal, transform: Value) -> Proposal {
    if let Value::Object(spec) = &mut proposal.spec {
        spec.insert("transform".to_owned(), transform);
    }
    proposal
}

/// A mark that says what it shows when it is pointed at.
#[must_use]
pub fn mark(kind: &str) -> Value {
    json!({"type": kind, "tooltip": true})
}

/// A quantity, put together where several rows fall together.
#[must_use]
pub fn quantity(fact: &Fact, together: bool) -> Value {
    let mut definition = object(json!({"field": fact.field, "type": "quantitative"}));
    if together {
        definition.insert("aggregate".to_owned(), fact.op_name().into());
    }
    Value::Object(definition)
}

/// A category.
#[must_use]
pub fn category(fact: &Fact) -> Value {
    let kind = if fact.is_ordered || fact.role == Role::Year { "ordinal" } else { "nominal" };
    let mut definition = object(json!({"field": fact.field, "type": kind}));
    if let Some(order) = &fact.order {
        definition.insert("sort".to_owned(), json!(order));
    }
    Value::Object(definition)
}

/// How moments of a column are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grain {
    /// As they are.
    Exact,
    Hour,
    Day,
    Month,
    Year,
}

impl Grain {
    /// The finest grain that leaves so many moments at most.
    #[must_use]
    pub fn of(fact: &Fact, most: f64) -> Self {
        let days = (fact.most - fact.least) / DAY;
        match days {
            days if days * 24.0 <= most => Self::Hour,
            days if days <= most => Self::Day,
            days if days / 30.0 <= most => Self::Month,
            _ => Self::Year,
        }
    }

    const fn unit(self) -> Option<&'static str> {
        match self {
            Self::Exact => None,
            Self::Hour => Some("yearmonthdatehours"),
            Self::Day => Some("yearmonthdate"),
            Self::Month => Some("yearmonth"),
            Self::Year => Some("year"),
        }
    }

    /// The word in a reason.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Exact => "moment",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Month => "month",
            Self::Year => "year",
        }
    }
}

/// Time on an axis. Moments in UTC are shown in UTC, so that every reader sees the same picture; what has no zone is shown as it is.
#[must_use]
pub fn time(fact: &Fact, grain: Grain) -> Value {
    if fact.role == Role::Year {
        return json!({
            "field": fact.field,
            "type": "quantitative",
            "scale": {"zero": false, "nice": false},
            "axis": {"format": "d", "tickMinStep": 1, "grid": false},
        });
    }
    let is_utc = fact.kind != CellType::Timestamp;
    let mut definition = object(json!({"field": fact.field, "type": "temporal"}));
    if let Some(unit) = grain.unit() {
        let unit = if is_utc { format!("utc{unit}") } else { unit.to_owned() };
        definition.insert("timeUnit".to_owned(), unit.into());
        definition.insert("title".to_owned(), short(fact).into());
    }
    if is_utc {
        definition.insert("scale".to_owned(), json!({"type": "utc"}));
    }
    Value::Object(definition)
}

/// A definition with more properties.
#[must_use]
pub fn with(definition: Value, more: Value) -> Value {
    let mut definition = object(definition);
    definition.extend(object(more));
    Value::Object(definition)
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}
