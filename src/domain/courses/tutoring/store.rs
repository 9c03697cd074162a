//! Statements about sessions. All that read one for somebody say who may see it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::model::{EndReason, NewSession, Session};
use crate::db::error::violates;
use crate::db::page::Page;
use crate::db::pool::Connection;
use crate::db::schema::tutoring_sessions;
use crate::error::{Error, Result};
use crate::ids::{ConversationId, CourseId, TutoringSessionId, UserId, WeekId};

/// What is read of a session `t`, with its student `u`.
const COLUMNS: &str = "t.id, t.student_id, coalesce(u.full_name, u.username) AS student_name, t.course_id, t.week_id, \
     t.conversation_id, t.is_trial, t.course_name, t.week_number, t.week_title, t.theme, t.question, t.voice, t.started_at, \
     t.expires_at, t.ended_at, t.end_reason, t.transcript_deleted_at, t.recording_consented_at";

/// Sessions with their students. Those of somebody who has left are out of everybody's sight, as all of theirs is.
const SESSIONS: &str = "tutoring_sessions t JOIN users u ON u.id = t.student_id AND u.deleted_at IS NULL";

/// Whether the reader `$1` may see a session `t`: its student, and whoever teaches its course.
pub(in crate::domain::courses) const SEEN: &str = "(t.student_id = $1 OR EXISTS (SELECT FROM courses k JOIN course_members m ON m.course_id = k.id \
     WHERE k.id = t.course_id AND k.deleted_at IS NULL AND m.user_id = $1 AND m.role <> 'STUDENT'))";

/// Stores a session; CONFLICT when its student has one that goes on.
pub async fn insert(mut conn: &Connection, new: &NewSession) -> Result<()> {
    let inserted = diesel::insert_into(tutoring_sessions::table).values(new).execute(&mut conn).await;
    inserted.map(|_| ()).map_err(|error| {
        if violates(&error, "tutoring_sessions_running_key") {
            return Error::conflict("You have a session that goes on. End it first, or go on with it.");
        }
        error.into()
    })
}

/// Those of `ids` that `reader` may see, in no order.
pub async fn load(mut conn: &Connection, reader: UserId, ids: &[TutoringSessionId]) -> Result<Vec<Session>> {
    let seen = diesel::sql_query(format!("SELECT {COLUMNS} FROM {SESSIONS} WHERE t.id = ANY ($2) AND {SEEN}"));
    Ok(seen.bind::<SqlUuid, _>(reader).bind::<Array<SqlUuid>, _>(ids).load(&mut conn).await?)
}

/// The sessions of those of these conversations that `reader` may see.
pub async fn of_conversations(mut conn: &Connection, reader: UserId, ids: &[ConversationId]) -> Result<Vec<Session>> {
    let seen =
        diesel::sql_query(format!("SELECT {COLUMNS} FROM {SESSIONS} WHERE t.conversation_id = ANY ($2) AND {SEEN}"));
    Ok(seen.bind::<SqlUuid, _>(reader).bind::<Array<SqlUuid>, _>(ids).load(&mut conn).await?)
}

/// The session whoever asks: for what is written and done in it.
pub async fn find(mut conn: &Connection, id: TutoringSessionId) -> Result<Option<Session>> {
    let found = diesel::sql_query(format!("SELECT {COLUMNS} FROM {SESSIONS} WHERE t.id = $1"));
    Ok(found.bind::<SqlUuid, _>(id).get_result(&mut conn).await.optional()?)
}

/// As [`find`], by its conversation.
pub async fn find_by_conversation(mut conn: &Connection, id: ConversationId) -> Result<Option<Session>> {
    let found = diesel::sql_query(format!("SELECT {COLUMNS} FROM {SESSIONS} WHERE t.conversation_id = $1"));
    Ok(found.bind::<SqlUuid, _>(id).get_result(&mut conn).await.optional()?)
}

/// As [`find`]; nobody else changes it until the transaction ends.
pub async fn lock(mut conn: &Connection, id: TutoringSessionId) -> Result<Option<Session>> {
    let locked = diesel::sql_query(format!("SELECT {COLUMNS} FROM {SESSIONS} WHERE t.id = $1 FOR UPDATE OF t"));
    Ok(locked.bind::<SqlUuid, _>(id).get_result(&mut conn).await.optional()?)
}

/// The session of a student's that has not been ended, locked; its time may be over.
pub async fn lock_running(mut conn: &Connection, student: UserId) -> Result<Option<Session>> {
    let locked = diesel::sql_query(format!(
        "SELECT {COLUMNS} FROM {SESSIONS} WHERE t.student_id = $1 AND t.ended_at IS NULL FOR UPDATE OF t"
    ));
    Ok(locked.bind::<SqlUuid, _>(student).get_result(&mut conn).await.optional()?)
}

/// Ends a session that was locked.
pub async fn end(
    mut conn: &Connection,
    id: TutoringSessionId,
    reason: EndReason,
    ended_at: DateTime<Utc>,
) -> Result<()> {
    diesel::update(tutoring_sessions::table.find(id))
        .set((tutoring_sessions::ended_at.eq(ended_at), tutoring_sessions::end_reason.eq(reason)))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Sessions whose time is over and that nobody has ended, `limit` at most.
pub async fn overdue(mut conn: &Connection, now: DateTime<Utc>, limit: i64) -> Result<Vec<TutoringSessionId>> {
    let overdue = tutoring_sessions::table
        .filter(tutoring_sessions::ended_at.is_null())
        .filter(tutoring_sessions::expires_at.le(now))
        .order(tutoring_sessions::expires_at)
        .limit(limit);
    Ok(overdue.select(tutoring_sessions::id).load(&mut conn).await?)
}

#[derive(QueryableByName)]
struct Started {
    #[diesel(sql_type = SqlUuid)]
    course_id: CourseId,
    #[diesel(sql_type = Timestamptz)]
    started_at: DateTime<Utc>,
}

/// When a student began the sessions that count since then, by course, the oldest first.
pub async fn starts(
    mut conn: &Connection,
    student: UserId,
    courses: &[CourseId],
    since: DateTime<Utc>,
) -> Result<HashMap<CourseId, Vec<DateTime<Utc>>>> {
    let rows: Vec<Started> = diesel::sql_query(
        "SELECT course_id, started_at FROM tutoring_sessions WHERE course_id = ANY ($2) AND student_id = $1 \
         AND started_at > $3 AND NOT is_trial ORDER BY started_at",
    )
    .bind::<SqlUuid, _>(student)
    .bind::<Array<SqlUuid>, _>(courses)
    .bind::<Timestamptz, _>(since)
    .load(&mut conn)
    .await?;
    let mut starts: HashMap<CourseId, Vec<DateTime<Utc>>> = HashMap::new();
    for row in rows {
        starts.entry(row.course_id).or_default().push(row.started_at);
    }
    Ok(starts)
}

/// The same page of the sessions about each of many weeks that `reader` may see, newest first and in the order of the fetch;
/// one row more each than asked for if there is one.
pub async fn pages(
    mut conn: &Connection,
    reader: UserId,
    weeks: &[WeekId],
    page: &Page<TutoringSessionId>,
) -> Result<Vec<Session>> {
    let (beside, order) = if page.is_backward() { (">", "ASC") } else { ("<", "DESC") };
    let rows = diesel::sql_query(format!(
        "SELECT p.* FROM unnest($2) AS w (id) CROSS JOIN LATERAL (SELECT {COLUMNS} FROM {SESSIONS} WHERE t.week_id = w.id \
         AND {SEEN} AND ($3 IS NULL OR t.id {beside} $3) ORDER BY t.id {order} LIMIT $4) p ORDER BY p.week_id, p.id {order}"
    ))
    .bind::<SqlUuid, _>(reader)
    .bind::<Array<SqlUuid>, _>(weeks)
    .bind::<Nullable<SqlUuid>, _>(page.cursor)
    .bind::<BigInt, _>(page.limit());
    Ok(rows.load(&mut conn).await?)
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = SqlUuid)]
    week_id: WeekId,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many sessions [`pages`] goes through, by week.
pub async fn counts(mut conn: &Connection, reader: UserId, weeks: &[WeekId]) -> Result<HashMap<WeekId, i64>> {
    let rows: Vec<Count> = diesel::sql_query(format!(
        "SELECT t.week_id, count(*) AS count FROM tutoring_sessions t WHERE t.week_id = ANY ($2) AND {SEEN} GROUP BY t.week_id"
    ))
    .bind::<SqlUuid, _>(reader)
    .bind::<Array<SqlUuid>, _>(weeks)
    .load(&mut conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.week_id, row.count)).collect())
}

/// A page of a student's own sessions, newest first; of one course, or only those that go on, if asked for.
pub async fn page_of_student(
    mut conn: &Connection,
    student: UserId,
    course: Option<CourseId>,
    running: Option<bool>,
    page: &Page<TutoringSessionId>,
) -> Result<Vec<Session>> {
    let (beside, order) = if page.is_backward() { (">", "ASC") } else { ("<", "DESC") };
    let rows = diesel::sql_query(format!(
        "SELECT {COLUMNS} FROM {SESSIONS} WHERE {OWN} AND ($4 IS NULL OR t.id {beside} $4) ORDER BY t.id {order} LIMIT $5"
    ))
    .bind::<SqlUuid, _>(student)
    .bind::<Nullable<SqlUuid>, _>(course)
    .bind::<Nullable<Bool>, _>(running)
    .bind::<Nullable<SqlUuid>, _>(page.cursor)
    .bind::<BigInt, _>(page.limit());
    Ok(rows.load(&mut conn).await?)
}

/// One's own sessions, as far as they are asked for.
const OWN: &str =
    "t.student_id = $1 AND ($2 IS NULL OR t.course_id = $2) AND ($3 IS NULL OR (t.ended_at IS NULL) = $3)";

/// How many sessions [`page_of_student`] goes through.
pub async fn count_of_student(
    mut conn: &Connection,
    student: UserId,
    course: Option<CourseId>,
    running: Option<bool>,
) -> Result<i64> {
    #[derive(QueryableByName)]
    struct All {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let all = diesel::sql_query(format!("SELECT count(*) AS count FROM tutoring_sessions t WHERE {OWN}"))
        .bind::<SqlUuid, _>(student)
        .bind::<Nullable<SqlUuid>, _>(course)
        .bind::<Nullable<Bool>, _>(running);
    Ok(all.get_result::<All>(&mut conn).await?.count)
}

/// The sessions of a course that was locked, or of one week of it, whose words are still there.
pub async fn all(mut conn: &Connection, course: CourseId, week: Option<WeekId>) -> Result<Vec<Session>> {
    let all = diesel::sql_query(format!(
        "SELECT {COLUMNS} FROM {SESSIONS} WHERE t.course_id = $1 AND ($2 IS NULL OR t.week_id = $2) \
         AND t.transcript_deleted_at IS NULL ORDER BY t.id FOR UPDATE OF t"
    ));
    Ok(all.bind::<SqlUuid, _>(course).bind::<Nullable<SqlUuid>, _>(week).load(&mut conn).await?)
}

/// Sessions whose words have been kept for as long as their courses say, locked, `limit` at most.
pub async fn outlived(mut conn: &Connection, now: DateTime<Utc>, limit: i32) -> Result<Vec<Session>> {
    let outlived = diesel::sql_query(format!(
        "SELECT {COLUMNS} FROM {SESSIONS} JOIN courses k ON k.id = t.course_id WHERE t.transcript_deleted_at IS NULL \
         AND t.ended_at < $1 - k.tutoring_retention_days * interval '1 day' ORDER BY t.id LIMIT $2 FOR UPDATE OF t SKIP LOCKED"
    ));
    Ok(outlived.bind::<Timestamptz, _>(now).bind::<Integer, _>(limit).load(&mut conn).await?)
}

/// Notes that what was said in these sessions is gone; those that go on end with it.
pub async fn forget(mut conn: &Connection, ids: &[TutoringSessionId], now: DateTime<Utc>) -> Result<()> {
    diesel::sql_query(
        "UPDATE tutoring_sessions SET transcript_deleted_at = $2, ended_at = coalesce(ended_at, $2), \
         end_reason = coalesce(end_reason, $3) WHERE id = ANY ($1)",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Timestamptz, _>(now)
    .bind::<Text, _>(EndReason::Removed)
    .execute(&mut conn)
    .await?;
    diesel::sql_query("UPDATE moderation_flags SET excerpt = NULL WHERE session_id = ANY ($1)")
        .bind::<Array<SqlUuid>, _>(ids)
        .execute(&mut conn)
        .await?;
    Ok(())
}
