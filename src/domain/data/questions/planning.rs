//! What the planner is told of a source, and what it makes of a question.

use chrono::NaiveDate;

use super::model::SampledTable;
use super::samples::{columns, schema_of, values_of};
use crate::domain::data::glossary::model::GlossaryTerm;
use crate::planner::plan::Plan;
use crate::planner::refusal::Refused;
use crate::planner::schema::{Column, Schema, Table, Term};
use crate::planner::{hints, planning};

/// The statement that answers a question by rules.
///
/// # Errors
/// Why there is none.
pub fn planned(
    question: &str,
    tables: &[SampledTable],
    glossary: &[GlossaryTerm],
    today: NaiveDate,
) -> Result<Plan, Refused> {
    let terms: Vec<Term> = glossary.iter().map(term).collect();
    planning::plan(question, &schema(tables), &terms, today)
}

/// Questions about these tables that work, up to five.
#[must_use]
pub fn suggested(tables: &[SampledTable]) -> Vec<String> {
    hints::questions(&schema(tables))
}

fn schema(tables: &[SampledTable]) -> Schema {
    Schema { tables: tables.iter().map(|one| table(one, schema_of(one, tables))).collect() }
}

fn table(table: &SampledTable, schema: Option<&str>) -> Table {
    let column = |column: crate::tabular::column::Column| Column {
        samples: values_of(table, &column.name),
        name: column.name,
        header: column.header,
        kind: column.kind,
        unit: column.unit,
        description: None,
    };
    Table {
        name: table.name.clone(),
        schema: schema.map(str::to_owned),
        description: table.description.clone(),
        row_count: u64::try_from(table.row_count).unwrap_or(0),
        columns: columns(table).into_iter().map(column).collect(),
    }
}

fn term(term: &GlossaryTerm) -> Term {
    Term {
        term: term.term.clone(),
        definition: term.definition.clone(),
        expression: term.expression.clone(),
        synonyms: term.synonyms.clone(),
    }
}
