//! Questions that work, made from what the tables hold: for empty screens, and for whoever was refused.

use super::schema::{Column, Schema, Table};
use super::vocabulary::INTENSIVE;
use super::words::split;
use crate::tabular::column::ColumnType;

/// Questions that are given at most.
const MOST: usize = 5;

/// Three to five questions about the tables, the largest table first; none when there is none.
#[must_use]
pub fn questions(schema: &Schema) -> Vec<String> {
    let mut tables: Vec<&Table> = schema.tables.iter().collect();
    tables.sort_by_key(|table| (std::cmp::Reverse(table.row_count), table.name.as_str()));
    let mut of_tables: Vec<std::vec::IntoIter<String>> =
        tables.into_iter().map(|table| of_table(table).into_iter()).collect();
    let mut questions: Vec<String> = Vec::new();
    // In turns, so that every table shows what it can.
    while questions.len() < MOST {
        let before = questions.len();
        for of_table in &mut of_tables {
            questions.extend(of_table.next().filter(|_| questions.len() < MOST));
        }
        if questions.len() == before {
            break;
        }
    }
    questions
}

/// Up to five questions about one table, the plainest first.
#[must_use]
pub fn of_table(table: &Table) -> Vec<String> {
    let rows = spoken(&table.name);
    let first =
        |fits: &dyn Fn(&Column) -> bool| table.columns.iter().find(|column| fits(column)).map(|it| spoken(&it.name));
    // One that divides: with values that are there more than once.
    let repeats =
        |column: &Column| u64::try_from(column.samples.len()).is_ok_and(|values| values * 2 <= table.row_count);
    // The name of what a row is divides nothing: a branch of branches.
    let names_the_row = |column: &Column| stems(&column.name) == stems(&table.name) && !repeats(column);
    let category = first(&|column| column.kind == ColumnType::Text && column.samples.len() > 1 && repeats(column))
        .or_else(|| first(&|column| column.kind == ColumnType::Text && !names_the_row(column)));
    let is_named = table.columns.iter().any(|column| column.kind == ColumnType::Text && names_the_row(column));
    let number = |is_intensive: bool| {
        first(&|column| column.is_number() && !column.is_key() && is_of_kind(column) == is_intensive)
    };
    let has_one_date = table.columns.iter().filter(|column| column.is_date()).count() == 1;
    let total = number(false);
    let level = number(true);
    let mut questions = Vec::new();
    match &category {
        Some(category) => questions.push(format!("How many {rows} are there per {category}?")),
        None => questions.push(format!("How many {rows} are there?")),
    }
    match (&category, &total, &level) {
        (Some(category), Some(total), _) => {
            questions.push(format!("What is the total {total} of {rows} by {category}?"));
        }
        (Some(category), None, Some(level)) => {
            questions.push(format!("What is the average {level} of {rows} by {category}?"));
        }
        (None, Some(total), _) => questions.push(format!("What is the total {total} of {rows}?")),
        (None, None, Some(level)) => questions.push(format!("What is the average {level} of {rows}?")),
        (_, None, None) => {}
    }
    if has_one_date {
        questions.push(format!("How many {rows} are there per month?"));
    }
    if let (Some(category), Some(total)) = (&category, &total) {
        questions.push(format!("Top 5 {category} of {rows} by {total}"));
    } else if let (true, Some(total)) = (is_named, &total) {
        questions.push(format!("Top 5 {rows} by {total}"));
    }
    if let Some(number) = level.or(total) {
        questions.push(format!("What is the highest {number} of {rows}?"));
    }
    if questions.len() < 3 {
        questions.push(format!("Show all {rows}"));
    }
    if questions.len() < 3 && category.is_some() {
        questions.push(format!("How many {rows} are there?"));
    }
    if questions.len() < 3 {
        questions.push(format!("What is the number of {rows}?"));
    }
    questions.truncate(MOST);
    questions
}

/// Whether adding it up makes no sense.
fn is_of_kind(column: &Column) -> bool {
    column.unit == Some('%') || split(&column.name).iter().any(|word| INTENSIVE.contains(&word.stem.as_str()))
}

fn stems(name: &str) -> Vec<String> {
    split(name).into_iter().map(|word| word.stem).collect()
}

fn spoken(name: &str) -> String {
    name.replace('_', " ")
}
