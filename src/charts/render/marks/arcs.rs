//! Pies and rings.

use std::f64::consts::TAU;

use super::super::super::data::encode::Encoded;
use super::super::super::failure::RenderError;
use super::super::super::spec::channel::Channel;
use super::super::path::ring;
use super::super::plot::Plot;
use super::super::writer::{Attr, Writer};
use super::look::{filled, tooltip};

/// The hole of a ring, as a share of the whole, at most.
const WIDEST_HOLE: f64 = 0.9;

/// Draws each item as its share of the whole.
///
/// # Errors
///
/// Quantities below zero, of which there are no shares.
pub fn draw(writer: &mut Writer, plot: &Plot<'_>, layer: &Encoded<'_>) -> Result<(), RenderError> {
    let Some(slot) = layer.slot(Channel::Theta) else { return Ok(()) };
    let size = |item: &super::super::super::data::item::Item| item.value(slot).as_number().unwrap_or(0.0);
    if layer.items.iter().any(|item| size(item) < 0.0) {
        return Err(RenderError::Unfitting("A pie cannot show what is below zero: take bars.".to_owned()));
    }
    let total: f64 = layer.items.iter().map(size).sum();
    if total <= 0.0 || !total.is_finite() {
        return Ok(());
    }
    let look = &layer.layer.mark.look;
    let room = plot.area.width().min(plot.area.height()) / 2.0;
    let outer = look.outer_radius.unwrap_or(room).min(room);
    let inner = look.inner_radius.unwrap_or(0.0).min(outer * WIDEST_HOLE);
    let mut from = 0.0;
    let mut items: Vec<_> = layer.items.iter().collect();
    items.sort_by(|one, other| {
        let start = |span: Option<(f64, f64)>| span.map_or(0.0, |(from, _)| from);
        start(one.span).total_cmp(&start(other.span))
    });
    for item in items {
        let angle = size(item) / total * TAU;
        let pad = look.pad_angle.unwrap_or(0.0).min(angle / 2.0) / 2.0;
        if angle > 1e-9 {
            let data = ring(plot.area.centre(), inner, outer, from + pad, from + angle - pad);
            let mut attrs: Vec<(&'static str, Attr<'_>)> = vec![("d", data.into())];
            attrs.extend(filled(plot, layer, Some(item)));
            if look.stroke.is_none() && look.pad_angle.is_none() && layer.items.len() > 1 {
                // Neighbours are told apart by more than their colours.
                let ground = plot.scales.spec.background.as_deref().unwrap_or(plot.scales.theme.background).to_owned();
                attrs.extend([("stroke", ground.into()), ("stroke-width", 1.5.into())]);
            }
            writer.titled("path", &attrs, tooltip(layer, item).as_deref());
        }
        from += angle;
    }
    Ok(())
}
