//! Where everything is: the title at the top, legends at the side, axes around the plot, which takes what is left.

use super::super::data::encode::Encoded;
use super::super::failure::RenderError;
use super::super::spec::channel::Channel;
use super::super::spec::definition::Definition;
use super::super::spec::guide::Side;
use super::super::spec::mark::{Align, FontWeight, MarkType};
use super::dimension::Dimension;
use super::guide::axis::{Axis, Room, lay_out, tick_count};
use super::guide::draw_legend;
use super::guide::entries::legends;
use super::guide::heading;
use super::guide::legend::{Body, Legend};
use super::marks::texts::content;
use super::options::RenderOptions;
use super::plot::{Area, Plot, Scales};
use super::scale::position::Position;
use super::text::width;
use super::theme::{LABEL, PADDING};

/// Between the plot and the legends.
const LEGEND_GAP: f64 = 18.0;
/// Between legends.
const BETWEEN: f64 = 14.0;
/// Legends take no more than this share of the picture.
const LEGEND_SHARE: f64 = 0.4;
/// Texts beside their bars take no more.
const BESIDE: f64 = 120.0;
/// What labels may reach into the padding.
const SLACK: f64 = 8.0;
/// With shorter sides, a plot is given the room of its axes' titles.
const COMFORTABLE: f64 = 56.0;
/// A plot with shorter sides shows nothing.
const LEAST: f64 = 16.0;

/// A picture's parts.
pub struct Layout<'a> {
    pub plot: Plot<'a>,
    pub axes: Vec<Axis>,
    /// Each with its upper left corner, and the width that it may take.
    pub legends: Vec<(Legend, (f64, f64), f64)>,
    /// Where the title is.
    pub heading: Area,
}

/// Lays a picture out; where there is little room, axes go without titles and with shorter labels.
///
/// # Errors
///
/// A picture that is too small for what has to be on it.
pub fn lay_out_all<'a>(scales: &'a Scales<'a>, options: &RenderOptions) -> Result<Layout<'a>, RenderError> {
    [Room::USUAL, Room::TIGHT]
        .into_iter()
        .find_map(|room| lay_out_in(scales, options, room))
        .ok_or_else(|| RenderError::Size("The picture is too small for its axes and legends.".to_owned()))
}

fn lay_out_in<'a>(scales: &'a Scales<'a>, options: &RenderOptions, allowed: Room) -> Option<Layout<'a>> {
    let (width, height) = (f64::from(options.width), f64::from(options.height));
    let whole = Area { left: PADDING, top: PADDING, right: width - PADDING, bottom: height - PADDING };
    let mut area = whole;
    area.top += heading::height(&scales.spec.heading, options.title.as_deref(), whole.width());
    let heading = Area { bottom: area.top, ..whole };
    let placed = place_legends(legends(scales, width), &mut area);
    let grid = scales.spec.config.axis.grid;
    area.right -= beside_bars(scales);
    let room = area;
    let laid = |dimension: Option<&Dimension>, ends: (f64, f64), across: f64| {
        lay_out(dimension?, &position(dimension, ends)?, ends, across, grid, allowed)
    };
    let both = |plot: &Area| {
        let y = laid(scales.y.as_ref(), (plot.bottom, plot.top), width);
        (laid(scales.x.as_ref(), (plot.left, plot.right), height), y)
    };
    // How wide an axis is depends on its labels, and these on how long the other axis leaves it: twice is enough.
    let mut plot = Area { left: room.left + 50.0, bottom: room.bottom - 40.0, ..room };
    for _ in 0..2 {
        let (x, y) = both(&plot);
        let inner = around(&room, x.as_ref(), y.as_ref());
        let x = laid(scales.x.as_ref(), (inner.left, inner.right), height);
        plot = around(&room, x.as_ref(), y.as_ref());
    }
    let least = if allowed.has_titles { COMFORTABLE } else { LEAST };
    if plot.width() < least || plot.height() < least {
        return None;
    }
    let x = position(scales.x.as_ref(), (plot.left, plot.right));
    let y = position(scales.y.as_ref(), (plot.bottom, plot.top));
    let axes = both(&plot);
    let legends = placed.into_iter().map(|(legend, (left, top), room)| {
        // Above and below they begin where the plot does.
        let left = if legend.side == Side::Right { left } else { plot.left.min(left + 60.0).max(left) };
        (legend, (left, top), room)
    });
    let legends = legends.collect();
    let axes = [axes.0, axes.1].into_iter().flatten().collect();
    Some(Layout { plot: Plot { scales, area: plot, x, y }, axes, legends, heading })
}

/// A scale between two ends; categories on y go downwards.
fn position(dimension: Option<&Dimension>, (from, to): (f64, f64)) -> Option<Position> {
    let dimension = dimension?;
    let ticks = tick_count(dimension, (to - from).abs());
    let (from, to) = if dimension.is_banded() && to < from { (to, from) } else { (from, to) };
    Some(dimension.scale(from, to, ticks))
}

/// What axes leave of an area. Labels may reach beyond the ends of their axis, for which there is room.
fn around(room: &Area, x: Option<&Axis>, y: Option<&Axis>) -> Area {
    let mut area = *room;
    for axis in [x, y].into_iter().flatten() {
        match axis.side {
            Side::Top => area.top += axis.extent,
            Side::Bottom => area.bottom -= axis.extent,
            Side::Left => area.left += axis.extent,
            Side::Right => area.right -= axis.extent,
        }
    }
    if y.is_some_and(|axis| axis.ticks.iter().any(|tick| !tick.label.is_empty())) {
        area.top += LABEL / 2.0;
    }
    if let Some(axis) = x {
        area.right -= (axis.hang.1 - SLACK).clamp(0.0, 80.0);
        area.left += (axis.hang.0 - SLACK - (area.left - room.left)).clamp(0.0, 120.0);
    }
    area
}

/// Pixels that texts take which begin where a quantity ends: numbers beside their bars.
fn beside_bars(scales: &Scales<'_>) -> f64 {
    let texts = scales.layers.iter().filter(|layer| {
        let look = &layer.layer.mark.look;
        layer.layer.mark.kind == MarkType::Text
            && look.align == Some(Align::Left)
            && layer.layer.channel(Channel::X).is_some_and(Definition::is_field)
    });
    texts
        .flat_map(|layer| layer.items.iter().filter_map(|item| Some(text_width(layer, &content(layer, item)?))))
        .fold(0.0, f64::max)
        .min(BESIDE)
}

fn text_width(layer: &Encoded<'_>, text: &str) -> f64 {
    let look = &layer.layer.mark.look;
    let size = look.font_size.unwrap_or(LABEL);
    width(text, size, look.font_weight == Some(FontWeight::Bold)) + look.dx.unwrap_or(0.0)
}

/// Puts legends at the edges of an area, and takes what they need from it.
fn place_legends(all: Vec<Legend>, area: &mut Area) -> Vec<(Legend, (f64, f64), f64)> {
    let mut placed = Vec::new();
    let room = area.width();
    let at_side = |legend: &Legend| legend.side == Side::Right;
    for mut legend in all.iter().filter(|legend| !at_side(legend)).cloned() {
        let height = fit_rows(&mut legend, room, area.height() * LEGEND_SHARE);
        if legend.side == Side::Bottom {
            area.bottom -= height + BETWEEN;
            placed.push((legend, (area.left, area.bottom + BETWEEN), room));
        } else {
            placed.push((legend, (area.left, area.top), room));
            area.top += height + BETWEEN;
        }
    }
    let mut column: Vec<Legend> = all.into_iter().filter(at_side).collect();
    let wide = column.iter().map(Legend::width).fold(0.0, f64::max);
    if wide > 0.0 {
        let right = area.right;
        area.right -= wide + LEGEND_GAP;
        let mut top = area.top;
        let mut behind: f64 = column.iter().map(|legend| legend.height() + BETWEEN).sum();
        for mut legend in column.drain(..) {
            behind -= legend.height() + BETWEEN;
            legend.fit((area.bottom - top - behind).max(area.height() * 0.3));
            let height = legend.height();
            placed.push((legend, (right - wide, top), wide));
            top += height + BETWEEN;
        }
    }
    placed
}

/// Leaves out entries until the lines fit. Gives the height.
fn fit_rows(legend: &mut Legend, room: f64, most: f64) -> f64 {
    loop {
        let height = draw_legend::height(legend, room - 60.0);
        let Body::Entries(entries) = &mut legend.body else { return height };
        if height <= most.max(20.0) || entries.len() <= 1 {
            return height;
        }
        entries.pop();
        legend.left_out += 1;
    }
}
