//! What is written about results.

use serde_json::{Value, json};

use super::corpus::cases;
use crate::insights::write::summary::summary;
use crate::warehouse::cells::{CellColumn, CellType};

fn about(result: &str) -> Vec<String> {
    let cases = cases();
    let case = cases.iter().find(|case| case.result == result).unwrap();
    texts(&case.columns, &case.rows, None)
}

fn texts(columns: &[CellColumn], rows: &[Vec<Value>], title: Option<&str>) -> Vec<String> {
    summary(columns, rows, title).into_iter().map(|sentence| sentence.text).collect()
}

#[test]
fn labels_are_ranked() {
    assert_eq!(
        about("regions"),
        [
            "Net totals 3,010 across 4 regions, 752.5 on average.",
            "Net is highest for North, at 1,204.5 (40 % of the total), and lowest for West, at 300.",
        ]
    );
    assert_eq!(
        about("twelve cities"),
        [
            "Customers total 17,000 across 12 cities, 1,416.7 on average.",
            "Customers are highest for Berlin, at 5,200 (31 % of the total), and lowest for Graz, at 210.",
            "The top 3 of 12 cities make up 54 % of customers.",
            "The median customers is 1,275; Berlin stands out with 5,200.",
            "Churn pct is highest for Sevilla, at 8.1 %, and lowest for Graz, at 2.9 %.",
        ]
    );
}

#[test]
fn times_are_followed() {
    assert_eq!(
        about("months"),
        [
            "Revenue totals 662 across 6 months, 110.3 on average.",
            "Revenue rose by 12 % from January 2024 to June 2024, from 100 to 112.",
            "Revenue was highest in April 2024, at 130, and lowest in February 2024, at 90.",
        ]
    );
    assert_eq!(
        about("days with a gap"),
        [
            "Visits total 74 across 5 days, 14.8 on average.",
            "Visits rose by 10 % from 2024-03-01 to 2024-03-06, from 10 to 11.",
            "Visits were highest on 2024-03-05, at 30, and lowest on 2024-03-04, at 9.",
            "No rows exist for 2024-03-03.",
        ]
    );
}

#[test]
fn periods_that_are_told_by_their_first_day_are_named() {
    let by = |name: &str, times: [&str; 4]| {
        let columns = [
            CellColumn { name: name.to_owned(), kind: CellType::Date },
            CellColumn { name: "net".to_owned(), kind: CellType::Integer },
        ];
        let rows: Vec<Vec<Value>> =
            times.iter().zip([100, 90, 130, 112]).map(|(at, net)| vec![json!(at), json!(net)]).collect();
        texts(&columns, &rows, None)
    };
    let months = ["2025-01-01", "2025-02-01", "2025-03-01", "2025-04-01"];
    assert_eq!(
        by("month", months),
        [
            "Net totals 432 across 4 months, 108 on average.",
            "Net rose by 12 % from January 2025 to April 2025, from 100 to 112.",
            "Net was highest in March 2025, at 130, and lowest in February 2025, at 90.",
        ]
    );
    assert_eq!(by("sold_on", months), by("month", months));
    let quarters = ["2025-01-01", "2025-04-01", "2025-07-01", "2025-10-01"];
    assert_eq!(by("quarter", quarters)[0], "Net totals 432 across 4 quarters, 108 on average.");
    assert_eq!(by("quarter", quarters)[2], "Net was highest in Q3 2025, at 130, and lowest in Q2 2025, at 90.");
    assert_eq!(by("month", quarters)[2], "Net was highest in July 2025, at 130, and lowest in April 2025, at 90.");
    let years = ["2022-01-01", "2023-01-01", "2024-01-01", "2025-01-01"];
    assert_eq!(by("year", years)[1], "Net rose by 12 % from 2022 to 2025, from 100 to 112.");
    // What is a day, or not the first one each time, stays a day.
    assert_eq!(by("day", months)[0], "Net totals 432 across 4 days, 108 on average.");
    let days = ["2025-01-01", "2025-02-01", "2025-03-01", "2025-03-02"];
    assert_eq!(by("month", days)[2], "Net was highest on 2025-03-01, at 130, and lowest on 2025-02-01, at 90.");
}

#[test]
fn what_is_missing_is_said() {
    assert_eq!(about("empty"), ["The result is empty."]);
    assert_eq!(about("text only"), ["The result has 3 rows and no numbers.", "2 of 3 rows have the city London."]);
    assert_eq!(about("nulls").last().unwrap(), "Temperature is missing in 2 of 5 rows.");
    let name = [CellColumn { name: "name".to_owned(), kind: CellType::Text }];
    let rows = [vec![json!("Ada")]];
    assert_eq!(texts(&name, &rows, Some("People of 2024")), ["\"People of 2024\" has 1 row and no numbers."]);
}

#[test]
fn units_and_odd_names_are_kept() {
    assert_eq!(about("single number"), ["Count is 42."]);
    assert_eq!(
        about("models")[1..],
        [
            "Units are highest for \"iPhone 15\", at 320 (55 % of the total), and lowest for Q3-2025 plan, at 12.",
            "Price is highest for Model 3, at €39,990, and lowest for Q3-2025 plan, at €19.99.",
        ]
    );
    assert_eq!(about("rates")[0], "Conversion rate averages 6 % across 3 segments, with a median of 5.2 %.");
    assert!(about("many measures")[1].contains("highest for store 102, at 7,000"));
}
