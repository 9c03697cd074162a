//! Axes, legends, titles and what is written for those who see nothing.

use serde_json::{Value, json};

use super::seen::{column, drawn, group, of_orders, orders, texts};
use crate::charts::profile::check;
use crate::charts::render::options::{RenderOptions, Theme};
use crate::charts::render::svg::svg;
use crate::warehouse::cells::CellType;

#[test]
fn legends_name_every_colour() {
    let svg = of_orders(&json!({
        "mark": "bar",
        "encoding": {
            "x": {"field": "month", "timeUnit": "utcmonth", "type": "ordinal"},
            "y": {"field": "units", "aggregate": "sum"},
            "color": {"field": "region", "sort": "descending", "title": "Where"},
        },
    }));
    assert_eq!(texts(&svg, "legend"), ["Where", "South", "North"]);
    let fills: Vec<String> = group(&svg, "legend")
        .iter()
        .filter(|element| element.name == "rect")
        .map(|it| it.get("fill").to_owned())
        .collect();
    assert_eq!(fills, ["#0072b2", "#e69f00"]);
    assert_eq!(texts(&svg, "axis x"), ["Jan", "Feb", "month (month)"]);
}

#[test]
fn a_legend_says_how_many_it_leaves_out() {
    let columns = [column("name", CellType::Text), column("net", CellType::Integer)];
    let rows: Vec<Vec<Value>> = (0..60).map(|index| vec![json!(format!("n{index:02}")), json!(index + 1)]).collect();
    let spec = json!({"mark": "arc", "encoding": {"theta": {"field": "net"}, "color": {"field": "name"}}});
    let shown = texts(&drawn(&spec, &columns, &rows).unwrap(), "legend");
    let entries = shown.len() - 2;
    assert_eq!(shown[0], "name");
    assert_eq!(shown[shown.len() - 1], format!("… {} more", 60 - entries));
}

#[test]
fn labels_that_do_not_fit_lean_or_are_left_out_and_never_overlap() {
    let columns = [column("name", CellType::Text), column("net", CellType::Integer)];
    for count in [3, 8, 30, 200] {
        let rows: Vec<Vec<Value>> =
            (0..count).map(|index| vec![json!(format!("Customer {index:03}")), json!(index)]).collect();
        let spec = json!({"mark": "bar", "encoding": {"x": {"field": "name", "title": null}, "y": {"field": "net", "type": "quantitative"}}});
        let labels: Vec<_> = group(&drawn(&spec, &columns, &rows).unwrap(), "axis x")
            .into_iter()
            .filter(|element| element.name == "text")
            .collect();
        let leans = labels[0].get("transform").starts_with("rotate(-45");
        assert_eq!(leans, count > 3, "{count}");
        assert_eq!(labels.len() == count, count <= 8 || labels.len() == 30, "{count}: {}", labels.len());
        let apart =
            labels.windows(2).map(|pair| pair[1].figure("x") - pair[0].figure("x")).fold(f64::INFINITY, f64::min);
        assert!(apart >= if leans { 11.0 } else { 60.0 }, "{count}: {apart}");
    }
}

#[test]
fn whoever_sees_nothing_is_told() {
    let svg = of_orders(&json!({
        "title": {"text": "Orders", "subtitle": "2024"},
        "mark": "bar",
        "encoding": {"x": {"field": "region"}, "y": {"field": "net", "aggregate": "sum"}},
    }));
    let document = roxmltree::Document::parse(&svg).unwrap();
    let root = document.root_element();
    assert_eq!(root.attribute("role"), Some("img"));
    assert_eq!(root.attribute("aria-labelledby"), Some("chart-title chart-desc"));
    let text =
        |id: &str| document.descendants().find(|node| node.attribute("id") == Some(id)).and_then(|node| node.text());
    assert_eq!(text("chart-title"), Some("Orders"));
    assert_eq!(text("chart-desc"), Some("Bar chart (x: region; y: Sum of net), 2 values."));
    assert_eq!(texts(&svg, "title"), ["Orders", "2024"]);
}

#[test]
fn marks_say_what_they_show_where_they_are_asked_to() {
    let spec = |tooltip: Value| {
        json!({
            "mark": "bar",
            "encoding": {"x": {"field": "region"}, "y": {"field": "net", "aggregate": "sum"}, "tooltip": tooltip},
        })
    };
    let titles = |spec: &Value| {
        let marks = group(&of_orders(spec), "marks bar");
        marks.into_iter().filter(|element| element.name == "title").map(|element| element.text).collect::<Vec<_>>()
    };
    let asked =
        spec(json!([{"field": "region"}, {"field": "net", "aggregate": "sum", "format": ".1f", "title": "Net"}]));
    assert_eq!(titles(&asked), ["region: North; Net: 40.0", "region: South; Net: 20.0"]);
    assert_eq!(titles(&spec(Value::Null)), [""; 0]);
}

#[test]
fn a_title_of_the_options_stands_in_and_themes_change_the_ground() {
    let (columns, rows) = orders();
    let spec = check(&json!({"mark": "point", "encoding": {"x": {"field": "units", "type": "quantitative"}}})).unwrap();
    let options = RenderOptions { title: Some("Units".to_owned()), theme: Theme::Dark, ..RenderOptions::default() };
    let dark = svg(&spec, &columns, &rows, &options).unwrap();
    assert_eq!(texts(&dark, "title"), ["Units"]);
    assert!(dark.contains("fill=\"#111827\""));
    assert_eq!(dark, svg(&spec, &columns, &rows, &options).unwrap(), "the same every time");
    let small = RenderOptions { width: 140, height: 100, ..RenderOptions::default() };
    assert_eq!(svg(&spec, &columns, &rows, &small).map_err(|error| error.code()).err(), None);
    let none = RenderOptions { width: 59, ..RenderOptions::default() };
    assert_eq!(svg(&spec, &columns, &rows, &none).unwrap_err().code(), "PICTURE_SIZE");
}

#[test]
fn little_room_shortens_names_and_never_numbers() {
    let columns = [column("name", CellType::Text), column("net", CellType::Integer)];
    let rows: Vec<Vec<Value>> =
        (0..5).map(|index| vec![json!(format!("Customer {index}")), json!(index * 1_000_000_000_i64)]).collect();
    let spec = check(&json!({
        "title": "Net",
        "mark": "bar",
        "encoding": {"x": {"field": "name"}, "y": {"field": "net", "type": "quantitative"}},
    }));
    let options = RenderOptions { width: 200, height: 140, ..RenderOptions::default() };
    let svg = svg(&spec.unwrap(), &columns, &rows, &options).unwrap();
    assert_eq!(texts(&svg, "axis y"), ["0", "2G", "4G"]);
    assert!(texts(&svg, "axis x").iter().all(|name| name.ends_with('…')));
}
