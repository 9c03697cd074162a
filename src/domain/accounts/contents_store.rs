//! What a copy of an account holds, as statements that give rows as JSON: a page at a time, in the order of their ids.
//!
//! No secret is among the columns: no password, no hash, no token.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Jsonb, Nullable, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::pool::Connection;
use crate::error::Result;
use crate::ids::UserId;

/// One file of a copy.
#[derive(Debug, Clone, Copy)]
pub struct Section {
    /// The name of the file, without its ending.
    pub name: &'static str,
    /// What the column `id` names, as the prefix of its public id.
    pub kind: &'static str,
    /// Takes the owner, as `$1` by the key and as `$4` by the public id, and gives rows, each with its `id`.
    rows: &'static str,
}

const fn section(name: &'static str, kind: &'static str, rows: &'static str) -> Section {
    Section { name, kind, rows }
}

/// All files of a copy but the documents' own.
pub const SECTIONS: &[Section] = &[
    section(
        "profile",
        "user",
        "SELECT id, email, email_verified_at, username, full_name, role, organization, job_title, timezone, language, \
         preferences, \
         (SELECT coalesce(jsonb_object_agg(p.kind, jsonb_build_object('in_app', p.in_app, 'mail', p.mail)), '{}') \
          FROM notification_preferences p WHERE p.user_id = users.id) AS notification_preferences, \
         last_login_at, last_seen_at, created_at, updated_at FROM users WHERE id = $1",
    ),
    section(
        "sign_ins",
        "sess",
        "SELECT id, user_agent, address, created_at, last_used_at, expires_at, revoked_at, revoke_reason \
         FROM login_sessions WHERE user_id = $1",
    ),
    section(
        "identities",
        "idty",
        "SELECT id, issuer, subject, email, created_at, last_used_at FROM identities WHERE user_id = $1",
    ),
    section(
        "api_keys",
        "key",
        "SELECT id, name, prefix, scopes, created_at, expires_at, last_used_at, use_count, revoked_at \
         FROM api_keys WHERE user_id = $1",
    ),
    section(
        "conversations",
        "conv",
        "SELECT id, kind, title, status, context_summary, metadata, last_message_at, created_at, updated_at, \
         (SELECT coalesce(jsonb_agg(d.document_id ORDER BY d.attached_at), '[]') FROM conversation_documents d \
          WHERE d.conversation_id = c.id) AS document_ids \
         FROM conversations c WHERE owner_id = $1 AND deleted_at IS NULL",
    ),
    section(
        "messages",
        "msg",
        "SELECT m.id, m.conversation_id, m.parent_id, m.role, m.content, m.status, m.generation_id, m.feedback_rating, \
         m.feedback_comment, m.feedback_at, m.created_at \
         FROM messages m JOIN conversations c ON c.id = m.conversation_id WHERE c.owner_id = $1 AND c.deleted_at IS NULL",
    ),
    section(
        "tutoring_sessions",
        "tutoring",
        "SELECT id, course_name, week_number, week_title, theme, question, voice, conversation_id, started_at, expires_at, \
         ended_at, end_reason, transcript_deleted_at, recording_consented_at FROM tutoring_sessions WHERE student_id = $1",
    ),
    section(
        "tutoring_recordings",
        "recording",
        "SELECT r.id, r.session_id, r.media_type, r.byte_size, r.created_at, r.expires_at \
         FROM tutoring_recordings r JOIN tutoring_sessions t ON t.id = r.session_id WHERE t.student_id = $1",
    ),
    section(
        "moderation_flags",
        "flag",
        "SELECT f.id, f.session_id, f.message_id, f.direction, f.categories, f.source, f.explanation, f.excerpt, f.created_at, \
         f.appeal, f.appealed_at, f.resolution, f.resolution_note, f.resolved_at \
         FROM moderation_flags f JOIN tutoring_sessions t ON t.id = f.session_id WHERE t.student_id = $1",
    ),
    section(
        "documents",
        "doc",
        "SELECT id, filename, media_type, byte_size, encode(sha256, 'hex') AS sha256, status, title, category, jurisdiction, \
         practice_area, keywords, metadata, page_count, char_count, language, created_at, updated_at, processed_at \
         FROM documents WHERE owner_id = $1 AND deleted_at IS NULL",
    ),
    section(
        "generations",
        "gen",
        "SELECT id, purpose, status, conversation_id, provider, model, input_tokens, output_tokens, cached_input_tokens, \
         usage_is_estimated, cost_usd, duration_ms, created_at, ended_at, \
         CASE WHEN discarded_at IS NULL AND conversation_id IS NULL THEN input END AS input, \
         CASE WHEN discarded_at IS NULL AND conversation_id IS NULL THEN content END AS content \
         FROM generations WHERE owner_id = $1",
    ),
    section(
        "workspaces",
        "wsmember",
        "SELECT m.id, m.workspace_id, w.name, w.personal_of IS NOT NULL AS is_personal, m.role, m.created_at \
         FROM workspace_members m JOIN workspaces w ON w.id = m.workspace_id WHERE m.user_id = $1 AND w.deleted_at IS NULL",
    ),
    section(
        "notifications",
        "notification",
        "SELECT id, kind, title, body, subject_kind, subject, created_at, read_at FROM notifications \
         WHERE user_id = $1 AND deleted_at IS NULL",
    ),
    section(
        "courses",
        "member",
        "SELECT m.id, m.course_id, c.code, c.name, c.term, m.role, m.created_at \
         FROM course_members m JOIN courses c ON c.id = m.course_id WHERE m.user_id = $1 AND c.deleted_at IS NULL",
    ),
    section(
        "weeks",
        "week",
        "SELECT w.id, w.course_id, w.number, w.title, (SELECT coalesce(jsonb_agg(t.title ORDER BY t.position), '[]') FROM themes t WHERE t.week_id = w.id) AS themes, \
         w.opens_at, w.closes_at, w.created_at, w.updated_at, \
         (SELECT coalesce(jsonb_agg(r.document_id ORDER BY r.attached_at), '[]') FROM week_documents r \
          WHERE r.week_id = w.id) AS document_ids \
         FROM weeks w JOIN courses c ON c.id = w.course_id JOIN course_members m ON m.course_id = c.id \
         WHERE m.user_id = $1 AND m.role = 'PROFESSOR' AND c.deleted_at IS NULL",
    ),
    section(
        "audit_trail",
        "audit",
        "SELECT id, occurred_at, action, actor, object, address, user_agent, before, after \
         FROM audit_events WHERE account = $4 AND $1 IS NOT NULL",
    ),
];

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Jsonb)]
    row: serde_json::Value,
}

/// A page of a section's rows behind `after`, with the id of the last.
pub async fn page(
    mut conn: &Connection,
    section: &Section,
    owner: UserId,
    after: Option<Uuid>,
    limit: i64,
) -> Result<(Vec<serde_json::Value>, Option<Uuid>)> {
    let rows: Vec<Row> = diesel::sql_query(format!(
        "SELECT r.id, to_jsonb(r) AS row FROM ({}) AS r WHERE ($2::uuid IS NULL OR r.id > $2) AND $4::text <> '' ORDER BY r.id LIMIT $3",
        section.rows
    ))
    .bind::<SqlUuid, _>(owner)
    .bind::<Nullable<SqlUuid>, _>(after)
    .bind::<BigInt, _>(limit)
    .bind::<Text, _>(owner.to_string())
    .load(&mut conn)
    .await?;
    let last = rows.last().map(|row| row.id);
    Ok((rows.into_iter().map(|row| row.row).collect(), last))
}

/// A file of a document or a recording, as it is found in the store and named in the copy.
#[derive(Debug, QueryableByName)]
pub struct OwnFile {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// Null for a recording.
    #[diesel(sql_type = Nullable<Text>)]
    pub filename: Option<String>,
    #[diesel(sql_type = Text)]
    pub media_type: String,
    #[diesel(sql_type = Text)]
    pub storage_key: String,
}

/// The files of an account: of its documents, and of recordings of its tutoring sessions.
const FILES: &str = "SELECT id, filename, media_type, storage_key FROM documents WHERE owner_id = $1 AND deleted_at IS NULL \
     UNION ALL SELECT r.id, NULL, r.media_type, r.storage_key FROM tutoring_recordings r \
     JOIN tutoring_sessions t ON t.id = r.session_id WHERE t.student_id = $1";

/// A page of an account's files behind `after`, in the order of their ids.
pub async fn files(mut conn: &Connection, owner: UserId, after: Option<Uuid>, limit: i64) -> Result<Vec<OwnFile>> {
    let files = diesel::sql_query(format!(
        "SELECT * FROM ({FILES}) AS f WHERE ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3"
    ));
    let files = files.bind::<SqlUuid, _>(owner).bind::<Nullable<SqlUuid>, _>(after).bind::<BigInt, _>(limit);
    Ok(files.load(&mut conn).await?)
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many files those are in all.
pub async fn count_files(mut conn: &Connection, owner: UserId) -> Result<i64> {
    let count = diesel::sql_query(format!("SELECT count(*) AS count FROM ({FILES}) AS f"));
    Ok(count.bind::<SqlUuid, _>(owner).get_result::<Count>(&mut conn).await?.count)
}
