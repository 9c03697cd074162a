//! Draws legends: below one another at the right, or in lines above or below the plot.

use super::super::super::figures::figure;
use super::super::super::spec::mark::Shape;
use super::super::symbol;
use super::super::text::width;
use super::super::theme::{Colors, GUIDE_TITLE, LABEL};
use super::super::writer::{Attr, Writer};
use super::legend::{BESIDE, Body, LINE, Legend, RAMP, SWATCH, Swatch};

/// From the middle of letters down to their baseline.
const MIDDLE: f64 = 0.35;
/// Between the title of a legend in a line and its first entry.
const TITLE_GAP: f64 = 12.0;

/// Draws a legend from its upper left corner.
pub fn column(writer: &mut Writer, legend: &Legend, (x, y): (f64, f64), colors: &Colors, id: &str) {
    open(writer, colors);
    let mut top = y;
    for line in &legend.title {
        title(writer, line, x, GUIDE_TITLE.mul_add(0.8, top), colors);
        top += GUIDE_TITLE + 3.0;
    }
    if !legend.title.is_empty() {
        top += 4.0;
    }
    match &legend.body {
        Body::Entries(entries) => {
            for (swatch, label) in entries {
                entry(writer, legend, swatch, label, (x, top));
                top += legend.line();
            }
            if legend.left_out > 0 {
                let text = more(legend);
                writer.text(
                    "text",
                    &[("x", (x + SWATCH).into()), ("y", (top + LINE / 2.0 + LABEL * MIDDLE).into())],
                    &text,
                );
            }
        }
        Body::Ramp { stops, labels } => {
            ramp(writer, stops, id, (x, top, RAMP.0, RAMP.1), true);
            for (share, label) in labels {
                let at = (1.0 - share).mul_add(RAMP.1, top) + LABEL * MIDDLE;
                writer.text("text", &[("x", (x + RAMP.0 + 8.0).into()), ("y", at.into())], label);
            }
        }
    }
    writer.close();
}

/// The lines that a legend takes in a width: for each the entries, by their numbers.
#[must_use]
pub fn lines(legend: &Legend, room: f64) -> Vec<Vec<usize>> {
    let Body::Entries(entries) = &legend.body else { return vec![Vec::new()] };
    let mut lines: Vec<Vec<usize>> = vec![Vec::new()];
    let mut used = title_width(legend);
    for (index, (_, label)) in entries.iter().enumerate() {
        let wide = legend.indent() + width(label, LABEL, false) + BESIDE;
        if used + wide - BESIDE > room && lines.last().is_some_and(|line| !line.is_empty()) {
            lines.push(Vec::new());
            used = 0.0;
        }
        if let Some(line) = lines.last_mut() {
            line.push(index);
        }
        used += wide;
    }
    if legend.left_out > 0 && used + width(&more(legend), LABEL, false) > room {
        lines.push(Vec::new());
    }
    lines
}

/// What stands for the entries that there is no room for.
fn more(legend: &Legend) -> String {
    format!("… {} more", legend.left_out)
}

/// Pixels that a legend takes above or below the plot.
#[must_use]
pub fn height(legend: &Legend, room: f64) -> f64 {
    match &legend.body {
        Body::Entries(_) => figure(lines(legend, room).len()) * legend.line(),
        Body::Ramp { .. } => RAMP.0 + LABEL + 8.0,
    }
}

fn title_width(legend: &Legend) -> f64 {
    let text = legend.title.join(" ");
    if text.is_empty() { 0.0 } else { width(&text, GUIDE_TITLE, true) + TITLE_GAP }
}

/// Draws a legend in lines.
pub fn row(writer: &mut Writer, legend: &Legend, (x, y): (f64, f64), room: f64, colors: &Colors, id: &str) {
    open(writer, colors);
    let text = legend.title.join(" ");
    if !text.is_empty() {
        title(writer, &text, x, GUIDE_TITLE.mul_add(MIDDLE, y + LINE / 2.0), colors);
    }
    match &legend.body {
        Body::Entries(entries) => {
            let mut top = y;
            let lines = lines(legend, room);
            for (index, line) in lines.iter().enumerate() {
                let mut left = if index == 0 { x + title_width(legend) } else { x };
                for (swatch, label) in line.iter().filter_map(|entry| entries.get(*entry)) {
                    entry(writer, legend, swatch, label, (left, top));
                    left += legend.indent() + width(label, LABEL, false) + BESIDE;
                }
                if legend.left_out > 0 && index + 1 == lines.len() {
                    let y = LABEL.mul_add(MIDDLE, top + legend.line() / 2.0);
                    writer.text("text", &[("x", left.into()), ("y", y.into())], &more(legend));
                }
                top += legend.line();
            }
        }
        Body::Ramp { stops, labels } => {
            let left = x + title_width(legend);
            ramp(writer, stops, id, (left, y, RAMP.1, RAMP.0), false);
            for (share, label) in labels {
                let at = [
                    ("x", share.mul_add(RAMP.1, left).into()),
                    ("y", (y + RAMP.0 + LABEL + 2.0).into()),
                    ("text-anchor", "middle".into()),
                ];
                writer.text("text", &at, label);
            }
        }
    }
    writer.close();
}

fn open(writer: &mut Writer, colors: &Colors) {
    writer.open("g", &[("class", "legend".into()), ("font-size", LABEL.into()), ("fill", colors.faint.into())]);
}

fn title(writer: &mut Writer, text: &str, x: f64, y: f64, colors: &Colors) {
    let attrs = [
        ("x", x.into()),
        ("y", y.into()),
        ("font-size", GUIDE_TITLE.into()),
        ("font-weight", "bold".into()),
        ("fill", colors.text.into()),
    ];
    writer.text("text", &attrs, text);
}

fn entry(writer: &mut Writer, legend: &Legend, swatch: &Swatch, label: &str, (x, y): (f64, f64)) {
    let middle = y + legend.line() / 2.0;
    let left = x + (legend.indent() - 6.0) / 2.0;
    if swatch.is_line {
        let ends = [
            ("x1", x.into()),
            ("y1", middle.into()),
            ("x2", (x + 12.0).into()),
            ("y2", middle.into()),
            ("stroke", (&swatch.color).into()),
            ("stroke-width", 2.5.into()),
        ];
        writer.element("line", &ends);
    } else {
        let look: Vec<(&'static str, Attr<'_>)> = if swatch.filled {
            vec![("fill", (&swatch.color).into()), ("opacity", swatch.opacity.into())]
        } else {
            vec![("fill", "none".into()), ("stroke", (&swatch.color).into()), ("stroke-width", 2.0.into())]
        };
        symbol::draw(writer, swatch.shape.unwrap_or(Shape::Square), (left, middle), swatch.size, &look, None);
    }
    writer.text("text", &[("x", (x + legend.indent()).into()), ("y", LABEL.mul_add(MIDDLE, middle).into())], label);
}

fn ramp(writer: &mut Writer, stops: &[String], id: &str, (x, y, width, height): (f64, f64, f64, f64), upwards: bool) {
    let ends = if upwards { ("0", "1", "0", "0") } else { ("0", "0", "1", "0") };
    let gradient =
        [("id", id.into()), ("x1", ends.0.into()), ("y1", ends.1.into()), ("x2", ends.2.into()), ("y2", ends.3.into())];
    writer.open("linearGradient", &gradient);
    let last = figure(stops.len().saturating_sub(1).max(1));
    for (index, stop) in stops.iter().enumerate() {
        writer.element("stop", &[("offset", (figure(index) / last).into()), ("stop-color", stop.into())]);
    }
    writer.close();
    let rect = [
        ("x", x.into()),
        ("y", y.into()),
        ("width", width.into()),
        ("height", height.into()),
        ("fill", format!("url(#{id})").into()),
    ];
    writer.element("rect", &rect);
}
