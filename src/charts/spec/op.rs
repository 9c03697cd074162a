//! How many values become one.

use serde::Deserialize;

/// How many values become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Op {
    Count,
    Valid,
    Missing,
    Distinct,
    Sum,
    #[serde(alias = "average")]
    Mean,
    Median,
    Min,
    Max,
}

impl Op {
    /// Whether the results of parts add up to that of the whole.
    #[must_use]
    pub const fn adds_up(self) -> bool {
        matches!(self, Self::Count | Self::Valid | Self::Missing | Self::Distinct | Self::Sum)
    }

    /// Whether it only counts, so that the type of the values is of no concern.
    #[must_use]
    pub const fn counts(self) -> bool {
        matches!(self, Self::Count | Self::Valid | Self::Missing | Self::Distinct)
    }

    /// The word in a title.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Count => "Count of Records",
            Self::Valid => "Valid",
            Self::Missing => "Missing",
            Self::Distinct => "Distinct",
            Self::Sum => "Sum",
            Self::Mean => "Mean",
            Self::Median => "Median",
            Self::Min => "Min",
            Self::Max => "Max",
        }
    }
}
