//! Statements about what students said in the sessions of a week, as far as it may be read for misconceptions.

use diesel::prelude::*;
use diesel::sql_types::{Array, Binary, Integer, Nullable, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use crate::db::pool::Connection;
use crate::error::Result;
use crate::ids::{ChunkId, DocumentId, MessageId, TutoringSessionId, UserId, WeekId};

/// What students `u` said (`m`) in sessions `t`.
pub(super) const SAID: &str = "tutoring_sessions t JOIN users u ON u.id = t.student_id AND u.deleted_at IS NULL \
     JOIN conversations c ON c.id = t.conversation_id AND c.deleted_at IS NULL \
     JOIN messages m ON m.conversation_id = c.id AND m.role = 'USER'";

/// Whether it counts: said in a session that has ended, was no trial and has its words still, and not held back, unless that
/// was a mistake.
pub(super) const COUNTS: &str = "NOT t.is_trial AND t.ended_at IS NOT NULL AND t.transcript_deleted_at IS NULL AND NOT EXISTS \
     (SELECT FROM moderation_flags f WHERE f.message_id = m.id AND f.resolution IS DISTINCT FROM 'DISMISSED')";

/// SHA-256 of what there is to be read of a week; null when there is nothing.
pub(super) fn fingerprint_sql(week: &str) -> String {
    format!(
        "(SELECT sha256(convert_to(string_agg(m.id::text, ',' ORDER BY m.id), 'UTF8')) FROM {SAID} \
         WHERE t.week_id = {week} AND {COUNTS})"
    )
}

#[derive(QueryableByName)]
struct Fingerprint {
    #[diesel(sql_type = Nullable<Binary>)]
    hash: Option<Vec<u8>>,
}

/// SHA-256 of what there is to be read of a week; `None` when there is nothing.
pub async fn fingerprint(mut conn: &Connection, week: WeekId) -> Result<Option<Vec<u8>>> {
    let row: Fingerprint = diesel::sql_query(format!("SELECT {} AS hash", fingerprint_sql("$1")))
        .bind::<SqlUuid, _>(week)
        .get_result(&mut conn)
        .await?;
    Ok(row.hash)
}

/// Something that a student said.
#[derive(Debug, QueryableByName)]
pub struct Said {
    #[diesel(sql_type = SqlUuid)]
    pub message_id: MessageId,
    #[diesel(sql_type = SqlUuid)]
    pub session_id: TutoringSessionId,
    #[diesel(sql_type = SqlUuid)]
    pub student_id: UserId,
    /// What the tutor said right before.
    #[diesel(sql_type = Nullable<Text>)]
    pub asked: Option<String>,
    #[diesel(sql_type = Text)]
    pub text: String,
}

/// What there is to be read of a week, session by session in the order of speaking; only those of `among`, if it is given.
pub async fn said(mut conn: &Connection, week: WeekId, among: Option<&[MessageId]>) -> Result<Vec<Said>> {
    let said = diesel::sql_query(format!(
        "SELECT m.id AS message_id, t.id AS session_id, t.student_id, p.content AS asked, m.content AS text FROM {SAID} \
         LEFT JOIN messages p ON p.id = m.parent_id AND p.role = 'ASSISTANT' \
         WHERE t.week_id = $1 AND ($2 IS NULL OR m.id = ANY ($2)) AND {COUNTS} ORDER BY t.id, m.id"
    ));
    Ok(said.bind::<SqlUuid, _>(week).bind::<Nullable<Array<SqlUuid>>, _>(among).load(&mut conn).await?)
}

/// What a reply cites.
#[derive(Debug, QueryableByName)]
pub struct Cited {
    /// What it replies to.
    #[diesel(sql_type = SqlUuid)]
    pub message_id: MessageId,
    #[diesel(sql_type = SqlUuid)]
    pub document_id: DocumentId,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub chunk_id: Option<ChunkId>,
    #[diesel(sql_type = Nullable<Integer>)]
    pub page: Option<i32>,
    #[diesel(sql_type = Integer)]
    pub start_char: i32,
    #[diesel(sql_type = Integer)]
    pub end_char: i32,
    #[diesel(sql_type = Text)]
    pub quote: String,
    #[diesel(sql_type = Text)]
    pub title: String,
}

/// What the replies to these messages cite, of documents that are there, in the order of the replies.
pub async fn cited(mut conn: &Connection, messages: &[MessageId]) -> Result<Vec<Cited>> {
    let cited = diesel::sql_query(
        "SELECT r.parent_id AS message_id, x.document_id, x.chunk_id, x.page, x.start_char, x.end_char, x.quote, \
                coalesce(d.title, d.filename) AS title \
         FROM messages r JOIN generations g ON g.id = r.generation_id AND g.discarded_at IS NULL \
         JOIN generation_citations x ON x.generation_id = g.id \
         JOIN documents d ON d.id = x.document_id AND d.deleted_at IS NULL \
         WHERE r.parent_id = ANY ($1) AND r.role = 'ASSISTANT' ORDER BY r.id, x.position",
    );
    Ok(cited.bind::<Array<SqlUuid>, _>(messages).load(&mut conn).await?)
}
