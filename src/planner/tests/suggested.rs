//! The questions that are suggested can be answered.

use super::fixture;
use crate::planner::hints;
use crate::planner::planning::plan;
use crate::planner::schema::{Column, Schema, Table};
use crate::tabular::column::ColumnType;

#[test]
fn suggestions_are_of_the_tables() {
    let file = fixture::file();
    let schema = fixture::schema(&file);
    assert_eq!(
        hints::questions(&schema),
        [
            "How many orders are there per customer?",
            "How many sensor readings are there per sensor?",
            "How many employees are there per department?",
            "How many library loans are there per member?",
            "What is the total quantity of orders by customer?",
        ]
    );
    assert_eq!(hints::questions(&Schema::default()), Vec::<String>::new());
}

#[test]
fn suggestions_work() {
    let file = fixture::file();
    let (schema, glossary, today) = (fixture::schema(&file), fixture::glossary(&file), fixture::today(&file));
    for table in &schema.tables {
        let questions = hints::of_table(table);
        assert!((3..=5).contains(&questions.len()), "{questions:?}");
        for question in questions {
            let plan =
                plan(&question, &schema, &glossary, today).unwrap_or_else(|refused| panic!("{question}: {refused}"));
            assert_eq!(plan.table, table.name, "{question}");
        }
    }
}

#[test]
fn what_names_a_row_divides_nothing() {
    let column = |name: &str, kind: ColumnType, samples: &[&str]| Column {
        name: name.to_owned(),
        header: String::new(),
        kind,
        unit: None,
        description: None,
        samples: samples.iter().map(|sample| (*sample).to_owned()).collect(),
    };
    let mut columns = vec![
        column("branch", ColumnType::Text, &["Northgate", "Quayside", "Station", "Old Town"]),
        column("square_metres", ColumnType::Integer, &[]),
    ];
    let branches = |columns: &[Column]| {
        let (name, columns) = ("branches".to_owned(), columns.to_vec());
        Table { name, schema: None, description: None, row_count: 4, columns }
    };
    let questions = |columns: &[Column]| {
        let schema = Schema { tables: vec![branches(columns)] };
        let questions = hints::questions(&schema);
        for question in &questions {
            let planned = plan(question, &schema, &[], "2025-06-18".parse().unwrap());
            planned.unwrap_or_else(|refused| panic!("{question}: {refused}"));
        }
        questions
    };
    assert_eq!(
        questions(&columns),
        [
            "How many branches are there?",
            "What is the total square metres of branches?",
            "Top 5 branches by square metres",
            "What is the highest square metres of branches?",
        ]
    );
    columns.push(column("town", ColumnType::Text, &["Port Ansel", "Hale"]));
    assert_eq!(questions(&columns)[0], "How many branches are there per town?");
}

/// Also for tables of which there is little to ask.
#[test]
fn suggestions_work_for_every_single_column() {
    for kind in ColumnType::ALL {
        let column = Column {
            name: "thing".to_owned(),
            header: "Thing".to_owned(),
            kind,
            unit: None,
            description: None,
            samples: vec!["a".to_owned(), "b".to_owned()],
        };
        let table =
            Table { name: "boxes".to_owned(), schema: None, description: None, row_count: 1, columns: vec![column] };
        let questions = hints::of_table(&table);
        assert!((3..=5).contains(&questions.len()), "{questions:?}");
        let schema = Schema { tables: vec![table] };
        for question in questions {
            plan(&question, &schema, &[], "2025-06-18".parse().unwrap())
                .unwrap_or_else(|refused| panic!("{kind:?} {question}: {refused}"));
        }
    }
}
