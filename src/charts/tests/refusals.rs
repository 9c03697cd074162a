//! What is said about specifications that are not taken.

use serde_json::{Value, json};

use super::seen::{column, orders};
use crate::charts::names::escape;
use crate::charts::problems::SpecProblem;
use crate::charts::profile::{check, check_fields};
use crate::warehouse::cells::CellType;

fn refused(spec: &Value) -> Vec<(String, String)> {
    let problems = check(spec).expect_err("refused");
    problems.into_iter().map(|SpecProblem { pointer, message }| (pointer, message)).collect()
}

fn with_fields(spec: &Value) -> Vec<(String, String)> {
    let (mut columns, _) = orders();
    columns.extend([
        column("a.b", CellType::Float),
        column("twice", CellType::Float),
        column("twice", CellType::Float),
    ]);
    let problems = check_fields(&check(spec).unwrap(), &columns).expect_err("refused");
    problems.into_iter().map(|SpecProblem { pointer, message }| (pointer, message)).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(pointer, message)| ((*pointer).to_owned(), (*message).to_owned())).collect()
}

#[test]
fn problems_say_where_they_are_and_what_is_wanted() {
    let spec = json!({"mark": "bar", "encoding": {"x": {"feild": "region"}, "y": {"field": "net", "type": "number"}}, "params": []});
    let expected = [
        ("/params", "`params` is not taken: charts here do not react."),
        ("/encoding/x/feild", "`feild` is not known here. Is `field` meant?"),
        (
            "/encoding/y/type",
            "`number` does not fit here. Wanted: What the values are: `quantitative`, `temporal`, `ordinal` or `nominal`.",
        ),
    ];
    let mut found = refused(&spec);
    found.sort();
    let mut expected = pairs(&expected);
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn there_are_bounds() {
    let fits = json!({"mark": "bar", "encoding": {"x": {"field": "a"}}});
    assert!(check(&fits).is_ok());
    let mut deep = json!(1);
    for _ in 0..100_000 {
        deep = Value::Array(vec![deep]);
    }
    let problem = check(&deep).unwrap_err();
    assert_eq!(problem[0].message, "The specification is nested more than 24 levels deep.");
    // Taken apart by hand: to drop it at once takes as many frames as it is deep.
    while let Value::Array(mut items) = deep {
        deep = items.pop().unwrap_or(Value::Null);
    }
    let long = json!({"mark": "bar", "encoding": {"x": {"field": "x".repeat(70_000)}}});
    assert_eq!(check(&long).unwrap_err()[0].message, "The specification is longer than 64 KiB.");
    let unknown: serde_json::Map<String, Value> = (0..100).map(|index| (format!("p{index}"), Value::Null)).collect();
    assert_eq!(check(&Value::Object(unknown)).unwrap_err().len(), 20);
}

#[test]
fn columns_that_there_are_not_are_named_with_those_that_there_are() {
    let spec = json!({
        "transform": [{"filter": {"or": [{"field": "Region", "equal": "North"}]}}],
        "encoding": {"x": {"field": "regions"}},
        "layer": [
            {"mark": "bar", "encoding": {"y": {"field": "net", "aggregate": "sum"}}},
            {"mark": "point", "encoding": {"y": {"field": "xyz", "aggregate": "sum"}}},
        ],
    });
    let expected = [
        ("/transform/0/filter/or/0/field", "The result has no column `Region`. Is `region` meant?"),
        ("/encoding/x/field", "The result has no column `regions`. Is `region` meant?"),
        ("/layer/1/encoding/y/field", "The result has no column `xyz`."),
    ];
    assert_eq!(with_fields(&spec), pairs(&expected));
}

#[test]
fn names_that_say_something_else_are_refused() {
    let of = |field: &str| json!({"mark": "point", "encoding": {"x": {"field": field, "type": "quantitative"}}});
    let said = |field: &str| with_fields(&of(field))[0].1.clone();
    assert_eq!(said("a.b"), "Dots and brackets lead into a value: write `a.b` as `a\\.b`.");
    assert_eq!(said("b.c"), "`b.c` leads into a value: charts take whole columns. Name the part in the statement.");
    assert_eq!(said("twice"), "Two columns are called `twice`: give them two names in the statement.");
    assert_eq!(said("region"), "`region` holds no numbers. Turn it into some in the statement, or count.");
    let columns = [column("a.b", CellType::Float)];
    assert_eq!(check_fields(&check(&of(&escape("a.b"))).unwrap(), &columns), Ok(()));
    let units =
        json!({"mark": "line", "encoding": {"x": {"field": "units", "type": "temporal"}, "y": {"aggregate": "count"}}});
    assert_eq!(
        with_fields(&units)[0].1,
        "`units` holds no dates. Make some in the statement, or take the type ordinal."
    );
}

#[test]
fn an_aggregate_leaves_its_groups_and_what_it_makes() {
    let spec = |field: &str| {
        json!({
            "transform": [{"aggregate": [{"op": "sum", "field": "net", "as": "total"}], "groupby": ["region"]}],
            "mark": "bar",
            "encoding": {"x": {"field": "region"}, "y": {"field": field, "type": "quantitative"}},
        })
    };
    let (columns, _) = orders();
    assert_eq!(check_fields(&check(&spec("total")).unwrap(), &columns), Ok(()));
    assert_eq!(with_fields(&spec("net"))[0].1, "The result has no column `net`.");
}
