//! Texts as marks.

use std::collections::HashMap;

use serde_json::Value;

use super::super::super::data::datum::Datum;
use super::super::super::data::encode::Encoded;
use super::super::super::data::item::Item;
use super::super::super::data::key::Key;
use super::super::super::format::time::TimeFormat;
use super::super::super::spec::channel::Channel;
use super::super::super::spec::definition::FieldType;
use super::super::super::spec::mark::{Align, Baseline, FontWeight, MarkType};
use super::super::label::Labels;
use super::super::palette::on_ground;
use super::super::plot::Plot;
use super::super::scale::position::Position;
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
        return one(writer, plot, layer, &Item { cells: Vec::new(), span: None }, None);
    }
    let grounds = grounds(plot, layer);
    for item in &layer.items {
        let ground = place_of(layer, item).and_then(|place| grounds.get(&place));
        one(writer, plot, layer, item, ground.map(String::as_str));
    }
}

/// The place of an item by its values.
fn place_of(layer: &Encoded<'_>, item: &Item) -> Option<(Key, Key)> {
    let key = |channel: Channel| layer.cell(item, channel).map(|cell| Key::of(&cell.value));
    Some((key(Channel::X)?, key(Channel::Y)?))
}

/// The colours of the cells of a heat map below texts that have none of their own.
fn grounds(plot: &Plot<'_>, layer: &Encoded<'_>) -> HashMap<(Key, Key), String> {
    let look = &layer.layer.mark.look;
    if look.color.is_some() || look.fill.is_some() || layer.layer.channel(Channel::Color).is_some() {
        return HashMap::new();
    }
    let below = plot.scales.layers.iter().filter(|below| below.layer.mark.kind == MarkType::Rect);
    below
        .flat_map(|below| {
            below.items.iter().filter_map(move |item| Some((place_of(below, item)?, color(plot, below, Some(item)))))
        })
        .collect()
}

fn one(writer: &mut Writer, plot: &Plot<'_>, layer: &Encoded<'_>, item: &Item, ground: Option<&str>) {
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
    let fill = ground.and_then(on_ground).map_or_else(|| color(plot, layer, Some(item)), str::to_owned);
    let mut attrs: Vec<(&'static str, Attr<'_>)> = vec![
        ("x", x.into()),
        ("y", size.mul_add(down, y).into()),
        ("text-anchor", anchor.into()),
        ("font-size", size.into()),
        ("fill", fill.into()),
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
    // Names are cut where the next one begins; numbers are not, as they would be others.
    let is_number =
        layer.layer.channel(Channel::Text).is_some_and(|it| it.kind(Channel::Text) == FieldType::Quantitative);
    let band =
        plot.x.as_ref().and_then(Position::band).filter(|_| !is_number && !is_alone).map(|band| band.step.abs() - 6.0);
    let text = cut(&text, size, bold, band.unwrap_or(room).max(24.0));
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
#[must_use]
pub fn content(layer: &Encoded<'_>, item: &Item) -> Option<String> {
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
