//! Numbers put into bins of even width.

use super::super::figures::figure;
use super::super::spec::transform::BinParams;

/// Bins where nothing is said: on a position, and elsewhere.
const ON_AXES: u32 = 10;
const ELSEWHERE: u32 = 6;

/// Beyond, differences would be infinite.
const FARTHEST: f64 = 1e300;

/// Bins from `start` to `stop`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bins {
    pub start: f64,
    pub stop: f64,
    pub step: f64,
}

impl Bins {
    /// Bins for numbers from `least` to `most`: as narrow as the greatest number of bins allows, 1, 2 or 5 times a power of ten wide.
    #[must_use]
    pub fn of(params: BinParams, least: f64, most: f64, on_axis: bool) -> Self {
        let (least, most) = (least.clamp(-FARTHEST, FARTHEST), most.clamp(-FARTHEST, FARTHEST));
        let bins = f64::from(params.maxbins.unwrap_or(if on_axis { ON_AXES } else { ELSEWHERE }));
        let span = if most > least { most - least } else { least.abs().max(1.0) };
        let step = params.step.unwrap_or_else(|| {
            let mut power = 10_f64.powf((span / bins).log10().floor() - 1.0);
            loop {
                let fitting =
                    [1.0, 2.0, 5.0].into_iter().map(|times| times * power).find(|step| span / step <= bins + 1e-9);
                if let Some(step) = fitting {
                    break step;
                }
                power *= 10.0;
            }
        });
        let start = (least / step + 1e-9).floor() * step;
        let stop = (most / step - 1e-9).ceil() * step;
        Self { start, stop: if stop > start { stop } else { start + step }, step }
    }

    /// The bounds of a number's bin; the last bin has its upper bound too.
    #[must_use]
    pub fn bounds(&self, number: f64) -> (f64, f64) {
        let last = ((self.stop - self.start) / self.step).round() - 1.0;
        let index = ((number - self.start) / self.step + 1e-9).floor().clamp(0.0, last.max(0.0));
        let low = index.mul_add(self.step, self.start);
        (rounded(low, self.step), rounded(low + self.step, self.step))
    }

    /// All edges.
    #[must_use]
    pub fn edges(&self) -> Vec<f64> {
        let count = super::super::figures::count(((self.stop - self.start) / self.step).round()).min(1000);
        (0..=count).map(|index| rounded(figure(index).mul_add(self.step, self.start), self.step)).collect()
    }
}

/// A multiple of a step without the noise of its last digits.
fn rounded(number: f64, step: f64) -> f64 {
    let scale = 10_f64.powf((9.0 - step.log10().floor()).clamp(0.0, 15.0));
    let scaled = (number * scale).round() / scale;
    if scaled.is_finite() { scaled } else { number }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_are_round_and_not_too_many() {
        let bins = Bins::of(BinParams::default(), 0.0, 100.0, true);
        assert_eq!(bins, Bins { start: 0.0, stop: 100.0, step: 10.0 });
        assert_eq!(bins.bounds(0.0), (0.0, 10.0));
        assert_eq!(bins.bounds(9.99), (0.0, 10.0));
        assert_eq!(bins.bounds(10.0), (10.0, 20.0));
        assert_eq!(bins.bounds(100.0), (90.0, 100.0), "the last bin has its bound");
        let bins = Bins::of(BinParams::default(), 0.1, 0.7, true);
        assert_eq!(bins.bounds(0.3), (0.3, 0.4));
        assert_eq!(bins.edges(), [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]);
        let bins = Bins::of(BinParams { maxbins: Some(5), step: None }, -3.0, 17.0, true);
        assert_eq!((bins.start, bins.stop, bins.step), (-5.0, 20.0, 5.0));
        let bins = Bins::of(BinParams { maxbins: None, step: Some(7.0) }, 1.0, 20.0, true);
        assert_eq!((bins.start, bins.stop, bins.step), (0.0, 21.0, 7.0));
        let bins = Bins::of(BinParams::default(), 5.0, 5.0, true);
        assert_eq!(bins.bounds(5.0), (5.0, 5.5));
    }
}
