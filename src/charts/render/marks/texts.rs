//! Texts as marks.

use serde_json::Value;

use super::super::super::data::datum::Datum;
use super::super::super::data::encode::Encoded;
use super::super::super::data::item::Item;
use super::super::super::format::time::TimeFormat;
use super::super::super::spec::channel::Channel;
use super::super::super::spec::definition::FieldType;
use super::super::super::spec::mark::{Align, Baseline, FontWeight};
use super::super::label::Labels;
use super::super::plot::Plot;
use super::super::text::{cut, width};
use super::super::writer::{Attr, Writer, figure};
use super::look::{color, opacity, tooltip};
use super::points::at;

const SIZE: f64 = 11.0;
/// From the middle of letters, and from their top, down to their baseline.
const MIDDLE: f64 = 0.35;
const TOP: f64 = 0.78;

/// Draws the items.
pub fn draw(writer: &mut Writer, plot: &Plot<'_>, layer: &Encoded<'_>) {
    if layer.slots.is_empty() {
        return one(writer, plot, layer, &Item { cells: Vec::new(), span: None });
    }
    for item in &layer.items {
        one(writer, plot, layer, item);
    }
}

fn one(writer: &mut Writer, plot: &Plot<'_>, layer: &Encoded<'_>, item: &Item) {
    let (Some((x, y)), Some(text)) = (at(plot, layer, item), content(layer, item)) else { return };
    let look = &layer.layer.mark.look;
    let bold = look.font_weight == Some(FontWeight::Bold);
    let wanted = look.font_size.unwrap_or(SIZE);
    // A text that stands alone is made smaller until it fits.
    let is_alone = layer.layer.channel(Channel::X).is_none();
    let wide = width(&text, wanted, bold);
    let room = plot.area.width();
    let size = if is_alone && wide > room { (wanted * room / wide).max(SIZE) } else { wanted };
    let anchor = match look.align.unwrap_or(Align::Center) {
        Align::Left => "start",
        Align::Center => "middle",
        Align::Right => "end",
    };
    let down = match look.baseline.unwrap_or(Baseline::Middle) {
        Baseline::Top => TOP,
        Baseline::Middle => MIDDLE,
        Baseline::Bottom => -0.2,
    };
    let (x, y) = (x + look.dx.unwrap_or(0.0), y + look.dy.unwrap_or(0.0));
    let mut attrs: Vec<(&'static str, Attr<'_>)> = vec![
        ("x", x.into()),
        ("y", size.mul_add(down, y).into()),
        ("text-anchor", anchor.into()),
        ("font-size", size.into()),
        ("fill", color(plot, layer, Some(item)).into()),
    ];
    if bold {
        attrs.push(("font-weight", "bold".into()));
    }
    if let Some(angle) = look.angle {
        attrs.push(("transform", format!("rotate({} {} {})", figure(angle), figure(x), figure(y)).into()));
    }
    let opacity = opacity(plot, layer, Some(item));
    if opacity < 1.0 {
        attrs.push(("opacity", opacity.into()));
    }
    let text = cut(&text, size, bold, room.max(40.0));
    match tooltip(layer, item) {
        Some(title) => {
            writer.open("g", &[]);
            writer.text("title", &[], &title);
            writer.text("text", &attrs, &text);
            writer.close();
        }
        None => writer.text("text", &attrs, &text),
    }
}

/// What is written for an item. Nothing for nulls.
fn content(layer: &Encoded<'_>, item: &Item) -> Option<String> {
    let definition = layer.layer.channel(Channel::Text)?;
    if let Some(Value::String(text)) = &definition.value {
        return Some(text.clone());
    }
    let cell = layer.cell(item, Channel::Text)?;
    let kind = definition.kind(Channel::Text);
    match (&cell.value, kind) {
        (Datum::Null, _) => None,
        (Datum::Time(moment), FieldType::Temporal) if definition.format.is_none() && definition.time_unit.is_none() => {
            TimeFormat::parse("%b %-d, %Y").map(|format| format.write(*moment))
        }
        (value, _) => Some(Labels::of(kind, Some(definition), None, false).write(value, None)),
    }
}
