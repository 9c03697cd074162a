//! The count of one instance by itself, while the one for all cannot be had: every instance then gives a whole allowance.

use std::time::Instant;

use super::class::Rate;

/// When an allowance is whole again: the generic cell rate algorithm, as in `postgres`.
#[derive(Debug, Clone, Copy)]
pub struct Alone {
    full_at: Instant,
}

impl Alone {
    /// An allowance that is whole.
    #[must_use]
    pub const fn whole(now: Instant) -> Self {
        Self { full_at: now }
    }

    /// Takes `count`. `None` when it was there, else how long until it will be.
    pub fn take(&mut self, now: Instant, count: u32, rate: Rate) -> Option<std::time::Duration> {
        let cost = (rate.interval() * count).min(rate.period);
        let full_at = self.full_at.max(now) + cost;
        let wait = full_at.saturating_duration_since(now + rate.period);
        if wait.is_zero() {
            self.full_at = full_at;
            return None;
        }
        Some(wait)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::Alone;
    use crate::limits::class::Rate;

    #[test]
    fn an_allowance_is_spent_and_comes_back_evenly() {
        let rate = Rate { limit: 4, period: Duration::from_mins(1) };
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut alone = Alone::whole(start);
        assert_eq!(alone.take(start, 3, rate), None);
        assert_eq!(alone.take(start, 2, rate), Some(Duration::from_secs(15)), "one is left");
        assert_eq!(alone.take(start, 1, rate), None, "what was refused was not taken");
        assert_eq!(alone.take(after(5), 1, rate), Some(Duration::from_secs(10)));
        assert_eq!(alone.take(after(15), 1, rate), None);
        assert_eq!(alone.take(after(600), 4, rate), None, "it is never more than whole");
        assert_eq!(alone.take(after(600), 1, rate), Some(Duration::from_secs(15)));
    }
}
