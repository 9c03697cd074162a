//! A chart that fits a result.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a chart is, in a word. Stable: clients may show pictures for these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ChartKind {
    Line,
    MultiLine,
    Area,
    Bar,
    GroupedBar,
    StackedBar,
    Scatter,
    Heatmap,
    Histogram,
    Pie,
    /// A single number.
    Number,
    /// The values themselves; proposed where nothing else fits.
    Table,
}

impl ChartKind {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Line => "LINE",
            Self::MultiLine => "MULTI_LINE",
            Self::Area => "AREA",
            Self::Bar => "BAR",
            Self::GroupedBar => "GROUPED_BAR",
            Self::StackedBar => "STACKED_BAR",
            Self::Scatter => "SCATTER",
            Self::Heatmap => "HEATMAP",
            Self::Histogram => "HISTOGRAM",
            Self::Pie => "PIE",
            Self::Number => "NUMBER",
            Self::Table => "TABLE",
        }
    }
}

/// A chart that fits.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    pub kind: ChartKind,
    /// Vega-Lite, within the profile, on columns that the result has.
    pub spec: Value,
    /// Why it fits: a sentence with the names of the columns.
    pub reason: String,
    /// How well it fits, from 0 to 100.
    pub(super) score: u8,
}
