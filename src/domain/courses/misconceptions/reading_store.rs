//! Statements that show misconceptions to those who teach. Evidence is read from what students said that is still there: what
//! was deleted, held back after all, or is of somebody who has left, is gone with the statement that reads it.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::model::{Against, Evidence, Misconception, Search};
use super::statement_store::{COUNTS, SAID};
use super::store::columns;
use crate::db::pool::Connection;
use crate::db::schema::{course_members, courses, documents, misconception_readings, misconceptions, weeks};
use crate::domain::courses::model::CourseRole;
use crate::domain::courses::store::seen_by;
use crate::domain::documents::visibility::visible_to;
use crate::error::Result;
use crate::ids::{MisconceptionId, UserId, WeekId};

/// Whether the reader `$1` teaches the course of a week.
fn is_taught(week: &str) -> String {
    format!(
        "EXISTS (SELECT FROM weeks w JOIN courses k ON k.id = w.course_id AND k.deleted_at IS NULL \
         JOIN course_members a ON a.course_id = k.id AND a.user_id = $1 AND a.role <> 'STUDENT' WHERE w.id = {week})"
    )
}

/// The searches of those of these weeks that `reader` teaches.
pub async fn searches(mut conn: &Connection, reader: UserId, weeks: &[WeekId]) -> Result<Vec<Search>> {
    let seen = diesel::sql_query(format!(
        "SELECT {} FROM misconception_searches s WHERE s.week_id = ANY ($2) AND {}",
        columns(),
        is_taught("s.week_id")
    ));
    Ok(seen.bind::<SqlUuid, _>(reader).bind::<Array<SqlUuid>, _>(weeks).load(&mut conn).await?)
}

/// What was found in those of these weeks that `reader` teaches, in the order of the finding. What was extracted says nothing
/// without its reading.
pub async fn of_weeks(mut conn: &Connection, reader: UserId, weeks: &[WeekId]) -> Result<Vec<Misconception>> {
    let seen = diesel::sql_query(format!(
        "SELECT i.* FROM misconceptions i JOIN misconception_searches s ON s.week_id = i.week_id \
         WHERE i.week_id = ANY ($2) AND {} AND (s.method = 'GENERATED' OR EXISTS (SELECT FROM misconception_readings r \
         JOIN documents d ON d.id = r.document_id AND d.deleted_at IS NULL WHERE r.misconception_id = i.id)) \
         ORDER BY i.week_id, i.position",
        is_taught("i.week_id")
    ));
    Ok(seen.bind::<SqlUuid, _>(reader).bind::<Array<SqlUuid>, _>(weeks).load(&mut conn).await?)
}

/// The evidence that there is for it now, in its order, with the words as the messages have them.
pub async fn evidence(mut conn: &Connection, reader: UserId, weeks: &[WeekId]) -> Result<Vec<Evidence>> {
    let seen = diesel::sql_query(format!(
        "SELECT e.misconception_id, e.message_id, t.id AS session_id, t.student_id, e.start_char, e.end_char, \
                substr(m.content, e.start_char + 1, e.end_char - e.start_char) AS quote \
         FROM {SAID} JOIN misconception_evidence e ON e.message_id = m.id \
         JOIN misconceptions i ON i.id = e.misconception_id AND i.week_id = t.week_id \
         WHERE i.week_id = ANY ($2) AND {} AND {COUNTS} ORDER BY e.misconception_id, e.position",
        is_taught("i.week_id")
    ));
    Ok(seen.bind::<SqlUuid, _>(reader).bind::<Array<SqlUuid>, _>(weeks).load(&mut conn).await?)
}

/// The passages that speak against these, as far as `viewer` teaches there and may read them.
pub async fn against(
    mut conn: &Connection,
    viewer: UserId,
    now: DateTime<Utc>,
    ids: &[MisconceptionId],
) -> Result<Vec<Against>> {
    let of_week = weeks::table.inner_join(courses::table.inner_join(course_members::table));
    let visible = misconception_readings::table
        .inner_join(misconceptions::table.inner_join(of_week))
        .inner_join(documents::table)
        .filter(misconception_readings::misconception_id.eq_any(ids))
        .filter(seen_by(viewer))
        .filter(course_members::role.ne(CourseRole::Student))
        .filter(visible_to(viewer, now));
    Ok(visible.select(Against::as_select()).load(&mut conn).await?)
}
