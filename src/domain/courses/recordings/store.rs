//! Statements about recordings.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::model::{NewRecording, Recording};
use crate::db::pool::Connection;
use crate::db::schema::{courses, tutoring_recordings, tutoring_sessions};
use crate::domain::courses::tutoring::store::SEEN;
use crate::error::Result;
use crate::ids::{CourseId, TutoringRecordingId, TutoringSessionId, UserId};

const COLUMNS: &str = "r.id, r.session_id, r.storage_key, r.media_type, r.byte_size, r.created_at, r.expires_at";

/// Recordings `r` that the reader `$1` may hear at `$2`: whoever may see the session `t`, if its student's account is open.
const HEARD: &str = "tutoring_recordings r JOIN tutoring_sessions t ON t.id = r.session_id \
     JOIN users u ON u.id = t.student_id AND u.deleted_at IS NULL WHERE r.expires_at > $2 AND t.transcript_deleted_at IS NULL";

/// The recordings of those of these sessions that `reader` may hear.
pub async fn of_sessions(
    mut conn: &Connection,
    reader: UserId,
    now: DateTime<Utc>,
    sessions: &[TutoringSessionId],
) -> Result<Vec<Recording>> {
    let heard = diesel::sql_query(format!("SELECT {COLUMNS} FROM {HEARD} AND {SEEN} AND r.session_id = ANY ($3)"));
    let heard = heard.bind::<SqlUuid, _>(reader).bind::<Timestamptz, _>(now).bind::<Array<SqlUuid>, _>(sessions);
    Ok(heard.load(&mut conn).await?)
}

/// The recording, if `reader` may hear it.
pub async fn find(
    mut conn: &Connection,
    reader: UserId,
    now: DateTime<Utc>,
    id: TutoringRecordingId,
) -> Result<Option<Recording>> {
    let heard = diesel::sql_query(format!("SELECT {COLUMNS} FROM {HEARD} AND {SEEN} AND r.id = $3"));
    let heard = heard.bind::<SqlUuid, _>(reader).bind::<Timestamptz, _>(now).bind::<SqlUuid, _>(id);
    Ok(heard.get_result(&mut conn).await.optional()?)
}

/// For how many days a course keeps recordings; 0 for one that takes none, or is gone.
pub async fn days(mut conn: &Connection, course: CourseId) -> Result<i32> {
    let course = courses::table.find(course).filter(courses::deleted_at.is_null());
    Ok(course.select(courses::tutoring_recording_days).first(&mut conn).await.optional()?.unwrap_or(0))
}

/// Stores a recording of a session that was locked.
pub async fn insert(mut conn: &Connection, new: &NewRecording) -> Result<()> {
    diesel::insert_into(tutoring_recordings::table).values(new).execute(&mut conn).await?;
    Ok(())
}

/// Removes the recordings of these sessions, and gives the keys of their files.
pub async fn remove(mut conn: &Connection, sessions: &[TutoringSessionId]) -> Result<Vec<String>> {
    let gone = tutoring_recordings::table.filter(tutoring_recordings::session_id.eq_any(sessions));
    Ok(diesel::delete(gone).returning(tutoring_recordings::storage_key).get_results(&mut conn).await?)
}

/// Removes recordings whose time is over, `limit` at most, and gives the keys of their files.
pub async fn remove_outlived(mut conn: &Connection, now: DateTime<Utc>, limit: i64) -> Result<Vec<String>> {
    #[derive(QueryableByName)]
    struct Gone {
        #[diesel(sql_type = diesel::sql_types::Text)]
        storage_key: String,
    }
    let gone = diesel::sql_query(
        "DELETE FROM tutoring_recordings WHERE id IN (SELECT id FROM tutoring_recordings WHERE expires_at <= $1 \
         ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING storage_key",
    );
    let gone = gone.bind::<Timestamptz, _>(now).bind::<BigInt, _>(limit);
    Ok(gone.load::<Gone>(&mut conn).await?.into_iter().map(|gone| gone.storage_key).collect())
}

/// Those of these keys that a recording has.
pub async fn known(mut conn: &Connection, keys: &[String]) -> Result<HashSet<String>> {
    let known = tutoring_recordings::table.filter(tutoring_recordings::storage_key.eq_any(keys));
    Ok(known.select(tutoring_recordings::storage_key).load(&mut conn).await?.into_iter().collect())
}

/// Writes down since when the student of a session that was locked agrees to a recording; `None` for not at all.
pub async fn set_consent(
    mut conn: &Connection,
    session: TutoringSessionId,
    since: Option<DateTime<Utc>>,
) -> Result<()> {
    diesel::update(tutoring_sessions::table.find(session))
        .set(tutoring_sessions::recording_consented_at.eq(since))
        .execute(&mut conn)
        .await?;
    Ok(())
}
