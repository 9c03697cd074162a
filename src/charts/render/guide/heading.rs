//! The title above a chart.

use super::super::super::spec::chart::Heading;
use super::super::plot::Area;
use super::super::text::wrap;
use super::super::theme::{Colors, SUBTITLE, TITLE};
use super::super::writer::Writer;

const LINES: usize = 2;
const LEADING: f64 = 1.3;
/// Between the title and what is below.
const GAP: f64 = 12.0;

/// The lines of the title and of the subtitle, with their sizes.
fn lines(heading: &Heading, title: Option<&str>, width: f64) -> Vec<(String, f64, bool)> {
    let title = heading.title.as_deref().or(title).unwrap_or_default();
    let mut lines: Vec<_> =
        wrap(title, TITLE, true, width, LINES).into_iter().map(|line| (line, TITLE, true)).collect();
    let subtitle = heading.subtitle.as_deref().unwrap_or_default();
    lines.extend(wrap(subtitle, SUBTITLE, false, width, LINES).into_iter().map(|line| (line, SUBTITLE, false)));
    lines
}

/// Pixels that the title takes.
#[must_use]
pub fn height(heading: &Heading, title: Option<&str>, width: f64) -> f64 {
    let lines = lines(heading, title, width);
    let all: f64 = lines.iter().map(|(_, size, _)| size * LEADING).sum();
    if lines.is_empty() { 0.0 } else { all + GAP }
}

/// Draws the title at the top of an area.
pub fn draw(writer: &mut Writer, heading: &Heading, title: Option<&str>, area: &Area, colors: &Colors) {
    let lines = lines(heading, title, area.width());
    if lines.is_empty() {
        return;
    }
    let (x, anchor) = if heading.is_centred { (area.centre().0, "middle") } else { (area.left, "start") };
    writer.open("g", &[("class", "title".into()), ("text-anchor", anchor.into())]);
    let mut top = area.top;
    for (line, size, bold) in lines {
        let (weight, fill) = if bold { ("bold", colors.text) } else { ("normal", colors.faint) };
        let attrs = [
            ("x", x.into()),
            ("y", size.mul_add(0.95, top).into()),
            ("font-size", size.into()),
            ("font-weight", weight.into()),
            ("fill", fill.into()),
        ];
        writer.text("text", &attrs, &line);
        top += size * LEADING;
    }
    writer.close();
}
