//! The ticks of an axis, their labels, and the room that these take.

use super::super::super::data::datum::Datum;
use super::super::super::data::units::{self, span};
use super::super::super::figures::count;
use super::super::super::format::number::{NumberFormat, decimals};
use super::super::super::format::time::TimeFormat;
use super::super::super::spec::channel::Channel;
use super::super::super::spec::guide::{AxisDef, Side};
use super::super::super::spec::time_unit::TimeUnit;
use super::super::dimension::Dimension;
use super::super::extent::{Extent, closest};
use super::super::label::Labels;
use super::super::scale::calendar::Interval;
use super::super::scale::continuous::{Continuous, Spread};
use super::super::scale::position::Position;
use super::super::scale::ticks::{multiples, powers, signed_powers, step};
use super::super::text::{cut, width};
use super::super::theme::{GUIDE_TITLE, LABEL};
use super::tick::{LONGEST, Tick, fit_along, thin};

/// Pixels of a tick, and between it and its label.
pub const TICK: f64 = 5.0;
pub const GAP: f64 = 4.0;
/// Between labels and the title.
pub const TITLE_GAP: f64 = 8.0;
/// Wider labels on y are cut, and at this share of the picture.
const WIDEST: f64 = 200.0;
const WIDEST_SHARE: f64 = 0.36;

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
) -> Option<Axis> {
    let said = dimension.axis.as_ref()?;
    let is_x = dimension.channel == Channel::X;
    let length = (ends.1 - ends.0).abs();
    let mut ticks = ticks(dimension, position, said, tick_count(dimension, length));
    let limit = said.label_limit.unwrap_or(if is_x { LONGEST } else { WIDEST }).min(across * WIDEST_SHARE).max(20.0);
    let mut angle = said.label_angle.unwrap_or(0.0);
    if said.labels == Some(false) {
        for tick in &mut ticks {
            tick.label.clear();
        }
    } else if is_x {
        angle = fit_along(&mut ticks, said.label_angle, limit, position);
    } else {
        for tick in &mut ticks {
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
    let is_band = position.band().is_some();
    let marks = said.ticks.unwrap_or(!is_band || is_x);
    let labels_extent = label_extent + if longest > 0.0 { GAP } else { 0.0 } + if marks { TICK } else { 1.0 };
    let title = dimension.title.as_ref().map(|title| cut(title, GUIDE_TITLE, true, length.max(60.0)));
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

fn ticks(dimension: &Dimension, position: &Position, said: &AxisDef, count: usize) -> Vec<Tick> {
    let plain = |at: f64, label: String| Tick { at, label_at: at, label };
    let listed: Option<Vec<Datum>> = said.values.as_ref().map(|values| values.iter().map(Datum::of_spec).collect());
    match position {
        Position::Band(band) => band
            .values
            .iter()
            .filter(|value| listed.as_ref().is_none_or(|listed| listed.contains(value)))
            .filter_map(|value| {
                let end = dimension.bins.and_then(|bins| Some(bins.bounds(value.as_number()?).1));
                Some(plain(band.middle(value)?, dimension.labels.write(&unit_value(value, dimension), end)))
            })
            .collect(),
        Position::Continuous(scale) => match &dimension.extent {
            Extent::Times { fills, apart, .. } => times(dimension, scale, listed, count, *fills, *apart),
            Extent::Numbers { edges, .. } => {
                let numbers = listed.map(|listed| listed.iter().filter_map(Datum::as_number).collect());
                numbers_ticks(dimension, scale, numbers.or_else(|| thinned(edges, count)), count)
            }
            Extent::Bands { .. } => Vec::new(),
        },
    }
}

/// A category that is a unit of time is a moment, whatever its type.
fn unit_value(value: &Datum, dimension: &Dimension) -> Datum {
    match (dimension.unit, value) {
        (Some(_), Datum::Number(millis)) => Datum::Time(*millis),
        _ => value.clone(),
    }
}

/// Every so many edges, where there are too many.
fn thinned(edges: &[f64], most: usize) -> Option<Vec<f64>> {
    let every = edges.len().div_ceil(most.max(1) + 1).max(1);
    (!edges.is_empty()).then(|| edges.iter().copied().step_by(every).collect())
}

fn within(scale: &Continuous, number: f64) -> bool {
    let slack = (scale.high - scale.low).abs() * 1e-9;
    (scale.low - slack..=scale.high + slack).contains(&number)
}

fn numbers_ticks(dimension: &Dimension, scale: &Continuous, listed: Option<Vec<f64>>, count: usize) -> Vec<Tick> {
    let interval = step(scale.low, scale.high, count, dimension.least_step);
    let numbers = listed.unwrap_or_else(|| match scale.spread {
        Spread::Log => powers(scale.low, scale.high, count),
        Spread::Symlog => signed_powers(scale.low, scale.high, count),
        _ => multiples(scale.low, scale.high, interval),
    });
    let least = closest(&numbers).unwrap_or(interval);
    let format = match (&dimension.labels, scale.spread) {
        (Labels::Number(format), _) => *format,
        (_, Spread::Log | Spread::Symlog) => NumberFormat::plain(),
        _ if scale.low.abs().max(scale.high.abs()) >= 1e12 => {
            NumberFormat::parse("~s").unwrap_or(NumberFormat::plain())
        }
        _ if least > 0.0 && least < 1e-6 => NumberFormat::parse(".3~g").unwrap_or(NumberFormat::plain()),
        _ => NumberFormat::grouped(decimals(least)),
    };
    let tick =
        |number: f64| Tick { at: scale.place(number), label_at: scale.place(number), label: format.write(number) };
    numbers.into_iter().filter(|number| within(scale, *number)).map(tick).collect()
}

fn times(
    dimension: &Dimension,
    scale: &Continuous,
    listed: Option<Vec<Datum>>,
    count: usize,
    fills: bool,
    apart: f64,
) -> Vec<Tick> {
    let interval = Interval::of(scale.low, scale.high, count, apart);
    let moments = match listed {
        Some(listed) => listed.iter().filter_map(Datum::as_moment).collect(),
        None => interval.ticks(scale.low, scale.high),
    };
    let shown: Vec<f64> = moments.into_iter().filter(|moment| within(scale, *moment)).collect();
    let previous = std::iter::once(None).chain(shown.iter().copied().map(Some));
    let mut ticks: Vec<Tick> = shown
        .iter()
        .zip(previous)
        .map(|(moment, previous)| {
            let at = scale.place(*moment);
            // What is written for a unit stands in the middle of its bar.
            let end = dimension.unit.filter(|_| fills).and_then(|unit| span(unit, *moment)).map(|(_, end)| end);
            let label_at = end.map_or(at, |end| f64::midpoint(at, scale.place(end)));
            let label = match (&dimension.labels, dimension.unit) {
                (Labels::Time(format), _) => format.write(*moment),
                (_, Some(unit)) if is_cyclic(unit) => by_unit(unit, *moment),
                _ => interval.label(*moment, previous),
            };
            Tick { at, label_at, label }
        })
        .collect();
    if fills && dimension.unit.is_some() {
        // The last edge begins no bar.
        let end = scale.from.max(scale.to);
        ticks.retain(|tick| tick.label_at <= end + 1e-6);
    }
    ticks
}

/// Units that come again every year, month, week or day have no year to be written.
const fn is_cyclic(unit: TimeUnit) -> bool {
    matches!(unit, TimeUnit::Quarter | TimeUnit::Month | TimeUnit::Date | TimeUnit::Day | TimeUnit::Hours)
}

fn by_unit(unit: TimeUnit, moment: f64) -> String {
    TimeFormat::parse(units::format(unit)).map(|format| format.write(moment)).unwrap_or_default()
}
