//! What happens to rows before marks are made of them.

use serde::Deserialize;
use serde_json::Value;

use super::op::Op;
use super::sort::Order;
use super::time_unit::TimeUnit;

/// How values are put into bins.
#[derive(Debug, Clone, Copy, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BinParams {
    pub maxbins: Option<u32>,
    /// How wide a bin is.
    pub step: Option<f64>,
}

/// `bin` of a channel.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Bin {
    /// Whether with Vega-Lite's own parameters.
    Switch(bool),
    /// `binned`: values are bins already.
    Binned(String),
    Params(BinParams),
}

impl Bin {
    /// The parameters, where values are to be put into bins.
    #[must_use]
    pub fn params(&self) -> Option<BinParams> {
        match self {
            Self::Switch(true) => Some(BinParams::default()),
            Self::Params(params) => Some(*params),
            Self::Switch(false) | Self::Binned(_) => None,
        }
    }
}

/// One value out of many, with a name.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Aggregated {
    pub op: Op,
    /// `None` only for [`Op::Count`].
    pub field: Option<String>,
    #[serde(rename = "as")]
    pub name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowOp {
    RowNumber,
    Rank,
    DenseRank,
    Count,
    Sum,
    Mean,
    Min,
    Max,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Windowed {
    pub op: WindowOp,
    pub field: Option<String>,
    #[serde(rename = "as")]
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct SortField {
    pub field: String,
    #[serde(default)]
    pub order: Order,
}

/// One step, in the order of the specification.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Transform {
    Filter {
        filter: Predicate,
    },
    Aggregate {
        aggregate: Vec<Aggregated>,
        #[serde(default)]
        groupby: Vec<String>,
    },
    Bin {
        bin: Bin,
        field: String,
        #[serde(rename = "as")]
        name: String,
    },
    TimeUnit {
        #[serde(rename = "timeUnit")]
        unit: TimeUnit,
        field: String,
        #[serde(rename = "as")]
        name: String,
    },
    Fold {
        fold: Vec<String>,
        #[serde(rename = "as")]
        names: Option<(String, String)>,
    },
    Window {
        window: Vec<Windowed>,
        /// Rows before and after; the default is from the first to this one.
        frame: Option<(Option<i64>, Option<i64>)>,
        #[serde(default)]
        groupby: Vec<String>,
        #[serde(default)]
        sort: Vec<SortField>,
    },
}

/// Whether a row stays.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Predicate {
    And { and: Vec<Predicate> },
    Or { or: Vec<Predicate> },
    Not { not: Box<Predicate> },
    Test(Box<Test>),
}

/// A column held against something; exactly one of the rest is said.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Test {
    pub field: String,
    pub equal: Option<Value>,
    pub lt: Option<Value>,
    pub lte: Option<Value>,
    pub gt: Option<Value>,
    pub gte: Option<Value>,
    pub range: Option<(Option<f64>, Option<f64>)>,
    pub one_of: Option<Vec<Value>>,
    pub valid: Option<bool>,
}
