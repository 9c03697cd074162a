//! A query in one plain sentence: `The sum of net by region of orders in 2025, the largest first.`

use super::query::{
    Bound, Comparison, Condition, Field, Filter, Function, Grain, Group, Measure, Period, Query, Rank, Shape, Share,
};
use super::refusal::listed;
use super::schema::{Column, Table, Term};

/// What the query computes.
#[must_use]
pub fn sentence(query: &Query, table: &Table, glossary: &[Term]) -> String {
    let teller = Teller { table, glossary };
    let what = match query.shape {
        Shape::Figures => teller.figures(query),
        Shape::Rows if query.fields.is_empty() => format!("The rows of {}", table.name),
        Shape::Rows => format!("{} of the rows of {}", capital(&teller.names(&query.fields)), table.name),
        Shape::Values => format!("The different values of {} of {}", teller.names(&query.fields), table.name),
    };
    format!("{what}{}{}{}.", teller.where_(&query.filters), teller.having(query), teller.order(query))
}

struct Teller<'a> {
    table: &'a Table,
    glossary: &'a [Term],
}

impl Teller<'_> {
    fn figures(&self, query: &Query) -> String {
        let measures: Vec<String> = query.measures.iter().map(|measure| self.measure(measure)).collect();
        let of_table = |measures: &[Measure]| {
            let counts = matches!(measures, [.., Measure { function: Function::Count, .. }]);
            if counts { String::new() } else { format!(" of {}", self.table.name) }
        };
        let groups: Vec<String> = query.groups.iter().map(|group| self.group(group)).collect();
        let by = if groups.is_empty() { String::new() } else { format!(" by {}", listed(&groups)) };
        match query.share {
            None => capital(&format!("{}{by}{}", listed(&measures), of_table(&query.measures))),
            Some(share) => {
                let name = if share == Share::Percent { "percentage" } else { "share" };
                let whole = listed(&measures);
                if query.part.is_empty() {
                    let each = if groups.is_empty() { String::new() } else { format!(" of each {}", listed(&groups)) };
                    return format!("The {name}{each} in {whole}{}", of_table(&query.measures));
                }
                let part = self.all_of(&query.part);
                let among = if query.filters.is_empty() { "" } else { ", of the rows" };
                let is_time = query.part.iter().all(|filter| matches!(filter.condition, Condition::Times { .. }));
                let where_ = if is_time { "" } else { " where" };
                format!("The {name} of {whole}{}{where_} {part}{by}{among}", of_table(&query.measures))
            }
        }
    }

    fn measure(&self, measure: &Measure) -> String {
        let field = measure.field.map(|field| self.field(field)).unwrap_or_default();
        match measure.function {
            Function::Count => format!("the number of {}", self.table.name),
            Function::CountDistinct => format!("the number of different values of {field}"),
            Function::Sum => format!("the sum of {field}"),
            Function::Average => format!("the average of {field}"),
            Function::Median => format!("the median of {field}"),
            Function::Minimum if self.is_date(measure) => format!("the earliest {field}"),
            Function::Maximum if self.is_date(measure) => format!("the latest {field}"),
            Function::Minimum => format!("the lowest {field}"),
            Function::Maximum => format!("the highest {field}"),
            Function::Given => field,
        }
    }

    fn is_date(&self, measure: &Measure) -> bool {
        matches!(measure.field, Some(Field::Column(index)) if self.table.columns.get(index).is_some_and(Column::is_date))
    }

    fn field(&self, field: Field) -> String {
        match field {
            Field::Column(column) => self.name(column),
            Field::Term(index) => self.glossary.get(index).map(|term| term.term.clone()).unwrap_or_default(),
        }
    }

    fn name(&self, column: usize) -> String {
        self.table.columns.get(column).map(|column| column.name.clone()).unwrap_or_default()
    }

    fn names(&self, columns: &[usize]) -> String {
        listed(&columns.iter().map(|column| self.name(*column)).collect::<Vec<_>>())
    }

    fn group(&self, group: &Group) -> String {
        match group {
            Group::Column(column) => self.name(*column),
            Group::Time(column, grain) if self.dates() > 1 => format!("{} of {}", grain.as_str(), self.name(*column)),
            Group::Time(_, grain) => grain.as_str().to_owned(),
        }
    }

    fn dates(&self) -> usize {
        self.table.columns.iter().filter(|column| column.is_date()).count()
    }

    /// Times come last, without `where`.
    fn where_(&self, filters: &[Filter]) -> String {
        let is_time = |filter: &&Filter| matches!(filter.condition, Condition::Times { .. });
        let others: Vec<String> =
            filters.iter().filter(|filter| !is_time(filter)).map(|filter| self.condition(&filter.condition)).collect();
        let times: Vec<String> =
            filters.iter().filter(is_time).map(|filter| self.condition(&filter.condition)).collect();
        let others = if others.is_empty() { String::new() } else { format!(" where {}", listed(&others)) };
        let times = if times.is_empty() { String::new() } else { format!(" {}", listed(&times)) };
        format!("{others}{times}")
    }

    fn all_of(&self, filters: &[Filter]) -> String {
        listed(&filters.iter().map(|filter| self.condition(&filter.condition)).collect::<Vec<_>>())
    }

    fn condition(&self, condition: &Condition) -> String {
        match condition {
            Condition::Values { column, values, is_negated } => {
                let values = values.join(" or ");
                format!("{} is {}{values}", self.name(*column), if *is_negated { "not " } else { "" })
            }
            Condition::Text { column, text, is_negated } => {
                format!("{} is {}{text}", self.name(*column), if *is_negated { "not " } else { "" })
            }
            Condition::Number { field, bound } => format!("{} is {}", self.field(*field), said(bound)),
            Condition::Empty { column, is_empty } => {
                format!("{} is {}", self.name(*column), if *is_empty { "empty" } else { "not empty" })
            }
            Condition::Truth { column, is } => format!("{} is {is}", self.name(*column)),
            Condition::Times { column, periods } => {
                let periods =
                    periods.iter().map(|period: &Period| period.said.as_str()).collect::<Vec<_>>().join(" or ");
                if self.dates() > 1 { format!("with {} {periods}", self.name(*column)) } else { periods }
            }
        }
    }

    fn having(&self, query: &Query) -> String {
        let conditions: Vec<String> = query
            .having
            .iter()
            .map(|(measure, bound)| format!("{} is {}", self.measure(measure), said(bound)))
            .collect();
        if conditions.is_empty() { String::new() } else { format!(", where {}", listed(&conditions)) }
    }

    fn order(&self, query: &Query) -> String {
        let is_by_date = query.ranked_by.is_some_and(
            |field| matches!(field, Field::Column(index) if self.table.columns.get(index).is_some_and(Column::is_date)),
        );
        let (large, small) = if is_by_date { ("latest", "earliest") } else { ("largest", "smallest") };
        match query.rank {
            Some(Rank { is_largest, count: Some(count) }) if query.ranked_by.is_some() => {
                let by = query.ranked_by.map(|field| self.field(field)).unwrap_or_default();
                let which = if is_largest { large } else { small };
                let many = if count == 1 { "one".to_owned() } else { count.to_string() };
                format!(", the {many} with the {which} {by}")
            }
            Some(Rank { is_largest, count }) => {
                let by = query.ranked_by.map(|field| format!(" by {}", self.field(field))).unwrap_or_default();
                let which = if is_largest { large } else { small };
                match count {
                    Some(1) => format!(", the {which}{by} only"),
                    Some(count) => format!(", the {count} {which}{by}"),
                    None => format!(", the {which}{by} first"),
                }
            }
            None if query.shape != Shape::Figures || query.groups.is_empty() => String::new(),
            None => match query.groups.iter().find_map(|group| match group {
                Group::Time(_, grain) => Some(*grain),
                Group::Column(_) => None,
            }) {
                Some(Grain::Hour | Grain::Day | Grain::Week | Grain::Month | Grain::Quarter | Grain::Year) => {
                    ", the earliest first".to_owned()
                }
                None => ", the largest first".to_owned(),
            },
        }
    }
}

fn said(bound: &Bound) -> String {
    match bound {
        Bound::Between(low, high) => format!("between {low} and {high}"),
        Bound::One(comparison, number) => {
            let words = match comparison {
                Comparison::More => "more than",
                Comparison::Less => "less than",
                Comparison::AtLeast => "at least",
                Comparison::AtMost => "at most",
                Comparison::Equal => "exactly",
                Comparison::Unequal => "not",
            };
            format!("{words} {number}")
        }
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
