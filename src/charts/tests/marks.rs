//! Lines, areas, points, arcs, rules and texts.

use serde_json::{Value, json};

use super::seen::{drawn, group, of_orders, orders, texts};
use crate::charts::failure::RenderError;

#[test]
fn lines_go_from_month_to_month_and_break_at_nulls() {
    let spec = json!({
        "mark": "line",
        "encoding": {
            "x": {"field": "month", "type": "temporal", "axis": null},
            "y": {"field": "net", "type": "quantitative", "axis": null},
            "color": {"field": "region", "legend": null},
        },
    });
    let marks = group(&of_orders(&spec), "marks line");
    // North goes from 10.5 to 29.5, of 30; South has one month, which is a point.
    assert_eq!(marks.len(), 2);
    assert_eq!(marks[0].get("d"), "M14,190.8L386,18.53");
    assert_eq!((marks[1].name.as_str(), marks[1].figure("cx"), marks[1].figure("cy")), ("circle", 14.0, 104.67));

    let (columns, mut rows) = orders();
    for day in 3..6 {
        rows.push(vec![
            json!("North"),
            json!(format!("2024-02-0{day}")),
            json!(if day == 3 { Value::Null } else { json!(3) }),
            json!(1),
        ]);
    }
    let broken = group(&drawn(&spec, &columns, &rows).unwrap(), "marks line");
    assert_eq!(broken[0].get("d").matches('M').count(), 2);
}

#[test]
fn areas_are_stacked_and_gaps_are_zero() {
    let svg = of_orders(&json!({
        "mark": "area",
        "encoding": {
            "x": {"field": "month", "type": "temporal", "axis": null},
            "y": {"field": "units", "type": "quantitative", "axis": null},
            "color": {"field": "region", "legend": null},
        },
    }));
    let marks = group(&svg, "marks area");
    // South 5 and 7 below, North 3 and 1 on top: the axis ends at 8.
    let paths: Vec<&str> = marks.iter().map(|mark| mark.get("d")).collect();
    assert_eq!(paths, ["M14,14L386,14L386,48L14,116Z", "M14,116L386,48L386,286L14,286Z"]);
}

#[test]
fn points_show_places_sizes_and_shapes() {
    let svg = of_orders(&json!({
        "mark": {"type": "point", "filled": true},
        "encoding": {
            "x": {"field": "units", "type": "quantitative", "axis": null},
            "y": {"field": "net", "type": "quantitative", "axis": null},
            "size": {"field": "units", "legend": null},
            "shape": {"field": "region", "legend": null},
        },
    }));
    let marks = group(&svg, "marks point");
    let names: Vec<&str> = marks.iter().map(|mark| mark.name.as_str()).collect();
    assert_eq!(names, ["circle", "rect", "circle"], "nulls are left out");
    // 3 of 5 on x, 10.5 of 30 on y; the size is 3 of 5 of the greatest.
    assert_eq!((marks[0].figure("cx"), marks[0].figure("cy")), (237.2, 190.8));
    let area = marks[0].figure("r").powi(2) * std::f64::consts::PI;
    assert!((area - 360.0 * 3.0 / 5.0).abs() < 1.0, "{area}");
}

#[test]
fn arcs_share_a_circle() {
    let spec = json!({
        "mark": {"type": "arc", "innerRadius": 50},
        "encoding": {"theta": {"field": "units", "aggregate": "sum"}, "color": {"field": "region", "legend": null}},
    });
    let marks = group(&of_orders(&spec), "marks arc");
    // North has 4 of 16: a quarter from the top, clockwise, of a circle of 136 around (200, 150).
    assert_eq!(marks[0].get("d"), "M200,14A136,136 0 0 1 336,150L250,150A50,50 0 0 0 200,100Z");
    assert_eq!(marks.len(), 2);
    let (columns, mut rows) = orders();
    rows[0][3] = json!(-30);
    let error = drawn(&spec, &columns, &rows).unwrap_err();
    assert_eq!(error.to_string(), "A pie cannot show what is below zero: take bars.");
    rows.truncate(0);
    assert!(drawn(&spec, &columns, &rows).unwrap().contains("No data"));
}

#[test]
fn a_single_arc_is_a_circle() {
    let marks = group(&of_orders(&json!({"mark": "arc", "encoding": {"theta": {"aggregate": "count"}}})), "marks arc");
    assert_eq!(marks[0].get("d"), "M200,14A136,136 0 1 1 200,286A136,136 0 1 1 200,14Z");
}

#[test]
fn rules_cross_the_plot_and_texts_say_numbers() {
    let svg = of_orders(&json!({"layer": [
        {"mark": "bar", "encoding": {"x": {"field": "region", "axis": null}, "y": {"field": "net", "aggregate": "sum", "axis": null}}},
        {"mark": "rule", "encoding": {"y": {"datum": 20, "axis": null}}},
        {"mark": {"type": "text", "baseline": "bottom"}, "encoding": {
            "x": {"field": "region", "axis": null}, "y": {"field": "net", "aggregate": "sum", "axis": null},
            "text": {"field": "net", "aggregate": "sum", "format": "$,.2f"},
        }},
    ]}));
    let rule = &group(&svg, "marks rule")[0];
    assert_eq!(["x1", "y1", "x2", "y2"].map(|name| rule.get(name)), ["14", "150", "386", "150"]);
    assert_eq!(group(&svg, "marks rule").len(), 1);
    assert_eq!(texts(&svg, "marks text"), ["$40.00", "$20.00"]);
}

#[test]
fn heat_maps_have_a_ramp() {
    let svg = of_orders(&json!({
        "mark": "rect",
        "encoding": {
            "x": {"field": "month", "type": "ordinal"},
            "y": {"field": "region"},
            "color": {"field": "units", "type": "quantitative", "scale": {"range": ["#000000", "#808080"], "domain": [1, 9]}},
        },
    }));
    let fills: Vec<String> = group(&svg, "marks rect").iter().map(|cell| cell.get("fill").to_owned()).collect();
    assert_eq!(fills, ["#202020", "#404040", "#000000", "#606060"]);
    assert_eq!(texts(&svg, "legend"), ["units", "2", "4", "6", "8"]);
    assert_eq!(group(&svg, "legend").iter().filter(|element| element.name == "stop").count(), 2);
}

#[test]
fn what_is_not_drawn_is_said() {
    let (columns, rows) = orders();
    let refused = [
        (json!({"mark": "bar", "encoding": {"x": {"field": "region"}, "y": {"field": "month"}}}), "NOT_DRAWN"),
        (json!({"mark": "rule", "encoding": {"x": {"field": "region"}, "y": {"field": "month"}}}), "NOT_DRAWN"),
        (
            json!({"mark": "point", "encoding": {"x": {"field": "units", "type": "quantitative", "scale": {"type": "log"}}, "y": {"field": "region", "sort": "color"}}}),
            "NOT_DRAWN",
        ),
    ];
    for (spec, code) in refused {
        assert_eq!(drawn(&spec, &columns, &rows).unwrap_err().code(), code, "{spec}");
    }
    let mut rows = rows;
    rows[0][3] = json!(0);
    let log = json!({"mark": "point", "encoding": {"x": {"field": "units", "type": "quantitative", "scale": {"type": "log"}}}});
    let error = drawn(&log, &columns, &rows).unwrap_err();
    assert_eq!(error.to_string(), "A log scale shows values above zero only: 1 of `units` are not.");
    let many: Vec<Vec<Value>> =
        (0..20_001).map(|index| vec![json!("a"), json!(null), json!(index), json!(index)]).collect();
    let points = json!({"mark": "point", "encoding": {"x": {"field": "net", "type": "quantitative"}}});
    assert_eq!(drawn(&points, &columns, &many).unwrap_err(), RenderError::TooManyMarks(20_000));
}
