//! What can be wrong with a run, and how it is told: to whoever reads the log, and to whoever reads the mail.

use super::model::{DeliveryStatus, Part, Problem, RunStatus};

/// What the log says of a query that failed. What a statement meets are people's data, which Postgres quotes (SQLSTATE class 22, and 23 of
/// constraints): of those it says which kind of trouble it was.
#[must_use]
pub fn of_query(name: Option<&str>, code: Option<&str>, message: Option<&str>) -> Problem {
    let code = code.unwrap_or("INTERNAL");
    let quotes = code.len() == 5 && (code.starts_with("22") || code.starts_with("23") || code.starts_with("P0"));
    let message = match message {
        Some(message) if !quotes => message,
        Some(_) => "A value of the data does not fit what the query does with it.",
        None => "The query failed.",
    };
    Problem::new(Part::Tile, name, code, message)
}

/// What the mail says of it: nothing of what is inside.
#[must_use]
pub fn in_mail(code: &str) -> &'static str {
    match code {
        "TIMEOUT" => "This is missing: its query took too long.",
        "CANCELLED" => "This is missing: its query was cancelled.",
        "UPSTREAM_UNAVAILABLE" => "This is missing: its data source did not answer.",
        "NO_RESULT" => "This is missing: there is no result of it.",
        "NOT_DRAWN" => "This is missing: it could not be drawn.",
        "TOO_LARGE" => "This is missing: it is too large for a mail.",
        _ => "This is missing: its query failed.",
    }
}

/// What a run comes to, by what was found missing and what became of its letters.
#[must_use]
pub fn outcome(problems: usize, letters: &[(DeliveryStatus, Option<&str>)]) -> RunStatus {
    let is_sent = letters.iter().any(|(status, _)| *status == DeliveryStatus::Sent);
    // Who wants nothing misses nothing.
    let is_missed = |(status, code): &(DeliveryStatus, Option<&str>)| {
        *status != DeliveryStatus::Sent && *code != Some(UNSUBSCRIBED)
    };
    match (is_sent, problems > 0 || letters.iter().any(is_missed)) {
        (false, _) => RunStatus::Failed,
        (true, true) => RunStatus::Partial,
        (true, false) => RunStatus::Sent,
    }
}

/// Why somebody gets no letter: they want none.
pub const UNSUBSCRIBED: &str = "UNSUBSCRIBED";
/// Why somebody gets no letter: they may not see the dashboard any more.
pub const ACCESS_LOST: &str = "ACCESS_LOST";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_are_not_quoted_and_statements_are() {
        let quoted =
            of_query(Some("Net"), Some("22P02"), Some("invalid input syntax for type integer: \"Ada Lovelace\""));
        assert_eq!(quoted.message, "A value of the data does not fit what the query does with it.");
        let told = of_query(None, Some("42703"), Some("column net does not exist"));
        assert_eq!((told.code.as_str(), told.message.as_str()), ("42703", "column net does not exist"));
        assert_eq!(of_query(None, None, None).message, "The query failed.");
        assert_eq!(in_mail("42703"), "This is missing: its query failed.");
    }

    #[test]
    fn a_run_is_as_good_as_its_worst_part_and_failed_when_nobody_got_it() {
        use DeliveryStatus::{Failed, Sent, Skipped};
        let lost = (Skipped, Some(ACCESS_LOST));
        let gone = (Skipped, Some(UNSUBSCRIBED));
        assert_eq!(outcome(0, &[(Sent, None), (Sent, None)]), RunStatus::Sent);
        assert_eq!(outcome(0, &[(Sent, None), gone]), RunStatus::Sent);
        assert_eq!(outcome(0, &[(Sent, None), lost]), RunStatus::Partial);
        assert_eq!(outcome(0, &[(Sent, None), (Failed, Some("BAD_USER_INPUT"))]), RunStatus::Partial);
        assert_eq!(outcome(1, &[(Sent, None)]), RunStatus::Partial);
        assert_eq!(outcome(0, &[lost]), RunStatus::Failed);
        assert_eq!(outcome(0, &[]), RunStatus::Failed);
    }
}
