//! Specifications that have to be taken, and such that must not be. `tests/clients/vega-lite.test.ts` reads the same, and holds them against Vega-Lite itself.

use serde::Deserialize;
use serde_json::Value;

use super::seen::drawn;
use crate::charts::profile::check;
use crate::warehouse::cells::CellColumn;

#[derive(Deserialize)]
struct Honest {
    columns: Vec<CellColumn>,
    rows: Vec<Vec<Value>>,
    specs: Vec<Named>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
    spec: Value,
    /// Where the problem is, for what is refused.
    pointer: Option<String>,
}

#[test]
fn honest_specifications_are_taken_and_drawn() {
    let honest: Honest = serde_json::from_str(include_str!("../../../tests/charts/honest.json")).unwrap();
    assert!(honest.specs.len() >= 60);
    for Named { name, spec, .. } in &honest.specs {
        let read = check(spec).unwrap_or_else(|problems| panic!("{name}: {problems:?}"));
        assert_eq!(read.value(), spec);
        let svg = drawn(spec, &honest.columns, &honest.rows).unwrap_or_else(|error| panic!("{name}: {error}"));
        let document = roxmltree::Document::parse(&svg).unwrap();
        let marks = document
            .descendants()
            .filter(|node| node.attribute("class").is_some_and(|class| class.starts_with("marks")))
            .map(|group| group.children().count())
            .collect::<Vec<_>>();
        assert!(!marks.is_empty() && marks.iter().all(|count| *count > 0), "{name}: {marks:?}");
    }
}

#[test]
fn hostile_specifications_are_refused_where_they_are_wrong() {
    let hostile: Vec<Named> = serde_json::from_str(include_str!("../../../tests/charts/hostile.json")).unwrap();
    assert!(hostile.len() >= 60);
    for Named { name, spec, pointer } in hostile {
        let problems = check(&spec).expect_err(&name);
        assert!(problems.len() <= 20, "{name}");
        assert!(problems.iter().any(|problem| Some(&problem.pointer) == pointer.as_ref()), "{name}: {problems:?}");
        for problem in problems {
            assert!(problem.message.ends_with(['.', '?', '`']) && problem.message.len() < 400, "{name}: {problem:?}");
        }
    }
}
