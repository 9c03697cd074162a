//! The data of paths: lines through points, and arcs.

use std::f64::consts::{FRAC_PI_2, PI, TAU};
use std::fmt::Write as _;

use super::super::figures::same;
use super::super::spec::mark::Interpolate;
use super::writer::figure;

/// A place on the picture.
pub type Point = (f64, f64);

/// Commands of a path.
#[derive(Debug, Default)]
pub struct Path(String);

impl Path {
    pub fn to(&mut self, command: char, points: &[Point]) -> &mut Self {
        self.0.push(command);
        for (index, (x, y)) in points.iter().enumerate() {
            if index > 0 {
                self.0.push(' ');
            }
            self.0.push_str(&figure(*x));
            self.0.push(',');
            self.0.push_str(&figure(*y));
        }
        self
    }

    pub fn close(&mut self) -> &mut Self {
        self.0.push('Z');
        self
    }

    fn arc(&mut self, radius: f64, large: bool, forwards: bool, end: Point) -> &mut Self {
        let (large, sweep) = (u8::from(large), u8::from(forwards));
        let radius = figure(radius);
        let _ = write!(self.0, "A{radius},{radius} 0 {large} {sweep} {},{}", figure(end.0), figure(end.1));
        self
    }

    #[must_use]
    pub fn finish(self) -> String {
        self.0
    }
}

/// Goes on from the first of some points through the others.
pub fn through(path: &mut Path, points: &[Point], interpolate: Interpolate, horizontal: bool) {
    let pairs = points.iter().zip(points.iter().skip(1));
    match interpolate {
        Interpolate::Monotone if points.len() > 2 => monotone(path, points, horizontal),
        Interpolate::Linear | Interpolate::Monotone => pairs.for_each(|(_, to)| {
            path.to('L', &[*to]);
        }),
        Interpolate::Step => pairs.for_each(|(from, to)| {
            let middle = f64::midpoint(from.0, to.0);
            path.to('L', &[(middle, from.1)]).to('L', &[(middle, to.1)]).to('L', &[*to]);
        }),
        Interpolate::StepBefore => pairs.for_each(|(from, to)| {
            path.to('L', &[(from.0, to.1)]).to('L', &[*to]);
        }),
        Interpolate::StepAfter => pairs.for_each(|(from, to)| {
            path.to('L', &[(to.0, from.1)]).to('L', &[*to]);
        }),
    }
}

/// Cubic pieces that never go beyond their ends (Fritsch and Carlson 1980; tangents by Steffen 1990).
fn monotone(path: &mut Path, points: &[Point], horizontal: bool) {
    let turned: Vec<Point> = points.iter().map(|(x, y)| if horizontal { (*y, *x) } else { (*x, *y) }).collect();
    let slopes: Vec<(f64, f64)> = turned
        .iter()
        .zip(turned.iter().skip(1))
        .map(|(from, to)| {
            let step = to.0 - from.0;
            (step, if same(step, 0.0) { 0.0 } else { (to.1 - from.1) / step })
        })
        .collect();
    let inner = slopes.iter().zip(slopes.iter().skip(1)).map(|((step, slope), (next_step, next))| {
        if slope * next <= 0.0 {
            return 0.0;
        }
        let weighted = (slope * next_step + next * step) / (step + next_step);
        let least = slope.abs().min(next.abs()).min(weighted.abs() / 2.0) * 2.0;
        if weighted.is_finite() { slope.signum() * least.min(weighted.abs()) } else { 0.0 }
    });
    let first = slopes.first().map_or(0.0, |(_, slope)| *slope);
    let last = slopes.last().map_or(0.0, |(_, slope)| *slope);
    let tangents: Vec<f64> = std::iter::once(first).chain(inner).chain(std::iter::once(last)).collect();
    let back = |(x, y): Point| if horizontal { (y, x) } else { (x, y) };
    let ends = turned.iter().zip(turned.iter().skip(1));
    for ((from, to), (start, end)) in ends.zip(tangents.iter().zip(tangents.iter().skip(1))) {
        let third = (to.0 - from.0) / 3.0;
        let controls =
            [(from.0 + third, third.mul_add(*start, from.1)), (to.0 - third, third.mul_add(-end, to.1)), *to];
        path.to('C', &controls.map(back));
    }
}

/// A piece of a ring, clockwise from the top; angles in radians.
#[must_use]
pub fn ring(centre: Point, inner: f64, outer: f64, from: f64, to: f64) -> String {
    let at = |radius: f64, angle: f64| {
        let turned = angle - FRAC_PI_2;
        (radius.mul_add(turned.cos(), centre.0), radius.mul_add(turned.sin(), centre.1))
    };
    let mut path = Path::default();
    let span = to - from;
    if span >= TAU - 1e-6 {
        // An arc with both ends in one place is none: the whole ring in halves.
        for (radius, forwards) in [(outer, true), (inner, false)].into_iter().filter(|(radius, _)| *radius > 0.0) {
            let (start, half) = (at(radius, 0.0), at(radius, PI));
            path.to('M', &[start]).arc(radius, true, forwards, half).arc(radius, true, forwards, start).close();
        }
        return path.finish();
    }
    let large = span > PI;
    path.to('M', &[at(outer, from)]).arc(outer, large, true, at(outer, to));
    if inner > 0.0 {
        path.to('L', &[at(inner, to)]).arc(inner, large, false, at(inner, from));
    } else {
        path.to('L', &[centre]);
    }
    path.close();
    path.finish()
}
