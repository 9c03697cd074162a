//! Draws axes: the grid below the marks, the rest above.

use super::super::super::spec::channel::Channel;
use super::super::super::spec::guide::Side;
use super::super::plot::Area;
use super::super::theme::{Colors, GUIDE_TITLE, LABEL};
use super::super::writer::{Attr, Writer};
use super::axis::{Axis, GAP, TICK, TITLE_GAP};

/// How far letters reach above their baseline, as a share of their size.
const ASCENT: f64 = 0.76;
/// From the middle of letters down to their baseline.
const MIDDLE: f64 = 0.35;

/// The lines of the grid.
pub fn grid(writer: &mut Writer, axis: &Axis, area: &Area, colors: &Colors) {
    if !axis.grid {
        return;
    }
    writer.open("g", &[("class", "grid".into()), ("stroke", colors.grid.into()), ("stroke-width", 1.0.into())]);
    for tick in &axis.ticks {
        let at = tick.at;
        let (x1, y1, x2, y2) = match axis.channel {
            Channel::X => (at, area.top, at, area.bottom),
            _ => (area.left, at, area.right, at),
        };
        writer.element("line", &[("x1", x1.into()), ("y1", y1.into()), ("x2", x2.into()), ("y2", y2.into())]);
    }
    writer.close();
}

/// The line, ticks, labels and title.
pub fn axis(writer: &mut Writer, axis: &Axis, area: &Area, colors: &Colors) {
    let class = if axis.channel == Channel::X { "axis x" } else { "axis y" };
    writer.open("g", &[("class", class.into()), ("font-size", LABEL.into()), ("fill", colors.faint.into())]);
    let edge = match axis.side {
        Side::Top => area.top,
        Side::Bottom => area.bottom,
        Side::Left => area.left,
        Side::Right => area.right,
    };
    // Away from the plot.
    let away: f64 = if matches!(axis.side, Side::Top | Side::Left) { -1.0 } else { 1.0 };
    let stroke: (&'static str, Attr<'_>) = ("stroke", colors.axis.into());
    if axis.line {
        let (x1, y1, x2, y2) = match axis.channel {
            Channel::X => (area.left, edge, area.right, edge),
            _ => (edge, area.top, edge, area.bottom),
        };
        let ends = [("x1", x1.into()), ("y1", y1.into()), ("x2", x2.into()), ("y2", y2.into()), stroke.clone()];
        writer.element("line", &ends);
    }
    let reach = if axis.marks { TICK } else { 1.0 };
    for tick in &axis.ticks {
        let end = away.mul_add(reach, edge);
        // A grid's lines go on as ticks of its own axis only where that has a line.
        if axis.marks && axis.line {
            let (x1, y1, x2, y2) =
                if axis.channel == Channel::X { (tick.at, edge, tick.at, end) } else { (edge, tick.at, end, tick.at) };
            let ends = [("x1", x1.into()), ("y1", y1.into()), ("x2", x2.into()), ("y2", y2.into()), stroke.clone()];
            writer.element("line", &ends);
        }
        if !tick.label.is_empty() {
            label(writer, axis, tick.label_at, away.mul_add(GAP, end), &tick.label);
        }
    }
    if let Some(title) = &axis.title {
        self::title(writer, axis, area, edge, away, title, colors);
    }
    writer.close();
}

fn label(writer: &mut Writer, axis: &Axis, along: f64, across: f64, text: &str) {
    let is_level = axis.angle.abs() < 1.0;
    let (x, y, anchor) = match (axis.side, is_level) {
        (Side::Bottom, true) => (along, ASCENT.mul_add(LABEL, across), "middle"),
        (Side::Top, true) => (along, across, "middle"),
        (Side::Left, _) => (across, MIDDLE.mul_add(LABEL, along), "end"),
        (Side::Right, _) => (across, MIDDLE.mul_add(LABEL, along), "start"),
        // Aslant labels end, or begin, at their tick.
        (Side::Bottom, false) => (along, across + 2.0, if axis.angle < 0.0 { "end" } else { "start" }),
        (Side::Top, false) => (along, across - 2.0, if axis.angle < 0.0 { "start" } else { "end" }),
    };
    let mut attrs = vec![("x", Attr::from(x)), ("y", y.into()), ("text-anchor", anchor.into())];
    if !is_level {
        let (x, y) = (super::super::writer::figure(x), super::super::writer::figure(y));
        let shift = if axis.channel == Channel::X { MIDDLE * LABEL } else { 0.0 };
        let turn = format!(
            "rotate({} {x} {y}) translate(0 {})",
            super::super::writer::figure(axis.angle),
            super::super::writer::figure(shift)
        );
        attrs.push(("transform", turn.into()));
    }
    writer.text("text", &attrs, text);
}

fn title(writer: &mut Writer, axis: &Axis, area: &Area, edge: f64, away: f64, text: &str, colors: &Colors) {
    let (middle_x, middle_y) = area.centre();
    let across = away.mul_add(axis.labels_extent + TITLE_GAP, edge);
    let mut attrs: Vec<(&'static str, Attr<'_>)> = match axis.side {
        Side::Bottom => vec![("x", middle_x.into()), ("y", ASCENT.mul_add(GUIDE_TITLE, across).into())],
        Side::Top => vec![("x", middle_x.into()), ("y", across.into())],
        Side::Left | Side::Right => {
            let x = if axis.side == Side::Left { across } else { ASCENT.mul_add(GUIDE_TITLE, across) };
            let (x, y) = (super::super::writer::figure(x), super::super::writer::figure(middle_y));
            vec![("transform", format!("translate({x} {y}) rotate(-90)").into())]
        }
    };
    attrs.extend([
        ("text-anchor", "middle".into()),
        ("font-size", GUIDE_TITLE.into()),
        ("font-weight", "bold".into()),
        ("fill", colors.text.into()),
    ]);
    writer.text("text", &attrs, text);
}
