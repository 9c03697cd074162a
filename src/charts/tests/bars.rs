//! Bars, to the pixel.

use serde_json::{Value, json};

use super::seen::{Element, drawn, group, of_orders, orders, texts};

fn rects(svg: &str) -> Vec<Element> {
    group(svg, "marks bar").into_iter().filter(|element| element.name == "rect").collect()
}

/// x, y, width and height.
fn place(rect: &Element) -> [f64; 4] {
    ["x", "y", "width", "height"].map(|name| rect.figure(name))
}

fn near(one: f64, other: f64) -> bool {
    (one - other).abs() < 0.02
}

#[test]
fn a_small_chart_is_drawn_to_the_pixel() {
    let svg = of_orders(&json!({
        "mark": "bar",
        "encoding": {"x": {"field": "region", "axis": null}, "y": {"field": "net", "aggregate": "sum", "axis": null}},
    }));
    // 400 by 300 with 14 around: 372 by 272. North is 40, South 20, and the axis ends at 40.
    let step = 372.0 / (2.0 - 0.25 + 0.3);
    let width = 72.0;
    let middle = |index: f64| 14.0 + step * (0.15 + index + 0.75 / 2.0);
    let bars = rects(&svg);
    assert_eq!(bars.len(), 2);
    let [x, y, wide, high] = place(&bars[0]);
    assert!(near(x, middle(0.0) - width / 2.0) && near(y, 14.0) && near(wide, width) && near(high, 272.0), "{bars:?}");
    let [x, y, wide, high] = place(&bars[1]);
    assert!(near(x, middle(1.0) - width / 2.0) && near(y, 150.0) && near(wide, width) && near(high, 136.0), "{bars:?}");
    assert_eq!(bars[0].get("fill"), "#0072b2");
}

#[test]
fn axes_are_labelled_and_titled() {
    let svg = of_orders(&json!({
        "mark": "bar",
        "encoding": {"x": {"field": "region", "sort": "y"}, "y": {"field": "net", "aggregate": "sum"}},
    }));
    assert_eq!(texts(&svg, "axis x"), ["South", "North", "region"]);
    assert_eq!(texts(&svg, "axis y"), ["0", "10", "20", "30", "40", "Sum of net"]);
    assert_eq!(group(&svg, "grid").len(), 5);
    let ticks: Vec<Element> = group(&svg, "axis y").into_iter().filter(|element| element.name == "text").collect();
    assert_eq!(ticks[0].get("text-anchor"), "end");
    assert!(ticks[0].figure("y") > ticks[4].figure("y"), "zero is at the bottom");
}

#[test]
fn stacks_stand_on_one_another() {
    let svg = of_orders(&json!({
        "mark": "bar",
        "encoding": {
            "x": {"field": "region", "axis": null},
            "y": {"field": "units", "type": "quantitative", "axis": null},
            "color": {"field": "month", "type": "ordinal", "scale": {"range": ["#111111", "#222222"]}, "legend": null},
        },
    }));
    let bars = rects(&svg);
    // 4 of North, 12 of South: the axis ends at 12. February is at the bottom, as it is the last in a legend.
    let of = |color: &str, height: f64| {
        let found =
            bars.iter().filter(|bar| bar.get("fill") == color && near(bar.figure("height"), height * 272.0 / 12.0));
        found.map(|bar| (bar.figure("y") + bar.figure("height") - 14.0) * 12.0 / 272.0).collect::<Vec<_>>()
    };
    let ends = |found: Vec<f64>| found.into_iter().map(f64::round).collect::<Vec<_>>();
    assert_eq!(ends(of("#222222", 1.0)), [12.0]);
    assert_eq!(ends(of("#111111", 3.0)), [11.0]);
    assert_eq!(ends(of("#222222", 7.0)), [12.0]);
    assert_eq!(ends(of("#111111", 5.0)), [5.0]);
}

#[test]
fn shares_fill_the_axis() {
    let svg = of_orders(&json!({
        "mark": "bar",
        "encoding": {
            "x": {"field": "units", "aggregate": "sum", "stack": "normalize"},
            "y": {"field": "month", "type": "ordinal", "axis": null},
            "color": {"field": "region", "legend": null},
        },
    }));
    assert_eq!(texts(&svg, "axis x"), ["0%", "20%", "40%", "60%", "80%", "100%", "Sum of units"]);
    let bars = rects(&svg);
    assert_eq!(bars.len(), 4);
    let whole: f64 = bars.iter().map(|bar| bar.figure("width")).sum();
    let lines: Vec<f64> = group(&svg, "grid").iter().map(|line| line.figure("x1")).collect();
    assert!(near(whole, (lines[5] - lines[0]) * 2.0), "{whole} {lines:?}");
}

#[test]
fn groups_stand_beside_one_another_and_losses_below_zero() {
    let (columns, mut rows) = orders();
    rows[1][2] = json!(-20);
    let spec = json!({
        "mark": "bar",
        "encoding": {
            "x": {"field": "month", "type": "ordinal", "axis": null},
            "xOffset": {"field": "region"},
            "y": {"field": "net", "type": "quantitative", "axis": null},
            "color": {"field": "region", "legend": null},
        },
    });
    let bars = rects(&drawn(&spec, &columns, &rows).unwrap());
    assert_eq!(bars.len(), 3, "a null has no bar");
    // From -20 to 30.
    let zero = 14.0 + 272.0 * 30.0 / 50.0;
    let [x, y, wide, high] = place(&bars[0]);
    assert!(near(y + high, zero) && near(high, 272.0 * 10.5 / 50.0));
    let [next, top, _, deep] = place(&bars[1]);
    assert!(near(top, zero) && near(deep, 272.0 * 20.0 / 50.0));
    assert!(next >= x + wide, "South stands behind North");
    assert_eq!([bars[0].get("fill"), bars[1].get("fill")], ["#0072b2", "#e69f00"]);
}

#[test]
fn bins_touch_one_another_and_units_of_time_have_bars_of_their_width() {
    let histogram = of_orders(&json!({
        "mark": "bar",
        "encoding": {"x": {"field": "units", "bin": {"step": 2}, "axis": null}, "y": {"aggregate": "count", "axis": null}},
    }));
    let bars = rects(&histogram);
    // 0 to 2, 2 to 4, 4 to 6, 6 to 8, with a pixel between.
    let mut edges: Vec<[f64; 2]> =
        bars.iter().map(|bar| [bar.figure("x"), bar.figure("x") + bar.figure("width")]).collect();
    edges.sort_by(|one, other| one[0].total_cmp(&other[0]));
    let expected: Vec<[f64; 2]> =
        (0..4).map(|index| 14.0 + 93.0 * f64::from(index)).map(|left| [left + 0.5, left + 92.5]).collect();
    assert_eq!(edges, expected);

    let months = of_orders(&json!({
        "mark": "bar",
        "encoding": {"x": {"field": "month", "timeUnit": "utcyearmonth"}, "y": {"field": "units", "aggregate": "sum"}},
    }));
    let bars = rects(&months);
    assert!(bars[0].figure("width") > bars[1].figure("width"), "January is longer than February");
    assert_eq!(texts(&months, "axis x"), ["Jan 2024", "Feb", "month (year-month)"]);
}

#[test]
fn names_are_shown_and_never_run() {
    let (columns, mut rows) = orders();
    rows[0][0] = json!("<script>alert(\"&'1')</script>\u{0}");
    let spec: Value = json!({
        "title": "]]><b>",
        "mark": {"type": "bar", "tooltip": true},
        "encoding": {"x": {"field": "region"}, "y": {"field": "net", "aggregate": "sum"}, "color": {"field": "region"}},
    });
    let svg = drawn(&spec, &columns, &rows).unwrap();
    assert!(!svg.contains("<script") && !svg.contains("<b>"));
    let document = roxmltree::Document::parse(&svg).unwrap();
    let shown =
        document.descendants().filter_map(|node| node.text()).any(|text| text.contains("<script>alert(\"&'1')"));
    assert!(shown);
    assert!(
        document.descendants().all(|node| !["script", "a", "image", "foreignObject"].contains(&node.tag_name().name()))
    );
}
