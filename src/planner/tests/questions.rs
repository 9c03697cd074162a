//! The questions of `questions.json`: statements to the letter, and refusals. `tests/it/planner_questions.rs` runs the statements.

use serde_json::{Value, json};

use super::fixture;
use crate::planner::plan::{Plan, Role};
use crate::planner::planning::plan;
use crate::planner::refusal::Refused;
use crate::sql::check::check;
use crate::sql::relations::Relations;

fn asked(file: &Value) -> impl Fn(&str) -> Result<Plan, Refused> {
    let (schema, glossary, today) = (fixture::schema(file), fixture::glossary(file), fixture::today(file));
    move |question| plan(question, &schema, &glossary, today)
}

/// A column with its role, as the file has it.
fn column(name: &str, role: Role) -> String {
    match role {
        Role::Category => format!("{name} Category"),
        Role::Time(grain) => format!("{name} Time({grain:?})"),
        Role::Measure => format!("{name} Measure"),
        Role::Field => format!("{name} Field"),
    }
}

#[test]
fn questions_become_these_statements() {
    let file = fixture::file();
    let asked = asked(&file);
    let questions = file["planned"].as_array().unwrap();
    assert!(questions.len() >= 120, "{}", questions.len());
    for expected in questions {
        let question = expected["question"].as_str().unwrap();
        let plan = asked(question).unwrap_or_else(|refused| panic!("{question}: {refused}"));
        let columns: Vec<String> = plan.columns.iter().map(|it| column(&it.name, it.role)).collect();
        assert_eq!(json!(plan.sql), expected["sql"], "{question}");
        assert_eq!(json!(plan.table), expected["table"], "{question}");
        assert_eq!(json!(columns), expected["columns"], "{question}");
        assert_eq!(json!(plan.explanation), expected["explanation"], "{question}");
        assert_eq!(json!(plan.assumptions), expected["assumptions"], "{question}");
    }
}

#[test]
fn the_gate_lets_all_of_them_through() {
    let file = fixture::file();
    let asked = asked(&file);
    for expected in file["planned"].as_array().unwrap() {
        let question = expected["question"].as_str().unwrap();
        let plan = asked(question).unwrap();
        let relations = Relations::new(&[(Some("workspace"), plan.table.as_str())]);
        let checked = check(&plan.sql, &relations, &[]).unwrap_or_else(|refusal| panic!("{question}: {refusal}"));
        let read: Vec<&str> = checked.relations.iter().map(|relation| relation.table.as_str()).collect();
        assert_eq!(read, [plan.table.as_str()], "{question}");
        // One row, or a bounded number in an order.
        let is_bounded = checked.is_ordered && checked.limit.is_some_and(|limit| (1..=1000).contains(&limit));
        assert_eq!(is_bounded, plan.sql.contains(" LIMIT "), "{question}");
        assert!(is_bounded || expected["rows"].as_array().unwrap().len() == 1, "{question}");
    }
}

#[test]
fn what_cannot_be_answered_is_refused_with_a_reason() {
    let file = fixture::file();
    let asked = asked(&file);
    let questions = file["refused"].as_array().unwrap();
    assert!(questions.len() >= 60, "{}", questions.len());
    for expected in questions {
        let question = expected["question"].as_str().unwrap();
        let Err(refused) = asked(question) else { panic!("{question}") };
        assert_eq!(json!(refused.reason.as_str()), expected["code"], "{question}: {}", refused.message);
        assert_eq!(json!(refused.message), expected["message"], "{question}");
        assert!((3..=5).contains(&refused.suggestions.len()), "{question}: {:?}", refused.suggestions);
    }
}
