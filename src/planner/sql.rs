//! The statement of a query, in the SQL of Postgres.

use super::plan::{PlannedColumn, Role};
use super::query::{Field, Function, Grain, Group, Measure, Query, Shape, Share};
use super::ranks::MOST;
use super::schema::{Table, Term};
use crate::tabular::column::ColumnType;

/// Columns that are shown of rows when none are named.
const SHOWN: usize = 50;
/// Bytes of a name in Postgres.
const NAME_MAX: usize = 63;

/// Writes statements about one table.
pub(super) struct Writer<'a> {
    pub table: &'a Table,
    pub glossary: &'a [Term],
}

impl Writer<'_> {
    /// The statement, and the columns of its result.
    pub fn statement(&self, query: &Query) -> (String, Vec<PlannedColumn>) {
        let fields = match query.shape {
            Shape::Figures => return self.figures(query),
            Shape::Rows if query.fields.is_empty() => (0..self.table.columns.len().min(SHOWN)).collect(),
            Shape::Rows | Shape::Values => query.fields.clone(),
        };
        let mut fields: Vec<usize> = fields;
        if let (Some(Field::Column(ranked)), Shape::Rows) = (query.ranked_by, query.shape)
            && !fields.contains(&ranked)
        {
            fields.push(ranked);
        }
        let names: Vec<String> = fields.iter().map(|column| self.column(*column)).collect();
        let mut sql = format!("SELECT {} FROM {}{}", names.join(", "), relation(self.table), self.filters(query));
        if query.shape == Shape::Values {
            let places: Vec<String> = (1..=fields.len()).map(|place| place.to_string()).collect();
            sql = format!("{sql} GROUP BY {}", places.join(", "));
        }
        let mut order: Vec<String> = Vec::new();
        if let Some(field) = query.ranked_by {
            order.push(format!("{} {} NULLS LAST", self.field(field), direction(query)));
        }
        let ranked = query.ranked_by.map(|field| self.field(field));
        let others = names.iter().filter(|name| Some(*name) != ranked.as_ref());
        // Upwards, empty values come last by themselves.
        order.extend(others.cloned());
        sql.push_str(&end(&order, query));
        let columns = fields.iter().filter_map(|index| self.table.columns.get(*index));
        (sql, columns.map(|column| PlannedColumn { name: column.name.clone(), role: Role::Field }).collect())
    }

    fn figures(&self, query: &Query) -> (String, Vec<PlannedColumn>) {
        let mut columns: Vec<PlannedColumn> = Vec::new();
        let mut selected: Vec<String> = Vec::new();
        let mut add = |expression: String, name: String, role: Role| {
            let name = free(&columns, &name);
            let named = quoted(&name);
            selected.push(if expression == named { named } else { format!("{expression} AS {named}") });
            columns.push(PlannedColumn { name, role });
        };
        for group in &query.groups {
            match group {
                Group::Column(column) => add(self.column(*column), self.name(*column), Role::Category),
                Group::Time(column, grain) => {
                    add(self.truncated(*column, *grain), grain.as_str().to_owned(), Role::Time(*grain));
                }
            }
        }
        for measure in &query.measures {
            match query.share {
                None => add(self.measure(measure, None), self.measure_name(measure), Role::Measure),
                Some(share) => {
                    let name = if share == Share::Percent { "percent" } else { "share" };
                    add(self.share(measure, share, query), name.to_owned(), Role::Measure);
                }
            }
        }
        let mut sql = format!("SELECT {} FROM {}{}", selected.join(", "), relation(self.table), self.filters(query));
        if query.groups.is_empty() {
            return (sql, columns);
        }
        let places: Vec<String> = (1..=query.groups.len()).map(|place| place.to_string()).collect();
        sql = format!("{sql} GROUP BY {}", places.join(", "));
        if !query.having.is_empty() {
            let conditions: Vec<String> = query
                .having
                .iter()
                .map(|(measure, bound)| Self::compared(&self.measure(measure, None), bound))
                .collect();
            sql = format!("{sql} HAVING {}", conditions.join(" AND "));
        }
        (sql + &end(&Self::order(query, &columns), query), columns)
    }

    /// By time if there is any and no rank is asked for, else by the first number; ties by what was grouped by.
    fn order(query: &Query, columns: &[PlannedColumn]) -> Vec<String> {
        let by = |column: &PlannedColumn| quoted(&column.name);
        let times = columns.iter().filter(|column| matches!(column.role, Role::Time(_)));
        let categories = columns.iter().filter(|column| column.role == Role::Category);
        let first = columns.iter().find(|column| column.role == Role::Measure);
        let is_by_time = query.rank.is_none() && times.clone().next().is_some();
        let ranked = first.filter(|_| !is_by_time);
        let ranked = ranked.map(|column| format!("{} {} NULLS LAST", quoted(&column.name), direction(query)));
        ranked.into_iter().chain(times.map(by)).chain(categories.map(by)).collect()
    }

    fn share(&self, measure: &Measure, share: Share, query: &Query) -> String {
        let all = self.measure(measure, None);
        let factor = if share == Share::Percent { "100 * " } else { "" };
        if query.part.is_empty() {
            return format!("{factor}{all}::double precision / NULLIF(sum({all}) OVER (), 0)::double precision");
        }
        let part = self.measure(measure, Some(&self.all_of(&query.part)));
        format!("{factor}COALESCE({part}, 0)::double precision / NULLIF({all}, 0)::double precision")
    }

    /// The aggregate, of those rows only that fulfil a condition.
    fn measure(&self, measure: &Measure, only: Option<&str>) -> String {
        let field = measure.field.map(|field| self.field(field)).unwrap_or_default();
        let filter = only.map(|only| format!(" FILTER (WHERE {only})")).unwrap_or_default();
        match measure.function {
            Function::Count => format!("count(*){filter}"),
            Function::CountDistinct => format!("count(DISTINCT {field}){filter}"),
            Function::Sum => format!("sum({field}){filter}"),
            // As doubles: exact decimals of an average have digits without end.
            Function::Average => format!("avg({field})::double precision"),
            Function::Median => format!("percentile_cont(0.5) WITHIN GROUP (ORDER BY {field})"),
            Function::Minimum => format!("min({field})"),
            Function::Maximum => format!("max({field})"),
            Function::Given => field,
        }
    }

    fn measure_name(&self, measure: &Measure) -> String {
        let field = match measure.field {
            None => String::new(),
            Some(Field::Column(column)) => self.name(column),
            Some(Field::Term(index)) => {
                let term = self.glossary.get(index).map_or("", |term| term.term.as_str());
                term.to_lowercase().split(|char: char| !char.is_alphanumeric()).collect::<Vec<_>>().join("_")
            }
        };
        let prefix = match measure.function {
            Function::Count => return "count".to_owned(),
            Function::Given => return field,
            Function::CountDistinct => "count",
            Function::Sum => "sum",
            Function::Average => "average",
            Function::Median => "median",
            Function::Minimum => "minimum",
            Function::Maximum => "maximum",
        };
        format!("{prefix}_{field}")
    }

    fn name(&self, column: usize) -> String {
        self.table.columns.get(column).map(|column| column.name.clone()).unwrap_or_default()
    }

    pub(super) fn column(&self, column: usize) -> String {
        quoted(&self.name(column))
    }

    pub(super) fn field(&self, field: Field) -> String {
        match field {
            Field::Column(column) => self.column(column),
            Field::Term(index) => {
                let expression = self.glossary.get(index).and_then(|term| term.expression.as_deref());
                format!("({})", expression.unwrap_or("NULL"))
            }
        }
    }

    pub(super) fn kind(&self, column: usize) -> ColumnType {
        self.table.columns.get(column).map_or(ColumnType::Text, |column| column.kind)
    }

    /// Days of moments with an offset are those of UTC.
    fn truncated(&self, column: usize, grain: Grain) -> String {
        let name = self.column(column);
        // A day by itself would become a moment of the session's time zone.
        let moment = match self.kind(column) {
            ColumnType::TimestampTz => format!("{name} AT TIME ZONE 'UTC'"),
            ColumnType::Date => format!("{name}::timestamp"),
            _ => name,
        };
        let truncated = format!("date_trunc('{}', {moment})", grain.as_str());
        if grain == Grain::Hour { truncated } else { format!("{truncated}::date") }
    }
}

fn direction(query: &Query) -> &'static str {
    if query.rank.is_none_or(|rank| rank.is_largest) { "DESC" } else { "ASC" }
}

fn end(order: &[String], query: &Query) -> String {
    let limit = query.rank.and_then(|rank| rank.count).unwrap_or(MOST);
    let order = if order.is_empty() { String::new() } else { format!(" ORDER BY {}", order.join(", ")) };
    format!("{order} LIMIT {limit}")
}

/// The name, or with a number behind it when another column has it.
fn free(columns: &[PlannedColumn], name: &str) -> String {
    let cut = |longest: usize| -> String {
        let end = (0..=longest.min(name.len())).rev().find(|end| name.is_char_boundary(*end)).unwrap_or_default();
        name.get(..end).unwrap_or_default().to_owned()
    };
    let is_taken = |name: &str| columns.iter().any(|column| column.name == name);
    let plain = cut(NAME_MAX);
    if !is_taken(&plain) {
        return plain;
    }
    let base = cut(NAME_MAX - 4);
    (2..1_000).map(|number| format!("{base}_{number}")).find(|name| !is_taken(name)).unwrap_or(plain)
}

/// A table, with its schema where the name alone does not say which.
fn relation(table: &Table) -> String {
    let name = quoted(&table.name);
    table.schema.as_ref().map_or_else(|| name.clone(), |schema| format!("{}.{name}", quoted(schema)))
}

/// An identifier.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
