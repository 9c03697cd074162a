//! Random text: nothing panics, and what is planned passes the gate.

use chrono::NaiveDate;
use proptest::prelude::*;

use super::fixture;
use crate::planner::planning::plan;
use crate::planner::schema::{Schema, Term};
use crate::sql::check::check;
use crate::sql::relations::Relations;

/// Words that rules look for, things of the tables, and what is neither.
const PIECES: &[&str] = &[
    "how many",
    "how much",
    "number of",
    "count",
    "total",
    "sum",
    "average",
    "median",
    "highest",
    "lowest",
    "most",
    "fewest",
    "top",
    "bottom",
    "latest",
    "first",
    "last",
    "orders",
    "order",
    "employees",
    "loans",
    "readings",
    "rows",
    "net",
    "revenue",
    "AOV",
    "unit price",
    "churn",
    "quantity",
    "salary",
    "temperature",
    "discount",
    "customer",
    "customers",
    "region",
    "regions",
    "city",
    "product",
    "Berlin",
    "North",
    "Laptop",
    "Science",
    "\"Zander\"",
    "by",
    "per",
    "each",
    "for",
    "in",
    "of",
    "with",
    "without",
    "not",
    "no",
    "and",
    "or",
    ",",
    "over",
    "under",
    "more than",
    "at least",
    "between",
    "100",
    "€100",
    "five",
    "1.5k",
    "10%",
    "3",
    "2025",
    "March",
    "Q2",
    "last month",
    "the last 30 days",
    "since",
    "before",
    "until",
    "from",
    "to",
    "yesterday",
    "next week",
    "2024-05-01",
    "month",
    "monthly",
    "day",
    "hour",
    "over time",
    "share",
    "percentage",
    "is",
    "are",
    "paid",
    "unpaid",
    "returned",
    "hired",
    "due",
    "borrowed",
    "which",
    "what",
    "who",
    "show",
    "list",
    "sorted by",
    "ascending",
    "why",
    "will",
    "than",
    "different",
    "missing",
    "empty",
    "the",
    "a",
    "all",
    "except",
    "other than",
    "'",
    "\"",
    "“",
    "”",
    "-",
    ">=",
    "=",
    "\u{202e}",
    "\0",
    "\\",
    "é",
    "订单",
    ";",
    "--",
    "'; DROP TABLE orders; --",
];

fn looks_at(question: &str) {
    type Given = (Schema, Vec<Term>, NaiveDate);
    thread_local! {
        static GIVEN: Given = {
            let file = fixture::file();
            (fixture::schema(&file), fixture::glossary(&file), fixture::today(&file))
        };
    }
    GIVEN.with(|(schema, glossary, today)| match plan(question, schema, glossary, *today) {
        Ok(plan) => {
            let relations = Relations::new(&[(Some("workspace"), plan.table.as_str())]);
            let checked =
                check(&plan.sql, &relations, &[]).unwrap_or_else(|it| panic!("{question:?} gave {:?}: {it}", plan.sql));
            assert!(checked.limit.is_none_or(|limit| (1..=1000).contains(&limit)), "{question:?} gave {:?}", plan.sql);
            assert!(plan.explanation.ends_with('.') && !plan.columns.is_empty(), "{question:?} gave {plan:?}");
        }
        Err(refused) => {
            assert!(!refused.message.is_empty() && refused.suggestions.len() <= 5, "{question:?} gave {refused:?}");
        }
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn text_does_not_panic(text in "\\PC{0,120}") {
        looks_at(&text);
    }

    #[test]
    fn bytes_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        looks_at(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn soups_do_not_panic(pieces in prop::collection::vec(prop::sample::select(PIECES), 1..12)) {
        looks_at(&pieces.join(" "));
        looks_at(&pieces.concat());
    }

    #[test]
    fn short_soups_do_not_panic(pieces in prop::collection::vec(prop::sample::select(PIECES), 1..6)) {
        looks_at(&format!("{} of orders", pieces.join(" ")));
        looks_at(&format!("how many orders {}", pieces.join(" ")));
    }
}
