//! Pure rules of courses.

use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike as _, TimeDelta, Utc};

use super::model::{CourseChange, CourseRole, Week, WeekChange};
use crate::domain::users::policy::folded;
use crate::error::{Error, FieldError, Result};

/// Longest course code, in characters.
const MAX_CODE: usize = 50;
/// Longest name of a course, title of a week and name of a professor, in characters.
const MAX_NAME: usize = 255;
/// Longest description, in characters.
const MAX_DESCRIPTION: usize = 10_000;
/// Longest term and theme, in characters.
const MAX_LABEL: usize = 100;
/// Most themes of a week.
const MAX_THEMES: usize = 20;
/// Highest number of a week; no course has more weeks either.
pub const MAX_WEEKS: i32 = 200;
/// Most documents of a week.
pub const MAX_READINGS: usize = 100;

/// Years in which weeks open and close.
const YEARS: RangeInclusive<i32> = 1970..=2999;

/// Refuses what only those who teach may do.
///
/// # Errors
/// FORBIDDEN for students.
pub fn require_staff(role: CourseRole) -> Result<()> {
    if role.is_staff() {
        return Ok(());
    }
    Err(Error::forbidden("Only the professor and the assistants of this course may do this."))
}

/// Refuses what only the professor may do.
///
/// # Errors
/// FORBIDDEN for all others.
pub fn require_professor(role: CourseRole) -> Result<()> {
    if role == CourseRole::Professor {
        return Ok(());
    }
    Err(Error::forbidden("Only the professor of this course may do this."))
}

/// Refuses to let somebody make, or unmake, members of a role: assistants look after students, the professor after all.
///
/// # Errors
/// FORBIDDEN with who may.
pub fn require_may_manage(role: CourseRole, other: CourseRole) -> Result<()> {
    if other == CourseRole::Student { require_staff(role) } else { require_professor(role) }
}

/// Whether students may read in a week that opens and closes then; a time that is not given is never in the way.
#[must_use]
pub fn is_open(opens_at: Option<DateTime<Utc>>, closes_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    opens_at.is_none_or(|opens_at| opens_at <= now) && closes_at.is_none_or(|closes_at| now < closes_at)
}

/// A week as somebody of that role sees it: of one that has not opened yet, students learn that it comes and when.
#[must_use]
pub fn shown(week: Week, role: CourseRole, now: DateTime<Utc>) -> Week {
    if role.is_staff() || week.opens_at.is_none_or(|opens_at| opens_at <= now) {
        return week;
    }
    // When it was last worked on is nobody's business either.
    Week { title: None, closes_at: None, updated_at: week.created_at, ..week }
}

/// What was asked for, as it is stored: all fields are looked at before any is refused.
#[derive(Default)]
struct Checks(Vec<FieldError>);

impl Checks {
    fn refuse(&mut self, field: &str, message: impl Into<String>) {
        self.0.push(FieldError { path: format!("input.{field}"), message: message.into() });
    }

    /// One line: trimmed, without control characters, not too long; `None` when nothing is left.
    fn line(&mut self, field: &str, text: &str, longest: usize) -> Option<String> {
        let clean: String = text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect();
        let clean = clean.trim();
        if clean.chars().count() > longest {
            self.refuse(field, format!("At most {longest} characters."));
        }
        (!clean.is_empty()).then(|| clean.to_owned())
    }

    /// A line that may not be empty.
    fn filled(&mut self, field: &str, text: &str, longest: usize) -> String {
        let line = self.line(field, text, longest);
        if line.is_none() {
            self.refuse(field, "This must not be empty.");
        }
        line.unwrap_or_default()
    }

    fn time(&mut self, field: &str, time: Option<DateTime<Utc>>) {
        if time.is_some_and(|time| !YEARS.contains(&time.year())) {
            self.refuse(field, format!("Give a time of the years {} to {}.", YEARS.start(), YEARS.end()));
        }
    }

    fn within(&mut self, field: &str, number: Option<i32>, range: RangeInclusive<i32>) {
        if number.is_some_and(|number| !range.contains(&number)) {
            self.refuse(field, format!("From {} to {}.", range.start(), range.end()));
        }
    }

    fn end<T>(self, value: T) -> Result<T> {
        if self.0.is_empty() { Ok(value) } else { Err(Error::bad_inputs(self.0)) }
    }
}

/// A course's code as it is kept and looked for: tidy, and in lower case if it has other letters than those of ASCII, as
/// usernames are.
#[must_use]
pub fn code(text: &str) -> String {
    folded(text).replace('\0', "")
}

/// A change of a course as it is stored.
///
/// # Errors
/// BAD_USER_INPUT with every field at fault.
pub fn checked_course(change: CourseChange) -> Result<CourseChange> {
    let mut checks = Checks::default();
    checks.within("tutoring.sessionsPerSevenDays", change.tutoring_quota, 0..=100);
    checks.within("tutoring.maxSeconds", change.tutoring_seconds, 60..=7200);
    checks.within("tutoring.retentionDays", change.tutoring_retention_days.flatten(), 1..=3650);
    checks.within("tutoring.recordingDays", change.tutoring_recording_days, 0..=3650);
    let checked = CourseChange {
        code: change.code.map(|code| checks.filled("code", &self::code(&code), MAX_CODE)),
        name: change.name.map(|name| checks.filled("name", &name, MAX_NAME)),
        professor_name: change.professor_name.map(|name| checks.filled("professorName", &name, MAX_NAME)),
        description: change.description.map(|text| {
            // It has lines.
            let text = text.replace('\0', "").trim().to_owned();
            if text.chars().count() > MAX_DESCRIPTION {
                checks.refuse("description", format!("At most {MAX_DESCRIPTION} characters."));
            }
            text
        }),
        term: change.term.map(|term| term.and_then(|term| checks.line("term", &term, MAX_LABEL))),
        enrolment: change.enrolment,
        shows_members: change.shows_members,
        archived_at: change.archived_at,
        tutoring_quota: change.tutoring_quota,
        tutoring_seconds: change.tutoring_seconds,
        tutoring_retention_days: change.tutoring_retention_days,
        tutoring_recording_days: change.tutoring_recording_days,
    };
    checks.end(checked)
}

/// A change of a week and of its themes as it is stored, for a week of which `before` says when it opens and closes.
///
/// # Errors
/// BAD_USER_INPUT with every field at fault.
pub fn checked_week(
    change: WeekChange,
    themes: Option<Vec<String>>,
    before: (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
) -> Result<(WeekChange, Option<Vec<String>>)> {
    let mut checks = Checks::default();
    let title = change.title.map(|title| title.and_then(|title| checks.line("title", &title, MAX_NAME)));
    let themes = themes.map(|themes| {
        let mut kept: Vec<String> = Vec::new();
        for theme in &themes {
            let theme = checks.line("themes", theme, MAX_LABEL);
            kept.extend(theme.filter(|theme| !kept.contains(theme)));
        }
        if kept.len() > MAX_THEMES {
            checks.refuse("themes", format!("At most {MAX_THEMES} themes."));
        }
        kept
    });
    checks.time("opensAt", change.opens_at.flatten());
    checks.time("closesAt", change.closes_at.flatten());
    let (opens_at, closes_at) = (change.opens_at.unwrap_or(before.0), change.closes_at.unwrap_or(before.1));
    if opens_at.zip(closes_at).is_some_and(|(opens_at, closes_at)| closes_at < opens_at) {
        checks.refuse("closesAt", "A week cannot close before it opens.");
    }
    checks.end((WeekChange { title, ..change }, themes))
}

/// The number of a week.
///
/// # Errors
/// BAD_USER_INPUT for one that no week has.
pub fn checked_number(number: i32) -> Result<i32> {
    if (1..=MAX_WEEKS).contains(&number) {
        return Ok(number);
    }
    Err(Error::bad_input("input.number", format!("Weeks have numbers from 1 to {MAX_WEEKS}.")))
}

/// How many themes are extracted: five unless another number is asked for.
///
/// # Errors
/// BAD_USER_INPUT for none, or more than ten.
pub fn checked_wanted(wanted: Option<i32>) -> Result<i32> {
    match wanted.unwrap_or(5) {
        wanted @ 1..=10 => Ok(wanted),
        _ => Err(Error::bad_input("input.count", "From 1 to 10 themes.")),
    }
}

/// When the first week of a copy opens.
///
/// # Errors
/// BAD_USER_INPUT for a time that no week opens at.
pub fn checked_start(starts_at: Option<DateTime<Utc>>) -> Result<Option<DateTime<Utc>>> {
    let mut checks = Checks::default();
    checks.time("startsAt", starts_at);
    checks.end(starts_at)
}

/// By how much the weeks of a copy are moved, so that the first that opens does so at `starts_at`; `None` when there is
/// nothing to go by, and the copy has no times.
#[must_use]
pub fn shift(weeks: &[Week], starts_at: Option<DateTime<Utc>>) -> Option<TimeDelta> {
    let first = weeks.iter().filter_map(|week| week.opens_at).min();
    starts_at.zip(first).map(|(starts_at, first)| starts_at - first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{CourseId, WeekId};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn week(opens_at: Option<&str>) -> Week {
        let made = at("2026-01-01T00:00:00Z");
        Week {
            id: WeekId::generate(made),
            course_id: CourseId::generate(made),
            number: 1,
            title: Some("Torts".to_owned()),
            opens_at: opens_at.map(at),
            closes_at: None,
            created_at: made,
            updated_at: at("2026-02-01T00:00:00Z"),
        }
    }

    #[test]
    fn a_week_opens_at_its_time_and_closes_at_its_time() {
        let (opens, closes) = (Some(at("2026-03-01T00:00:00Z")), Some(at("2026-03-08T00:00:00Z")));
        for (now, open) in [
            ("2026-02-28T23:59:59Z", false),
            ("2026-03-01T00:00:00Z", true),
            ("2026-03-07T23:59:59Z", true),
            ("2026-03-08T00:00:00Z", false),
        ] {
            assert_eq!(is_open(opens, closes, at(now)), open, "{now}");
        }
        assert!(is_open(None, None, at("2026-03-01T00:00:00Z")));
        assert!(!is_open(opens, opens, at("2026-03-01T00:00:00Z")), "never");
    }

    #[test]
    fn students_learn_of_a_week_to_come_only_when_it_comes() {
        let now = at("2026-03-01T00:00:00Z");
        let coming = week(Some("2026-03-01T00:00:01Z"));
        let seen = shown(coming.clone(), CourseRole::Student, now);
        assert_eq!((seen.title, seen.updated_at), (None, coming.created_at));
        assert_eq!((seen.number, seen.opens_at), (1, coming.opens_at));
        assert_eq!(shown(coming.clone(), CourseRole::Assistant, now), coming);
        for open in [week(None), week(Some("2026-03-01T00:00:00Z"))] {
            assert_eq!(shown(open.clone(), CourseRole::Student, now), open);
        }
    }

    #[test]
    fn what_is_wrong_is_said_of_all_fields_at_once() {
        let change = CourseChange {
            code: Some(" \n".to_owned()),
            name: Some("x".repeat(256)),
            term: Some(Some("y".repeat(101))),
            ..CourseChange::default()
        };
        let refused = checked_course(change).unwrap_err();
        let paths: Vec<&str> = refused.fields().iter().map(|field| field.path.as_str()).collect();
        assert_eq!(paths, ["input.code", "input.name", "input.term"]);
        let change = WeekChange { title: Some(Some("  ".to_owned())), opens_at: Some(None), ..WeekChange::default() };
        let themes = Some(vec![" duty ".to_owned(), "duty".to_owned(), String::new()]);
        let (kept, themes) = checked_week(change, themes, (Some(at("2026-03-01T00:00:00Z")), None)).unwrap();
        assert_eq!((kept.title, themes), (Some(None), Some(vec!["duty".to_owned()])));
        let change = WeekChange { closes_at: Some(Some(at("2026-02-01T00:00:00Z"))), ..WeekChange::default() };
        let refused = checked_week(change, None, (Some(at("2026-03-01T00:00:00Z")), None)).unwrap_err();
        assert_eq!(refused.fields()[0].path, "input.closesAt");
        assert!(checked_number(0).is_err() && checked_number(201).is_err() && checked_number(200).is_ok());
    }

    #[test]
    fn a_copy_begins_when_it_is_said_to() {
        let weeks = [week(Some("2026-03-08T00:00:00Z")), week(None), week(Some("2026-03-01T00:00:00Z"))];
        assert_eq!(shift(&weeks, Some(at("2026-09-01T00:00:00Z"))), Some(TimeDelta::days(184)));
        assert_eq!(shift(&weeks, None), None);
        assert_eq!(shift(&[week(None)], Some(at("2026-09-01T00:00:00Z"))), None);
    }
}
