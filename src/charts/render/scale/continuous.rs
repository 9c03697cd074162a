//! Numbers along a line.

use super::super::super::figures::same;
use super::super::super::spec::guide::ScaleType;

/// How numbers are spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spread {
    Linear,
    Log,
    Sqrt,
    Symlog,
}

impl Spread {
    /// The spread of a type of scale.
    #[must_use]
    pub const fn of(kind: Option<ScaleType>) -> Self {
        match kind {
            Some(ScaleType::Log) => Self::Log,
            Some(ScaleType::Sqrt) => Self::Sqrt,
            Some(ScaleType::Symlog) => Self::Symlog,
            _ => Self::Linear,
        }
    }

    fn bend(self, number: f64) -> f64 {
        match self {
            Self::Linear => number,
            Self::Log => number.max(f64::MIN_POSITIVE).ln(),
            Self::Sqrt => number.signum() * number.abs().sqrt(),
            Self::Symlog => number.signum() * number.abs().ln_1p(),
        }
    }
}

/// A line from the place of `low` to that of `high`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Continuous {
    pub spread: Spread,
    pub low: f64,
    pub high: f64,
    /// Where `low` is, in pixels.
    pub from: f64,
    /// Where `high` is.
    pub to: f64,
}

impl Continuous {
    /// Where a number is on the way from low to high, from 0 to 1 within.
    #[must_use]
    pub fn share(&self, number: f64) -> f64 {
        let (low, high) = (self.spread.bend(self.low), self.spread.bend(self.high));
        if same(low, high) {
            return 0.5;
        }
        // Differences of the greatest doubles are infinite; halves are not.
        let (way, whole) = (self.spread.bend(number) / 2.0 - low / 2.0, high / 2.0 - low / 2.0);
        let share = way / whole;
        if share.is_finite() { share } else { 0.5 }
    }

    /// Where a number is, in pixels.
    #[must_use]
    pub fn place(&self, number: f64) -> f64 {
        self.share(number).clamp(-10.0, 10.0).mul_add(self.to - self.from, self.from)
    }

    /// Where lengths begin: at zero, or at the end of the line that is nearest to it.
    #[must_use]
    pub fn base(&self) -> f64 {
        if self.spread == Spread::Log {
            return self.from;
        }
        self.place(0.0_f64.clamp(self.low.min(self.high), self.high.max(self.low)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_spread_along_a_line() {
        let scale = |spread, low, high| Continuous { spread, low, high, from: 0.0, to: 100.0 };
        let linear = scale(Spread::Linear, -10.0, 30.0);
        let places = [-10.0, 0.0, 30.0].map(|number| linear.place(number));
        assert!(places.iter().zip([0.0, 25.0, 100.0]).all(|(place, wanted)| same(*place, wanted)), "{places:?}");
        assert!((linear.base() - 25.0).abs() < 1e-9);
        assert!((scale(Spread::Linear, 5.0, 10.0).base()).abs() < 1e-9);
        let log = scale(Spread::Log, 1.0, 100.0);
        assert!((log.place(10.0) - 50.0).abs() < 1e-9);
        assert!((scale(Spread::Sqrt, 0.0, 100.0).place(25.0) - 50.0).abs() < 1e-9);
        assert!((scale(Spread::Linear, f64::MIN, f64::MAX).place(0.0) - 50.0).abs() < 1e-9);
        assert!((scale(Spread::Linear, 3.0, 3.0).place(3.0) - 50.0).abs() < 1e-9);
    }
}
