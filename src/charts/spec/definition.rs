//! What a channel shows: a column, a value of a scale, or a value as it is.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::channel::Channel;
use super::guide::{AxisDef, LegendDef, ScaleDef, ScaleType};
use super::op::Op;
use super::setting::Setting;
use super::sort::Sort;
use super::time_unit::TimeUnit;
use super::transform::{Bin, BinParams};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldType {
    Quantitative,
    Temporal,
    Ordinal,
    Nominal,
}

/// `stack` as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum StackDef {
    Switch(bool),
    Mode(String),
}

/// A channel's definition. Which of the properties a channel has is in the profile.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Definition {
    /// As written; see [`unescape`](super::super::names::unescape).
    pub field: Option<String>,
    #[serde(rename = "type")]
    pub kind: Option<FieldType>,
    pub aggregate: Option<Op>,
    pub bin: Option<Bin>,
    pub time_unit: Option<TimeUnit>,
    pub sort: Setting<Sort>,
    pub stack: Setting<StackDef>,
    pub scale: Option<ScaleDef>,
    pub axis: Setting<AxisDef>,
    pub legend: Setting<LegendDef>,
    pub title: Setting<String>,
    pub format: Option<String>,
    /// A value of the scale.
    pub datum: Option<Value>,
    /// A value as it is: a colour, pixels.
    pub value: Option<Value>,
}

impl Definition {
    /// Whether the channel shows something of each row.
    #[must_use]
    pub fn is_field(&self) -> bool {
        self.field.is_some() || self.aggregate.is_some()
    }

    /// The bins that values are to be put into.
    #[must_use]
    pub fn bins(&self) -> Option<BinParams> {
        self.bin.as_ref().and_then(Bin::params)
    }

    /// What the values are, by Vega-Lite's rules where the specification does not say.
    #[must_use]
    pub fn kind(&self, channel: Channel) -> FieldType {
        if let Some(kind) = self.kind {
            return kind;
        }
        let scale = self.scale.as_ref().and_then(|scale| scale.kind);
        if self.bin.is_some() || self.aggregate.is_some() || channel == Channel::Theta {
            return FieldType::Quantitative;
        }
        match scale {
            Some(ScaleType::Linear | ScaleType::Log | ScaleType::Sqrt | ScaleType::Symlog) => FieldType::Quantitative,
            Some(ScaleType::Time | ScaleType::Utc) => FieldType::Temporal,
            _ if self.time_unit.is_some() => FieldType::Temporal,
            Some(ScaleType::Ordinal | ScaleType::Band | ScaleType::Point) => FieldType::Ordinal,
            None => match &self.datum {
                Some(Value::Number(_)) => FieldType::Quantitative,
                _ if matches!(self.sort, Setting::Said(Sort::List(_))) || channel == Channel::Order => {
                    FieldType::Ordinal
                }
                _ => FieldType::Nominal,
            },
        }
    }
}

/// The definitions of a layer: several for detail, order and tooltip, one for the rest.
pub type Encoding = BTreeMap<Channel, Definitions>;

/// One definition, several, or null.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Definitions {
    Off(()),
    One(Box<Definition>),
    Several(Vec<Definition>),
}

impl Definitions {
    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[Definition] {
        match self {
            Self::Off(()) => &[],
            Self::One(one) => std::slice::from_ref(one),
            Self::Several(several) => several,
        }
    }
}
