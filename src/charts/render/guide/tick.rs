//! Ticks, and which of their labels there is room for.

use super::super::scale::position::Position;
use super::super::text::{cut, width};
use super::super::theme::LABEL;

/// Pixels that labels are apart at least.
const APART: f64 = 12.0;
/// Labels that stand aslant or along take no more.
pub const LONGEST: f64 = 150.0;
/// The angle of labels that do not fit beside one another.
const ASLANT: f64 = -45.0;

/// One tick.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// Pixels along the axis.
    pub at: f64,
    /// Where the label is: elsewhere when it is for what is between two ticks.
    pub label_at: f64,
    /// Nothing where labels would overlap.
    pub label: String,
}

/// Labels along x: beside one another, else aslant, else fewer of them. Gives the angle.
pub fn fit_along(ticks: &mut [Tick], said: Option<f64>, limit: f64, position: &Position) -> f64 {
    if let Some(angle) = said {
        let turned = angle.to_radians();
        for tick in ticks.iter_mut().filter(|_| position.band().is_some()) {
            tick.label = cut(&tick.label, LABEL, false, limit);
        }
        thin(ticks, APART / 2.0, |label| {
            width(label, LABEL, false).mul_add(turned.cos().abs(), 0.0).min(if turned.sin().abs() > 0.3 {
                LABEL
            } else {
                f64::INFINITY
            })
        });
        return angle;
    }
    let level = |ticks: &[Tick]| {
        ticks.iter().zip(ticks.iter().skip(1)).all(|(one, other)| {
            let half = |tick: &Tick| width(&tick.label, LABEL, false) / 2.0;
            (other.label_at - one.label_at).abs() >= half(one) + half(other) + APART / 2.0
        })
    };
    if level(ticks) && ticks.iter().all(|tick| width(&tick.label, LABEL, false) <= LONGEST * 1.4) {
        return 0.0;
    }
    if position.band().is_none() {
        thin(ticks, APART, |label| width(label, LABEL, false));
        return 0.0;
    }
    // Slightly shorter labels that fit are read more easily than aslant ones.
    let room = ticks.iter().zip(ticks.iter().skip(1)).map(|(one, other)| (other.label_at - one.label_at).abs());
    let room = room.fold(f64::INFINITY, f64::min) - APART / 2.0;
    let longest = ticks.iter().map(|tick| width(&tick.label, LABEL, false)).fold(0.0, f64::max);
    if room >= longest * 0.8 && room >= 48.0 {
        for tick in ticks.iter_mut() {
            tick.label = cut(&tick.label, LABEL, false, room);
        }
        return 0.0;
    }
    for tick in ticks.iter_mut() {
        tick.label = cut(&tick.label, LABEL, false, limit);
    }
    thin(ticks, 3.0, |_| LABEL + 1.0);
    ASLANT
}

/// Leaves out every other label, or more, until they are apart.
pub fn thin(ticks: &mut [Tick], apart: f64, extent: impl Fn(&str) -> f64) {
    let mut every = 1;
    while every <= ticks.len() {
        let kept: Vec<&Tick> = ticks.iter().step_by(every).collect();
        let fits = kept.iter().zip(kept.iter().skip(1)).all(|(one, other)| {
            let needed = f64::midpoint(extent(&one.label), extent(&other.label)) + apart;
            (other.label_at - one.label_at).abs() >= needed.min(f64::MAX)
        });
        if fits {
            break;
        }
        every += 1;
    }
    for (index, tick) in ticks.iter_mut().enumerate() {
        if !index.is_multiple_of(every) {
            tick.label.clear();
        }
    }
}
