//! What was understood of a question: neither its words nor yet SQL. Columns and terms are indexes into table and glossary.

use chrono::NaiveDate;

/// How wide the spans are that time is divided into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grain {
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl Grain {
    /// Its name in English and in `date_trunc`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }
}

/// What is computed with or compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Column(usize),
    /// The expression of a term of the glossary.
    Term(usize),
}

/// How many values become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    Count,
    CountDistinct,
    Sum,
    Average,
    Median,
    Minimum,
    Maximum,
    /// The field is an aggregate itself.
    Given,
}

/// A number for each group; without a field the rows are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measure {
    pub function: Function,
    pub field: Option<Field>,
}

/// What rows are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    Column(usize),
    Time(usize, Grain),
}

/// How a number is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    More,
    Less,
    AtLeast,
    AtMost,
    Equal,
    Unequal,
}

/// A bound or two: `> 100`, or between both with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bound {
    One(Comparison, String),
    Between(String, String),
}

/// A span of days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// The first day; none for everything before.
    pub from: Option<NaiveDate>,
    /// The day after the last; none for everything since.
    pub until: Option<NaiveDate>,
    /// As a sentence says it: `in 2025`.
    pub said: String,
}

/// What rows have to fulfil.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// One of these values, or none of them.
    Values {
        column: usize,
        values: Vec<String>,
        is_negated: bool,
    },
    /// This text, whatever the case of its letters.
    Text {
        column: usize,
        text: String,
        is_negated: bool,
    },
    Number {
        field: Field,
        bound: Bound,
    },
    Empty {
        column: usize,
        is_empty: bool,
    },
    Truth {
        column: usize,
        is: bool,
    },
    /// One of these spans.
    Times {
        column: usize,
        periods: Vec<Period>,
    },
}

/// A condition, and where in the question it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    pub at: usize,
    pub condition: Condition,
}

/// A part of the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// Between 0 and 1.
    Ratio,
    /// Between 0 and 100.
    Percent,
}

/// Which come first, and how many are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rank {
    pub is_largest: bool,
    /// None: all, in this order.
    pub count: Option<u32>,
}

/// What the rows of the result are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shape {
    /// Numbers, one row a group.
    #[default]
    Figures,
    /// Rows of the table.
    Rows,
    /// The different values of columns.
    Values,
}

/// A question as it was understood.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    pub shape: Shape,
    pub measures: Vec<Measure>,
    pub groups: Vec<Group>,
    pub filters: Vec<Filter>,
    /// What groups have to fulfil.
    pub having: Vec<(Measure, Bound)>,
    pub share: Option<Share>,
    /// With a share: what makes a part of the whole. Without any, each group is a part.
    pub part: Vec<Filter>,
    pub rank: Option<Rank>,
    /// What rows of the table are ranked by.
    pub ranked_by: Option<Field>,
    /// The columns of [`Shape::Rows`] and [`Shape::Values`]; none of them: all.
    pub fields: Vec<usize>,
}
