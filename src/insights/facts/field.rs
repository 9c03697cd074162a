//! A column of a result made ready: what it is good for, and its values.

use serde_json::Value;

use crate::insights::figures::{moment::Moment, moment_text};
use crate::insights::reading::words::singular;
use crate::warehouse::cells::{CellColumn, CellType};

/// What a column is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Numbers that mean an amount.
    Measure,
    /// Names, and numbers that are names.
    Label,
    Time,
    /// Objects and lists.
    Other,
}

/// How the numbers of a measure are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Amounts, which can be summed up.
    Amount,
    /// An average, a price, a score: it cannot be summed up.
    Level,
    /// 50 is a half.
    Percent,
    /// 0.5 is a half.
    Fraction,
}

/// A column with its values.
#[derive(Debug, Clone)]
pub struct Field {
    pub name: String,
    /// The name in words, singular and in small letters.
    pub words: Vec<String>,
    pub role: Role,
    pub unit: Unit,
    /// Of a measure; empty for others.
    pub numbers: Vec<Option<f64>>,
    /// Of a label; empty for others.
    pub texts: Vec<Option<String>>,
    /// Of times; empty for others.
    pub moments: Vec<Option<Moment>>,
    /// Rows without a value.
    pub nulls: usize,
}

const NAMES: [&str; 6] = ["id", "code", "zip", "postcode", "plz", "key"];
const PERCENT: [&str; 3] = ["pct", "percent", "percentage"];
const FRACTION: [&str; 5] = ["rate", "ratio", "share", "fraction", "margin"];
const LEVEL: [&str; 13] = [
    "average",
    "mean",
    "median",
    "price",
    "score",
    "rank",
    "temperature",
    "rating",
    "age",
    "max",
    "min",
    "index",
    "per",
];

impl Field {
    /// Column `place` of `rows`; a row that is too short has no value there.
    #[must_use]
    pub fn new(column: &CellColumn, place: usize, rows: &[Vec<Value>]) -> Self {
        let words = words_of(&column.name);
        let cells = || rows.iter().map(|row| row.get(place).filter(|value| !value.is_null()));
        let mut field = Self {
            name: column.name.split_whitespace().collect::<Vec<_>>().join(" "),
            role: Role::Other,
            unit: Unit::Amount,
            numbers: Vec::new(),
            texts: Vec::new(),
            moments: Vec::new(),
            nulls: cells().filter(Option::is_none).count(),
            words,
        };
        let is = |names: &[&str]| field.words.iter().any(|word| names.contains(&word.as_str()));
        let is_named = |name: &str| field.words.last().is_some_and(|word| word == name);
        // `hour` is one of the day, `hours` are an amount.
        let is_whole = column.kind == CellType::Integer && !column.name.to_lowercase().ends_with('s');
        match column.kind {
            CellType::Integer | CellType::Decimal | CellType::Float => {
                let numbers: Vec<Option<f64>> = cells().map(|value| value.and_then(number)).collect();
                let texts = || cells().map(|value| value.map(shown)).collect::<Vec<_>>();
                if let Some(moments) = parts(field.words.last().map_or("", String::as_str), &numbers) {
                    (field.role, field.moments) = (Role::Time, moments);
                } else if is(&NAMES)
                    || (is_whole && ["week", "hour", "weekday", "day"].iter().any(|name| is_named(name)))
                {
                    (field.role, field.texts) = (Role::Label, texts());
                } else {
                    let has_sign = field.name.contains('%');
                    let small = numbers.iter().flatten().all(|number| number.abs() <= 1.0);
                    field.unit = match () {
                        () if has_sign || is(&PERCENT) => Unit::Percent,
                        () if is(&FRACTION) && small => Unit::Fraction,
                        () if is(&FRACTION) => Unit::Percent,
                        () if is(&LEVEL) => Unit::Level,
                        () => Unit::Amount,
                    };
                    (field.role, field.numbers) = (Role::Measure, numbers);
                }
            }
            CellType::Json => {}
            CellType::Date | CellType::Timestamp | CellType::TimestampTz | CellType::Text => {
                let texts: Vec<Option<String>> = cells().map(|value| value.map(shown)).collect();
                let moments: Vec<Option<Moment>> =
                    texts.iter().map(|text| text.as_deref().and_then(moment_text::of_cell)).collect();
                let read = moments.iter().flatten().filter(|moment| moment.step().is_some()).count();
                if read > 0 && read + field.nulls == rows.len() {
                    (field.role, field.moments) = (Role::Time, moments);
                } else {
                    (field.role, field.texts) = (Role::Label, texts);
                }
            }
            CellType::Boolean | CellType::Time => {
                field.texts = cells().map(|value| value.map(shown)).collect();
                field.role = Role::Label;
            }
        }
        field
    }

    /// Whether it makes sense to sum its numbers up.
    #[must_use]
    pub fn adds_up(&self) -> bool {
        self.unit == Unit::Amount
    }

    /// As sentences have it: `net_revenue` is "net revenue".
    #[must_use]
    pub fn said(&self) -> String {
        self.name.replace('_', " ").trim().to_owned()
    }
}

/// A number, also where JSON holds it as text to keep it exact.
fn number(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    number.filter(|number| number.is_finite())
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// `netRevenue_eur` is "net", "revenue", "eur".
fn words_of(name: &str) -> Vec<String> {
    let mut split = String::new();
    let mut before = ' ';
    for c in name.chars() {
        if c.is_uppercase() && before.is_lowercase() {
            split.push(' ');
        }
        split.push(if c.is_alphanumeric() { c } else { ' ' });
        before = c;
    }
    let words = split.split_whitespace().map(|word| match singular(&word.to_lowercase()).as_str() {
        "avg" => "average".to_owned(),
        "qty" => "quantity".to_owned(),
        word => word.to_owned(),
    });
    words.collect()
}

/// Whole numbers that are years, quarters or months by the name of their column.
fn parts(word: &str, numbers: &[Option<f64>]) -> Option<Vec<Option<Moment>>> {
    let (least, most) = match word {
        "year" => (1000.0, 2999.0),
        "quarter" => (1.0, 4.0),
        "month" => (1.0, 12.0),
        _ => return None,
    };
    let mut moments = Vec::with_capacity(numbers.len());
    for number in numbers {
        let moment = match number {
            Some(number) if number.fract().abs() > 0.0 || *number < least || *number > most => return None,
            Some(number) => {
                let whole: u32 = format!("{number:.0}").parse().ok()?;
                Some(match word {
                    "year" => Moment::in_year(i32::try_from(whole).ok()?),
                    "quarter" => Moment { quarter: Some(whole), ..Moment::default() },
                    _ => Moment { month: Some(whole), ..Moment::default() },
                })
            }
            None => None,
        };
        moments.push(moment);
    }
    moments.iter().any(Option::is_some).then_some(moments)
}
