//! What rows and groups have to fulfil, in SQL.

use super::query::{Bound, Comparison, Condition, Filter, Period, Query};
use super::sql::Writer;
use crate::tabular::column::ColumnType;

impl Writer<'_> {
    pub(super) fn filters(&self, query: &Query) -> String {
        if query.filters.is_empty() { String::new() } else { format!(" WHERE {}", self.all_of(&query.filters)) }
    }

    pub(super) fn all_of(&self, filters: &[Filter]) -> String {
        let conditions: Vec<String> = filters.iter().map(|filter| self.condition(&filter.condition)).collect();
        conditions.join(" AND ")
    }

    /// In parentheses where it would not stand beside AND.
    fn condition(&self, condition: &Condition) -> String {
        match condition {
            Condition::Values { column, values, is_negated } => {
                let name = self.column(*column);
                let list: Vec<String> = values.iter().map(|value| string(value)).collect();
                match (list.as_slice(), is_negated) {
                    ([one], false) => format!("{name} = {one}"),
                    ([one], true) => format!("{name} IS DISTINCT FROM {one}"),
                    (_, false) => format!("{name} IN ({})", list.join(", ")),
                    (_, true) => format!("({name} NOT IN ({}) OR {name} IS NULL)", list.join(", ")),
                }
            }
            Condition::Text { column, text, is_negated } => {
                let operator = if *is_negated { "IS DISTINCT FROM" } else { "=" };
                format!("lower({}) {operator} lower({})", self.column(*column), string(text))
            }
            Condition::Number { field, bound } => Self::compared(&self.field(*field), bound),
            Condition::Empty { column, is_empty } => {
                format!("{} IS {}NULL", self.column(*column), if *is_empty { "" } else { "NOT " })
            }
            Condition::Truth { column, is } => {
                format!("{} IS {}", self.column(*column), if *is { "TRUE" } else { "FALSE" })
            }
            Condition::Times { column, periods } => {
                let spans: Vec<String> = periods.iter().map(|period| self.within(*column, period)).collect();
                if spans.len() > 1 { format!("({})", spans.join(" OR ")) } else { spans.concat() }
            }
        }
    }

    fn within(&self, column: usize, period: &Period) -> String {
        let literal = |day: chrono::NaiveDate| match self.kind(column) {
            ColumnType::Date => format!("DATE '{day}'"),
            ColumnType::TimestampTz => format!("'{day} 00:00:00+00'::timestamptz"),
            _ => format!("TIMESTAMP '{day} 00:00:00'"),
        };
        let name = self.column(column);
        let from = period.from.map(|day| format!("{name} >= {}", literal(day)));
        let until = period.until.map(|day| format!("{name} < {}", literal(day)));
        from.into_iter().chain(until).collect::<Vec<_>>().join(" AND ")
    }

    /// A condition on an expression.
    pub(super) fn compared(expression: &str, bound: &Bound) -> String {
        match bound {
            Bound::Between(low, high) => format!("{expression} BETWEEN {low} AND {high}"),
            Bound::One(comparison, number) => {
                let operator = match comparison {
                    Comparison::More => ">",
                    Comparison::Less => "<",
                    Comparison::AtLeast => ">=",
                    Comparison::AtMost => "<=",
                    Comparison::Equal => "=",
                    Comparison::Unequal => "<>",
                };
                format!("{expression} {operator} {number}")
            }
        }
    }
}

/// A string literal.
fn string(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
