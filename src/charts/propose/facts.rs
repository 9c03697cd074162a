//! What the columns of a result hold, as far as charts are concerned.

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

use crate::warehouse::cells::{CellColumn, CellType};

use super::super::data::datum::Datum;
use super::super::data::key::Key;
use super::super::data::moment;
use super::super::names::escape;
use super::super::spec::op::Op;
use super::calendar_words::in_order;

/// Characters of a name that is drawn.
const LONGEST_NAME: usize = 200;
/// Whole numbers within are years, if their column says so.
const YEARS: std::ops::RangeInclusive<f64> = 1900.0..=2100.0;
/// Names, as words in lower case, of columns whose whole numbers are places in a calendar.
const CALENDAR: &[&str] =
    &["month", "quarter", "week", "weekday", "dow", "day", "hour", "monat", "quartal", "woche", "tag", "stunde"];
const YEAR_WORDS: &[&str] = &["year", "yr", "jahr"];
const ID_WORDS: &[&str] = &["id", "ids", "uuid", "guid", "key", "code", "zip", "plz", "postcode", "phone", "nr", "no"];
/// Words of quantities of which means say more than sums.
const MEAN_WORDS: &[&str] = &[
    "avg",
    "average",
    "mean",
    "median",
    "rate",
    "ratio",
    "share",
    "percent",
    "percentage",
    "pct",
    "price",
    "temperature",
    "temp",
    "age",
    "score",
    "rating",
    "duration",
    "latency",
    "speed",
    "margin",
    "min",
    "max",
    "index",
    "level",
    "height",
    "weight",
];

/// What a column is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Numbers that can be added up or averaged.
    Measure,
    /// Moments.
    Time,
    /// Years as whole numbers.
    Year,
    /// Names of things, or numbers with an order of their own.
    Category,
    /// Names of rows: numbers and texts that say which row it is.
    Identifier,
    /// Nothing that a chart shows.
    Other,
}

/// A column.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// As the statement calls it.
    pub name: String,
    /// As Vega-Lite writes it.
    pub field: String,
    pub kind: CellType,
    pub role: Role,
    /// Different values, null left out.
    pub distinct: usize,
    pub nulls: usize,
    /// Whether categories have an order that is not that of quantities.
    pub is_ordered: bool,
    /// Of numbers and moments; zeros where there are none.
    pub least: f64,
    pub most: f64,
    /// Characters of the longest label.
    pub longest: usize,
    /// The values in their order, where they are days or months by name.
    pub order: Option<Vec<String>>,
    /// How several values become one.
    pub op: Op,
}

impl Fact {
    /// Whether the name leads into no values and needs no escapes.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.field == self.name
    }

    /// How the operation is written.
    #[must_use]
    pub const fn op_name(&self) -> &'static str {
        match self.op {
            Op::Mean => "mean",
            _ => "sum",
        }
    }
}

/// Looks at all columns. Those that share a name are of no use, since nobody could say which is meant.
#[must_use]
pub fn facts(columns: &[CellColumn], rows: &[Vec<Value>]) -> Vec<Fact> {
    columns
        .iter()
        .enumerate()
        .map(|(index, column)| {
            let values: Vec<Datum> = rows
                .iter()
                .map(|row| row.get(index).map_or(Datum::Null, |value| Datum::of(value, column.kind)))
                .collect();
            let is_twice = columns.iter().filter(|other| other.name == column.name).count() > 1;
            let mut fact = fact(column, &values);
            let length = column.name.chars().count();
            if is_twice
                || column.name.trim().is_empty()
                || length > LONGEST_NAME
                || column.name.chars().any(char::is_control)
            {
                fact.role = Role::Other;
            }
            fact
        })
        .collect()
}

fn fact(column: &CellColumn, values: &[Datum]) -> Fact {
    let words = words(&column.name);
    let valid: Vec<&Datum> = values.iter().filter(|value| !value.is_null()).collect();
    let distinct = valid.iter().map(|value| Key::of(value)).collect::<HashSet<_>>().len();
    let says = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    let ends = |known: &[&str]| words.last().is_some_and(|word| known.contains(&word.as_str()));
    let numbers: Vec<f64> = valid.iter().filter_map(|value| value.as_number()).collect();
    let is_sequence = distinct == values.len()
        && numbers.len() > 2
        && numbers.iter().zip(numbers.iter().skip(1)).all(|(one, next)| (next - one - 1.0).abs() < 1e-9);
    let (mut is_ordered, unique) = (false, distinct == values.len() && distinct > 30);
    let role = match column.kind {
        _ if valid.is_empty() => Role::Other,
        CellType::Integer if says(YEAR_WORDS) && numbers.iter().all(|year| YEARS.contains(year)) => Role::Year,
        CellType::Integer if ends(CALENDAR) && distinct <= 60 => {
            is_ordered = true;
            Role::Category
        }
        CellType::Integer if ends(ID_WORDS) || (is_sequence && words.len() == 1 && says(&["row", "index", "n"])) => {
            Role::Identifier
        }
        CellType::Integer | CellType::Decimal | CellType::Float if !numbers.is_empty() => Role::Measure,
        CellType::Date | CellType::Timestamp | CellType::TimestampTz => {
            if valid.iter().any(|value| value.as_moment().is_some()) { Role::Time } else { Role::Other }
        }
        CellType::Text if valid.iter().all(|value| is_date(value)) => Role::Time,
        CellType::Text if ends(ID_WORDS) || unique => Role::Identifier,
        CellType::Boolean | CellType::Text => Role::Category,
        CellType::Time => {
            is_ordered = true;
            Role::Category
        }
        CellType::Integer | CellType::Decimal | CellType::Float | CellType::Json => Role::Other,
    };
    let order = (role == Role::Category && column.kind == CellType::Text && distinct <= 12).then(|| {
        let labels: BTreeSet<String> = valid.iter().map(|value| value.label()).collect();
        in_order(&labels.into_iter().collect::<Vec<_>>())
    });
    let order = order.flatten();
    let figures: Vec<f64> = match role {
        Role::Time => valid.iter().filter_map(|value| value.as_moment()).collect(),
        _ => numbers,
    };
    let (least, most) = super::super::data::transform::extent(figures.iter()).unwrap_or((0.0, 0.0));
    Fact {
        name: column.name.clone(),
        field: escape(&column.name),
        kind: column.kind,
        role,
        distinct,
        nulls: values.len() - valid.len(),
        is_ordered: is_ordered || order.is_some(),
        least,
        most,
        longest: valid.iter().map(|value| value.label().chars().count()).max().unwrap_or(0),
        order,
        op: if says(MEAN_WORDS) { Op::Mean } else { Op::Sum },
    }
}

/// A text that is a month or a day: `2024-02` or `2024-02-05`.
fn is_date(value: &Datum) -> bool {
    matches!(value, Datum::Text(text) if matches!(text.len(), 7 | 10) && text.contains('-') && moment::parse(text).is_some())
}

/// The words of a name in lower case: `orderDate`, `order_date` and `Order date` are the same.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = vec![String::new()];
    let mut previous_is_lower = false;
    for char in name.chars().take(LONGEST_NAME) {
        if !char.is_alphanumeric() || (char.is_uppercase() && previous_is_lower) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| char.is_alphanumeric()) {
            word.extend(char.to_lowercase());
        }
        previous_is_lower = char.is_lowercase() || char.is_numeric();
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn role(name: &str, kind: CellType, values: &[Value]) -> Role {
        let rows: Vec<Vec<Value>> = values.iter().map(|value| vec![value.clone()]).collect();
        facts(&[CellColumn { name: name.to_owned(), kind }], &rows)[0].role
    }

    #[test]
    fn columns_are_for_what_their_names_and_values_say() {
        let years = [json!(2022), json!(2023), json!(2022)];
        assert_eq!(role("year", CellType::Integer, &years), Role::Year);
        assert_eq!(role("order_year", CellType::Integer, &years), Role::Year);
        assert_eq!(role("net", CellType::Integer, &years), Role::Measure, "2022 may be a sum");
        assert_eq!(role("year", CellType::Integer, &[json!(12)]), Role::Measure);
        assert_eq!(role("customerId", CellType::Integer, &years), Role::Identifier);
        assert_eq!(role("paid", CellType::Integer, &years), Role::Measure, "ends in id, but not as a word");
        assert_eq!(role("month", CellType::Integer, &[json!(1), json!(2)]), Role::Category);
        assert_eq!(role("net", CellType::Decimal, &[json!("12.5"), json!(null)]), Role::Measure);
        assert_eq!(role("net", CellType::Decimal, &[json!("NaN")]), Role::Other);
        assert_eq!(role("month", CellType::Text, &[json!("2024-02"), json!("2024-03")]), Role::Time);
        assert_eq!(role("region", CellType::Text, &[json!("North")]), Role::Category);
        assert_eq!(role("tags", CellType::Json, &[json!(["a"])]), Role::Other);
        assert_eq!(role("", CellType::Float, &[json!(1)]), Role::Other);
        let many: Vec<Value> = (0..40).map(|index| json!(format!("n{index}"))).collect();
        assert_eq!(role("name", CellType::Text, &many), Role::Identifier);
    }
}
