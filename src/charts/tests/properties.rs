//! Whatever a result holds: what is proposed is taken, fits and is drawn, and nothing on a picture is outside of it.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::charts::profile::{check, check_fields};
use crate::charts::propose::rank::propose;
use crate::charts::render::options::{RenderOptions, Theme};
use crate::charts::render::svg::svg;
use crate::warehouse::cells::{CellColumn, CellType};

const KINDS: [CellType; 10] = [
    CellType::Boolean,
    CellType::Integer,
    CellType::Decimal,
    CellType::Float,
    CellType::Date,
    CellType::Time,
    CellType::Timestamp,
    CellType::TimestampTz,
    CellType::Text,
    CellType::Json,
];

fn value(kind: CellType) -> BoxedStrategy<Value> {
    let date =
        (1600_i32..2400, 1_u32..13, 1_u32..29).prop_map(|(year, month, day)| format!("{year:04}-{month:02}-{day:02}"));
    let clock = (0_u32..24, 0_u32..60).prop_map(|(hour, minute)| format!("{hour:02}:{minute:02}:00"));
    let some = match kind {
        CellType::Boolean => any::<bool>().prop_map(Value::from).boxed(),
        CellType::Integer => prop_oneof![
            (0_i64..30).prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            Just(json!("9007199254740993"))
        ]
        .boxed(),
        CellType::Decimal => prop_oneof![
            any::<i32>().prop_map(|it| json!(f64::from(it) / 100.0)),
            Just(json!("0.1234567890123456789")),
            Just(json!("NaN"))
        ]
        .boxed(),
        CellType::Float => prop_oneof![
            any::<f64>().prop_map(|it| json!(it)),
            (-1.0..1.0).prop_map(|it: f64| json!(it)),
            Just(json!(1e308)),
            Just(json!(-1e308)),
            Just(json!("Infinity"))
        ]
        .boxed(),
        CellType::Date => date.prop_map(Value::from).boxed(),
        CellType::Time => clock.prop_map(Value::from).boxed(),
        CellType::Timestamp => (date, clock).prop_map(|(date, clock)| json!(format!("{date}T{clock}"))).boxed(),
        CellType::TimestampTz => (date, clock).prop_map(|(date, clock)| json!(format!("{date}T{clock}+00:00"))).boxed(),
        CellType::Text => {
            prop_oneof![4 => "[abcä<&\"' ]{0,3}".prop_map(Value::from), 1 => any::<String>().prop_map(Value::from)]
                .boxed()
        }
        CellType::Json => Just(json!({"a": [1, "<b>"]})).boxed(),
    };
    prop_oneof![9 => some, 1 => Just(Value::Null)].boxed()
}

fn name() -> BoxedStrategy<String> {
    prop_oneof![
        3 => prop::sample::select(vec!["net", "year", "region", "order_id", "month", "price", "a.b", "x[0]", "total", "place", "row", "series"]).prop_map(str::to_owned),
        1 => any::<String>(),
    ]
    .boxed()
}

prop_compose! {
    fn result()(columns in prop::collection::vec((name(), prop::sample::select(KINDS.to_vec())), 0..5))(
        rows in prop::collection::vec(columns.iter().map(|(_, kind)| value(*kind)).collect::<Vec<_>>(), 0..40),
        columns in Just(columns),
    ) -> (Vec<CellColumn>, Vec<Vec<Value>>) {
        (columns.into_iter().map(|(name, kind)| CellColumn { name, kind }).collect(), rows)
    }
}

/// Every figure of a picture within it, with room for symbols at its edge.
fn assert_within(svg: &str, width: f64, height: f64) {
    let document = roxmltree::Document::parse(svg).unwrap();
    for node in document.descendants() {
        for (names, most) in [(["x", "x1", "x2", "cx", "width"], width), (["y", "y1", "y2", "cy", "height"], height)] {
            for attribute in names.iter().filter_map(|name| node.attribute(*name)) {
                let Ok(figure) = attribute.parse::<f64>() else { continue };
                assert!(
                    (-1.0..=most + 1.0).contains(&figure),
                    "{} {attribute} of {most} in {svg}",
                    node.tag_name().name()
                );
            }
        }
        let numbers = node.attribute("d").unwrap_or_default();
        for figure in numbers.split(|char: char| !(char.is_ascii_digit() || matches!(char, '.' | '-'))) {
            let Ok(figure) = figure.parse::<f64>() else { continue };
            assert!((-30.0..=width.max(height) + 30.0).contains(&figure), "{figure} in {svg}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_proposed_is_taken_fits_and_is_drawn((columns, rows) in result(), wide in 300_u32..900, is_dark in any::<bool>()) {
        let theme = if is_dark { Theme::Dark } else { Theme::Light };
        let options = RenderOptions { width: wide, height: 300, theme, title: None };
        for proposal in propose(&columns, &rows) {
            let spec = check(&proposal.spec).unwrap_or_else(|problems| panic!("{problems:?} of {}", proposal.spec));
            check_fields(&spec, &columns).unwrap_or_else(|problems| panic!("{problems:?} of {}", proposal.spec));
            let svg = svg(&spec, &columns, &rows, &options).unwrap_or_else(|error| panic!("{error} of {}", proposal.spec));
            assert_within(&svg, f64::from(wide), 300.0);
        }
    }

    #[test]
    fn any_specification_of_two_columns_is_drawn_or_refused_in_a_sentence(
        (columns, rows) in result(),
        mark in prop::sample::select(vec!["bar", "line", "area", "point", "tick", "rule", "rect", "text", "arc"]),
        channels in prop::collection::vec((
            prop::sample::select(vec!["x", "y", "color", "size", "text", "theta", "opacity", "xOffset", "x2", "order"]),
            any::<prop::sample::Index>(),
            prop::sample::select(vec!["quantitative", "temporal", "ordinal", "nominal"]),
            prop::sample::select(vec!["", "aggregate", "bin", "timeUnit", "log", "descending"]),
        ), 1..5),
    ) {
        if columns.is_empty() {
            return Ok(());
        }
        let mut encoding = serde_json::Map::new();
        for (channel, column, kind, extra) in channels {
            let field = crate::charts::names::escape(&column.get(&columns).name);
            let mut definition = json!({"field": field, "type": kind});
            match extra {
                "aggregate" => definition["aggregate"] = json!("max"),
                "bin" => definition["bin"] = json!(true),
                "timeUnit" => definition["timeUnit"] = json!("utcmonth"),
                "log" => definition["scale"] = json!({"type": "log"}),
                "descending" => definition["sort"] = json!("descending"),
                _ => {}
            }
            encoding.insert(channel.to_owned(), definition);
        }
        let spec = json!({"mark": mark, "encoding": encoding});
        match check(&spec) {
            Ok(spec) => match svg(&spec, &columns, &rows, &RenderOptions::default()) {
                Ok(svg) => drop(roxmltree::Document::parse(&svg).unwrap()),
                Err(error) => prop_assert!(error.to_string().ends_with(['.', '?'])),
            },
            Err(problems) => prop_assert!(!problems.is_empty()),
        }
    }

    #[test]
    fn no_json_at_all_makes_the_check_fail(text in "[\\[\\]{}\",:a-z0-9]{0,40}") {
        if let Ok(value) = serde_json::from_str::<Value>(&text) {
            let _ = check(&value);
        }
    }
}
