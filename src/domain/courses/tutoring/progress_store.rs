//! Statements that sum up sessions: by week and student, for those who may see them.

use chrono::{DateTime, Utc};
use diesel::sql_types::{Array, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::model::{CitedReading, Progress};
use super::store::SEEN;
use crate::db::pool::Connection;
use crate::error::Result;
use crate::ids::{CourseId, UserId};

/// The sessions that count, of those of the courses `$2` that the reader `$1` may see.
const COUNTED: &str = "t.course_id = ANY ($2) AND NOT t.is_trial";

/// A row a week and student of these courses, by week and name: all students for those who teach, oneself otherwise.
pub async fn rows(
    mut conn: &Connection,
    reader: UserId,
    now: DateTime<Utc>,
    courses: &[CourseId],
) -> Result<Vec<Progress>> {
    let rows = diesel::sql_query(format!(
        "SELECT t.course_id, t.week_id, t.week_number, max(t.week_title) AS week_title, t.student_id, \
                coalesce(u.full_name, u.username) AS student_name, count(*) AS sessions, \
                sum(extract(epoch FROM coalesce(t.ended_at, least($3, t.expires_at)) - t.started_at))::bigint AS seconds, \
                coalesce(array_agg(DISTINCT t.theme ORDER BY t.theme) FILTER (WHERE t.theme IS NOT NULL), '{{}}') AS themes, \
                coalesce(sum(m.said), 0)::bigint AS statements, coalesce(sum(m.asked), 0)::bigint AS questions, \
                coalesce(sum(f.flags), 0)::bigint AS flags, sum(g.cost_usd) AS cost_usd, max(t.started_at) AS last_at \
         FROM tutoring_sessions t JOIN users u ON u.id = t.student_id AND u.deleted_at IS NULL \
         LEFT JOIN LATERAL (SELECT count(*) AS said, count(*) FILTER (WHERE content ~ '[?？؟]\\s*$') AS asked FROM messages \
             WHERE conversation_id = t.conversation_id AND role = 'USER') m ON t.transcript_deleted_at IS NULL \
         LEFT JOIN LATERAL (SELECT count(*) AS flags FROM moderation_flags \
             WHERE session_id = t.id AND source <> 'FAILURE' AND resolution IS DISTINCT FROM 'DISMISSED') f ON true \
         LEFT JOIN LATERAL (SELECT sum(cost_usd) AS cost_usd FROM generations \
             WHERE conversation_id = t.conversation_id AND owner_id = t.student_id) g ON true \
         WHERE {COUNTED} AND {SEEN} \
         GROUP BY t.course_id, t.week_id, t.week_number, t.student_id, u.id \
         ORDER BY t.course_id, t.week_number, student_name NULLS LAST, t.student_id"
    ))
    .bind::<SqlUuid, _>(reader)
    .bind::<Array<SqlUuid>, _>(courses)
    .bind::<Timestamptz, _>(now);
    Ok(rows.load(&mut conn).await?)
}

/// How often each reading was cited in them, the most cited first; what was said is no longer there, counts no more.
pub async fn cited(mut conn: &Connection, reader: UserId, courses: &[CourseId]) -> Result<Vec<CitedReading>> {
    let cited = diesel::sql_query(format!(
        "SELECT t.course_id, t.week_id, t.week_number, t.student_id, c.document_id, count(*) AS citations \
         FROM tutoring_sessions t JOIN generations g ON g.conversation_id = t.conversation_id AND g.discarded_at IS NULL \
         JOIN generation_citations c ON c.generation_id = g.id AND c.document_id IS NOT NULL \
         WHERE {COUNTED} AND t.transcript_deleted_at IS NULL AND {SEEN} \
         GROUP BY t.course_id, t.week_id, t.week_number, t.student_id, c.document_id ORDER BY citations DESC, c.document_id"
    ))
    .bind::<SqlUuid, _>(reader)
    .bind::<Array<SqlUuid>, _>(courses);
    Ok(cited.load(&mut conn).await?)
}
