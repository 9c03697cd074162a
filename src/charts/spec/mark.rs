//! Marks, and how they look.

use serde::Deserialize;

use super::setting::Setting;

/// What is drawn for a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MarkType {
    Bar,
    Line,
    Area,
    Point,
    Circle,
    Square,
    Tick,
    Rule,
    Rect,
    Arc,
    Text,
}

impl MarkType {
    /// Whether one mark is drawn for many rows.
    #[must_use]
    pub const fn is_path(self) -> bool {
        matches!(self, Self::Line | Self::Area)
    }

    /// Whether it is a symbol at a place.
    #[must_use]
    pub const fn is_symbol(self) -> bool {
        matches!(self, Self::Point | Self::Circle | Self::Square)
    }

    /// Whether it fills a band of a scale from end to end.
    #[must_use]
    pub const fn fills_bands(self) -> bool {
        matches!(self, Self::Bar | Self::Rect)
    }
}

/// Which way a mark goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Orient {
    Horizontal,
    Vertical,
}

/// How a line goes from point to point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Interpolate {
    #[default]
    Linear,
    Monotone,
    Step,
    StepBefore,
    StepAfter,
}

/// The outline of a symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    Circle,
    Square,
    Cross,
    Diamond,
    TriangleUp,
    TriangleDown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Align {
    Left,
    Center,
    Right,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Baseline {
    Top,
    Middle,
    Bottom,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FontWeight {
    Normal,
    Bold,
}

/// A mark with its properties; `None` is Vega-Lite's default.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(from = "Written")]
pub struct Mark {
    pub kind: MarkType,
    pub look: Look,
}

/// What a mark may say about itself. Lengths are pixels, `size` an area in square pixels, angles degrees (`pad_angle` radians).
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Look {
    pub color: Option<String>,
    pub fill: Option<String>,
    pub stroke: Option<String>,
    pub opacity: Option<f64>,
    pub fill_opacity: Option<f64>,
    pub stroke_width: Option<f64>,
    pub stroke_dash: Option<Vec<f64>>,
    pub size: Option<f64>,
    pub shape: Option<Shape>,
    pub filled: Option<bool>,
    pub point: Option<bool>,
    pub line: Option<bool>,
    pub interpolate: Option<Interpolate>,
    pub orient: Option<Orient>,
    pub tooltip: Setting<bool>,
    pub corner_radius: Option<f64>,
    pub corner_radius_end: Option<f64>,
    pub inner_radius: Option<f64>,
    pub outer_radius: Option<f64>,
    pub pad_angle: Option<f64>,
    pub align: Option<Align>,
    pub baseline: Option<Baseline>,
    pub dx: Option<f64>,
    pub dy: Option<f64>,
    pub angle: Option<f64>,
    pub font_size: Option<f64>,
    pub font_weight: Option<FontWeight>,
}

/// A mark's name alone, or with its properties.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Name(MarkType),
    Full {
        #[serde(rename = "type")]
        kind: MarkType,
        #[serde(flatten)]
        look: Box<Look>,
    },
}

impl From<Written> for Mark {
    fn from(written: Written) -> Self {
        match written {
            Written::Name(kind) => Self { kind, look: Look::default() },
            Written::Full { kind, look } => Self { kind, look: *look },
        }
    }
}
