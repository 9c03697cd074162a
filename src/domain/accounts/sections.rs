//! What a copy of an account holds: a file of rows for each section, and the statement that gives them.
//!
//! No secret is among the columns: no password, no hash, no token. Of a workspace it is what the account made there, as long as it is a member.

/// Leaves only what is in a workspace of the owner's, by its column `workspace_id`.
macro_rules! where_member {
    ($table:literal) => {
        concat!(
            "JOIN workspaces w ON w.id = ",
            $table,
            ".workspace_id AND w.deleted_at IS NULL JOIN workspace_members m ON m.workspace_id = w.id AND m.user_id = $1"
        )
    };
}
pub(super) use where_member;

/// One file of a copy.
#[derive(Debug, Clone, Copy)]
pub struct Section {
    /// The name of the file, without its ending.
    pub name: &'static str,
    /// What the column `id` names, as the prefix of its public id.
    pub kind: &'static str,
    /// Takes the owner, as `$1` by the key and as `$4` by the public id, and gives rows, each with its `id`.
    pub(super) rows: &'static str,
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
         CASE WHEN is_told THEN input END AS input, CASE WHEN is_told THEN content END AS content \
         FROM generations g CROSS JOIN LATERAL (SELECT g.discarded_at IS NULL AND g.conversation_id IS NULL \
             AND is_of_seen_data(g.id, g.purpose, $1) AS is_told) t WHERE owner_id = $1",
    ),
    section(
        "workspaces",
        "wsmember",
        "SELECT m.id, m.workspace_id, w.name, w.personal_of IS NOT NULL AS is_personal, m.role, m.created_at \
         FROM workspace_members m JOIN workspaces w ON w.id = m.workspace_id WHERE m.user_id = $1 AND w.deleted_at IS NULL",
    ),
    section(
        "data_uploads",
        "dataset",
        concat!(
            "SELECT u.id, s.workspace_id, u.source_id, u.filename, u.format, u.byte_size, encode(u.sha256, 'hex') AS sha256, u.status, \
             u.row_count, u.created_at, u.ended_at FROM dataset_uploads u JOIN data_sources s ON s.id = u.source_id ",
            where_member!("s"),
            " WHERE u.uploader_id = $1"
        ),
    ),
    section(
        "data_questions",
        "question",
        concat!(
            "SELECT q.id, s.workspace_id, q.source_id, q.previous_id, q.question, q.method, q.status, q.sql, q.explanation, q.assumptions, \
             q.run_id, q.saved_query_id, q.generation_id, q.rating, q.rating_comment, q.created_at, q.ended_at \
             FROM data_questions q JOIN data_sources s ON s.id = q.source_id ",
            where_member!("s"),
            " WHERE q.asker_id = $1"
        ),
    ),
    section(
        "query_runs",
        "run",
        concat!(
            "SELECT r.id, s.workspace_id, r.source_id, r.saved_query_id, r.sql, r.parameters, r.status, r.error_message, r.started_at, \
             r.ended_at FROM query_runs r JOIN data_sources s ON s.id = r.source_id ",
            where_member!("s"),
            " WHERE r.asker_id = $1"
        ),
    ),
    section(
        "saved_queries",
        "query",
        concat!(
            "SELECT q.id, s.workspace_id, q.source_id, q.name, q.description, q.question, q.sql, q.parameters, q.version, q.is_verified, \
             q.created_at, q.updated_at FROM saved_queries q JOIN data_sources s ON s.id = q.source_id ",
            where_member!("s"),
            " WHERE q.author_id = $1"
        ),
    ),
    section(
        "charts",
        "chart",
        concat!(
            "SELECT c.id, s.workspace_id, c.query_id, c.title, c.description, c.spec, c.version, c.created_at, c.updated_at FROM charts c \
             JOIN saved_queries q ON q.id = c.query_id JOIN data_sources s ON s.id = q.source_id ",
            where_member!("s"),
            " WHERE c.author_id = $1"
        ),
    ),
    section(
        "dashboards",
        "dashboard",
        concat!(
            "SELECT d.id, d.workspace_id, d.title, d.description, d.tabs, d.filters, d.refresh_policy, d.refresh_seconds, d.version, \
             (SELECT coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'tab', t.tab, 'chart_id', t.chart_id, 'query_id', t.query_id, \
                 'text', t.body, 'x', t.x, 'y', t.y, 'width', t.w, 'height', t.h, 'parameters', t.parameters) ORDER BY t.id), '[]') \
              FROM dashboard_tiles t WHERE t.dashboard_id = d.id) AS tiles, d.created_at, d.updated_at FROM dashboards d ",
            where_member!("d"),
            " WHERE d.author_id = $1"
        ),
    ),
    section(
        "insights",
        "insight",
        concat!(
            "SELECT i.id, s.workspace_id, i.source_id, i.run_id, i.chart_id, i.saved_query_id, i.generation_id, i.focus, i.language, \
             i.method, i.status, i.title, i.body, i.rating, i.rating_comment, i.created_at, i.ended_at \
             FROM insights i JOIN data_sources s ON s.id = i.source_id ",
            where_member!("s"),
            " WHERE i.author_id = $1"
        ),
    ),
    section(
        "prompt_templates",
        "promptversion",
        concat!(
            "SELECT v.id, p.workspace_id, p.name, v.number, v.body, v.note, v.created_at \
             FROM prompt_template_versions v JOIN prompt_templates p ON p.id = v.template_id ",
            where_member!("p"),
            " WHERE v.author_id = $1"
        ),
    ),
    section(
        "glossary_terms",
        "term",
        concat!(
            "SELECT g.id, g.workspace_id, g.term, g.synonyms, g.definition, g.expression, g.created_at, g.updated_at \
             FROM glossary_terms g ",
            where_member!("g"),
            " WHERE g.author_id = $1"
        ),
    ),
    section(
        "alerts",
        "alert",
        concat!(
            "SELECT a.id, a.workspace_id, a.query_id, a.name, a.description, a.parameters, a.rule, a.interval_seconds, a.created_at, \
             a.updated_at FROM alerts a ",
            where_member!("a"),
            " WHERE a.author_id = $1"
        ),
    ),
    section(
        "scheduled_reports",
        "report",
        concat!(
            "SELECT r.id, d.workspace_id, r.dashboard_id, r.title, r.cron, r.time_zone, r.filters, r.attachments, r.is_enabled, \
             r.created_at, r.updated_at FROM scheduled_reports r JOIN dashboards d ON d.id = r.dashboard_id ",
            where_member!("d"),
            " WHERE r.author_id = $1"
        ),
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
