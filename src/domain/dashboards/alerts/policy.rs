//! Pure rules of alerts.

use bigdecimal::{BigDecimal, Signed as _};
use chrono::{DateTime, TimeDelta, Utc};

use super::observing::places;
use super::rule::{Condition, Content, Operator, Reduce};
use super::times::{DAY, WEEK};
use crate::error::{Error, FieldError, Result};
use crate::warehouse::cells::CellColumn;

/// Alerts of one workspace at most.
pub const ALERTS_MAX: i64 = 200;
/// People who hear of one alert at most.
pub const RECIPIENTS_MAX: usize = 50;
/// Longest name, in characters, as the table has it.
const NAME_MAX: usize = 100;
/// Longest description, in characters, as the table has it.
const TEXT_MAX: usize = 2000;
/// Longest name of a column, in characters.
const COLUMN_MAX: usize = 200;
/// Digits of a bound, before and behind the point.
const DIGITS_MAX: u64 = 100;
/// Shortest time from one evaluation to the next, and between two notices, in seconds.
const MINUTE: i32 = 60;
/// Longest time for which nobody hears of an alert.
const MUTED_MAX: TimeDelta = TimeDelta::days(365);

/// An alert as it is kept: the name in one line, texts trimmed, an empty description taken as none.
///
/// # Errors
/// BAD_USER_INPUT with every field that does not do.
pub fn checked(content: &Content) -> Result<Content> {
    let mut refused = Vec::new();
    let mut refuse = |field: &str, message: String| {
        refused.push(FieldError { path: format!("input.{field}"), message });
    };
    let name = line(&content.name);
    if name.is_empty() {
        refuse("name", "This must not be empty.".to_owned());
    } else if name.chars().count() > NAME_MAX {
        refuse("name", format!("At most {NAME_MAX} characters."));
    }
    let description = content.description.as_deref().map(|text| text.trim().replace('\0', "\u{FFFD}"));
    let description = description.filter(|text| !text.is_empty());
    if description.as_ref().is_some_and(|text| text.chars().count() > TEXT_MAX) {
        refuse("description", format!("At most {TEXT_MAX} characters."));
    }
    let rule = &content.rule;
    match &rule.column {
        Some(column) if !is_column(column) => refuse("column", column_message()),
        None if rule.reduce != Reduce::Count => {
            refuse("reduce", "Rows are counted: without a column this is COUNT.".to_owned());
        }
        _ => {}
    }
    check_condition(&rule.condition, &mut refuse);
    let mut between = |field: &str, value: i32, least: i32, most: i32| {
        if !(least..=most).contains(&value) {
            refuse(field, format!("From {least} to {most} seconds."));
        }
    };
    between("forSeconds", rule.for_seconds, 0, DAY);
    between("keepFiringSeconds", rule.keep_firing_seconds, 0, DAY);
    between("renotifySeconds", rule.renotify_seconds.unwrap_or(MINUTE), MINUTE, WEEK);
    between("intervalSeconds", content.interval_seconds, MINUTE, DAY);
    if refused.is_empty() {
        return Ok(Content { name, description, ..content.clone() });
    }
    Err(Error::bad_inputs(refused))
}

fn check_condition(condition: &Condition, refuse: &mut impl FnMut(&str, String)) {
    match condition {
        Condition::Threshold { operator, value, resolve_value } => {
            let is_bounded = is_number("condition.value", value, refuse);
            let Some(resolve) = resolve_value else { return };
            if !is_number("condition.resolveValue", resolve, refuse) || !is_bounded {
                return;
            }
            let problem = match operator {
                Operator::Gt | Operator::Gte => (resolve > value).then_some("At most the value itself."),
                Operator::Lt | Operator::Lte => (resolve < value).then_some("At least the value itself."),
                Operator::Eq | Operator::Ne => Some("Only for GT, GTE, LT and LTE."),
            };
            if let Some(problem) = problem {
                refuse("condition.resolveValue", problem.to_owned());
            }
        }
        Condition::Change { value, over_seconds, .. } => {
            is_number("condition.value", value, refuse);
            if !value.is_positive() {
                refuse("condition.value", "This must be more than 0.".to_owned());
            }
            if over_seconds.is_some_and(|over| !(MINUTE..=WEEK).contains(&over)) {
                refuse("condition.overSeconds", format!("From {MINUTE} to {WEEK} seconds."));
            }
        }
        Condition::NoData { time_column, older_than_seconds } => {
            if time_column.as_deref().is_some_and(|column| !is_column(column)) {
                refuse("condition.timeColumn", column_message());
            }
            match (time_column, older_than_seconds) {
                (Some(_), None) => {
                    refuse("condition.olderThanSeconds", "Say how old the newest time may be.".to_owned());
                }
                (None, Some(_)) => refuse("condition.timeColumn", "Say which column holds the times.".to_owned()),
                (_, Some(older)) if *older < 1 => {
                    refuse("condition.olderThanSeconds", "This must be more than 0.".to_owned());
                }
                _ => {}
            }
        }
    }
}

/// Refuses numbers with so many digits that only to compare them would take long; says whether this one may be reckoned with.
fn is_number(path: &str, number: &BigDecimal, refuse: &mut impl FnMut(&str, String)) -> bool {
    let is_short = number.digits() <= DIGITS_MAX && number.fractional_digit_count().unsigned_abs() <= DIGITS_MAX;
    if !is_short {
        refuse(path, format!("At most {DIGITS_MAX} digits."));
    }
    is_short
}

fn is_column(name: &str) -> bool {
    !name.is_empty() && name.chars().count() <= COLUMN_MAX && !name.contains('\0')
}

fn column_message() -> String {
    format!("The name of a column: 1 to {COLUMN_MAX} characters.")
}

/// One line, trimmed, without control characters.
fn line(text: &str) -> String {
    let clean: String = text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect();
    clean.trim().to_owned()
}

/// Refuses a rule that looks for columns which a result does not have.
///
/// # Errors
/// BAD_USER_INPUT with the field that names such a column.
pub fn require_columns(content: &Content, columns: &[CellColumn]) -> Result<()> {
    match places(&content.rule, columns) {
        Ok(_) => Ok(()),
        Err((part, message)) => Err(Error::bad_input(format!("input.{part}"), message)),
    }
}

/// Refuses a time until which nobody can be kept from hearing.
///
/// # Errors
/// BAD_USER_INPUT for one that is past, or more than a year away.
pub fn require_muted(until: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<()> {
    if until.is_none_or(|until| until > now && until <= now + MUTED_MAX) {
        return Ok(());
    }
    Err(Error::bad_input("input.until", "A time from now on, within 365 days."))
}

/// Whether what is watched is otherwise than it was, so that what was seen says nothing any more.
#[must_use]
pub fn is_another(was: &Content, is: &Content) -> bool {
    let watched = |content: &Content| {
        (content.values.clone(), content.rule.column.clone(), content.rule.reduce, content.rule.condition.clone())
    };
    watched(was) != watched(is)
}

#[cfg(test)]
mod tests {
    use super::super::rule::{Direction, ErrorState, NoDataState, Rule, Unit};
    use super::*;

    fn number(text: &str) -> BigDecimal {
        text.parse().unwrap()
    }

    fn content(condition: Condition) -> Content {
        Content {
            name: " Net\nof all ".to_owned(),
            description: Some(" ".to_owned()),
            values: Vec::new(),
            rule: Rule {
                column: None,
                reduce: Reduce::Count,
                condition,
                for_seconds: 0,
                keep_firing_seconds: 0,
                renotify_seconds: None,
                no_data_state: NoDataState::NoData,
                error_state: ErrorState::Error,
            },
            interval_seconds: 60,
        }
    }

    fn above(value: &str, resolve: Option<&str>) -> Condition {
        Condition::Threshold { operator: Operator::Gt, value: number(value), resolve_value: resolve.map(number) }
    }

    fn paths(content: &Content) -> Vec<String> {
        checked(content)
            .map_or_else(|error| error.fields().iter().map(|field| field.path.clone()).collect(), |_| vec![])
    }

    #[test]
    fn names_are_one_line_and_empty_descriptions_none() {
        let kept = checked(&content(above("10", Some("8")))).unwrap();
        assert_eq!((kept.name.as_str(), kept.description), ("Net of all", None));
    }

    #[test]
    fn what_does_not_do_is_named() {
        let wrong = content(above("10", Some("10.1")));
        let wrong = Content {
            name: " ".to_owned(),
            description: Some("x".repeat(2001)),
            rule: Rule {
                reduce: Reduce::Sum,
                for_seconds: -1,
                keep_firing_seconds: 86_401,
                renotify_seconds: Some(59),
                ..wrong.rule.clone()
            },
            interval_seconds: 59,
            ..wrong
        };
        let expected = [
            "input.name",
            "input.description",
            "input.reduce",
            "input.condition.resolveValue",
            "input.forSeconds",
            "input.keepFiringSeconds",
            "input.renotifySeconds",
            "input.intervalSeconds",
        ];
        assert_eq!(paths(&wrong), expected);
    }

    #[test]
    fn conditions_make_sense() {
        let change = |value: &str, over_seconds| Condition::Change {
            direction: Direction::Any,
            unit: Unit::Percent,
            value: number(value),
            over_seconds,
        };
        let none = |time_column: Option<&str>, older_than_seconds| Condition::NoData {
            time_column: time_column.map(str::to_owned),
            older_than_seconds,
        };
        let equal =
            |resolve| Condition::Threshold { operator: Operator::Eq, value: number("1"), resolve_value: resolve };
        for (condition, expected) in [
            (above("1e100", None), vec![]),
            (above("1e101", None), vec!["input.condition.value"]),
            (above("1e-1000000000", None), vec!["input.condition.value"]),
            (equal(None), vec![]),
            (equal(Some(number("1"))), vec!["input.condition.resolveValue"]),
            (change("0.1", Some(60)), vec![]),
            (change("0", Some(59)), vec!["input.condition.value", "input.condition.overSeconds"]),
            (none(None, None), vec![]),
            (none(Some("at"), Some(1)), vec![]),
            (none(Some("at"), None), vec!["input.condition.olderThanSeconds"]),
            (none(Some("at"), Some(0)), vec!["input.condition.olderThanSeconds"]),
            (none(None, Some(1)), vec!["input.condition.timeColumn"]),
            (none(Some(""), Some(1)), vec!["input.condition.timeColumn"]),
        ] {
            assert_eq!(paths(&content(condition.clone())), expected, "{condition:?}");
        }
    }

    #[test]
    fn only_what_is_watched_makes_another() {
        let was = content(above("10", None));
        let renamed = Content { name: "x".to_owned(), interval_seconds: 120, ..was.clone() };
        assert!(!is_another(&was, &renamed));
        assert!(!is_another(&was, &content(above("10.0", None))), "the same number");
        assert!(is_another(&was, &content(above("11", None))));
        assert!(is_another(&was, &Content { values: vec![("a".to_owned(), None)], ..was.clone() }));
    }
}
