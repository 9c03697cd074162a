//! Bitmaps.

use serde_json::json;

use super::seen::of_orders;
use crate::charts::png::png;

/// Width and height of a PNG, out of its header.
fn sides(png: &[u8]) -> (u32, u32) {
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
    let number = |at: usize| u32::from_be_bytes([png[at], png[at + 1], png[at + 2], png[at + 3]]);
    (number(16), number(20))
}

fn bars() -> String {
    of_orders(&json!({
        "title": "Net by region",
        "mark": "bar",
        "encoding": {"x": {"field": "region"}, "y": {"field": "net", "aggregate": "sum"}},
    }))
}

#[test]
fn a_picture_is_as_large_as_it_is_scaled_and_the_same_every_time() {
    let svg = bars();
    let picture = png(&svg, 1.0).unwrap();
    assert_eq!(sides(&picture), (400, 300));
    assert_eq!(picture, png(&svg, 1.0).unwrap());
    assert_eq!(sides(&png(&svg, 2.0).unwrap()), (800, 600));
}

#[test]
fn letters_are_drawn() {
    let svg = bars();
    let without = svg.replace("Net by region", "");
    assert_ne!(png(&svg, 1.0).unwrap(), png(&without, 1.0).unwrap());
    // Arabic is not in the first font, but in the second.
    let (arabic, other) = (svg.replace("North", "شمال"), svg.replace("North", "جنوب"));
    assert_ne!(png(&arabic, 1.0).unwrap(), png(&other, 1.0).unwrap());
}

#[test]
fn there_are_bounds() {
    let svg = bars();
    let code = |svg: &str, scale: f32| png(svg, scale).unwrap_err().code();
    for scale in [0.0, -1.0, 9.0, f32::NAN, f32::INFINITY] {
        assert_eq!(code(&svg, scale), "PICTURE_SIZE", "{scale}");
    }
    assert_eq!(code(&svg.replace("width=\"400\"", "width=\"100000\""), 1.0), "PICTURE_SIZE");
    assert_eq!(code("<svg", 1.0), "PICTURE_FAILED");
}
