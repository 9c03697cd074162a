//! Times as a histogram that can be added to another without loss: below 128 ms a bin a millisecond, above it 64 bins for
//! each doubling. `analytics_bin` in the database puts times into bins; this is the way back. The scheme is that of
//! `HdrHistogram` (<https://hdrhistogram.github.io/HdrHistogram/>), with seven bits.

use std::collections::BTreeMap;

/// Bins of a millisecond, and twice those of each doubling.
const EXACT: i32 = 128;
const PER_DOUBLING: i32 = EXACT / 2;

/// The least and the most milliseconds that fall into a bin.
fn span(bin: i32) -> (i64, i64) {
    if bin < EXACT {
        return (bin.into(), bin.into());
    }
    let doublings = (bin / PER_DOUBLING - 1).min(30);
    let least = i64::from(bin - PER_DOUBLING * doublings) << doublings;
    (least, least + (1 << doublings) - 1)
}

/// How long something took, many times.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Latencies {
    /// All of them together, in milliseconds.
    pub sum_ms: i64,
    /// The shortest and the longest; `None` where nothing was measured.
    pub extremes_ms: Option<(i64, i64)>,
    bins: BTreeMap<i32, i64>,
}

impl Latencies {
    /// What is exact, without the bins.
    #[must_use]
    pub fn exact(sum_ms: i64, extremes_ms: Option<(i64, i64)>) -> Self {
        Self { sum_ms, extremes_ms, bins: BTreeMap::new() }
    }

    /// Only bins, and how many fell into each.
    #[must_use]
    pub fn binned(bins: &[i32], counts: &[i64]) -> Self {
        Self { bins: bins.iter().copied().zip(counts.iter().copied()).collect(), ..Self::default() }
    }

    /// Adds what another holds.
    pub fn add(&mut self, other: &Self) {
        self.sum_ms += other.sum_ms;
        self.extremes_ms = match (self.extremes_ms, other.extremes_ms) {
            (Some((least, most)), Some((low, high))) => Some((least.min(low), most.max(high))),
            (one, other) => one.or(other),
        };
        for (bin, count) in &other.bins {
            *self.bins.entry(*bin).or_default() += count;
        }
    }

    /// How many were measured. Exact.
    #[must_use]
    pub fn count(&self) -> i64 {
        self.bins.values().sum()
    }

    /// The time that so many of a thousand did not exceed, by nearest rank, at most one part in 128 off; `None` where nothing
    /// was measured.
    #[must_use]
    pub fn per_mille(&self, share: i64) -> Option<i64> {
        let (least, most) = self.extremes_ms?;
        let rank = (self.count() * share + 999) / 1000;
        let mut passed = 0;
        let found = self.bins.iter().find(|(_, count)| {
            passed += **count;
            passed >= rank
        });
        let (from, to) = span(*found?.0);
        Some((from + (to - from) / 2).clamp(least, most))
    }

    /// What they took on average, in milliseconds; `None` where nothing was measured.
    #[must_use]
    pub fn mean_ms(&self) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "a mean is no count")]
        (self.count() > 0).then(|| self.sum_ms as f64 / self.count() as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `analytics_bin` has it.
    fn bin(ms: i64) -> i32 {
        let ms = i32::try_from(ms).unwrap();
        if ms < EXACT {
            return ms.max(0);
        }
        let doublings = i32::try_from(ms.ilog2()).unwrap() - 6;
        PER_DOUBLING * doublings + (ms >> doublings)
    }

    #[test]
    fn bins_follow_one_another_without_a_gap() {
        let mut next = 0;
        for bin in 0..=bin(i64::from(i32::MAX)) {
            let (from, to) = span(bin);
            assert_eq!(from, next, "bin {bin}");
            next = to + 1;
        }
        assert_eq!(next, i64::from(i32::MAX) + 1);
    }

    #[test]
    fn no_time_is_further_from_the_middle_of_its_bin_than_one_part_in_128() {
        let times = (0..200_000).chain((200_000..i64::from(i32::MAX)).step_by(104_729)).chain([i64::from(i32::MAX)]);
        for ms in times {
            let (from, to) = span(bin(ms));
            assert!(from <= ms && ms <= to, "{ms} is in its bin");
            let middle = from + (to - from) / 2;
            assert!((middle - ms).abs() * 128 <= ms, "{ms} is taken for {middle}");
        }
    }

    #[test]
    fn percentiles_are_by_nearest_rank() {
        let mut all = Latencies::default();
        assert_eq!((all.per_mille(500), all.mean_ms(), all.count()), (None, None, 0));
        for ms in 1..=100 {
            let mut one = Latencies::exact(ms, Some((ms, ms)));
            one.add(&Latencies::binned(&[bin(ms)], &[1]));
            all.add(&one);
        }
        let found = [0, 500, 900, 950, 990, 1000].map(|share| all.per_mille(share));
        assert_eq!(found, [1, 50, 90, 95, 99, 100].map(Some));
        assert_eq!((all.count(), all.sum_ms, all.mean_ms(), all.extremes_ms), (100, 5050, Some(50.5), Some((1, 100))));
        // A bin is never said to be beyond what was measured.
        let mut one = Latencies::exact(1000, Some((1000, 1000)));
        one.add(&Latencies::binned(&[bin(1000)], &[1]));
        assert_eq!(one.per_mille(990), Some(1000));
    }
}
