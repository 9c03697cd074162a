//! What is on a sheet, where, and what is never on it.

use std::collections::BTreeSet;

use serde_json::json;

use crate::charts::png::png;
use crate::charts::profile::check;
use crate::charts::render::options::{RenderOptions, Theme};
use crate::charts::render::svg::svg;
use crate::domain::dashboards::boards::model::Place;
use crate::domain::dashboards::pictures::frames::{Content, Frame, Heading, Look, Section};
use crate::domain::dashboards::pictures::sheet::draw;
use crate::warehouse::cells::{CellColumn, CellType};

const HOSTILE: &str = "</text><script>alert('1')</script> & \"q\" id=\"x\" url(#plot)";

fn place(x: i32, y: i32, width: i32, height: i32) -> Place {
    Place { x, y, width, height }
}

/// A chart with a clip path, a gradient and a title, of a tile of six columns and four rows.
pub fn chart(title: &str) -> String {
    let spec = json!({ "mark": "point", "encoding": {
        "x": { "field": "a", "type": "quantitative", "scale": { "domain": [0, 2] } },
        "y": { "field": "b", "type": "quantitative" }, "color": { "field": "b", "type": "quantitative" } } });
    let columns = ["a", "b"].map(|name| CellColumn { name: name.to_owned(), kind: CellType::Integer });
    let rows = [vec![json!(1), json!(2)], vec![json!(2), json!(3)]];
    let options = RenderOptions { width: 568, height: 274, title: Some(title.to_owned()), ..RenderOptions::default() };
    svg(&check(&spec).unwrap(), &columns, &rows, &options).unwrap()
}

fn frame<'a>(place: Place, title: Option<&'a str>, content: &'a Content) -> Frame<'a> {
    Frame { place, title, content, is_truncated: false }
}

fn texts(svg: &str) -> Vec<String> {
    let document = roxmltree::Document::parse(svg).unwrap();
    let texts = document.descendants().filter(|node| node.has_tag_name("text") || node.tag_name().name() == "text");
    texts.map(|node| node.text().unwrap_or_default().to_owned()).collect()
}

#[test]
fn a_sheet_says_what_it_is_given_and_everything_has_its_place() {
    let table = Content::Table {
        columns: vec![CellColumn { name: "region".to_owned(), kind: CellType::Text }],
        rows: (0..40).map(|row| vec![json!(format!("row {row}"))]).collect(),
        more: 60,
    };
    let words = Content::Text("# Notes\nAll *good*.".to_owned());
    let missing = Content::Missing("There is no result yet.".to_owned());
    let sections = [
        Section {
            title: Some("Main"),
            frames: vec![frame(place(0, 0, 6, 4), Some("Rows"), &table), frame(place(6, 0, 6, 4), None, &words)],
        },
        Section { title: Some("More"), frames: vec![frame(place(0, 7, 12, 2), Some("Net"), &missing)] },
        Section { title: Some("None"), frames: Vec::new() },
    ];
    let heading = Heading {
        title: "Sales".to_owned(),
        description: Some("All of it.".to_owned()),
        facts: vec!["Region: south".to_owned(), "As of 2026-03-01 12:00 UTC".to_owned()],
    };
    let picture = draw(&heading, &sections, Look::default()).unwrap();
    assert_eq!(picture, draw(&heading, &sections, Look::default()).unwrap());
    let mut expected =
        vec!["Sales", "All of it.", "Region: south", "As of 2026-03-01 12:00 UTC", "Main", "Rows", "region"];
    let rows: Vec<String> = (0..11).map(|row| format!("row {row}")).collect();
    expected.extend(rows.iter().map(String::as_str));
    expected.extend(["89 more rows", "Notes", "All good.", "More", "Net", "There is no result yet.", "None"]);
    expected.push("There is nothing on this tab.");
    assert_eq!(texts(&picture), expected);
    let document = roxmltree::Document::parse(&picture).unwrap();
    let root = document.root_element();
    // Heading 118, and each tab its line, its rows, and the space below.
    let height = 118 + (30 + 276 + 24) + (30 + 132 + 24) + (30 + 16 + 24);
    assert_eq!((root.attribute("width"), root.attribute("height")), (Some("1200"), Some(height.to_string().as_str())));
    let sides = |bytes: &[u8]| {
        let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
        (number(16), number(20))
    };
    assert_eq!(sides(&png(&picture, 0.5).unwrap()), (600, u32::try_from(height / 2).unwrap()));
}

#[test]
fn no_two_things_have_one_id_and_all_that_is_named_is_there() {
    let charts = [Content::Chart(chart("One")), Content::Chart(chart("Two"))];
    let frames = vec![frame(place(0, 0, 6, 4), None, &charts[0]), frame(place(6, 0, 6, 4), None, &charts[1])];
    let sections = [Section { title: None, frames }];
    let picture = draw(&Heading::default(), &sections, Look { theme: Theme::Dark, ..Look::default() }).unwrap();
    let document = roxmltree::Document::parse(&picture).unwrap();
    let ids: Vec<&str> = document.descendants().filter_map(|node| node.attribute("id")).collect();
    let distinct: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(distinct.len(), ids.len());
    let expected = ["chart-desc", "chart-title", "plot", "ramp-0"];
    let expected = [1, 2].iter().flat_map(|tile| expected.map(|id| format!("tile-{tile}-{id}")));
    let expected: BTreeSet<String> = expected.chain(["sheet-title".to_owned()]).collect();
    assert_eq!(distinct.iter().map(|id| (*id).to_owned()).collect::<BTreeSet<_>>(), expected);
    for node in document.descendants().filter(roxmltree::Node::is_element) {
        for attribute in node.attributes() {
            let named = attribute.value().strip_prefix("url(#").and_then(|rest| rest.strip_suffix(')'));
            let labels = if attribute.name() == "aria-labelledby" { attribute.value() } else { "" };
            for id in named.into_iter().chain(labels.split_whitespace()) {
                assert!(distinct.contains(id), "{id}");
            }
        }
    }
    let nested: Vec<_> = document.descendants().filter(|node| node.tag_name().name() == "svg").skip(1).collect();
    let at = |index: usize, name: &str| nested[index].attribute(name).map(str::to_owned);
    assert_eq!(
        (at(0, "x"), at(0, "width"), at(0, "height")),
        (Some("25".into()), Some("568".into()), Some("274".into()))
    );
    assert_eq!(
        (at(2, "x"), at(1, "width"), at(3, "height")),
        (Some("607".into()), Some("568".into()), Some("274".into()))
    );
}

#[test]
fn hostile_words_stay_words() {
    let hostile = HOSTILE.to_owned();
    let contents = [
        Content::Chart(chart(HOSTILE)),
        Content::Text(hostile.clone()),
        Content::Missing(hostile.clone()),
        Content::Table {
            columns: vec![CellColumn { name: hostile.clone(), kind: CellType::Text }],
            rows: vec![vec![json!(hostile.clone())]],
            more: 0,
        },
    ];
    let frames = contents.iter().zip(0..).map(|(content, row)| frame(place(0, row * 4, 12, 4), Some(HOSTILE), content));
    let sections = [Section { title: Some(HOSTILE), frames: frames.collect() }];
    let heading = Heading { title: hostile.clone(), description: Some(hostile.clone()), facts: vec![hostile] };
    let picture = draw(&heading, &sections, Look::default()).unwrap();
    let document = roxmltree::Document::parse(&picture).unwrap();
    assert!(document.descendants().all(|node| node.tag_name().name() != "script"));
    assert_eq!(texts(&picture).iter().filter(|text| text.starts_with("</text><script>")).count(), 11);
    assert!(!picture.contains("<script"));
}

#[test]
fn what_is_too_large_is_said_to_be() {
    let words = Content::Text("x".to_owned());
    let frames = (0..230).map(|row| frame(place(0, row, 12, 1), None, &words)).collect();
    let sections = [Section { title: None, frames }];
    let refused = draw(&Heading::default(), &sections, Look::default()).unwrap_err();
    assert_eq!((refused.code(), refused.to_string().contains("16000 pixels high")), ("PICTURE_SIZE", true));
    for width in [0, 599, 2401, u32::MAX] {
        let refused = draw(&Heading::default(), &[], Look { width, theme: Theme::Light }).unwrap_err();
        assert_eq!(refused.to_string(), "A picture of a dashboard is 600 to 2400 pixels wide.");
    }
    let large = Content::Chart(format!("<svg width=\"1\" height=\"1\">{}</svg>", " ".repeat(9 << 20)));
    let frames = vec![frame(place(0, 0, 6, 1), None, &large), frame(place(6, 0, 6, 1), None, &large)];
    let refused = draw(&Heading::default(), &[Section { title: None, frames }], Look::default()).unwrap_err();
    assert_eq!(refused.to_string(), "The picture would be larger than 16 MiB.");
}
