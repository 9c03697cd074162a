//! Holding what was seen against a condition.

use std::cmp::Ordering;

use bigdecimal::{BigDecimal, Signed as _, Zero as _};
use chrono::{DateTime, Utc};

use super::rule::{Condition, Direction, Operator, Unit};
use super::times::seconds;

/// What came of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Observation {
    /// It gave a result.
    Seen {
        /// `None` when there is none in the rows.
        value: Option<BigDecimal>,
        rows: usize,
        /// The newest of the column of times; `None` when none is looked at, or there is none in it.
        newest: Option<DateTime<Utc>>,
    },
    /// It failed, or gave something that cannot be looked at: why, in a sentence.
    Failed(String),
}

impl Observation {
    /// The value, if there is one.
    #[must_use]
    pub const fn value(&self) -> Option<&BigDecimal> {
        match self {
            Self::Seen { value, .. } => value.as_ref(),
            Self::Failed(_) => None,
        }
    }
}

/// What that means for the condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It holds.
    Met,
    /// It does not.
    Clear,
    /// There is nothing to hold against it.
    NoData,
    /// The query failed.
    Failed,
}

/// Holds an observation against a condition. `earlier` is what a change is measured from; without it nothing has changed. A firing alert is
/// held against the value at which it is to end.
#[must_use]
pub fn judge(
    condition: &Condition,
    is_firing: bool,
    observation: &Observation,
    earlier: Option<&BigDecimal>,
    now: DateTime<Utc>,
) -> Verdict {
    let Observation::Seen { value, rows, newest } = observation else { return Verdict::Failed };
    let met = |is_met: bool| if is_met { Verdict::Met } else { Verdict::Clear };
    match (condition, value) {
        (Condition::NoData { time_column, older_than_seconds }, value) => {
            let oldest = now - seconds(older_than_seconds.unwrap_or(0));
            let is_old = time_column.is_some() && newest.is_none_or(|newest| newest < oldest);
            met(*rows == 0 || value.is_none() || is_old)
        }
        (_, None) => Verdict::NoData,
        (Condition::Threshold { operator, value: bound, resolve_value }, Some(value)) => {
            let bound = if is_firing { resolve_value.as_ref().unwrap_or(bound) } else { bound };
            met(is_beyond(*operator, value, bound))
        }
        (Condition::Change { direction, unit, value: least, .. }, Some(value)) => {
            met(earlier.is_some_and(|earlier| has_changed((*direction, *unit), least, earlier, value)))
        }
    }
}

fn is_beyond(operator: Operator, value: &BigDecimal, bound: &BigDecimal) -> bool {
    let order = value.cmp(bound);
    match operator {
        Operator::Gt => order == Ordering::Greater,
        Operator::Gte => order != Ordering::Less,
        Operator::Lt => order == Ordering::Less,
        Operator::Lte => order != Ordering::Greater,
        Operator::Eq => order == Ordering::Equal,
        Operator::Ne => order != Ordering::Equal,
    }
}

fn has_changed(how: (Direction, Unit), least: &BigDecimal, earlier: &BigDecimal, value: &BigDecimal) -> bool {
    let change = value - earlier;
    let is_that_way = match how.0 {
        Direction::Up => change.is_positive(),
        Direction::Down => change.is_negative(),
        Direction::Any => !change.is_zero(),
    };
    let is_enough = match how.1 {
        Unit::Absolute => change.abs() >= *least,
        // Multiplied instead of divided: exact, and whatever comes of nothing is a change without bounds.
        Unit::Percent => change.abs() * BigDecimal::from(100) >= least * earlier.abs(),
    };
    is_that_way && is_enough
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> BigDecimal {
        text.parse().unwrap()
    }

    fn seen(value: Option<&str>) -> Observation {
        Observation::Seen { value: value.map(number), rows: 1, newest: None }
    }

    fn now() -> DateTime<Utc> {
        "2026-03-01T12:00:00Z".parse().unwrap()
    }

    fn threshold(operator: Operator, value: &str, resolve: Option<&str>) -> Condition {
        Condition::Threshold { operator, value: number(value), resolve_value: resolve.map(number) }
    }

    #[test]
    fn bounds_are_exact() {
        use Verdict::{Clear, Met};
        for (operator, below, at, above) in [
            (Operator::Gt, Clear, Clear, Met),
            (Operator::Gte, Clear, Met, Met),
            (Operator::Lt, Met, Clear, Clear),
            (Operator::Lte, Met, Met, Clear),
            (Operator::Eq, Clear, Met, Clear),
            (Operator::Ne, Met, Clear, Met),
        ] {
            // None of these three is told from another as a double.
            let condition = threshold(operator, "9007199254740993.10", None);
            for (value, expected) in
                [("9007199254740993.0999", below), ("9007199254740993.1", at), ("9007199254740993.1001", above)]
            {
                let verdict = judge(&condition, false, &seen(Some(value)), None, now());
                assert_eq!(verdict, expected, "{value} {operator:?}");
            }
            assert_eq!(judge(&condition, false, &seen(None), None, now()), Verdict::NoData);
            let failed = Observation::Failed("x".to_owned());
            assert_eq!(judge(&condition, false, &failed, None, now()), Verdict::Failed);
        }
    }

    #[test]
    fn what_fires_ends_at_another_value() {
        let condition = threshold(Operator::Gt, "10", Some("8"));
        for (is_firing, value, expected) in [
            (false, "9", Verdict::Clear),
            (false, "10.01", Verdict::Met),
            (true, "9", Verdict::Met),
            (true, "8", Verdict::Clear),
        ] {
            assert_eq!(judge(&condition, is_firing, &seen(Some(value)), None, now()), expected, "{is_firing} {value}");
        }
    }

    #[test]
    fn changes_have_a_direction_and_a_size() {
        let change = |direction, unit, value: &str| Condition::Change {
            direction,
            unit,
            value: number(value),
            over_seconds: None,
        };
        for (direction, unit, least, earlier, value, is_met) in [
            (Direction::Up, Unit::Absolute, "5", "10", "15", true),
            (Direction::Up, Unit::Absolute, "5", "10", "14.99", false),
            (Direction::Up, Unit::Absolute, "5", "15", "10", false),
            (Direction::Down, Unit::Absolute, "5", "15", "10", true),
            (Direction::Any, Unit::Absolute, "5", "15", "10", true),
            (Direction::Any, Unit::Percent, "10", "-3", "-3.3", true),
            (Direction::Up, Unit::Percent, "10", "3", "3.3", true),
            (Direction::Up, Unit::Percent, "10", "3", "3.29", false),
            (Direction::Down, Unit::Percent, "50", "4", "2", true),
            (Direction::Any, Unit::Percent, "1000", "0", "0.1", true),
            (Direction::Any, Unit::Percent, "10", "0", "0", false),
        ] {
            let earlier = number(earlier);
            let condition = change(direction, unit, least);
            let verdict = judge(&condition, false, &seen(Some(value)), Some(&earlier), now());
            assert_eq!(verdict == Verdict::Met, is_met, "{earlier} to {value}: {condition:?}");
            assert_eq!(judge(&condition, false, &seen(Some(value)), None, now()), Verdict::Clear, "nothing before");
        }
    }

    #[test]
    fn data_are_missing_when_there_are_none_or_old_ones() {
        let any = Condition::NoData { time_column: None, older_than_seconds: None };
        let fresh = Condition::NoData { time_column: Some("at".to_owned()), older_than_seconds: Some(60) };
        let at = |seconds: i64| Some(now() - chrono::TimeDelta::seconds(seconds));
        for (condition, value, rows, newest, expected) in [
            (&any, Some("0"), 1, None, Verdict::Clear),
            (&any, Some("0"), 0, None, Verdict::Met),
            (&any, None, 1, None, Verdict::Met),
            (&fresh, Some("1"), 1, at(60), Verdict::Clear),
            (&fresh, Some("1"), 1, at(61), Verdict::Met),
            (&fresh, Some("1"), 1, None, Verdict::Met),
        ] {
            let observation = Observation::Seen { value: value.map(number), rows, newest };
            assert_eq!(judge(condition, false, &observation, None, now()), expected, "{observation:?}");
        }
    }
}
