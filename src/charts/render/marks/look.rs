//! How one mark looks: its colour, its opacity, what it says when it is pointed at.

use serde_json::Value;

use super::super::super::data::datum::Datum;
use super::super::super::data::encode::Encoded;
use super::super::super::data::item::Item;
use super::super::super::spec::channel::Channel;
use super::super::super::spec::mark::MarkType;
use super::super::label::{Labels, name};
use super::super::plot::Plot;
use super::super::writer::{Attr, figure};

/// Vega-Lite lets symbols shine through, so that many show.
const SHINING: f64 = 0.7;
/// Characters of what a mark says.
const LONGEST: usize = 500;

/// The colour that a layer's encoding gives an item.
#[must_use]
pub fn encoded_color(plot: &Plot<'_>, layer: &Encoded<'_>, item: Option<&Item>) -> Option<String> {
    let definition = layer.layer.channel(Channel::Color)?;
    if let Some(Value::String(color)) = &definition.value {
        return Some(color.clone());
    }
    let colors = plot.scales.colors.as_ref()?;
    if let Some(datum) = &definition.datum {
        return colors.color(&Datum::of_spec(datum));
    }
    colors.color(&layer.cell(item?, Channel::Color)?.value)
}

/// The colour of an item: by its encoding, else by its mark, else by the theme.
#[must_use]
pub fn color(plot: &Plot<'_>, layer: &Encoded<'_>, item: Option<&Item>) -> String {
    let look = &layer.layer.mark.look;
    let own = match layer.layer.mark.kind {
        MarkType::Line | MarkType::Rule => look.stroke.as_ref(),
        _ => look.fill.as_ref(),
    };
    encoded_color(plot, layer, item).or_else(|| own.or(look.color.as_ref()).cloned()).unwrap_or_else(|| {
        match layer.layer.mark.kind {
            MarkType::Text => plot.scales.theme.text,
            MarkType::Rule => plot.scales.theme.faint,
            _ => plot.scales.theme.mark,
        }
        .to_owned()
    })
}

/// The opacity of an item.
#[must_use]
pub fn opacity(plot: &Plot<'_>, layer: &Encoded<'_>, item: Option<&Item>) -> f64 {
    if let Some(definition) = layer.layer.channel(Channel::Opacity) {
        if let Some(value) = definition.value.as_ref().and_then(Value::as_f64) {
            return value;
        }
        let number = item.and_then(|item| layer.cell(item, Channel::Opacity)?.value.as_number());
        if let (Some(number), Some(scale)) = (number, &plot.scales.opacities) {
            return scale.place(number).clamp(0.0, 1.0);
        }
    }
    let kind = layer.layer.mark.kind;
    let shines = (kind.is_symbol() || kind == MarkType::Tick) && !layer.layer.aggregates();
    layer.layer.mark.look.opacity.unwrap_or(if shines { SHINING } else { 1.0 })
}

/// Attributes of an area that is filled.
#[must_use]
pub fn filled<'a>(plot: &Plot<'_>, layer: &Encoded<'_>, item: Option<&Item>) -> Vec<(&'static str, Attr<'a>)> {
    let look = &layer.layer.mark.look;
    let mut attrs: Vec<(&'static str, Attr<'a>)> = vec![("fill", color(plot, layer, item).into())];
    if let Some(stroke) = &look.stroke {
        attrs.push(("stroke", stroke.clone().into()));
        attrs.push(("stroke-width", look.stroke_width.unwrap_or(1.0).into()));
    }
    if let Some(share) = look.fill_opacity {
        attrs.push(("fill-opacity", share.into()));
    }
    opaque(&mut attrs, opacity(plot, layer, item));
    attrs
}

/// Attributes of a line.
#[must_use]
pub fn stroked<'a>(
    plot: &Plot<'_>,
    layer: &Encoded<'_>,
    item: Option<&Item>,
    width: f64,
) -> Vec<(&'static str, Attr<'a>)> {
    let look = &layer.layer.mark.look;
    let mut attrs: Vec<(&'static str, Attr<'a>)> = vec![
        ("fill", "none".into()),
        ("stroke", color(plot, layer, item).into()),
        ("stroke-width", look.stroke_width.unwrap_or(width).into()),
    ];
    if let Some(dash) = look.stroke_dash.as_ref().filter(|dash| !dash.is_empty()) {
        let dash: Vec<String> = dash.iter().map(|length| figure(*length)).collect();
        attrs.push(("stroke-dasharray", dash.join(" ").into()));
    }
    opaque(&mut attrs, opacity(plot, layer, item));
    attrs
}

fn opaque(attrs: &mut Vec<(&'static str, Attr<'_>)>, opacity: f64) {
    if opacity < 1.0 {
        attrs.push(("opacity", opacity.into()));
    }
}

/// What an item says when it is pointed at, where the specification asks for it.
#[must_use]
pub fn tooltip(layer: &Encoded<'_>, item: &Item) -> Option<String> {
    let has = |channel: Channel| layer.slots.iter().any(|slot| slot.channel == channel);
    let wanted = has(Channel::Tooltip);
    if !wanted && layer.layer.mark.look.tooltip.said() != Some(&true) {
        return None;
    }
    let mut lines: Vec<String> = Vec::new();
    for (slot, cell) in layer.slots.iter().zip(&item.cells) {
        if wanted && slot.channel != Channel::Tooltip {
            continue;
        }
        let labels = Labels::of(slot.kind, Some(slot.definition), None, false);
        let value = labels.write(&cell.value, cell.end.filter(|_| slot.bins.is_some()));
        let line = match name(slot.definition) {
            Some(name) => format!("{name}: {value}"),
            None => value,
        };
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    Some(lines.join("; ").chars().take(LONGEST).collect())
}
