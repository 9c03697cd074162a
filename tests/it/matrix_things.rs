//! What Alice has besides what she made: put there by hand, so that every field has something to show; and which
//! fields have nothing all the same.

/// What she has besides, by hand, so that there is something to see.
pub const BESIDES: &str = "
    UPDATE users SET email_verified_at = now(), avatar_hash = decode(repeat('a7', 32), 'hex') WHERE username = 'alice';
    INSERT INTO data_exports (id, user_id, status, progress, byte_size, created_at, ended_at, expires_at)
        SELECT gen_random_uuid(), id, 'READY', 1, 10, now(), now(), now() + interval '300 days' FROM users WHERE username = 'alice';
    UPDATE users SET organization = 'gondola works', job_title = 'marzipan taster', preferences = '{\"theme\": \"fandango\"}'
        WHERE username = 'alice';
    INSERT INTO budgets (id, kind, user_id, period, max_cost_usd, max_tokens, created_at, updated_at)
        SELECT gen_random_uuid(), 'USER', id, 'DAY', 5, 1000, now(), now() FROM users WHERE username = 'alice';
    UPDATE documents SET title = 'fandango', category = 'quagmire', jurisdiction = 'zanzibar', practice_area = 'gondola',
        keywords = '{marzipan}', metadata = '{\"a\": \"marzipan\"}' WHERE filename = 'fandango.txt';
    UPDATE courses SET term = 'gondola term', enrolment_code_hash = decode(repeat('00', 32), 'hex'),
        enrolment_code_expires_at = now() FROM users u WHERE username = 'alice'
        AND EXISTS (SELECT FROM course_members m WHERE m.course_id = courses.id AND m.user_id = u.id);
    INSERT INTO themes (id, week_id, position, title, question, origin, created_at)
        SELECT gen_random_uuid(), w.id, 0, 'marzipan', 'Why a gondola?', 'EXTRACTED', now() FROM weeks w
        JOIN course_members m ON m.course_id = w.course_id JOIN users u ON u.id = m.user_id WHERE u.username = 'alice';
    INSERT INTO theme_spans (theme_id, position, document_id, chunk_id, page, start_char, end_char, quote)
        SELECT t.id, 0, c.document_id, c.id, 1, 0, 8, 'quagmire' FROM themes t JOIN week_documents r ON r.week_id = t.week_id
        JOIN chunks c ON c.document_id = r.document_id AND c.position = 0;
    INSERT INTO theme_extractions (week_id, wanted, content_hash, status, method, requested_at, ended_at)
        SELECT week_id, 5, decode(repeat('00', 32), 'hex'), 'READY', 'KEY_PHRASES', now(), now() FROM themes;
    UPDATE weeks SET opens_at = weeks.created_at, closes_at = now() + interval '300 days' FROM users u WHERE username = 'alice'
        AND EXISTS (SELECT FROM course_members m WHERE m.course_id = weeks.course_id AND m.user_id = u.id);
    INSERT INTO course_invitations (id, course_id, email, role, inviter_id, created_at, expires_at, accepted_at, revoked_at)
        SELECT gen_random_uuid(), m.course_id, g.email, 'ASSISTANT', u.id, now(), now() + interval '300 days', g.at, g.at
        FROM users u JOIN course_members m ON m.user_id = u.id,
        (VALUES ('alice@example.org', NULL), ('gondola@example.org', now())) AS g (email, at) WHERE username = 'alice';
    UPDATE courses SET tutoring_retention_days = 30 FROM users u WHERE username = 'alice'
        AND EXISTS (SELECT FROM course_members m WHERE m.course_id = courses.id AND m.user_id = u.id);
    UPDATE tutoring_sessions t SET theme = 'marzipan', voice = 'gondola', ended_at = expires_at, end_reason = 'TIME',
        is_trial = false, recording_consented_at = started_at
        FROM users u WHERE u.id = t.student_id AND u.username = 'alice';
    INSERT INTO tutoring_recordings (id, session_id, storage_key, media_type, byte_size, created_at, expires_at)
        SELECT gen_random_uuid(), id, 'recordings/' || student_id || '/' || id, 'audio/gondola', 4711, now(), now() + interval '300 days'
        FROM tutoring_sessions WHERE theme = 'marzipan';
    INSERT INTO generations (id, owner_id, purpose, status, content, conversation_id, created_at, ended_at)
        SELECT gen_random_uuid(), student_id, 'TUTOR', 'COMPLETED', 'Why?', conversation_id, started_at, started_at
        FROM tutoring_sessions WHERE theme = 'marzipan';
    INSERT INTO generation_citations (generation_id, position, marker, document_id, chunk_id, start_char, end_char, quote, score,
        answer_start_char, answer_end_char)
        SELECT g.id, 0, 1, c.document_id, c.id, 0, 8, 'quagmire', 1, 0, 4 FROM generations g
        JOIN tutoring_sessions t ON t.conversation_id = g.conversation_id AND t.theme = 'marzipan'
        JOIN week_documents r ON r.week_id = t.week_id JOIN chunks c ON c.document_id = r.document_id AND c.position = 0;
    INSERT INTO messages (id, conversation_id, author_id, role, content, status, created_at)
        SELECT gen_random_uuid(), conversation_id, student_id, 'USER', 'A gondola is a swamp.', 'SENT', started_at
        FROM tutoring_sessions WHERE theme = 'marzipan';
    INSERT INTO misconception_searches (week_id, content_hash, status, requested_at, ended_at, method, computed_hash, session_count,
        statement_count, computed_at)
        SELECT week_id, decode(repeat('00', 32), 'hex'), 'READY', now(), now(), 'GENERATED', decode(repeat('00', 32), 'hex'), 1, 1, now()
        FROM tutoring_sessions WHERE theme = 'marzipan';
    INSERT INTO misconceptions (id, week_id, position, statement, correction, created_at)
        SELECT gen_random_uuid(), week_id, 0, 'marzipan floats', 'a gondola does', now() FROM misconception_searches;
    INSERT INTO misconception_readings (misconception_id, document_id, chunk_id, page, start_char, end_char, quote)
        SELECT i.id, s.document_id, s.chunk_id, 1, 0, 8, s.quote FROM misconceptions i
        JOIN themes t ON t.week_id = i.week_id JOIN theme_spans s ON s.theme_id = t.id;
    INSERT INTO misconception_evidence (misconception_id, position, message_id, start_char, end_char)
        SELECT i.id, 0, m.id, 0, 9 FROM misconceptions i JOIN messages m ON m.content = 'A gondola is a swamp.';
    UPDATE moderation_flags f SET appeal = 'no gondola', appealed_at = now(), resolution = 'UPHELD', resolution_note = 'a gondola',
        resolver_id = t.student_id, resolved_at = now() FROM tutoring_sessions t WHERE t.id = f.session_id AND t.theme = 'marzipan';
    INSERT INTO users (id, email, full_name, role, created_at, updated_at)
        VALUES (gen_random_uuid(), 'gondola.guest@example.org', 'gondola guest', 'MEMBER', now(), now());
    INSERT INTO workspace_members (id, workspace_id, user_id, role, created_at)
        SELECT gen_random_uuid(), w.id, g.id, 'VIEWER', now() FROM workspaces w JOIN workspace_members m ON m.workspace_id = w.id
        JOIN users u ON u.id = m.user_id, users g
        WHERE w.personal_of IS NULL AND u.username = 'alice' AND g.email = 'gondola.guest@example.org';
    UPDATE analytics_workflows w SET started_at = t.started_at, ended_at = t.started_at FROM tutoring_sessions t
        WHERE t.theme = 'marzipan' AND w.status = 'COMPLETED' AND (w.user_id = t.student_id OR w.course_id = t.course_id);
    UPDATE login_sessions SET user_agent = 'gondola browser' FROM users u WHERE u.id = user_id AND username = 'alice';
    UPDATE api_keys k SET last_used_at = k.created_at, revoked_at = k.created_at FROM users u WHERE u.id = user_id AND username = 'alice'";

/// An invitation at every stage, by hand, and a budget of a role.
pub const INVITATION: &str = "
    INSERT INTO invitations (id, email, role, hash, inviter_id, guest_id, created_at, expires_at, used_at, revoked_at)
    SELECT gen_random_uuid(), 'guest@example.org', 'MEMBER', decode(repeat('00', 32), 'hex'), id, id, now(), now(), now(), now()
    FROM users WHERE username = 'root';
    INSERT INTO budgets (id, kind, role, period, max_cost_usd, max_tokens, created_at, updated_at)
    VALUES (gen_random_uuid(), 'ROLE', 'ADMIN', 'DAY', 5, 1000, now(), now())";

/// Fields that Alice's things have no value for, and why. This list may only shrink.
pub const EMPTY: &[(&str, &str)] = &[
    ("AlertCondition.direction", "hers looks for a bound"),
    ("AlertCondition.olderThanSeconds", "hers looks for a bound"),
    ("AlertCondition.overSeconds", "hers looks for a bound"),
    ("AlertCondition.timeColumn", "hers looks for a bound"),
    ("AlertCondition.unit", "hers looks for a bound"),
    ("PictureExport.chart", "hers is of a dashboard"),
    ("PictureExport.height", "hers is of a dashboard"),
    ("ScheduledReport.disabledReason", "hers is on"),
    ("Course.archivedAt", "her course is in use"),
    ("Course.tutoringAllowance", "she teaches it"),
    ("Conversation.tutoringSession", "her conversation is none; a session's own is looked at from the session"),
    ("TutoringSession.transcriptDeletedAt", "what was said in her session is there"),
    // What is heard needs a provider; who gets leave to speak and to hear is tried in `voice.rs` and `voice_plain.rs`.
    ("TutoringSession.voice", "there is no provider of voices"),
    ("VoiceCredentials.agentId", "there is no provider of voices"),
    ("VoiceCredentials.conversationToken", "there is no provider of voices"),
    ("VoiceCredentials.customLlmExtraBody", "there is no provider of voices"),
    ("VoiceCredentials.expiresAt", "there is no provider of voices"),
    ("VoiceCredentials.firstMessage", "there is no provider of voices"),
    ("VoiceCredentials.signedUrl", "there is no provider of voices"),
    ("VoiceCredentials.voiceId", "there is no provider of voices"),
    ("Message.speechUrl", "there is no provider of voices"),
    ("TutoringAllowance.nextAt", "she teaches her course"),
    ("TutoringAllowance.sessionsLeft", "she teaches her course"),
    ("Conversation.contextSummary", "only long conversations have a summary"),
    ("Budget.apiKey", "she is signed in"),
    ("ApiKeyBudget.day", "she is signed in"),
    ("ApiKeyBudget.month", "she is signed in"),
    ("AuditEvent.before", "nothing of hers was changed"),
    ("AuditEvent.userAgent", "the client of the tests does not say what it is"),
    ("Document.error", "her document could be read"),
    ("Document.pageCount", "a text file has no pages"),
    ("Chunk.page", "a text file has no pages"),
    ("Citation.page", "a text file has no pages"),
    ("ProcessingError.code", "her document could be read"),
    ("ProcessingError.message", "her document could be read"),
    ("Generation.error", "her texts were written to their ends"),
    ("SearchHit.semanticRank", "the search is by words"),
    ("User.lastSeenAt", "it is written down later than it is answered, and left out of what is compared"),
    ("LoginSession.revokedAt", "only sign-ins that hold are listed"),
    ("Viewer.recoveryCodesLeft", "she has no second factor"),
    ("GenerationError.code", "her texts were written to their ends"),
    ("GenerationError.message", "her texts were written to their ends"),
];
