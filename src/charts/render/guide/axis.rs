//! An axis, and the room that it takes.

use super::super::super::figures::count;
use super::super::super::spec::channel::Channel;
use super::super::super::spec::guide::Side;
use super::super::dimension::Dimension;
use super::super::extent::Extent;
use super::super::scale::position::Position;
use super::super::text::{cut, width};
use super::super::theme::{GUIDE_TITLE, LABEL};
use super::tick::{LONGEST, Tick, fit_along, thin};
use super::tick_values::ticks;

/// Pixels of a tick, and between it and its label.
pub const TICK: f64 = 5.0;
pub const GAP: f64 = 4.0;
/// Between labels and the title.
pub const TITLE_GAP: f64 = 8.0;
/// Wider names on y are cut.
const WIDEST: f64 = 200.0;

/// How much room an axis may take.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Room {
    /// The share of the picture across the axis that labels may take.
    pub share: f64,
    /// Whether there is room for titles.
    pub has_titles: bool,
}

impl Room {
    /// As it should be.
    pub const USUAL: Self = Self { share: 0.36, has_titles: true };
    /// On a picture that would else be too small.
    pub const TIGHT: Self = Self { share: 0.15, has_titles: false };
}

/// An axis that was laid out.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    pub channel: Channel,
    pub side: Side,
    /// Pixels that labels hang over the beginning and the end of the axis.
    pub hang: (f64, f64),
    pub ticks: Vec<Tick>,
    /// Degrees.
    pub angle: f64,
    pub grid: bool,
    pub line: bool,
    pub marks: bool,
    pub title: Option<String>,
    /// Pixels from the plot to the end of the labels.
    pub labels_extent: f64,
    /// Pixels from the plot to the end of the axis.
    pub extent: f64,
}

/// How many ticks fit along so many pixels.
#[must_use]
pub fn tick_count(dimension: &Dimension, length: f64) -> usize {
    let said = dimension.axis.as_ref().and_then(|axis| axis.tick_count).and_then(|ticks| usize::try_from(ticks).ok());
    let apart = match (&dimension.extent, dimension.channel) {
        (Extent::Times { .. }, Channel::X) => 84.0,
        (_, Channel::X) => 70.0,
        _ => 42.0,
    };
    said.unwrap_or_else(|| count(length / apart).clamp(2, 12))
}

/// Lays an axis out. `across` is the picture's size across the axis, of which labels take a share at most.
#[must_use]
pub fn lay_out(
    dimension: &Dimension,
    position: &Position,
    ends: (f64, f64),
    across: f64,
    grid: Option<bool>,
    room: Room,
) -> Option<Axis> {
    let said = dimension.axis.as_ref()?;
    let is_x = dimension.channel == Channel::X;
    let length = (ends.1 - ends.0).abs();
    let limit = said.label_limit.unwrap_or(if is_x { LONGEST } else { WIDEST }).min(across * room.share).max(20.0);
    let is_band = position.band().is_some();
    let count = tick_count(dimension, length);
    let mut ticks = ticks(dimension, position, said, count, if is_x { length / 3.0 } else { limit });
    let mut angle = said.label_angle.unwrap_or(0.0);
    if said.labels == Some(false) {
        for tick in &mut ticks {
            tick.label.clear();
        }
    } else if is_x {
        angle = fit_along(&mut ticks, said.label_angle, limit, position);
    } else {
        // Names are cut; a number that is cut is another.
        for tick in ticks.iter_mut().filter(|_| is_band) {
            tick.label = cut(&tick.label, LABEL, false, limit);
        }
        thin(&mut ticks, 0.5, |_| LABEL);
    }
    let longest = ticks.iter().map(|tick| width(&tick.label, LABEL, false)).fold(0.0, f64::max);
    let turned = angle.to_radians();
    let label_extent = if longest <= 0.0 {
        0.0
    } else if is_x {
        longest.mul_add(turned.sin().abs(), LABEL * turned.cos().abs())
    } else {
        longest.mul_add(turned.cos().abs(), LABEL * turned.sin().abs())
    };
    let marks = said.ticks.unwrap_or(!is_band || is_x);
    let labels_extent = label_extent + if longest > 0.0 { GAP } else { 0.0 } + if marks { TICK } else { 1.0 };
    let title = dimension
        .title
        .as_ref()
        .filter(|_| room.has_titles)
        .map(|title| cut(title, GUIDE_TITLE, true, length.max(60.0)));
    let title_extent = title.as_ref().map_or(0.0, |_| GUIDE_TITLE + TITLE_GAP);
    let default_side = if is_x { Side::Bottom } else { Side::Left };
    Some(Axis {
        channel: dimension.channel,
        side: said.orient.unwrap_or(default_side),
        hang: hang(&ticks, angle, ends),
        grid: said.grid.or(grid).unwrap_or(!is_band && !is_category_like(dimension)),
        line: said.domain.unwrap_or(is_x || is_band),
        marks,
        ticks,
        angle,
        title,
        labels_extent,
        extent: labels_extent + title_extent,
    })
}

/// How far labels reach beyond both ends.
fn hang(ticks: &[Tick], angle: f64, ends: (f64, f64)) -> (f64, f64) {
    let (low, high) = (ends.0.min(ends.1), ends.0.max(ends.1));
    let turned = angle.to_radians();
    let reach = |label: &str| {
        let along = width(label, LABEL, false) * turned.cos();
        // Level labels stand on their middles, aslant ones on an end.
        if angle.abs() < 1.0 {
            (along / 2.0, along / 2.0)
        } else if angle < 0.0 {
            (along, 4.0)
        } else {
            (4.0, along)
        }
    };
    let shown = ticks.iter().filter(|tick| !tick.label.is_empty());
    shown.fold((0.0_f64, 0.0_f64), |(before, behind), tick| {
        let (left, right) = reach(&tick.label);
        (before.max(low - (tick.label_at - left)), behind.max(tick.label_at + right - high))
    })
}

/// Bins and filled units of time have their bars; lines between them would only disturb.
fn is_category_like(dimension: &Dimension) -> bool {
    match &dimension.extent {
        Extent::Numbers { edges, .. } => !edges.is_empty(),
        Extent::Times { fills, .. } => *fills,
        Extent::Bands { .. } => true,
    }
}
