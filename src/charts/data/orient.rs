//! Which way a mark goes, by Vega-Lite's rules.

use super::super::spec::channel::Channel;
use super::super::spec::chart::Layer;
use super::super::spec::definition::{Definition, FieldType};
use super::super::spec::mark::{MarkType, Orient};
use super::super::spec::transform::Bin;

/// Whether a channel shows quantities that are not in bins.
#[must_use]
pub fn is_measure(channel: Channel, definition: &Definition) -> bool {
    (definition.is_field() || definition.datum.is_some())
        && definition.bin.as_ref().is_none_or(|bin| *bin == Bin::Switch(false))
        && definition.kind(channel) == FieldType::Quantitative
}

/// `None` where a mark has no direction.
#[must_use]
pub fn orient(layer: &Layer) -> Option<Orient> {
    let (x, y) = (layer.channel(Channel::X), layer.channel(Channel::Y));
    let (x2, y2) = (layer.channel(Channel::X2).is_some(), layer.channel(Channel::Y2).is_some());
    let is_binned = |definition: Option<&Definition>| {
        definition.is_some_and(|definition| matches!(definition.bin, Some(Bin::Binned(_))))
    };
    let aggregates = |definition: Option<&Definition>| definition.is_some_and(|one| one.aggregate.is_some());
    let said = layer.mark.look.orient;
    match layer.mark.kind {
        MarkType::Point | MarkType::Circle | MarkType::Square | MarkType::Rect | MarkType::Arc => return None,
        MarkType::Bar | MarkType::Text => {
            if is_binned(x) || (x.is_some() && aggregates(y) && !aggregates(x)) {
                return Some(Orient::Vertical);
            }
            if is_binned(y) || (y.is_some() && aggregates(x) && !aggregates(y)) {
                return Some(Orient::Horizontal);
            }
            if (x2 || y2) && said.is_some() {
                return said;
            }
            match (x2, y2) {
                (false, true) => return Some(Orient::Vertical),
                (true, false) => return Some(Orient::Horizontal),
                _ => {}
            }
        }
        _ => {}
    }
    if matches!(layer.mark.kind, MarkType::Bar | MarkType::Text | MarkType::Rule)
        && x2
        && y2
        && !is_binned(x)
        && !is_binned(y)
    {
        return None;
    }
    if matches!(layer.mark.kind, MarkType::Bar | MarkType::Text | MarkType::Rule | MarkType::Area) {
        if y2 {
            return Some(if is_binned(y) { Orient::Horizontal } else { Orient::Vertical });
        }
        if x2 {
            return Some(if is_binned(x) { Orient::Vertical } else { Orient::Horizontal });
        }
        if layer.mark.kind == MarkType::Rule {
            match (x, y) {
                (Some(_), None) => return Some(Orient::Vertical),
                (None, Some(_)) => return Some(Orient::Horizontal),
                _ => {}
            }
        }
    }
    said.or_else(|| by_measures(layer.mark.kind, x, y))
}

fn by_measures(mark: MarkType, x: Option<&Definition>, y: Option<&Definition>) -> Option<Orient> {
    let measure = |channel, definition: Option<&Definition>| definition.is_some_and(|one| is_measure(channel, one));
    let temporal = |channel, definition: Option<&Definition>| {
        definition.is_some_and(|one| one.kind(channel) == FieldType::Temporal)
    };
    // A tick stands across what a bar would fill.
    let (along, across) = if mark == MarkType::Tick {
        (Orient::Vertical, Orient::Horizontal)
    } else {
        (Orient::Horizontal, Orient::Vertical)
    };
    match (measure(Channel::X, x), measure(Channel::Y, y)) {
        (true, false) => Some(along),
        (false, true) => Some(across),
        (true, true) => Some(Orient::Vertical),
        (false, false) => match (temporal(Channel::X, x), temporal(Channel::Y, y)) {
            (true, false) => Some(Orient::Vertical),
            (false, true) => Some(Orient::Horizontal),
            _ => None,
        },
    }
}
