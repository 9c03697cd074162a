//! Pure rules of tutoring, and what a tutor says in words of our own.

use chrono::{DateTime, TimeDelta, Utc};

use super::model::Allowance;
use crate::error::{Error, ErrorCode, Quota, Result};

/// The time within which sessions are counted: any seven days, not those of a calendar.
pub const WINDOW: TimeDelta = TimeDelta::days(7);
/// Sentences that a tutor says at most.
pub const MOST_SENTENCES: usize = 3;
/// Longest name of a voice, in characters.
const MAX_VOICE: usize = 100;
/// Longest appeal and note, in characters.
const MAX_NOTE: usize = 2000;

/// What a student whose sessions of the last seven days began at these times, the oldest first, may still begin.
#[must_use]
pub fn allowance(quota: i32, starts: &[DateTime<Utc>]) -> Allowance {
    let begun = i32::try_from(starts.len()).unwrap_or(i32::MAX);
    let left = quota.saturating_sub(begun).max(0);
    // With a quota that was lowered more than one has to fall out of the window.
    let frees = usize::try_from(begun.saturating_sub(quota).max(0)).unwrap_or(0);
    let next_at = if quota == 0 { None } else { starts.get(frees).map(|start| *start + WINDOW) };
    Allowance { left, next_at }
}

/// Refuses one session too many.
///
/// # Errors
/// QUOTA_EXCEEDED with when one more may be begun; FORBIDDEN in a course that has none.
pub fn require_allowance(quota: i32, starts: &[DateTime<Utc>]) -> Result<()> {
    let Allowance { left, next_at } = allowance(quota, starts);
    match next_at {
        _ if left > 0 => Ok(()),
        Some(resets_at) => {
            let until = resets_at.format("%Y-%m-%d %H:%M");
            let message = format!("You may begin {quota} sessions within seven days; the next from {until} UTC on.");
            let quota = Quota { resets_at, kind: "COURSE", period: "SEVEN_DAYS", unit: "SESSIONS" };
            Err(Error::new(ErrorCode::QuotaExceeded, message).with_quota(quota))
        }
        None => Err(Error::forbidden("There are no tutoring sessions in this course.")),
    }
}

/// When a session ends by itself: after so many seconds, or with its week.
#[must_use]
pub fn expires_at(now: DateTime<Utc>, seconds: i32, closes_at: Option<DateTime<Utc>>) -> DateTime<Utc> {
    let end = now + TimeDelta::seconds(i64::from(seconds));
    closes_at.filter(|closes_at| *closes_at > now).map_or(end, |closes_at| end.min(closes_at))
}

/// What is said to somebody who speaks when it is over.
#[must_use]
pub fn over() -> Error {
    Error::new(ErrorCode::SessionEnded, "This session has ended.")
}

/// The name of a voice.
///
/// # Errors
/// BAD_USER_INPUT for `input.voiceId`.
pub fn checked_voice(voice: Option<String>) -> Result<Option<String>> {
    let Some(voice) = voice else { return Ok(None) };
    let is_name = (1..=MAX_VOICE).contains(&voice.len()) && voice.bytes().all(|byte| byte.is_ascii_graphic());
    if is_name { Ok(Some(voice)) } else { Err(Error::bad_input("input.voiceId", "This names no voice.")) }
}

/// Why somebody appeals, or how they decide.
///
/// # Errors
/// BAD_USER_INPUT for `path`.
pub fn checked_note(text: &str, path: &str) -> Result<String> {
    let text = text.replace('\0', "").trim().to_owned();
    match text.chars().count() {
        0 => Err(Error::bad_input(path, "This must not be empty.")),
        1..=MAX_NOTE => Ok(text),
        _ => Err(Error::bad_input(path, format!("At most {MAX_NOTE} characters."))),
    }
}

/// What a tutor asks first.
#[must_use]
pub fn opening(theme: Option<&str>, question: Option<&str>) -> String {
    match (theme, question) {
        (_, Some(question)) => question.to_owned(),
        (Some(theme), None) => {
            format!("Let us talk about “{theme}”. In your own words: what do this week's readings say about it?")
        }
        (None, None) => "Which idea of this week's readings would you like to test, and what speaks for it?".to_owned(),
    }
}

/// The way back to the readings.
#[must_use]
pub fn redirect(question: &str) -> String {
    format!("Let us stay with this week's readings. {question}")
}

/// Said when it could not be found out whether something may pass.
pub const UNCHECKED: &str = "I could not look into that just now. Please say it again in a moment.";

/// Said to somebody who may be about to hurt themselves. `contact` is what the operator has for them.
#[must_use]
pub fn support(contact: Option<&str>) -> String {
    let own = contact.map(|contact| format!(" {contact}")).unwrap_or_default();
    format!(
        "Thank you for saying this. I am sorry that it is so hard right now. I am a program and cannot be there for you, \
         but somebody can.{own} If you are in danger, please call your emergency number now (112, 999 or 911). In the \
         United States and Canada you reach a helpline at 988, in the United Kingdom and Ireland the Samaritans at \
         116 123. Talking to somebody whom you trust is a good beginning. The session can wait; nothing here depends on it."
    )
}

/// The last word, when the time is over.
#[must_use]
pub fn closing(question: &str) -> String {
    format!("Our time is over. Thank you for thinking aloud with me. One question to take along: {question}")
}

/// Said aloud when a reply failed.
pub const UNABLE: &str = "I could not answer that just now. Please say it again in a moment.";

/// Said aloud when somebody speaks in a session that they ended.
pub const ENDED: &str = "This session has ended. Goodbye.";

/// Asked in the tutor's place where it asked nothing.
#[must_use]
pub fn fallback_question(theme: Option<&str>) -> String {
    match theme {
        Some(theme) => format!("What in the readings speaks for your view of “{theme}”, and what against it?"),
        None => "What in the readings speaks for your view, and what against it?".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_session_counts_for_seven_days() {
        let starts = [at("2026-03-01T10:00:00Z"), at("2026-03-03T10:00:00Z"), at("2026-03-04T10:00:00Z")];
        assert_eq!(allowance(3, &[]), Allowance { left: 3, next_at: None });
        assert_eq!(allowance(3, &starts[..1]), Allowance { left: 2, next_at: Some(at("2026-03-08T10:00:00Z")) });
        assert_eq!(allowance(3, &starts), Allowance { left: 0, next_at: Some(at("2026-03-08T10:00:00Z")) });
        // The quota was lowered: two must be forgotten before one is free.
        assert_eq!(allowance(2, &starts), Allowance { left: 0, next_at: Some(at("2026-03-10T10:00:00Z")) });
        assert_eq!(allowance(0, &starts), Allowance { left: 0, next_at: None });
        assert_eq!(require_allowance(0, &[]).unwrap_err().code(), ErrorCode::Forbidden);
        let refused = require_allowance(3, &starts).unwrap_err();
        assert_eq!(refused.quota().unwrap().resets_at, at("2026-03-08T10:00:00Z"));
    }

    #[test]
    fn a_session_ends_with_its_week() {
        let now = at("2026-03-01T10:00:00Z");
        assert_eq!(expires_at(now, 300, None), at("2026-03-01T10:05:00Z"));
        assert_eq!(expires_at(now, 300, Some(at("2026-03-01T10:02:00Z"))), at("2026-03-01T10:02:00Z"));
        assert_eq!(expires_at(now, 300, Some(at("2026-03-02T10:02:00Z"))), at("2026-03-01T10:05:00Z"));
    }

    #[test]
    fn what_a_tutor_says_by_itself_ends_with_a_question() {
        for said in [opening(Some("Duty"), None), opening(None, None), redirect("Why?"), closing("Why?")] {
            assert!(said.ends_with('?'), "{said}");
        }
        assert!(fallback_question(Some("Duty")).ends_with('?'));
        assert!(support(Some("Call Ada on 1234.")).contains("Call Ada on 1234."));
    }
}
