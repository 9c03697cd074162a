//! Points, circles and squares.

use serde_json::Value;

use super::super::super::data::encode::Encoded;
use super::super::super::data::item::Item;
use super::super::super::spec::channel::Channel;
use super::super::super::spec::mark::{MarkType, Shape};
use super::super::plot::Plot;
use super::super::symbol;
use super::super::writer::{Attr, Writer};
use super::look::{color, filled, opacity, tooltip};
use super::spans::place;

/// Square pixels of a symbol that shows nothing by its size; smaller where there are many.
const SIZE: f64 = 48.0;
const SMALL: f64 = 20.0;
const MANY: usize = 400;

/// Draws the items.
pub fn draw(writer: &mut Writer, plot: &Plot<'_>, layer: &Encoded<'_>) {
    let kind = layer.layer.mark.kind;
    let is_filled = layer.layer.mark.look.filled.unwrap_or(kind != MarkType::Point);
    for item in &layer.items {
        let Some(at) = at(plot, layer, item) else { continue };
        let look: Vec<(&'static str, Attr<'_>)> = if is_filled {
            filled(plot, layer, Some(item))
        } else {
            let color = layer.layer.mark.look.stroke.clone().unwrap_or_else(|| color(plot, layer, Some(item)));
            vec![
                ("fill", "none".into()),
                ("stroke", color.into()),
                ("stroke-width", layer.layer.mark.look.stroke_width.unwrap_or(1.5).into()),
                ("opacity", opacity(plot, layer, Some(item)).into()),
            ]
        };
        let size = size(plot, layer, item);
        symbol::draw(writer, shape(plot, layer, item), at, size, &look, tooltip(layer, item).as_deref());
    }
}

/// Where an item is: in the middle of a dimension that it does not have.
pub fn at(plot: &Plot<'_>, layer: &Encoded<'_>, item: &Item) -> Option<(f64, f64)> {
    let centre = plot.area.centre();
    let along = |channel: Channel, middle: f64| match layer.layer.channel(channel) {
        Some(_) => place(plot, layer, item, channel),
        None => Some(middle),
    };
    Some((along(Channel::X, centre.0)?, along(Channel::Y, centre.1)?))
}

fn size(plot: &Plot<'_>, layer: &Encoded<'_>, item: &Item) -> f64 {
    let value =
        layer.layer.channel(Channel::Size).and_then(|definition| definition.value.as_ref()).and_then(Value::as_f64);
    let shown = layer.cell(item, Channel::Size).and_then(|cell| cell.value.as_number());
    match (value, shown, &plot.scales.sizes) {
        (Some(size), ..) => size,
        (None, Some(number), Some(scale)) => scale.place(number).max(0.0),
        _ => layer.layer.mark.look.size.unwrap_or(if layer.items.len() > MANY { SMALL } else { SIZE }),
    }
}

fn shape(plot: &Plot<'_>, layer: &Encoded<'_>, item: &Item) -> Shape {
    match layer.layer.mark.kind {
        MarkType::Circle => return Shape::Circle,
        MarkType::Square => return Shape::Square,
        _ => {}
    }
    let value = layer.layer.channel(Channel::Shape).and_then(|definition| definition.value.clone());
    if let Some(shape) = value.and_then(|value| serde_json::from_value(value).ok()) {
        return shape;
    }
    let shown = layer.cell(item, Channel::Shape).map(|cell| &cell.value);
    let of =
        |shapes: &Vec<_>| shapes.iter().find(|(value, _): &&(_, Shape)| Some(value) == shown).map(|(_, shape)| *shape);
    plot.scales.shapes.as_ref().and_then(of).or(layer.layer.mark.look.shape).unwrap_or(Shape::Circle)
}
