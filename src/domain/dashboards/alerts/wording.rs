//! What is said of alerts, in sentences.

use bigdecimal::BigDecimal;

use super::judging::{Observation, Verdict};
use super::model::AlertState;
use super::rule::{Condition, Direction, Operator, Unit};

/// Characters of a message.
const MESSAGE_MAX: usize = 500;
/// Characters of a number in a sentence: longer ones are cut, and say so.
const NUMBER_MAX: usize = 60;

/// A number as people read it.
#[must_use]
pub fn number(value: &BigDecimal) -> String {
    let text = value.normalized().to_plain_string();
    if text.len() <= NUMBER_MAX {
        return text;
    }
    let cut: String = text.chars().take(NUMBER_MAX).collect();
    format!("{cut}…")
}

/// What an evaluation came to.
#[must_use]
pub fn message(
    condition: &Condition,
    observation: &Observation,
    earlier: Option<&BigDecimal>,
    verdict: Verdict,
) -> String {
    let (value, rows) = match observation {
        Observation::Failed(why) => return bounded(&format!("The query failed: {why}")),
        Observation::Seen { value, rows, .. } => (value, rows),
    };
    let Some(value) = value else {
        let none = if *rows == 0 { "The query gave no rows." } else { "There is no value in the rows." };
        return none.to_owned();
    };
    let value = number(value);
    let text = match condition {
        Condition::Threshold { operator, value: bound, .. } => {
            let bound = number(bound);
            let compared = compared(*operator);
            let is_not = if verdict == Verdict::Met { "" } else { " not" };
            // One that goes on until another value says no more than what it is.
            format!("The value is {value}. The condition “{compared} {bound}” does{is_not} hold.")
        }
        Condition::Change { direction, unit, value: least, .. } => {
            let before = earlier.map_or_else(|| "nothing that is known".to_owned(), number);
            let (way, sign) = (way(*direction), if *unit == Unit::Percent { " %" } else { "" });
            let is_not = if verdict == Verdict::Met { "" } else { " not" };
            let least = number(least);
            format!("The value is {value}, after {before}. The condition “{way} by {least}{sign}” does{is_not} hold.")
        }
        Condition::NoData { .. } if verdict == Verdict::Met => "There are no data, or old ones only.".to_owned(),
        Condition::NoData { .. } => format!("There are data. The value is {value}."),
    };
    bounded(&text)
}

const fn compared(operator: Operator) -> &'static str {
    match operator {
        Operator::Gt => "more than",
        Operator::Gte => "at least",
        Operator::Lt => "less than",
        Operator::Lte => "at most",
        Operator::Eq => "exactly",
        Operator::Ne => "other than",
    }
}

const fn way(direction: Direction) -> &'static str {
    match direction {
        Direction::Up => "up",
        Direction::Down => "down",
        Direction::Any => "changed",
    }
}

/// What an alert in this state does.
#[must_use]
pub const fn state(state: AlertState) -> &'static str {
    match state {
        AlertState::Ok => "is OK",
        AlertState::Pending => "is about to fire",
        AlertState::Firing => "fires",
        AlertState::NoData => "has no data",
        AlertState::Error => "fails",
    }
}

/// The title of a notice.
#[must_use]
pub fn title(name: &str, to: AlertState, is_again: bool) -> String {
    let still = if is_again { "still " } else { "" };
    format!("“{name}” {still}{}", state(to))
}

fn bounded(text: &str) -> String {
    text.replace('\0', "\u{FFFD}").chars().take(MESSAGE_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> BigDecimal {
        text.parse().unwrap()
    }

    #[test]
    fn sentences_say_what_was_seen() {
        let above = Condition::Threshold { operator: Operator::Gt, value: decimal("10"), resolve_value: None };
        let seen = |value: Option<&str>, rows| Observation::Seen { value: value.map(decimal), rows, newest: None };
        for (condition, observation, earlier, verdict, expected) in [
            (
                above.clone(),
                seen(Some("12.50"), 1),
                None,
                Verdict::Met,
                "The value is 12.5. The condition “more than 10” does hold.",
            ),
            (
                above.clone(),
                seen(Some("1e1"), 1),
                None,
                Verdict::Clear,
                "The value is 10. The condition “more than 10” does not hold.",
            ),
            (above.clone(), seen(None, 0), None, Verdict::NoData, "The query gave no rows."),
            (above.clone(), seen(None, 2), None, Verdict::NoData, "There is no value in the rows."),
            (above, Observation::Failed("x".to_owned()), None, Verdict::Failed, "The query failed: x"),
            (
                Condition::Change {
                    direction: Direction::Up,
                    unit: Unit::Percent,
                    value: decimal("50"),
                    over_seconds: None,
                },
                seen(Some("15"), 1),
                Some(decimal("10")),
                Verdict::Met,
                "The value is 15, after 10. The condition “up by 50 %” does hold.",
            ),
        ] {
            assert_eq!(message(&condition, &observation, earlier.as_ref(), verdict), expected);
        }
        assert_eq!(number(&decimal(&"9".repeat(61))), format!("{}…", "9".repeat(60)));
        assert_eq!(title("Net", AlertState::Firing, true), "“Net” still fires");
        let failed = Observation::Failed("x".repeat(1000));
        let condition = Condition::NoData { time_column: None, older_than_seconds: None };
        assert_eq!(message(&condition, &failed, None, Verdict::Failed).chars().count(), MESSAGE_MAX);
    }
}
