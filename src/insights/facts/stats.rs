//! Sums and middles of numbers.

/// What describes a list of numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stats {
    pub count: usize,
    pub sum: f64,
    pub mean: f64,
    pub median: f64,
    pub min: f64,
    pub max: f64,
}

impl Stats {
    /// Nothing for no numbers, and where the sum is beyond what a double holds.
    #[must_use]
    pub fn of(mut numbers: Vec<f64>) -> Option<Self> {
        numbers.sort_by(f64::total_cmp);
        let (min, max) = (*numbers.first()?, *numbers.last()?);
        let sum = sum(&numbers);
        let median = middle(&numbers)?;
        let mean = sum / count(numbers.len());
        (sum.is_finite() && median.is_finite()).then_some(Self { count: numbers.len(), sum, mean, median, min, max })
    }

    /// The median distance from the median.
    #[must_use]
    pub fn deviation(median: f64, numbers: &[f64]) -> Option<f64> {
        let mut off: Vec<f64> = numbers.iter().map(|number| (number - median).abs()).collect();
        off.sort_by(f64::total_cmp);
        middle(&off)
    }
}

/// A count as a number.
#[must_use]
pub fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::from(u32::MAX), f64::from)
}

/// The sum, with what each step rounds away carried along (Neumaier 1974).
#[must_use]
pub fn sum(numbers: &[f64]) -> f64 {
    let (mut sum, mut lost) = (0.0_f64, 0.0);
    for number in numbers {
        let next = sum + number;
        lost += if sum.abs() >= number.abs() { (sum - next) + number } else { (number - next) + sum };
        sum = next;
    }
    if lost.is_finite() { sum + lost } else { sum }
}

fn middle(sorted: &[f64]) -> Option<f64> {
    let half = sorted.len() / 2;
    let upper = *sorted.get(half)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *sorted.get(half.checked_sub(1)?)?;
    Some(lower / 2.0 + upper / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_described() {
        let stats = Stats::of(vec![3.0, 1.0, 2.0, 10.0]).unwrap();
        assert_eq!(stats, Stats { count: 4, sum: 16.0, mean: 4.0, median: 2.5, min: 1.0, max: 10.0 });
        assert_eq!(Stats::deviation(2.5, &[3.0, 1.0, 2.0, 10.0]), Some(1.0));
        assert_eq!(Stats::of(vec![]), None);
        assert_eq!(Stats::of(vec![f64::MAX, f64::MAX]), None);
        assert!((sum(&[0.1; 10]) - 1.0).abs() < f64::EPSILON);
    }
}
