//! Bars and rectangles.

use super::super::super::data::encode::Encoded;
use super::super::super::data::item::Item;
use super::super::super::failure::RenderError;
use super::super::super::spec::channel::Channel;
use super::super::super::spec::mark::{MarkType, Orient};
use super::super::path::Path;
use super::super::plot::Plot;
use super::super::scale::continuous::Continuous;
use super::super::writer::{Attr, Writer};
use super::look::{filled, tooltip};
use super::spans::{Length, span, thickness};

/// A bar of a quantity that is not zero is this thin at least, so that it can be seen.
const THINNEST: f64 = 0.5;

/// Draws the items.
///
/// # Errors
///
/// Bars without any length.
pub fn draw(writer: &mut Writer, plot: &Plot<'_>, layer: &Encoded<'_>) -> Result<(), RenderError> {
    let is_bar = layer.layer.mark.kind == MarkType::Bar;
    let is_ranged = |channel: Channel| channel.second().is_some_and(|second| layer.layer.channel(second).is_some());
    let measured = match layer.orient.filter(|_| is_bar) {
        Some(Orient::Vertical) => Some(Channel::Y),
        Some(Orient::Horizontal) => Some(Channel::X),
        None => None,
    };
    let has_length = [Channel::X, Channel::Y].into_iter().any(|channel| {
        is_ranged(channel) || plot.position(channel).is_some_and(|position| position.continuous().is_some())
    });
    if is_bar && !has_length {
        let message = "A bar needs a quantity on x or y for its length; for categories on both take `rect`.";
        return Err(RenderError::NotDrawn(message.to_owned()));
    }
    let length = |channel: Channel| match measured {
        Some(measured) if measured == channel => Length::Quantity,
        _ => Length::Across(thickness(plot, layer, channel)),
    };
    let (along_x, along_y) = (length(Channel::X), length(Channel::Y));
    for item in &layer.items {
        let x = across(plot, layer, item, Channel::X, along_x);
        let y = across(plot, layer, item, Channel::Y, along_y);
        if let (Some(x), Some(y)) = (x, y) {
            bar(writer, plot, layer, item, x, y);
        }
    }
    Ok(())
}

/// Where a bar is along a channel. One that stands alone is not as wide as the plot.
fn across(plot: &Plot<'_>, layer: &Encoded<'_>, item: &Item, channel: Channel, length: Length) -> Option<(f64, f64)> {
    let (from, to) = span(plot, layer, item, channel, length)?;
    let is_bar = layer.layer.mark.kind == MarkType::Bar;
    let is_alone = is_bar && length != Length::Quantity && layer.layer.channel(channel).is_none();
    if is_alone {
        let (middle, half) = (f64::midpoint(from, to), ((to - from) / 2.0).min(30.0));
        return Some((middle - half, middle + half));
    }
    Some((from, to))
}

fn bar(writer: &mut Writer, plot: &Plot<'_>, layer: &Encoded<'_>, item: &Item, x: (f64, f64), y: (f64, f64)) {
    let (mut width, mut height) = (x.1 - x.0, y.1 - y.0);
    let title = tooltip(layer, item);
    let mut attrs: Vec<(&'static str, Attr<'_>)> = Vec::new();
    let look = &layer.layer.mark.look;
    if let Some(radius) = look.corner_radius_end.filter(|radius| *radius > 0.0) {
        attrs.push(("d", rounded_end(plot, layer, x, y, radius).into()));
        attrs.extend(filled(plot, layer, Some(item)));
        writer.titled("path", &attrs, title.as_deref());
        return;
    }
    if layer.layer.mark.kind == MarkType::Rect {
        // Neighbours overlap by a hair, or the ground would shine through between them.
        width = width.max(THINNEST);
        height = height.max(THINNEST);
    }
    attrs.extend([("x", x.0.into()), ("y", y.0.into()), ("width", width.into()), ("height", height.into())]);
    if let Some(radius) = look.corner_radius.filter(|radius| *radius > 0.0) {
        attrs.push(("rx", radius.min(width / 2.0).min(height / 2.0).into()));
    }
    attrs.extend(filled(plot, layer, Some(item)));
    writer.titled("rect", &attrs, title.as_deref());
}

/// A bar that is round at the end that is away from zero.
fn rounded_end(plot: &Plot<'_>, layer: &Encoded<'_>, x: (f64, f64), y: (f64, f64), radius: f64) -> String {
    let is_vertical = layer.orient != Some(Orient::Horizontal);
    let channel = if is_vertical { Channel::Y } else { Channel::X };
    let base = plot.position(channel).and_then(|position| position.continuous()).map_or(0.0, Continuous::base);
    let (width, height) = (x.1 - x.0, y.1 - y.0);
    let radius = if is_vertical { radius.min(width / 2.0).min(height) } else { radius.min(height / 2.0).min(width) };
    // From the corner at the base, along to the end and back.
    let (low, high) = if is_vertical { y } else { x };
    let (start, end) = if (low - base).abs() < (high - base).abs() { (low, high) } else { (high, low) };
    let towards = if end > start { -radius } else { radius };
    let (side, other) = if is_vertical { x } else { y };
    let at = |along: f64, across: f64| if is_vertical { (across, along) } else { (along, across) };
    let mut path = Path::default();
    path.to('M', &[at(start, side)])
        .to('L', &[at(end + towards, side)])
        .to('Q', &[at(end, side), at(end, side + radius)])
        .to('L', &[at(end, other - radius)])
        .to('Q', &[at(end, other), at(end + towards, other)])
        .to('L', &[at(start, other)])
        .close();
    path.finish()
}
