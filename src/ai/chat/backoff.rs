//! How long to wait before a call is repeated.

use std::time::Duration;

/// Exponential backoff with full jitter:
/// <https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>.
#[derive(Debug, Clone, Copy)]
pub struct Backoff {
    /// The longest wait before the first repetition; doubles with each.
    pub base: Duration,
    /// The longest wait before any.
    pub cap: Duration,
    /// The longest wait that a provider may ask for; beyond it there is no repetition.
    pub longest_asked: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { base: Duration::from_millis(500), cap: Duration::from_secs(8), longest_asked: Duration::from_secs(30) }
    }
}

impl Backoff {
    /// The wait before repetition `nth` (from 0). `asked` is what the provider asks for, `random` lies in 0.0 to 1.0.
    /// `None` when the provider asks for more than is bearable.
    #[must_use]
    pub fn wait(&self, nth: u32, asked: Option<Duration>, random: f64) -> Option<Duration> {
        let longest = self.base.saturating_mul(2_u32.saturating_pow(nth)).min(self.cap);
        let jittered = longest.mul_f64(random.clamp(0.0, 1.0));
        match asked {
            Some(asked) if asked > self.longest_asked => None,
            // Never sooner than asked, and not all callers at the same moment.
            Some(asked) => Some(asked + jittered.min(self.base)),
            None => Some(jittered),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_the_cap_and_obey_the_provider() {
        let backoff = Backoff {
            base: Duration::from_millis(100),
            cap: Duration::from_millis(350),
            longest_asked: Duration::from_secs(5),
        };
        let millis = |nth, asked: Option<u64>, random| {
            backoff.wait(nth, asked.map(Duration::from_millis), random).map(|wait| wait.as_millis())
        };
        assert_eq!([0, 1, 2, 99].map(|nth| millis(nth, None, 1.0)), [Some(100), Some(200), Some(350), Some(350)]);
        assert_eq!(millis(3, None, 0.0), Some(0));
        assert_eq!(millis(0, Some(2000), 0.5), Some(2050));
        assert_eq!(millis(0, Some(5001), 0.5), None);
    }
}
