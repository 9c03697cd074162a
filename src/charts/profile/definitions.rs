//! Whether what a channel says fits together.

use serde_json::Value;

use super::super::data::moment;
use super::super::format::number::NumberFormat;
use super::super::format::time::TimeFormat;
use super::super::problems::SpecProblem;
use super::super::spec::channel::Channel;
use super::super::spec::definition::{Definition, FieldType};
use super::super::spec::guide::{Range, ScaleDef, ScaleType, Side};
use super::super::spec::op::Op;
use super::super::spec::sort::Sort;
use super::super::spec::transform::Bin;

/// Schemes of colours for categories; the rest are for quantities.
const FOR_CATEGORIES: [&str; 4] = ["tableau10", "category10", "dark2", "set2"];

/// What is wrong with one definition.
pub fn problems(channel: Channel, definition: &Definition, pointer: &str, problems: &mut Vec<SpecProblem>) {
    let mut say = |place: &str, message: String| {
        let place = if place.is_empty() { pointer.to_owned() } else { format!("{pointer}/{place}") };
        problems.push(SpecProblem::new(place, message));
    };
    if let Some(message) = source(definition) {
        return say("", message.to_owned());
    }
    let kind = definition.kind(channel);
    if let Some(message) = derivation(channel, definition, kind) {
        say("", message.to_owned());
    }
    if let Some(message) = definition.scale.as_ref().and_then(|scale| scale_problem(channel, definition, kind, scale)) {
        say("scale", message);
    }
    if let Some(message) = sort_problem(channel, definition, kind) {
        say("sort", message.to_owned());
    }
    if !definition.stack.is_unsaid() && kind != FieldType::Quantitative {
        say("stack", "Only quantities are stacked.".to_owned());
    }
    if let Some(axis) = definition.axis.said()
        && let Some(side) = axis.orient
        && (channel == Channel::X) != matches!(side, Side::Top | Side::Bottom)
    {
        say("axis/orient", "The axis of x is at the top or the bottom, that of y at the left or the right.".to_owned());
    }
    let axis_format = definition.axis.said().and_then(|axis| axis.format.as_deref());
    let legend_format = definition.legend.said().and_then(|legend| legend.format.as_deref());
    for (place, format) in
        [("format", definition.format.as_deref()), ("axis/format", axis_format), ("legend/format", legend_format)]
    {
        if let Some(message) = format.and_then(|format| format_problem(definition, kind, format)) {
            say(place, message.to_owned());
        }
    }
}

/// A channel shows a column, a datum or a value: one of them.
fn source(definition: &Definition) -> Option<&'static str> {
    let ways = [definition.is_field(), definition.datum.is_some(), definition.value.is_some()];
    match ways.iter().filter(|way| **way).count() {
        0 => return Some("`field`, `aggregate`, `datum` or `value` is missing."),
        1 => {}
        _ => return Some("A channel shows a `field`, a `datum` or a `value`: one of them."),
    }
    let alone = Definition { value: definition.value.clone(), ..Definition::default() };
    if definition.value.is_some() && *definition != alone {
        return Some("Nothing stands beside `value`.");
    }
    let derived = definition.bin.is_some() || definition.time_unit.is_some() || !definition.sort.is_unsaid();
    if definition.datum.is_some() && derived {
        return Some("A `datum` is neither put into bins or units nor sorted.");
    }
    None
}

fn derivation(channel: Channel, definition: &Definition, kind: FieldType) -> Option<&'static str> {
    let bins = definition.bins().is_some();
    let unit = definition.time_unit.is_some();
    let is_category = matches!(kind, FieldType::Ordinal | FieldType::Nominal);
    match definition.aggregate {
        Some(Op::Count) if definition.field.is_some() => {
            return Some("`count` counts rows: it has no `field`. Take `valid` or `distinct`.");
        }
        Some(op) if op != Op::Count && definition.field.is_none() => return Some("This `aggregate` needs a `field`."),
        Some(_) if bins || unit => return Some("`aggregate` does not go with `bin` or `timeUnit`."),
        Some(op) if kind == FieldType::Temporal && !matches!(op, Op::Min | Op::Max) => {
            return Some("Of times there are only `min` and `max`; counts are quantitative.");
        }
        Some(_) if is_category && channel != Channel::Text && channel != Channel::Tooltip => {
            return Some("What is aggregated is quantitative.");
        }
        _ => {}
    }
    if bins && unit {
        return Some("`bin` does not go with `timeUnit`.");
    }
    if bins && !matches!(kind, FieldType::Quantitative | FieldType::Ordinal) {
        return Some("Bins are quantitative or ordinal.");
    }
    if unit && kind == FieldType::Quantitative {
        return Some("Units of time are temporal or ordinal.");
    }
    if matches!(definition.bin, Some(Bin::Binned(_))) && kind != FieldType::Quantitative {
        return Some("Bins that are there already are quantitative.");
    }
    if definition.datum.is_some() && kind == FieldType::Temporal && moment_of(definition.datum.as_ref()).is_none() {
        return Some("A `datum` on a scale of time is a date such as `2024-12-31`.");
    }
    None
}

fn moment_of(value: Option<&Value>) -> Option<f64> {
    value.and_then(Value::as_str).and_then(moment::parse)
}

fn scale_problem(channel: Channel, definition: &Definition, kind: FieldType, scale: &ScaleDef) -> Option<String> {
    let fits = match (scale.kind, kind) {
        (None, _) => true,
        (Some(ScaleType::Linear | ScaleType::Log | ScaleType::Sqrt | ScaleType::Symlog), kind) => {
            kind == FieldType::Quantitative
        }
        (Some(ScaleType::Time | ScaleType::Utc), kind) => kind == FieldType::Temporal,
        (Some(ScaleType::Band | ScaleType::Point | ScaleType::Ordinal), kind) => {
            matches!(kind, FieldType::Nominal | FieldType::Ordinal)
        }
    };
    if !fits {
        return Some("This type of scale does not fit the type of the values.".to_owned());
    }
    if scale.kind == Some(ScaleType::Log) && (scale.zero == Some(true) || definition.bin.is_some()) {
        return Some("A log scale has neither a zero nor even bins.".to_owned());
    }
    let has_bound = scale.domain_min.is_some() || scale.domain_max.is_some();
    if has_bound && (kind != FieldType::Quantitative || scale.domain.is_some()) {
        return Some("`domainMin` and `domainMax` are for quantities, and not beside `domain`.".to_owned());
    }
    if let (Some(low), Some(high)) = (scale.domain_min, scale.domain_max)
        && low >= high
    {
        return Some("`domainMin` is below `domainMax`.".to_owned());
    }
    if scale.domain_mid.is_some() && kind != FieldType::Quantitative {
        return Some("`domainMid` is for quantities.".to_owned());
    }
    if let Some(domain) = &scale.domain {
        let pair = |valid: bool| valid && domain.len() == 2;
        let rises = |low: Option<f64>, high: Option<f64>| low.zip(high).is_some_and(|(low, high)| low < high);
        let (first, second) = (domain.first(), domain.get(1));
        let as_number = |value: Option<&Value>| value.and_then(Value::as_f64);
        let fits = match kind {
            FieldType::Quantitative => pair(rises(as_number(first), as_number(second))),
            FieldType::Temporal => pair(rises(moment_of(first), moment_of(second))),
            FieldType::Nominal | FieldType::Ordinal => true,
        };
        if !fits {
            return Some("The domain of quantities or times is two of them, the lower one first.".to_owned());
        }
    }
    if scale.range.is_some() && scale.scheme.is_some() {
        return Some("`range` and `scheme` do not go together.".to_owned());
    }
    let continuous = matches!(kind, FieldType::Quantitative | FieldType::Temporal);
    if let Some(Range::Words(colors)) = &scale.range
        && continuous
        && !colors.iter().all(|color| color.starts_with('#'))
    {
        return Some("The colours of a ramp are written as `#rrggbb`.".to_owned());
    }
    if channel == Channel::Color && continuous && scale.scheme.as_deref().is_some_and(|it| FOR_CATEGORIES.contains(&it))
    {
        return Some("This scheme is for categories; for quantities take one such as `blues` or `viridis`.".to_owned());
    }
    None
}

fn sort_problem(channel: Channel, definition: &Definition, kind: FieldType) -> Option<&'static str> {
    let sort = definition.sort.said()?;
    let is_category = matches!(kind, FieldType::Nominal | FieldType::Ordinal);
    match sort {
        Sort::Values(_) => None,
        _ if !is_category => Some("Quantities and times are only sorted `ascending` or `descending`."),
        Sort::Channel(other, _) if *other == channel => Some("A channel is not sorted by itself."),
        Sort::Field { field: None, op, .. } if *op != Op::Count => Some("`field` or `encoding` is missing."),
        _ => None,
    }
}

fn format_problem(definition: &Definition, kind: FieldType, format: &str) -> Option<&'static str> {
    let is_time = kind == FieldType::Temporal || definition.time_unit.is_some();
    if is_time {
        return TimeFormat::parse(format)
            .is_none()
            .then_some("This is no format of times that is known here, such as `%b %Y`.");
    }
    let message = "This is no format of numbers that is known here, such as `,.2f`, `.0%`, `~s` or `$,.0f`.";
    match kind {
        FieldType::Quantitative => NumberFormat::parse(format).is_none().then_some(message),
        _ if definition.bins().is_some() => NumberFormat::parse(format).is_none().then_some(message),
        _ => Some("Formats are for quantities and times."),
    }
}
