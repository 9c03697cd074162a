//! The values that ticks stand at, and how they are written.

use super::super::super::data::datum::Datum;
use super::super::super::data::units::{self, span};
use super::super::super::format::number::{NumberFormat, decimals};
use super::super::super::format::time::TimeFormat;
use super::super::super::spec::guide::AxisDef;
use super::super::super::spec::time_unit::TimeUnit;
use super::super::dimension::Dimension;
use super::super::extent::{Extent, closest};
use super::super::label::Labels;
use super::super::scale::calendar::Interval;
use super::super::scale::continuous::{Continuous, Spread};
use super::super::scale::position::Position;
use super::super::scale::ticks::{multiples, powers, signed_powers, step};
use super::super::text::width;
use super::super::theme::LABEL;
use super::tick::Tick;

/// The ticks of an axis: about `count` of them, or those that the specification says. Numbers wider than `widest` are written with prefixes such as k and M.
#[must_use]
pub fn ticks(dimension: &Dimension, position: &Position, said: &AxisDef, count: usize, widest: f64) -> Vec<Tick> {
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
                numbers_ticks(dimension, scale, numbers.or_else(|| thinned(edges, count)), count, widest)
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

fn numbers_ticks(
    dimension: &Dimension,
    scale: &Continuous,
    listed: Option<Vec<f64>>,
    count: usize,
    widest: f64,
) -> Vec<Tick> {
    let interval = step(scale.low, scale.high, count, dimension.least_step);
    let numbers = listed.unwrap_or_else(|| match scale.spread {
        Spread::Log => powers(scale.low, scale.high, count),
        Spread::Symlog => signed_powers(scale.low, scale.high, count),
        _ => multiples(scale.low, scale.high, interval),
    });
    let numbers: Vec<f64> = numbers.into_iter().filter(|number| within(scale, *number)).collect();
    let least = closest(&numbers).unwrap_or(interval);
    let plain = NumberFormat::plain();
    let (format, is_said) = match (&dimension.labels, scale.spread) {
        (Labels::Number(format), _) => (*format, true),
        (_, Spread::Log | Spread::Symlog) => (plain, false),
        _ if least > 0.0 && least < 1e-6 => (NumberFormat::parse(".3~g").unwrap_or(plain), false),
        _ => (NumberFormat::grouped(decimals(least)), false),
    };
    let is_wide = |number: &f64| width(&format.write(*number), LABEL, false) > widest;
    let format =
        if !is_said && numbers.iter().any(is_wide) { NumberFormat::parse("~s").unwrap_or(plain) } else { format };
    let tick = |number: f64| {
        let at = scale.place(number);
        Tick { at, label_at: at, label: format.write(number) }
    };
    numbers.into_iter().map(tick).collect()
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
