//! Round numbers between two others.

use super::super::super::figures::{figure, whole};
use super::continuous::Spread;

/// Ticks of one axis.
const MOST: i64 = 200;

/// The least round step that gives no more than so many parts: 1, 2 or 5 times a power of ten.
#[must_use]
pub fn step(low: f64, high: f64, parts: usize, least: Option<f64>) -> f64 {
    let span = (high / 2.0 - low / 2.0).abs() * 2.0;
    let wanted = (span / figure(parts.max(1))).max(least.unwrap_or(0.0)).clamp(1e-300, 1e300);
    let power = 10_f64.powf(wanted.log10().floor());
    let fitting = [1.0, 2.0, 5.0, 10.0].into_iter().map(|times| times * power);
    fitting.into_iter().find(|step| *step >= wanted * (1.0 - 1e-9)).unwrap_or(power * 10.0)
}

/// The multiples of a step between two numbers, their bounds included.
#[must_use]
pub fn multiples(low: f64, high: f64, step: f64) -> Vec<f64> {
    let (first, last) = ((low / step - 1e-6).ceil(), (high / step + 1e-6).floor());
    if !(first.is_finite() && last.is_finite()) || last - first > figure(usize::try_from(MOST).unwrap_or(0)) {
        return Vec::new();
    }
    // Beyond what doubles count one by one there are no ticks to tell apart.
    if first.abs() > 9e15 || last.abs() > 9e15 {
        return Vec::new();
    }
    let decimals = usize::try_from(12 - whole(step.log10().floor())).unwrap_or(0);
    (whole(first)..=whole(last))
        .map(|index| {
            let number = super::super::super::figures::of_whole(index) * step;
            // Without the noise of the last digits.
            if decimals <= 30 { format!("{number:.decimals$}").parse().unwrap_or(number) } else { number }
        })
        .collect()
}

/// Bounds made round, so that an axis begins and ends at a tick.
#[must_use]
pub fn nice(spread: Spread, low: f64, high: f64, parts: usize, least: Option<f64>) -> (f64, f64) {
    if spread == Spread::Log {
        let power = |number: f64, round: fn(f64) -> f64| {
            let exponent = round(number.max(f64::MIN_POSITIVE).log10());
            10_f64.powf(exponent.clamp(-300.0, 300.0))
        };
        let (floor, ceiling) = (power(low, f64::floor), power(high, |number| (number - 1e-9).ceil()));
        return (floor, if ceiling > floor { ceiling } else { floor * 10.0 });
    }
    let step = step(low, high, parts, least);
    let (floor, ceiling) = ((low / step + 1e-9).floor() * step, (high / step - 1e-9).ceil() * step);
    if floor.is_finite() && ceiling.is_finite() { (floor, ceiling) } else { (low, high) }
}

/// Powers of ten between two numbers, with 2 and 5 times them where there are few.
#[must_use]
pub fn powers(low: f64, high: f64, parts: usize) -> Vec<f64> {
    let (first, last) = (whole(low.max(1e-300).log10().floor()), whole(high.max(1e-300).log10().ceil()));
    let decades = usize::try_from(last - first).unwrap_or(0);
    let times: &[f64] = if decades <= 2 && parts >= 4 { &[1.0, 2.0, 5.0] } else { &[1.0] };
    let every = i64::try_from(decades.div_ceil(parts.max(1)).max(1)).unwrap_or(1);
    (first..=last)
        .filter(|exponent| exponent.rem_euclid(every) == 0)
        .flat_map(|exponent| {
            let power = 10_f64.powi(i32::try_from(exponent).unwrap_or(0));
            times.iter().map(move |times| times * power)
        })
        .filter(|number| (low * (1.0 - 1e-9)..=high * (1.0 + 1e-9)).contains(number))
        .collect()
}

/// Zero, and powers of ten on both its sides.
#[must_use]
pub fn signed_powers(low: f64, high: f64, parts: usize) -> Vec<f64> {
    let side = |most: f64| if most >= 1.0 { powers(1.0, most, (parts / 2).max(2)) } else { Vec::new() };
    let above = side(high).into_iter().filter(|number| *number >= low);
    let below = side(-low).into_iter().map(|number| -number).filter(|number| *number <= high);
    let mut numbers: Vec<f64> = below.chain(above).collect();
    if (low..=high).contains(&0.0) {
        numbers.push(0.0);
    }
    numbers.sort_by(f64::total_cmp);
    // Small numbers without a power between them have even ticks.
    if numbers.len() < 3 { multiples(low, high, step(low, high, parts, None)) } else { numbers }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round() {
        assert_eq!(multiples(0.0, 10.0, step(0.0, 10.0, 5, None)), [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
        assert_eq!(multiples(-0.13, 0.29, step(-0.13, 0.29, 5, None)), [-0.1, 0.0, 0.1, 0.2]);
        assert_eq!(multiples(0.0, 3.0, step(0.0, 3.0, 10, Some(1.0))), [0.0, 1.0, 2.0, 3.0]);
        assert_eq!(nice(Spread::Linear, 3.0, 97.0, 5, None), (0.0, 100.0));
        assert_eq!(nice(Spread::Log, 3.0, 970.0, 5, None), (1.0, 1000.0));
        assert_eq!(powers(1.0, 100.0, 6), [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0]);
        assert_eq!(powers(1.0, 1e8, 4), [1.0, 1e2, 1e4, 1e6, 1e8]);
        assert!(multiples(f64::MIN, f64::MAX, step(f64::MIN, f64::MAX, 5, None)).len() < 12);
    }
}
