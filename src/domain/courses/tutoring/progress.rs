//! How a class is doing: what was talked about, for how long, over which readings; in the graph and as a table for spreadsheets.

use std::collections::HashMap;

use chrono::TimeDelta;

use super::model::{CitedReading, Progress};
use super::progress_store;
use crate::app::App;
use crate::domain::courses::policy::require_staff;
use crate::domain::courses::store as courses;
use crate::domain::documents::actions::download::KEY_USAGE;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::{CourseId, UserId};
use crate::storage::signed::{self, Audience, Claim, Method};

/// What stands in front of the course's id in an address.
const OBJECT: &str = "tutoring_progress:";
/// How long an address is good for.
const ADDRESS: TimeDelta = TimeDelta::minutes(15);
/// The first line of the table.
const HEADINGS: [&str; 13] = [
    "week",
    "week_title",
    "student_id",
    "student",
    "sessions",
    "seconds",
    "themes",
    "statements",
    "questions",
    "flags",
    "readings_cited",
    "last_session_at",
    "cost_usd",
];

/// A row of the report: a student in a week, and the readings that were cited, the most cited first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub progress: Progress,
    pub cited: Vec<CitedReading>,
}

/// The rows of each of these courses, by week and name, with the readings that were cited: of all students for those who teach,
/// one's own otherwise.
pub async fn of_courses(app: &App, actor: &Actor, ids: &[CourseId]) -> Result<HashMap<CourseId, Vec<Row>>> {
    let reader = actor.require_may(Permission::ReadOwnCourses)?.user.id;
    rows(app, reader, ids).await
}

async fn rows(app: &App, reader: UserId, ids: &[CourseId]) -> Result<HashMap<CourseId, Vec<Row>>> {
    let conn = app.db.read().await?;
    let (rows, cited) = futures::try_join!(
        progress_store::rows(&conn, reader, app.clock.now(), ids),
        progress_store::cited(&conn, reader, ids)
    )?;
    let mut by_row: HashMap<_, Vec<CitedReading>> = HashMap::new();
    for reading in cited {
        by_row
            .entry((reading.course_id, reading.week_id, reading.week_number, reading.student_id))
            .or_default()
            .push(reading);
    }
    let mut by_course: HashMap<CourseId, Vec<Row>> = HashMap::new();
    for progress in rows {
        let key = (progress.course_id, progress.week_id, progress.week_number, progress.student_id);
        let cited = by_row.remove(&key).unwrap_or_default();
        by_course.entry(progress.course_id).or_default().push(Row { progress, cited });
    }
    Ok(by_course)
}

/// The token of an address `/files/<token>` under which somebody who teaches a course fetches its table.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown course, FORBIDDEN for students.
pub async fn table_claim(app: &App, actor: &Actor, id: CourseId) -> Result<String> {
    let viewer = actor.require_may(Permission::ReadOwnCourses)?.user.id;
    let seen = courses::find(&*app.db.read().await?, viewer, id).await?;
    require_staff(seen.ok_or_else(|| Error::not_found("course"))?.role)?;
    let claim = Claim {
        object: format!("{OBJECT}{id}"),
        audience: Audience::User(viewer.uuid()),
        method: Method::Get,
        expires_at: (app.clock.now() + ADDRESS).timestamp(),
        filename: None,
    };
    Ok(signed::sign(&app.secrets.key_for(KEY_USAGE), &claim))
}

/// A table on its way to a spreadsheet.
pub struct Table {
    pub filename: String,
    /// CSV after RFC 4180, in UTF-8.
    pub text: String,
}

/// The course whose table an address is of; `None` for an address of anything else.
#[must_use]
pub fn table_of(object: &str) -> Option<CourseId> {
    object.strip_prefix(OBJECT)?.parse().ok()
}

/// The table of a course for whom its address was made, if they still teach it.
///
/// # Errors
/// `NOT_FOUND` when they do not.
pub async fn table(app: &App, viewer: UserId, id: CourseId) -> Result<Table> {
    let missing = || Error::not_found("file");
    let seen = courses::find(&*app.db.read().await?, viewer, id).await?.ok_or_else(missing)?;
    require_staff(seen.role).map_err(|_| missing())?;
    let rows = rows(app, viewer, &[id]).await?.remove(&id).unwrap_or_default();
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(HEADINGS).map_err(Error::internal)?;
    for row in rows {
        table.write_record(record(&row)).map_err(Error::internal)?;
    }
    let bytes = table.into_inner().map_err(|error| Error::internal(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(Error::internal)?;
    Ok(Table { filename: format!("{} tutoring.csv", seen.course.code), text })
}

fn record(Row { progress: row, cited }: &Row) -> [String; 13] {
    let cited: i64 = cited.iter().map(|reading| reading.citations).sum();
    [
        row.week_number.to_string(),
        inert(row.week_title.as_deref().unwrap_or_default()),
        row.student_id.to_string(),
        inert(row.student_name.as_deref().unwrap_or_default()),
        row.sessions.to_string(),
        row.seconds.to_string(),
        inert(&row.themes.join("; ")),
        row.statements.to_string(),
        row.questions.to_string(),
        row.flags.to_string(),
        cited.to_string(),
        row.last_at.to_rfc3339(),
        row.cost_usd.as_ref().map(ToString::to_string).unwrap_or_default(),
    ]
}

/// Text that no spreadsheet takes for a formula (<https://owasp.org/www-community/attacks/CSV_Injection>).
fn inert(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for (text, cell) in [("=1+1", "'=1+1"), ("@x", "'@x"), ("Noor", "Noor"), ("", ""), ("a=b", "a=b")] {
            assert_eq!(inert(text), cell);
        }
    }
}
