//! What counts as something that somebody did, by the tables that have it.

/// The part of one table, in SQL. `o` is whose activity it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    pub kind: &'static str,
    pub status: &'static str,
    /// Whether what it was done to can still be looked at.
    pub there: &'static str,
    pub tokens: &'static str,
    /// Milliseconds.
    pub took: &'static str,
    pub from: &'static str,
    pub at: &'static str,
    pub id: &'static str,
    pub holds: &'static str,
}

const NO_TOKENS: &str = "NULL::bigint";
const NO_TIME: &str = "NULL::integer";
/// Whether the workspace of a source `s` is there, and the person a member.
const IS_MEMBER: &str = "EXISTS (SELECT FROM workspaces w JOIN workspace_members m ON m.workspace_id = w.id AND m.user_id = o.user_id \
     WHERE w.id = s.workspace_id AND w.deleted_at IS NULL)";
/// Of the last of the texts that a model wrote for it.
const TOKENS_OF: &str =
    "(SELECT g.input_tokens::bigint + g.output_tokens FROM generations g WHERE g.id = t.generation_id)";
const TIME_OF: &str = "(SELECT g.duration_ms FROM generations g WHERE g.id = t.generation_id)";

/// What is done with models, documents and sessions, and sign-ins where `$7` says so.
pub(super) const PARTS: [Part; 4] = [
    Part {
        kind: "CASE WHEN g.purpose IN ('ANSWER', 'REPLY', 'TUTOR') THEN 'QUESTION' ELSE 'GENERATION' END",
        status: "CASE g.status WHEN 'COMPLETED' THEN 'SUCCEEDED' WHEN 'QUEUED' THEN 'RUNNING' ELSE g.status END",
        there: "g.discarded_at IS NULL",
        tokens: "g.input_tokens::bigint + g.output_tokens",
        took: "g.duration_ms",
        from: "generations g",
        at: "g.created_at",
        id: "g.id",
        // Those of questions about data, and of texts about results, are told with these.
        holds: "g.owner_id = o.user_id AND g.purpose NOT IN ('TITLE', 'SUMMARY', 'DATA_QUESTION', 'INSIGHT')",
    },
    Part {
        kind: "'UPLOAD'",
        status: "CASE d.status WHEN 'READY' THEN 'SUCCEEDED' WHEN 'FAILED' THEN 'FAILED' ELSE 'RUNNING' END",
        there: "d.deleted_at IS NULL",
        tokens: NO_TOKENS,
        took: NO_TIME,
        from: "documents d",
        at: "d.created_at",
        id: "d.id",
        holds: "d.owner_id = o.user_id",
    },
    Part {
        kind: "'SESSION'",
        status: "CASE WHEN t.ended_at IS NULL THEN 'RUNNING' ELSE 'SUCCEEDED' END",
        there: "true",
        tokens: NO_TOKENS,
        took: NO_TIME,
        from: "tutoring_sessions t",
        at: "t.started_at",
        id: "t.id",
        holds: "t.student_id = o.user_id",
    },
    Part {
        kind: "'SIGN_IN'",
        status: "'SUCCEEDED'",
        there: "false",
        tokens: NO_TOKENS,
        took: NO_TIME,
        from: "audit_events e",
        at: "e.occurred_at",
        id: "e.id",
        holds: "$7 AND e.account = o.account AND e.action = 'sign_in.succeeded' AND e.id >= $8",
    },
];

/// What is done with data.
pub(super) const OF_DATA: [Part; 4] = [
    Part {
        kind: "'DATA_QUESTION'",
        status: "CASE WHEN t.status IN ('READY', 'ANSWERED') THEN 'SUCCEEDED' WHEN t.status IN ('REFUSED', 'FAILED') THEN 'FAILED' \
                 ELSE 'RUNNING' END",
        there: IS_MEMBER,
        tokens: TOKENS_OF,
        took: TIME_OF,
        from: "data_questions t JOIN data_sources s ON s.id = t.source_id",
        at: "t.created_at",
        id: "t.id",
        holds: "t.asker_id = o.user_id",
    },
    Part {
        kind: "'STATEMENT'",
        status: "CASE t.status WHEN 'CANCELLED' THEN 'STOPPED' ELSE t.status END",
        there: IS_MEMBER,
        tokens: NO_TOKENS,
        // One that a server left behind ends when it is found.
        took: "least(EXTRACT(epoch FROM t.ended_at - t.started_at) * 1000, 2147483647)::integer",
        from: "query_runs t JOIN data_sources s ON s.id = t.source_id",
        at: "t.started_at",
        id: "t.id",
        // That of a question is told with it.
        holds: "t.asker_id = o.user_id AND NOT EXISTS (SELECT FROM data_questions q WHERE q.run_id = t.id)",
    },
    Part {
        kind: "'DATA_UPLOAD'",
        status: "CASE WHEN t.status IN ('INSPECTED', 'LOADED') THEN 'SUCCEEDED' WHEN t.status = 'FAILED' THEN 'FAILED' ELSE 'RUNNING' END",
        there: IS_MEMBER,
        tokens: NO_TOKENS,
        took: NO_TIME,
        from: "dataset_uploads t JOIN data_sources s ON s.id = t.source_id",
        at: "t.created_at",
        id: "t.id",
        holds: "t.uploader_id = o.user_id",
    },
    Part {
        kind: "'INSIGHT'",
        status: "CASE t.status WHEN 'READY' THEN 'SUCCEEDED' WHEN 'FAILED' THEN 'FAILED' ELSE 'RUNNING' END",
        there: IS_MEMBER,
        tokens: TOKENS_OF,
        took: TIME_OF,
        from: "insights t JOIN data_sources s ON s.id = t.source_id",
        at: "t.created_at",
        id: "t.id",
        holds: "t.author_id = o.user_id",
    },
];
