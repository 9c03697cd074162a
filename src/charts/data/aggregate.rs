//! Many values made one.

use std::collections::HashSet;

use super::super::figures::figure;
use super::super::spec::op::Op;
use super::datum::Datum;
use super::key::Key;

/// Gathers values and gives their aggregate.
#[derive(Debug, Clone)]
pub struct Gathering {
    op: Op,
    rows: usize,
    missing: usize,
    sum: f64,
    /// What rounding took from the sum (Neumaier).
    lost: f64,
    least: Option<Datum>,
    greatest: Option<Datum>,
    numbers: Vec<f64>,
    distinct: HashSet<Key>,
}

impl Gathering {
    #[must_use]
    pub fn new(op: Op) -> Self {
        Self {
            op,
            rows: 0,
            missing: 0,
            sum: 0.0,
            lost: 0.0,
            least: None,
            greatest: None,
            numbers: Vec::new(),
            distinct: HashSet::new(),
        }
    }

    pub fn add(&mut self, datum: &Datum) {
        self.rows = self.rows.saturating_add(1);
        match self.op {
            Op::Distinct => drop(self.distinct.insert(Key::of(datum))),
            _ if datum.is_null() => self.missing = self.missing.saturating_add(1),
            Op::Sum | Op::Mean | Op::Median => match datum.as_number() {
                Some(number) => self.add_number(number),
                None => self.missing = self.missing.saturating_add(1),
            },
            Op::Min if self.least.as_ref().is_none_or(|least| datum.order(least).is_lt()) => {
                self.least = Some(datum.clone());
            }
            Op::Max if self.greatest.as_ref().is_none_or(|greatest| datum.order(greatest).is_gt()) => {
                self.greatest = Some(datum.clone());
            }
            _ => {}
        }
    }

    fn add_number(&mut self, number: f64) {
        if self.op == Op::Median {
            self.numbers.push(number);
            return;
        }
        let sum = self.sum + number;
        self.lost += if self.sum.abs() >= number.abs() { (self.sum - sum) + number } else { (number - sum) + self.sum };
        self.sum = sum;
    }

    /// The aggregate. Null where there is nothing to put together, but for counts and sums.
    #[must_use]
    pub fn result(mut self) -> Datum {
        let valid = self.rows - self.missing;
        let total = self.sum + self.lost;
        match self.op {
            Op::Count => Datum::Number(figure(self.rows)),
            Op::Valid => Datum::Number(figure(valid)),
            Op::Missing => Datum::Number(figure(self.missing)),
            Op::Distinct => Datum::Number(figure(self.distinct.len())),
            Op::Sum => Datum::number(if total.is_finite() { total } else { self.sum }),
            Op::Mean if valid > 0 => Datum::number(total / figure(valid)),
            Op::Median if !self.numbers.is_empty() => {
                self.numbers.sort_by(f64::total_cmp);
                let middle = self.numbers.len() / 2;
                let upper = self.numbers.get(middle).copied().unwrap_or(0.0);
                let lower = self.numbers.get(middle.saturating_sub(1)).copied().unwrap_or(upper);
                Datum::number(if self.numbers.len().is_multiple_of(2) { f64::midpoint(lower, upper) } else { upper })
            }
            Op::Min => self.least.unwrap_or(Datum::Null),
            Op::Max => self.greatest.unwrap_or(Datum::Null),
            Op::Mean | Op::Median => Datum::Null,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(op: Op, values: &[Datum]) -> Datum {
        let mut gathering = Gathering::new(op);
        for value in values {
            gathering.add(value);
        }
        gathering.result()
    }

    #[test]
    fn values_become_one() {
        let values = [3.0, 1.0, 4.0, 1.0].map(Datum::Number);
        let with_null: Vec<Datum> = values.iter().cloned().chain([Datum::Null]).collect();
        let expected = [
            (Op::Count, 5.0),
            (Op::Valid, 4.0),
            (Op::Missing, 1.0),
            (Op::Distinct, 4.0),
            (Op::Sum, 9.0),
            (Op::Mean, 2.25),
            (Op::Median, 2.0),
            (Op::Min, 1.0),
            (Op::Max, 4.0),
        ];
        for (op, result) in expected {
            assert_eq!(of(op, &with_null), Datum::Number(result), "{op:?}");
        }
        assert_eq!(of(Op::Sum, &[]), Datum::Number(0.0));
        assert_eq!(of(Op::Mean, &[Datum::Null]), Datum::Null);
        assert_eq!(
            of(Op::Sum, &[Datum::Number(0.1), Datum::Number(0.2), Datum::Number(-0.3)]),
            Datum::Number(2.775_557_561_562_891_4e-17)
        );
        assert_eq!(of(Op::Sum, &vec![Datum::Number(0.1); 10]), Datum::Number(1.0));
    }
}
