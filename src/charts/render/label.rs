//! What is written for values, and what scales are called.

use super::super::data::datum::Datum;
use super::super::data::encode::Encoded;
use super::super::data::units;
use super::super::format::number::NumberFormat;
use super::super::format::time::TimeFormat;
use super::super::names::unescape;
use super::super::spec::channel::Channel;
use super::super::spec::definition::{Definition, FieldType};
use super::super::spec::op::Op;
use super::super::spec::setting::Setting;
use super::domain::definitions;

/// How values of a scale are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Labels {
    /// As many digits as tell them apart.
    Numbers,
    Number(NumberFormat),
    /// As the calendar goes.
    Times,
    Time(TimeFormat),
    Categories,
}

impl Labels {
    /// How the values of a definition are written, with the format of its guide or its own.
    #[must_use]
    pub fn of(kind: FieldType, definition: Option<&Definition>, format: Option<&str>, is_share: bool) -> Self {
        let own = definition.and_then(|definition| definition.format.as_deref());
        let format = format.or(own);
        let unit = definition.and_then(|definition| definition.time_unit);
        if kind == FieldType::Temporal || unit.is_some() {
            let by_unit = unit.filter(|_| kind != FieldType::Temporal).map(units::format);
            return format.or(by_unit).and_then(TimeFormat::parse).map_or(Self::Times, Self::Time);
        }
        if kind == FieldType::Quantitative || definition.is_some_and(|one| one.bins().is_some()) {
            let share = is_share.then_some(".0%");
            return format.or(share).and_then(NumberFormat::parse).map_or(Self::Numbers, Self::Number);
        }
        Self::Categories
    }

    /// A value alone.
    #[must_use]
    pub fn write(&self, value: &Datum, end: Option<f64>) -> String {
        let number = |number: f64| match self {
            Self::Number(format) => format.write(number),
            _ => NumberFormat::plain().write(number),
        };
        match (self, value, end) {
            (_, Datum::Null, _) | (Self::Categories, ..) => value.label(),
            (Self::Time(format), datum, _) => datum.as_moment().map_or_else(|| value.label(), |it| format.write(it)),
            (Self::Numbers | Self::Number(_), Datum::Number(low), Some(high)) => {
                format!("{} – {}", number(*low), number(high))
            }
            (Self::Numbers | Self::Number(_), Datum::Number(it), None) => number(*it),
            _ => value.label(),
        }
    }
}

/// What one definition is called where nothing else is said.
#[must_use]
pub fn name(definition: &Definition) -> Option<String> {
    match &definition.title {
        Setting::Said(title) => return Some(title.clone()).filter(|title| !title.trim().is_empty()),
        Setting::Off => return None,
        Setting::Unsaid => {}
    }
    let field = definition.field.as_deref().map(|field| unescape(field).unwrap_or_default());
    if definition.aggregate == Some(Op::Count) {
        return Some(Op::Count.words().to_owned());
    }
    let field = field?;
    if let Some(op) = definition.aggregate {
        return Some(format!("{} of {field}", op.words()));
    }
    if let Some(unit) = definition.time_unit {
        return Some(format!("{field} ({})", unit.words()));
    }
    Some(if definition.bins().is_some() { format!("{field} (binned)") } else { field })
}

/// What a scale is called: by its guide, or by what the layers show with it, each once.
#[must_use]
pub fn title(layers: &[Encoded<'_>], channel: Channel, said: Setting<String>) -> Option<String> {
    match said {
        Setting::Said(title) => return Some(title).filter(|title| !title.trim().is_empty()),
        Setting::Off => return None,
        Setting::Unsaid => {}
    }
    let mut names: Vec<String> = Vec::new();
    for (_, definition) in definitions(layers, channel) {
        if let Some(name) = name(definition).filter(|name| !names.contains(name)) {
            names.push(name);
        }
    }
    (!names.is_empty()).then(|| names.join(", "))
}
