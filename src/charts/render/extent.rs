//! From what to what x and y go.

use super::super::data::datum::Datum;
use super::super::data::encode::Encoded;
use super::super::data::transform::extent;
use super::super::failure::RenderError;
use super::super::problems::quoted;
use super::super::spec::channel::Channel;
use super::super::spec::definition::Definition;
use super::super::spec::guide::{ScaleDef, ScaleType};
use super::super::spec::mark::{MarkType, Orient};
use super::super::spec::setting::Setting;
use super::super::spec::transform::Bin;
use super::domain::{categories, definitions};
use super::label::title;
use super::scale::calendar::{apart, roundness};
use super::scale::continuous::Spread;

/// Pixels of a bar at most: two bars on a wide picture are bars still.
const WIDEST: f64 = 72.0;

/// From what to what an axis goes.
#[derive(Debug, Clone)]
pub enum Extent {
    Numbers {
        spread: Spread,
        low: f64,
        high: f64,
        /// Whether the ends are made round.
        nice: bool,
        /// The edges of bins, where there are some.
        edges: Vec<f64>,
    },
    Times {
        low: f64,
        high: f64,
        /// Whether marks fill their units of time, so that what is for a unit stands in its middle.
        fills: bool,
        /// Milliseconds that ticks are apart at least.
        apart: f64,
    },
    Bands {
        values: Vec<Datum>,
        inner: f64,
        outer: f64,
        widest: f64,
    },
}

/// All figures that a channel shows: values, ends of bins and units, stacks, second channels, datums.
fn figures(layers: &[Encoded<'_>], channel: Channel) -> Vec<f64> {
    let mut figures = Vec::new();
    for layer in layers {
        let is_stacked = layer.stack.as_ref().is_some_and(|plan| plan.channel == channel);
        for wanted in [Some(channel), channel.second()].into_iter().flatten() {
            if let Some(definition) = layer.layer.channel(wanted) {
                figures.extend(definition.datum.as_ref().map(Datum::of_spec).and_then(|datum| match datum {
                    Datum::Text(_) => datum.as_moment(),
                    other => other.as_number(),
                }));
            }
            let Some(slot) = layer.slot(wanted) else { continue };
            for item in &layer.items {
                if is_stacked {
                    figures.extend(item.span.into_iter().flat_map(|(from, to)| [from, to]));
                } else if let Some(cell) = item.cells.get(slot) {
                    figures.extend(cell.value.as_number());
                    figures.extend(cell.end);
                }
            }
        }
    }
    figures.retain(|figure| figure.is_finite());
    figures
}

/// The extent of quantities.
///
/// # Errors
///
/// Values that are not above zero on a log scale.
pub fn numbers(layers: &[Encoded<'_>], channel: Channel, scales: &[&ScaleDef]) -> Result<Extent, RenderError> {
    let spread = Spread::of(scales.iter().find_map(|scale| scale.kind));
    let figures = figures(layers, channel);
    let domain = scales.iter().find_map(|scale| scale.domain.as_deref());
    let bound = |index: usize| domain.and_then(|domain| domain.get(index)).and_then(serde_json::Value::as_f64);
    let said_low = bound(0).or_else(|| scales.iter().find_map(|scale| scale.domain_min));
    let said_high = bound(1).or_else(|| scales.iter().find_map(|scale| scale.domain_max));
    let (mut low, mut high) = extent(figures.iter()).unwrap_or((0.0, 1.0));
    if spread == Spread::Log {
        let below = figures.iter().filter(|figure| **figure <= 0.0).count();
        if below > 0 || said_low.is_some_and(|low| low <= 0.0) {
            let name = title(layers, channel, Setting::Unsaid).unwrap_or_default();
            let message = format!("A log scale shows values above zero only: {below} of {} are not.", quoted(&name));
            return Err(RenderError::Unfitting(message));
        }
        if figures.is_empty() {
            low = 1.0;
            high = 10.0;
        }
    } else if definitions(layers, channel).any(|(layer, definition)| zero(layer, channel, definition)) {
        low = low.min(0.0);
        high = high.max(0.0);
    }
    (low, high) = (said_low.unwrap_or(low), said_high.unwrap_or(high));
    if low >= high {
        let room = if low.abs() > 0.0 { low.abs() * 0.1 } else { 1.0 };
        (low, high) = match (said_low, said_high) {
            (Some(low), _) => (low, low + room),
            (None, Some(high)) => (high - room, high),
            _ if spread == Spread::Log => (low / 2.0, low * 2.0),
            _ if low.abs() > 0.0 => (low - room, low + room),
            _ => (0.0, 1.0),
        };
    }
    let edges = layers
        .iter()
        .flat_map(|layer| &layer.slots)
        .filter(|slot| slot.channel == channel)
        .find_map(|slot| slot.bins)
        .map(|bins| bins.edges())
        .unwrap_or_default();
    let is_binned = definitions(layers, channel)
        .any(|(_, definition)| definition.bin.as_ref().is_some_and(|bin| *bin != Bin::Switch(false)));
    let nice = scales.iter().find_map(|scale| scale.nice);
    let is_share =
        layers.iter().any(|layer| layer.stack.as_ref().is_some_and(|plan| plan.channel == channel && plan.normalize));
    let nice = nice.unwrap_or(said_low.is_none() && said_high.is_none() && !is_binned && !is_share);
    if is_share && domain.is_none() {
        (low, high) = (0.0, 1.0);
    }
    Ok(Extent::Numbers { spread, low, high, nice, edges })
}

/// Whether zero is on the axis, by Vega-Lite's rules.
fn zero(layer: &Encoded<'_>, channel: Channel, definition: &Definition) -> bool {
    let said = definition.scale.as_ref().and_then(|scale| scale.zero);
    if let Some(said) = said {
        return said;
    }
    if definition.bin.is_some() {
        return false;
    }
    let mark = layer.layer.mark.kind;
    let along = match channel {
        Channel::X => Orient::Horizontal,
        _ => Orient::Vertical,
    };
    let has_way = matches!(mark, MarkType::Bar | MarkType::Area | MarkType::Line);
    !(has_way && layer.orient.is_some_and(|orient| orient != along))
}

/// The extent of moments.
pub fn times(layers: &[Encoded<'_>], channel: Channel, scales: &[&ScaleDef]) -> Extent {
    let figures = figures(layers, channel);
    let fills = definitions(layers, channel)
        .any(|(layer, definition)| layer.layer.mark.kind.fills_bands() && definition.time_unit.is_some());
    // Without bars the ends of units are not shown.
    let shown: Vec<f64> = if fills {
        figures
    } else {
        let starts = layers.iter().flat_map(|layer| {
            let slots =
                [Some(channel), channel.second()].into_iter().flatten().filter_map(|channel| layer.slot(channel));
            let slots: Vec<usize> = slots.collect();
            layer
                .items
                .iter()
                .flat_map(move |item| slots.iter().filter_map(|slot| item.value(*slot).as_number()).collect::<Vec<_>>())
        });
        let datums = definitions(layers, channel)
            .filter_map(|(_, definition)| definition.datum.as_ref())
            .filter_map(|datum| Datum::of_spec(datum).as_moment());
        starts.chain(datums).collect()
    };
    let domain = scales.iter().find_map(|scale| scale.domain.as_deref());
    let bound = |index: usize| domain?.get(index).map(Datum::of_spec)?.as_moment();
    let (low, high) = extent(shown.iter()).unwrap_or((0.0, 86_400_000.0));
    let (low, high) = apart(bound(0).unwrap_or(low), bound(1).unwrap_or(high));
    let (mut low, mut high) = (low, high);
    // Bars around moments have room at the ends.
    let has_bars = definitions(layers, channel).any(|(layer, definition)| {
        layer.layer.mark.kind.fills_bands() && definition.time_unit.is_none() && definition.is_field()
    });
    if has_bars && domain.is_none() {
        let room = closest(&shown).map_or((high - low) * 0.04, |gap| gap / 2.0);
        (low, high) = (low - room, high + room);
    }
    Extent::Times { low, high, fills, apart: roundness(&shown) }
}

/// The least distance between two different figures.
#[must_use]
pub fn closest(figures: &[f64]) -> Option<f64> {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.dedup();
    let gaps = sorted.iter().zip(sorted.iter().skip(1)).map(|(one, other)| other - one);
    gaps.min_by(f64::total_cmp)
}

/// The extent of categories.
///
/// # Errors
///
/// A column to sort by that there is not.
pub fn bands(layers: &[Encoded<'_>], channel: Channel, scales: &[&ScaleDef]) -> Result<Extent, RenderError> {
    let values = categories(layers, channel)?;
    let has = |mark: MarkType| definitions(layers, channel).any(|(layer, _)| layer.layer.mark.kind == mark);
    let is_point = scales.iter().any(|scale| scale.kind == Some(ScaleType::Point));
    let fills = definitions(layers, channel).any(|(layer, _)| layer.layer.mark.kind.fills_bands());
    let offset = channel.offset().is_some_and(|offset| layers.iter().any(|layer| layer.slot(offset).is_some()));
    let (inner, outer) = if has(MarkType::Rect) && !has(MarkType::Bar) {
        (0.0, 0.0)
    } else if fills {
        (if offset { 0.2 } else { 0.25 }, 0.15)
    } else if offset {
        (0.2, 0.1)
    } else {
        (1.0, 0.5)
    };
    let said = |of: fn(&ScaleDef) -> Option<f64>| scales.iter().find_map(|scale| of(scale).or(scale.padding));
    let inner = if fills && !is_point { said(|scale| scale.padding_inner).unwrap_or(inner).min(0.95) } else { inner };
    let outer = said(|scale| scale.padding_outer).unwrap_or(outer);
    let widest = if has(MarkType::Rect) || offset { f64::INFINITY } else { WIDEST };
    Ok(Extent::Bands { values, inner, outer, widest })
}
