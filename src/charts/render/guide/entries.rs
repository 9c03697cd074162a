//! The entries of legends.

use super::super::super::data::datum::Datum;
use super::super::super::data::encode::Encoded;
use super::super::super::format::number::{NumberFormat, decimals};
use super::super::super::format::time::TimeFormat;
use super::super::super::spec::channel::Channel;
use super::super::super::spec::definition::{Definition, FieldType};
use super::super::super::spec::guide::Side;
use super::super::super::spec::mark::{MarkType, Shape};
use super::super::color::Colors;
use super::super::domain::definitions;
use super::super::label::{Labels, title};
use super::super::plot::Scales;
use super::super::scale::continuous::{Continuous, Spread};
use super::super::scale::ticks::{multiples, powers, step};
use super::super::text::{cut, wrap};
use super::super::theme::{GUIDE_TITLE, LABEL};
use super::legend::{Body, Legend, SWATCH, Swatch};

/// Labels are cut beyond.
const LONGEST: f64 = 150.0;
const SHORTEST: f64 = 60.0;
/// Entries that are looked at: there is never room for more.
const MOST: usize = 120;
/// Lines of a title.
const TITLE_LINES: usize = 2;

/// The legends of a chart. `room` is how wide the picture is.
///
/// # Errors
///
pub fn legends(scales: &Scales<'_>, room: f64) -> Vec<Legend> {
    let longest = (room * 0.24).clamp(SHORTEST, LONGEST);
    let mut legends = Vec::new();
    let shape_field = first(scales, Channel::Shape).and_then(|definition| definition.field.clone());
    let color_field = first(scales, Channel::Color).and_then(|definition| definition.field.clone());
    let shares_shape = shape_field.is_some() && shape_field == color_field;
    for channel in [Channel::Color, Channel::Shape, Channel::Size, Channel::Opacity] {
        let Some(definition) = first(scales, channel) else { continue };
        let all_off = definitions(scales.layers, channel).all(|(_, definition)| definition.legend.is_off());
        if all_off || (channel == Channel::Shape && shares_shape) {
            continue;
        }
        let said = definitions(scales.layers, channel).find_map(|(_, definition)| definition.legend.said().cloned());
        let said = said.unwrap_or_default();
        let labels = Labels::of(definition.kind(channel), Some(definition), said.format.as_deref(), false);
        let body = match channel {
            Channel::Color => color(scales, definition, &labels, longest, shares_shape),
            Channel::Shape => shape(scales, &labels, longest),
            Channel::Size => scales.sizes.map(|sizes| sized(scales, &sizes, &labels)),
            _ => scales.opacities.map(|opacities| opaque(scales, &opacities, &labels)),
        };
        let Some(body) = body else { continue };
        let default_side = if room < 420.0 { Side::Top } else { Side::Right };
        let text = title(scales.layers, channel, said.title.clone());
        let side = said.orient.unwrap_or(default_side);
        let lines = |text: String| match side {
            Side::Right => wrap(&text, GUIDE_TITLE, true, (longest + SWATCH).max(80.0), TITLE_LINES),
            // Before the entries, which need room too.
            _ => wrap(&text, GUIDE_TITLE, true, (room - 250.0).min(room * 0.35).max(0.0), 1),
        };
        let known = match (&scales.colors, channel) {
            (Some(Colors::Categories { values, .. }), Channel::Color) => values.len(),
            _ => 0,
        };
        let left_out = known.saturating_sub(MOST);
        legends.push(Legend { title: text.map(lines).unwrap_or_default(), body, side, left_out });
    }
    legends
}

fn first<'s>(scales: &'s Scales<'_>, channel: Channel) -> Option<&'s Definition> {
    let mut all = definitions(scales.layers, channel).map(|(_, definition)| definition);
    all.find(|definition| definition.is_field())
        .or_else(|| definitions(scales.layers, channel).map(|(_, it)| it).next())
}

/// The layer that shows something by a channel, for how its entries look.
fn layer<'s>(scales: &'s Scales<'_>, channel: Channel) -> Option<&'s Encoded<'s>> {
    definitions(scales.layers, channel).map(|(layer, _)| layer).next()
}

fn swatch(scales: &Scales<'_>, channel: Channel, color: String) -> Swatch {
    let mark = layer(scales, channel).map(|layer| &layer.layer.mark);
    let kind = mark.map_or(MarkType::Bar, |mark| mark.kind);
    let is_symbol = kind.is_symbol();
    let shape = match kind {
        MarkType::Point => mark.and_then(|mark| mark.look.shape).or(Some(Shape::Circle)),
        MarkType::Circle => Some(Shape::Circle),
        MarkType::Line | MarkType::Rule => None,
        _ => Some(Shape::Square),
    };
    let filled = mark.and_then(|mark| mark.look.filled).unwrap_or(kind != MarkType::Point);
    Swatch { shape, color, size: if is_symbol { 80.0 } else { 120.0 }, opacity: 1.0, is_line: shape.is_none(), filled }
}

fn color(scales: &Scales<'_>, definition: &Definition, labels: &Labels, longest: f64, shaped: bool) -> Option<Body> {
    match scales.colors.as_ref()? {
        Colors::Categories { values, colors, .. } => {
            let entries = values.iter().zip(colors).take(MOST).map(|(value, color)| {
                let mut swatch = swatch(scales, Channel::Color, color.clone());
                if shaped {
                    swatch.shape = shape_of(scales, value).or(swatch.shape);
                }
                let end = bin_end(scales.layers, value).filter(|_| definition.bins().is_some());
                (swatch, cut(&labels.write(value, end), LABEL, false, longest))
            });
            Some(Body::Entries(entries.collect()))
        }
        Colors::Ramp { scale, stops } => {
            let is_time = definition.kind(Channel::Color) == FieldType::Temporal;
            Some(Body::Ramp { stops: stops.clone(), labels: ramp_labels(scale, labels, is_time) })
        }
    }
}

fn ramp_labels(scale: &Continuous, labels: &Labels, is_time: bool) -> Vec<(f64, String)> {
    if is_time {
        let format = match labels {
            Labels::Time(format) => Some(format.clone()),
            _ => TimeFormat::parse("%b %-d, %Y"),
        };
        let write = |moment: f64| format.as_ref().map(|format| format.write(moment)).unwrap_or_default();
        return vec![(0.0, write(scale.low)), (1.0, write(scale.high))];
    }
    figures_between(scale, 5)
        .into_iter()
        .map(|(number, label)| (scale.share(number), with(labels, number, label)))
        .collect()
}

/// Round figures of a scale, and how they are written.
fn figures_between(scale: &Continuous, parts: usize) -> Vec<(f64, String)> {
    let step = step(scale.low, scale.high, parts, None);
    let numbers = match scale.spread {
        Spread::Log => powers(scale.low, scale.high, parts),
        _ => multiples(scale.low, scale.high, step),
    };
    let numbers = if numbers.is_empty() { vec![scale.low] } else { numbers };
    let format =
        if scale.spread == Spread::Log { NumberFormat::plain() } else { NumberFormat::grouped(decimals(step)) };
    numbers.into_iter().map(|number| (number, format.write(number))).collect()
}

fn with(labels: &Labels, number: f64, plain: String) -> String {
    match labels {
        Labels::Number(format) => format.write(number),
        _ => plain,
    }
}

fn bin_end(layers: &[Encoded<'_>], value: &Datum) -> Option<f64> {
    layers.iter().find_map(|layer| {
        let slot = layer.slot(Channel::Color)?;
        layer.items.iter().find(|item| item.value(slot) == value).and_then(|item| item.cells.get(slot)?.end)
    })
}

fn shape_of(scales: &Scales<'_>, value: &Datum) -> Option<Shape> {
    scales.shapes.as_ref()?.iter().find(|(known, _)| known == value).map(|(_, shape)| *shape)
}

fn shape(scales: &Scales<'_>, labels: &Labels, longest: f64) -> Option<Body> {
    let entries = scales.shapes.as_ref()?.iter().map(|(value, shape)| {
        let swatch = Swatch { shape: Some(*shape), ..swatch(scales, Channel::Shape, scales.theme.faint.to_owned()) };
        (swatch, cut(&labels.write(value, None), LABEL, false, longest))
    });
    Some(Body::Entries(entries.collect()))
}

fn sized(scales: &Scales<'_>, sizes: &Continuous, labels: &Labels) -> Body {
    let entries = figures_between(sizes, 4).into_iter().filter(|(number, _)| sizes.place(*number) >= 4.0);
    let entry = |(number, label): (f64, String)| {
        let swatch = swatch(scales, Channel::Size, scales.theme.axis.to_owned());
        (Swatch { size: sizes.place(number).min(360.0), ..swatch }, with(labels, number, label))
    };
    Body::Entries(entries.map(entry).collect())
}

fn opaque(scales: &Scales<'_>, opacities: &Continuous, labels: &Labels) -> Body {
    let entry = |(number, label): (f64, String)| {
        let swatch = swatch(scales, Channel::Opacity, scales.theme.mark.to_owned());
        (Swatch { opacity: opacities.place(number), filled: true, ..swatch }, with(labels, number, label))
    };
    Body::Entries(figures_between(opacities, 4).into_iter().map(entry).collect())
}
