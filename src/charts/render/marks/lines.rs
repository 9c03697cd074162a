//! Lines and areas: one mark through many items.

use std::collections::HashMap;

use super::super::super::data::encode::{Encoded, measure_of};
use super::super::super::data::item::Item;
use super::super::super::data::key::Key;
use super::super::super::spec::channel::Channel;
use super::super::super::spec::mark::{Interpolate, MarkType, Shape};
use super::super::super::spec::setting::Setting;
use super::super::super::spec::sort::{Order, Sort};
use super::super::path::{Path, Point, through};
use super::super::plot::Plot;
use super::super::symbol;
use super::super::writer::{Attr, Writer};
use super::look::{color, filled, opacity, stroked, tooltip};
use super::spans::place;

const WIDTH: f64 = 2.2;
/// Square pixels of a point on a line.
const POINT: f64 = 32.0;
/// Areas let the grid shine through.
const AREA_OPACITY: f64 = 0.85;

/// A place on a line, and for areas the one below it.
struct Step<'i> {
    item: &'i Item,
    at: Point,
    base: Point,
}

/// Draws each series.
pub fn draw(writer: &mut Writer, plot: &Plot<'_>, layer: &Encoded<'_>) {
    let measure = measure_of(layer.layer).unwrap_or(Channel::Y);
    let horizontal = measure == Channel::X;
    let look = &layer.layer.mark.look;
    let interpolate = look.interpolate.unwrap_or_default();
    for series in series(layer, measure) {
        let mut pieces: Vec<Vec<Step<'_>>> = vec![Vec::new()];
        for item in &series {
            match (step(plot, layer, item, measure), pieces.last_mut()) {
                (Some(step), Some(piece)) => piece.push(step),
                // A null breaks the line.
                (None, Some(piece)) if !piece.is_empty() => pieces.push(Vec::new()),
                _ => {}
            }
        }
        let first = series.first().copied();
        if layer.layer.mark.kind == MarkType::Area {
            area(writer, plot, layer, first, &pieces, interpolate, horizontal);
        } else {
            line(writer, plot, layer, first, &pieces, interpolate, horizontal);
        }
        points(writer, plot, layer, &pieces);
    }
}

/// Items by their series, each in the order of the line.
fn series<'i>(layer: &'i Encoded<'_>, measure: Channel) -> Vec<Vec<&'i Item>> {
    let by: Vec<usize> = layer
        .slots
        .iter()
        .enumerate()
        .filter(|(_, slot)| matches!(slot.channel, Channel::Color | Channel::Detail | Channel::Opacity))
        .map(|(index, _)| index)
        .collect();
    let mut places: HashMap<Vec<Key>, usize> = HashMap::new();
    let mut series: Vec<Vec<&Item>> = Vec::new();
    for item in &layer.items {
        let key = by.iter().map(|slot| Key::of(item.value(*slot))).collect();
        let place = *places.entry(key).or_insert_with(|| {
            series.push(Vec::new());
            series.len() - 1
        });
        if let Some(items) = series.get_mut(place) {
            items.push(item);
        }
    }
    let dimension = if measure == Channel::X { Channel::Y } else { Channel::X };
    let is_line = layer.layer.mark.kind == MarkType::Line;
    let ordered = layer.slot(Channel::Order).filter(|_| is_line);
    if let Some(slot) = ordered {
        let falls = layer
            .layer
            .channel(Channel::Order)
            .is_some_and(|definition| definition.sort == Setting::Said(Sort::Values(Order::Descending)));
        for items in &mut series {
            items.sort_by(|one, other| {
                let ordering = one.value(slot).order(other.value(slot));
                if falls { ordering.reverse() } else { ordering }
            });
        }
    } else if let Some(slot) = layer.slot(dimension) {
        let unsorted = layer.layer.channel(dimension).is_some_and(|definition| definition.sort.is_off());
        if !unsorted {
            for items in &mut series {
                items.sort_by(|one, other| one.value(slot).order(other.value(slot)));
            }
        }
    }
    series
}

fn step<'i>(plot: &Plot<'_>, layer: &Encoded<'_>, item: &'i Item, measure: Channel) -> Option<Step<'i>> {
    let at = (place(plot, layer, item, Channel::X)?, place(plot, layer, item, Channel::Y)?);
    let scale = plot.position(measure).and_then(|position| position.continuous());
    let second = measure.second().filter(|second| layer.layer.channel(*second).is_some());
    let base = match (second, item.span, scale) {
        (Some(second), ..) => place(plot, layer, item, second)?,
        (None, Some((from, _)), Some(scale)) => scale.place(from),
        (_, _, Some(scale)) => scale.base(),
        _ => plot.bounds(measure).1,
    };
    let base = if measure == Channel::X { (base, at.1) } else { (at.0, base) };
    Some(Step { item, at, base })
}

fn line(
    writer: &mut Writer,
    plot: &Plot<'_>,
    layer: &Encoded<'_>,
    first: Option<&Item>,
    pieces: &[Vec<Step<'_>>],
    interpolate: Interpolate,
    horizontal: bool,
) {
    let mut path = Path::default();
    for piece in pieces.iter().filter(|piece| piece.len() > 1) {
        let points: Vec<Point> = piece.iter().map(|step| step.at).collect();
        path.to('M', points.get(..1).unwrap_or_default());
        through(&mut path, &points, interpolate, horizontal);
    }
    let data = path.finish();
    if data.is_empty() {
        return;
    }
    let mut attrs: Vec<(&'static str, Attr<'_>)> = vec![("d", data.into())];
    attrs.extend(stroked(plot, layer, first, WIDTH));
    attrs.extend([("stroke-linejoin", "round".into()), ("stroke-linecap", "round".into())]);
    let title = first.and_then(|item| tooltip_of_series(layer, item));
    writer.titled("path", &attrs, title.as_deref());
}

fn area(
    writer: &mut Writer,
    plot: &Plot<'_>,
    layer: &Encoded<'_>,
    first: Option<&Item>,
    pieces: &[Vec<Step<'_>>],
    interpolate: Interpolate,
    horizontal: bool,
) {
    let mut path = Path::default();
    let mut edge = Path::default();
    for piece in pieces.iter().filter(|piece| piece.len() > 1) {
        let there: Vec<Point> = piece.iter().map(|step| step.at).collect();
        let back: Vec<Point> = piece.iter().rev().map(|step| step.base).collect();
        path.to('M', there.get(..1).unwrap_or_default());
        through(&mut path, &there, interpolate, horizontal);
        path.to('L', back.get(..1).unwrap_or_default());
        through(&mut path, &back, turned(interpolate), horizontal);
        path.close();
        edge.to('M', there.get(..1).unwrap_or_default());
        through(&mut edge, &there, interpolate, horizontal);
    }
    let data = path.finish();
    if data.is_empty() {
        return;
    }
    let mut attrs: Vec<(&'static str, Attr<'_>)> = vec![("d", data.into())];
    attrs.extend(filled(plot, layer, first));
    if layer.layer.mark.look.fill_opacity.is_none() && layer.layer.mark.look.opacity.is_none() {
        attrs.push(("fill-opacity", AREA_OPACITY.into()));
    }
    let title = first.and_then(|item| tooltip_of_series(layer, item));
    writer.titled("path", &attrs, title.as_deref());
    if layer.layer.mark.look.line == Some(true) {
        let mut attrs: Vec<(&'static str, Attr<'_>)> = vec![("d", edge.finish().into())];
        attrs.extend(stroked(plot, layer, first, WIDTH));
        writer.element("path", &attrs);
    }
}

/// The way back along an area's other side.
const fn turned(interpolate: Interpolate) -> Interpolate {
    match interpolate {
        Interpolate::StepBefore => Interpolate::StepAfter,
        Interpolate::StepAfter => Interpolate::StepBefore,
        other => other,
    }
}

/// A series says which one it is, where marks are to say something.
fn tooltip_of_series(layer: &Encoded<'_>, item: &Item) -> Option<String> {
    tooltip(layer, item)?;
    layer.cell(item, Channel::Color).map(|cell| cell.value.label())
}

/// Points where the specification wants some, and where a line has only one item, which would not be seen.
fn points(writer: &mut Writer, plot: &Plot<'_>, layer: &Encoded<'_>, pieces: &[Vec<Step<'_>>]) {
    let all = layer.layer.mark.look.point == Some(true);
    for piece in pieces.iter().filter(|piece| all || piece.len() == 1) {
        for step in piece {
            let look: Vec<(&'static str, Attr<'_>)> = vec![
                ("fill", color(plot, layer, Some(step.item)).into()),
                ("opacity", opacity(plot, layer, Some(step.item)).into()),
            ];
            symbol::draw(writer, Shape::Circle, step.at, POINT, &look, tooltip(layer, step.item).as_deref());
        }
    }
}
