//! Scales, axes and legends as a specification asks for them; `None` is Vega-Lite's default.

use serde::Deserialize;
use serde_json::Value;

use super::setting::Setting;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ScaleType {
    Linear,
    Log,
    Sqrt,
    Symlog,
    Time,
    Utc,
    Band,
    Point,
    Ordinal,
}

/// The range of a scale: colours, shapes, or the least and greatest size.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Range {
    Figures(Vec<f64>),
    Words(Vec<String>),
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ScaleDef {
    #[serde(rename = "type")]
    pub kind: Option<ScaleType>,
    pub domain: Option<Vec<Value>>,
    pub domain_min: Option<f64>,
    pub domain_max: Option<f64>,
    pub domain_mid: Option<f64>,
    pub zero: Option<bool>,
    pub nice: Option<bool>,
    pub reverse: Option<bool>,
    pub padding: Option<f64>,
    pub padding_inner: Option<f64>,
    pub padding_outer: Option<f64>,
    pub range: Option<Range>,
    pub scheme: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    Top,
    Bottom,
    Left,
    Right,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AxisDef {
    pub title: Setting<String>,
    pub format: Option<String>,
    pub grid: Option<bool>,
    pub labels: Option<bool>,
    pub ticks: Option<bool>,
    pub domain: Option<bool>,
    pub orient: Option<Side>,
    /// Degrees, clockwise.
    pub label_angle: Option<f64>,
    /// Pixels.
    pub label_limit: Option<f64>,
    pub tick_count: Option<u32>,
    pub tick_min_step: Option<f64>,
    pub values: Option<Vec<Value>>,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct LegendDef {
    pub title: Setting<String>,
    pub format: Option<String>,
    pub orient: Option<Side>,
}
