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
