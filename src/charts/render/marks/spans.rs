//! From where to where a mark goes along x or y.

use serde_json::Value;

use super::super::super::data::datum::Datum;
use super::super::super::data::encode::Encoded;
use super::super::super::data::item::Item;
use super::super::super::spec::channel::Channel;
use super::super::super::spec::definition::{Definition, FieldType};
use super::super::extent::{Extent, closest};
use super::super::plot::Plot;
use super::super::scale::position::Position;

/// Pixels between bars that touch one another on a continuous scale.
const GAP: f64 = 1.0;
/// The share of the distance between moments that a bar takes.
const MOMENT_SHARE: f64 = 0.7;
const MOMENT_WIDEST: f64 = 24.0;

/// What the extent of a mark along a channel is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Length {
    /// The quantity that it shows.
    Quantity,
    /// Nothing but its thickness, in pixels, where there are no bands.
    Across(f64),
}

/// Where a channel puts an item: a value, a datum, or pixels.
#[must_use]
pub fn place(plot: &Plot<'_>, layer: &Encoded<'_>, item: &Item, channel: Channel) -> Option<f64> {
    let definition = layer.layer.channel(channel)?;
    if let Some(value) = &definition.value {
        return Some(pixels(plot, channel, value));
    }
    let position = plot.position(channel)?;
    if let Some(datum) = &definition.datum {
        return of_datum(position, definition, channel, datum);
    }
    let cell = layer.cell(item, channel)?;
    if let Position::Band(band) = position {
        let span = band.span(&cell.value)?;
        let (from, to) = plot.beside(layer, item, channel, span).unwrap_or(span);
        return Some(f64::midpoint(from, to));
    }
    if let (Some((_, to)), Some(scale)) = (item.span.filter(|_| is_stacked(layer, channel)), position.continuous()) {
        return Some(scale.place(to));
    }
    let number = cell.value.as_number()?;
    let scale = position.continuous()?;
    let is_time = matches!(cell.value, Datum::Time(_));
    match cell.end {
        // Bins stand for all that is in them; units of time for their beginning, unless bars fill them.
        Some(end) if !is_time || fills_units(plot, channel) => {
            Some(f64::midpoint(scale.place(number), scale.place(end)))
        }
        _ => Some(scale.place(number)),
    }
}

fn fills_units(plot: &Plot<'_>, channel: Channel) -> bool {
    let dimension = if channel.scale() == Channel::X { &plot.scales.x } else { &plot.scales.y };
    dimension.as_ref().is_some_and(|dimension| matches!(dimension.extent, Extent::Times { fills: true, .. }))
}

fn is_stacked(layer: &Encoded<'_>, channel: Channel) -> bool {
    layer.stack.as_ref().is_some_and(|plan| plan.channel == channel)
}

fn of_datum(position: &Position, definition: &Definition, channel: Channel, datum: &Value) -> Option<f64> {
    let datum = Datum::of_spec(datum);
    if definition.kind(channel.scale()) == FieldType::Temporal
        || matches!((&datum, position), (Datum::Text(_), Position::Continuous(_)))
    {
        return position.place(&Datum::Time(datum.as_moment()?));
    }
    position.place(&datum)
}

/// Pixels from the left or the top of the plot, or its whole extent.
fn pixels(plot: &Plot<'_>, channel: Channel, value: &Value) -> f64 {
    let (from, to) = plot.bounds(channel);
    match value {
        Value::String(_) => to,
        other => from + other.as_f64().unwrap_or(0.0),
    }
}

/// From where to where a bar or a rectangle goes along a channel. `None` where it is not drawn.
#[must_use]
pub fn span(plot: &Plot<'_>, layer: &Encoded<'_>, item: &Item, channel: Channel, length: Length) -> Option<(f64, f64)> {
    let (low, high) = plot.bounds(channel);
    if layer.layer.channel(channel).is_none() {
        return Some((low, high));
    }
    if let Some(second) = channel.second().filter(|second| layer.layer.channel(*second).is_some()) {
        let (from, to) = (place(plot, layer, item, channel)?, place(plot, layer, item, second)?);
        return Some((from.min(to), from.max(to)));
    }
    let position = plot.position(channel)?;
    let scale = match position {
        Position::Band(band) => {
            let span = band.span(&layer.cell(item, channel)?.value)?;
            return Some(plot.beside(layer, item, channel, span).unwrap_or(span));
        }
        Position::Continuous(scale) => scale,
    };
    let ordered = |one: f64, other: f64| (one.min(other), one.max(other));
    if length == Length::Quantity {
        if let Some((from, to)) = item.span.filter(|_| is_stacked(layer, channel)) {
            return Some(ordered(scale.place(from), scale.place(to)));
        }
        return Some(ordered(scale.base(), place(plot, layer, item, channel)?));
    }
    let cell = layer.cell(item, channel)?;
    let number = cell.value.as_number()?;
    if let Some(end) = cell.end {
        let (from, to) = ordered(scale.place(number), scale.place(end));
        // Neighbours are told apart, where there is room for it.
        let gap = if matches!(cell.value, Datum::Time(_)) { ((to - from) * 0.15).max(GAP) } else { GAP };
        let gap = if layer.layer.mark.kind == super::super::super::spec::mark::MarkType::Rect { 0.0 } else { gap };
        return Some(if to - from > gap * 2.0 { (from + gap / 2.0, to - gap / 2.0) } else { (from, to) });
    }
    let half = if let Length::Across(thickness) = length { thickness / 2.0 } else { 0.0 };
    let middle = scale.place(number);
    Some((middle - half, middle + half))
}

/// How thick bars at single numbers or moments are.
#[must_use]
pub fn thickness(plot: &Plot<'_>, layer: &Encoded<'_>, channel: Channel) -> f64 {
    let Some(scale) = plot.position(channel).and_then(Position::continuous) else { return MOMENT_WIDEST };
    let Some(slot) = layer.slot(channel) else { return MOMENT_WIDEST };
    let figures: Vec<f64> = layer.items.iter().filter_map(|item| item.value(slot).as_number()).collect();
    let apart =
        closest(&figures).map_or(MOMENT_WIDEST, |gap| (scale.place(scale.low + gap) - scale.place(scale.low)).abs());
    (apart * MOMENT_SHARE).clamp(1.0, MOMENT_WIDEST)
}
