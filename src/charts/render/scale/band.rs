//! Categories, each in a band of its own.

use std::collections::HashMap;

use super::super::super::data::datum::Datum;
use super::super::super::data::key::Key;
use super::super::super::figures::figure;

/// Bands from one end of a line to the other.
#[derive(Debug, Clone)]
pub struct Band {
    pub values: Vec<Datum>,
    places: HashMap<Key, usize>,
    first: f64,
    /// From the beginning of a band to that of the next; below zero where the line goes left or up.
    pub step: f64,
    /// How much of a step a band takes.
    share: f64,
    /// Pixels that a band is wide at most.
    widest: f64,
}

impl Band {
    /// Bands between two places. `inner` is the share of a step between bands, `outer` that before the first and behind the last.
    #[must_use]
    pub fn new(values: Vec<Datum>, (from, to): (f64, f64), inner: f64, outer: f64, widest: f64) -> Self {
        let count = figure(values.len());
        let steps = (count - inner + 2.0 * outer).max(1e-3);
        let step = if values.is_empty() { to - from } else { (to - from) / steps };
        let places = values.iter().enumerate().map(|(index, value)| (Key::of(value), index)).collect();
        // As for a point scale, whose bands have no width: what stands in one stands in its middle.
        let first = step.mul_add(outer, from);
        Self { values, places, first, step, share: 1.0 - inner, widest }
    }

    /// The band of a category, from its lesser place to its greater.
    #[must_use]
    pub fn span(&self, value: &Datum) -> Option<(f64, f64)> {
        let index = *self.places.get(&Key::of(value))?;
        let start = figure(index).mul_add(self.step, self.first);
        let middle = (self.step * self.share).mul_add(0.5, start);
        let half = self.width() / 2.0;
        Some((middle - half, middle + half))
    }

    /// The middle of a category's band.
    #[must_use]
    pub fn middle(&self, value: &Datum) -> Option<f64> {
        self.span(value).map(|(from, to)| f64::midpoint(from, to))
    }

    /// Pixels of a band.
    #[must_use]
    pub fn width(&self) -> f64 {
        (self.step * self.share).abs().min(self.widest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_share_a_line() {
        let values = ["a", "b", "c", "d"].map(|name| Datum::Text(name.to_owned()));
        let band = Band::new(values.to_vec(), (0.0, 100.0), 0.2, 0.1, 1e9);
        assert_eq!(band.span(&values[0]), Some((2.5, 22.5)));
        assert_eq!(band.middle(&values[3]), Some(87.5));
        assert_eq!(band.span(&Datum::Null), None);
        let upwards = Band::new(values.to_vec(), (100.0, 0.0), 0.0, 0.0, 10.0);
        assert_eq!(upwards.span(&values[0]), Some((82.5, 92.5)));
    }
}
