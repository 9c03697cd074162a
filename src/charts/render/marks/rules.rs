//! Rules and ticks: straight lines.

use super::super::super::data::encode::Encoded;
use super::super::super::data::item::Item;
use super::super::super::failure::RenderError;
use super::super::super::spec::channel::Channel;
use super::super::super::spec::mark::Orient;
use super::super::plot::Plot;
use super::super::writer::{Attr, Writer};
use super::look::{stroked, tooltip};
use super::points::at;
use super::spans::{Length, place, span};

const RULE: f64 = 1.4;
const TICK: f64 = 2.0;
/// Pixels of a tick that stands in no band, and the share of a band that it takes.
const TICK_LENGTH: f64 = 15.0;
const TICK_SHARE: f64 = 0.75;

/// Draws rules: from end to end of what they do not show, or between two ends.
///
/// # Errors
///
/// A rule at a single place.
pub fn draw(writer: &mut Writer, plot: &Plot<'_>, layer: &Encoded<'_>) -> Result<(), RenderError> {
    let has = |channel: Channel| layer.layer.channel(channel).is_some();
    if has(Channel::X) && has(Channel::Y) && !has(Channel::X2) && !has(Channel::Y2) {
        let message = "A rule with x and y needs x2 or y2: from where to where does it go?";
        return Err(RenderError::NotDrawn(message.to_owned()));
    }
    let items: Vec<Item> = if layer.slots.is_empty() {
        // Only datums and values: there is one rule, whatever the rows.
        vec![Item { cells: Vec::new(), span: None }]
    } else {
        layer.items.clone()
    };
    for item in &items {
        let ends = |channel: Channel, second: Channel| -> Option<(f64, f64)> {
            if !has(channel) {
                return Some(plot.bounds(channel));
            }
            let from = place(plot, layer, item, channel)?;
            Some((from, if has(second) { place(plot, layer, item, second)? } else { from }))
        };
        let (Some(x), Some(y)) = (ends(Channel::X, Channel::X2), ends(Channel::Y, Channel::Y2)) else { continue };
        straight(writer, plot, layer, item, (x, y), RULE);
    }
    Ok(())
}

/// Draws ticks.
pub fn ticks(writer: &mut Writer, plot: &Plot<'_>, layer: &Encoded<'_>) {
    let is_vertical = layer.orient != Some(Orient::Horizontal);
    let across = if is_vertical { Channel::Y } else { Channel::X };
    for item in &layer.items {
        let Some((x, y)) = at(plot, layer, item) else { continue };
        let banded = plot.position(across).is_some_and(|position| position.band().is_some());
        let band = banded.then(|| span(plot, layer, item, across, Length::Across(0.0))).flatten();
        // Points have bands without width.
        let length =
            band.map(|(from, to)| (to - from) * TICK_SHARE).filter(|length| *length > 1.0).unwrap_or(TICK_LENGTH);
        let half = length / 2.0;
        let ends = if is_vertical { ((x, x), (y - half, y + half)) } else { ((x - half, x + half), (y, y)) };
        straight(writer, plot, layer, item, ends, TICK);
    }
}

fn straight(
    writer: &mut Writer,
    plot: &Plot<'_>,
    layer: &Encoded<'_>,
    item: &Item,
    (x, y): ((f64, f64), (f64, f64)),
    width: f64,
) {
    let mut attrs: Vec<(&'static str, Attr<'_>)> =
        vec![("x1", x.0.into()), ("y1", y.0.into()), ("x2", x.1.into()), ("y2", y.1.into())];
    attrs.extend(stroked(plot, layer, Some(item), width));
    writer.titled("line", &attrs, tooltip(layer, item).as_deref());
}
