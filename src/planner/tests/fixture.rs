//! The four tables that the questions are about, with the glossary and the day on which they are asked.

use chrono::NaiveDate;
use serde_json::Value;

use crate::planner::schema::{Column, Schema, Table, Term};
use crate::tabular::column::ColumnType;

/// Questions, what is expected of them, and what is known of the tables.
pub fn file() -> Value {
    serde_json::from_str(include_str!("questions.json")).unwrap()
}

/// The tables as they are in `file`, with the values of their files.
pub fn schema(file: &Value) -> Schema {
    let csv = |name: &str| match name {
        "orders" => include_str!("orders.csv"),
        "employees" => include_str!("employees.csv"),
        "sensor_readings" => include_str!("sensor_readings.csv"),
        "library_loans" => include_str!("library_loans.csv"),
        other => panic!("{other}"),
    };
    let tables = file["tables"].as_array().unwrap();
    Schema { tables: tables.iter().map(|table| self::table(table, csv(table["name"].as_str().unwrap()))).collect() }
}

fn table(given: &Value, csv: &str) -> Table {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let headers = reader.headers().unwrap().clone();
    let records: Vec<csv::StringRecord> = reader.records().map(|record| record.unwrap()).collect();
    let columns = given["columns"].as_array().unwrap().iter().zip(&headers).enumerate();
    let columns = columns.map(|(at, (column, header))| {
        let kind: ColumnType = serde_json::from_value(column["type"].clone()).unwrap();
        let mut samples: Vec<String> = Vec::new();
        for value in records.iter().map(|record| record[at].to_owned()) {
            if kind == ColumnType::Text && !value.is_empty() && !samples.contains(&value) {
                samples.push(value);
            }
        }
        Column {
            name: column["name"].as_str().unwrap().to_owned(),
            header: header.to_owned(),
            kind,
            unit: column["unit"].as_str().and_then(|unit| unit.chars().next()),
            description: None,
            samples,
        }
    });
    Table {
        name: given["name"].as_str().unwrap().to_owned(),
        schema: None,
        description: None,
        row_count: u64::try_from(records.len()).unwrap(),
        columns: columns.collect(),
    }
}

pub fn glossary(file: &Value) -> Vec<Term> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let term = |term: &Value| Term {
        term: text(&term["term"]),
        definition: text(&term["definition"]),
        expression: term["expression"].as_str().map(str::to_owned),
        synonyms: term["synonyms"].as_array().unwrap().iter().map(text).collect(),
    };
    file["glossary"].as_array().unwrap().iter().map(term).collect()
}

pub fn today(file: &Value) -> NaiveDate {
    file["today"].as_str().unwrap().parse().unwrap()
}
