//! From counts to figures on a scale and back, where no digit of a picture is lost.

/// A count as a figure; more than four thousand million are as many.
#[must_use]
pub(super) fn figure(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The whole part of a figure, towards zero.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "what is beyond an i64 becomes its bound, and NaN zero")]
pub(super) fn whole(figure: f64) -> i64 {
    figure as i64
}

/// The whole part of a figure as a count: none below zero.
#[must_use]
pub(super) fn count(figure: f64) -> usize {
    usize::try_from(whole(figure)).unwrap_or(0)
}

/// A whole number as a figure: exact to 2^53, which is far beyond every moment in milliseconds.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "callers have moments and powers of ten")]
pub(super) fn of_whole(number: i64) -> f64 {
    number as f64
}

/// Whether two figures are the same on any picture.
#[must_use]
pub(super) fn same(one: f64, other: f64) -> bool {
    (one - other).abs() <= f64::EPSILON * one.abs().max(other.abs()).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_end_at_their_bounds() {
        assert_eq!(whole(f64::NAN), 0);
        assert_eq!(whole(1e300), i64::MAX);
        assert_eq!(count(-3.5), 0);
        assert_eq!(count(3.99), 3);
        assert!(same(0.1 + 0.2, 0.3) && !same(0.3, 0.300_001));
    }
}
