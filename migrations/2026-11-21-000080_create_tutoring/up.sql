-- Tutoring: short talks of students with a tutor about a week's readings, and what was held back in them.

ALTER TABLE courses
    ADD COLUMN tutoring_quota          integer NOT NULL DEFAULT 3 CHECK (tutoring_quota BETWEEN 0 AND 100),
    ADD COLUMN tutoring_seconds        integer NOT NULL DEFAULT 300 CHECK (tutoring_seconds BETWEEN 60 AND 7200),
    ADD COLUMN tutoring_retention_days integer CHECK (tutoring_retention_days BETWEEN 1 AND 3650);
COMMENT ON COLUMN courses.tutoring_quota IS 'Sessions that a student may begin within any seven days.';
COMMENT ON COLUMN courses.tutoring_seconds IS 'How long a session lasts at most.';
COMMENT ON COLUMN courses.tutoring_retention_days IS 'Days after its end that what was said in a session is kept; null for as long as its student and the course are there.';

ALTER TABLE messages
    ADD COLUMN kind text NOT NULL DEFAULT 'TEXT' CHECK (kind IN ('TEXT', 'OPENING', 'REDIRECT', 'SUPPORT', 'CLOSING'));
COMMENT ON COLUMN messages.kind IS 'What was said by whom in the ordinary course is TEXT; the others are said by a tutor in words of our own.';

CREATE TABLE tutoring_sessions (
    id                    uuid PRIMARY KEY,
    student_id            uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    course_id             uuid REFERENCES courses (id) ON DELETE SET NULL,
    week_id               uuid REFERENCES weeks (id) ON DELETE SET NULL,
    theme_id              uuid REFERENCES themes (id) ON DELETE SET NULL,
    conversation_id       uuid REFERENCES conversations (id) ON DELETE SET NULL,
    is_trial              boolean NOT NULL,
    course_name           text NOT NULL,
    week_number           integer NOT NULL,
    week_title            text,
    theme                 text,
    question              text NOT NULL,
    voice                 text CHECK (length(voice) BETWEEN 1 AND 100),
    started_at            timestamptz NOT NULL,
    expires_at            timestamptz NOT NULL,
    ended_at              timestamptz,
    end_reason            text CHECK (end_reason IN ('TIME', 'STUDENT', 'REMOVED')),
    transcript_deleted_at timestamptz,
    CHECK (expires_at > started_at),
    CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);
COMMENT ON TABLE tutoring_sessions IS 'A timed talk of a student with the tutor about a week. What is said is in its conversation, which is the student''s.';
COMMENT ON COLUMN tutoring_sessions.course_id IS 'Null once the course is purged, where its sessions were kept.';
COMMENT ON COLUMN tutoring_sessions.week_id IS 'Null once the week is gone.';
COMMENT ON COLUMN tutoring_sessions.theme_id IS 'Null once the week has another theme in its place, and for a week without themes.';
COMMENT ON COLUMN tutoring_sessions.conversation_id IS 'Null once what was said is purged.';
COMMENT ON COLUMN tutoring_sessions.is_trial IS 'Begun by somebody who teaches: it counts in no figure and against no quota.';
COMMENT ON COLUMN tutoring_sessions.course_name IS 'As it was at the beginning.';
COMMENT ON COLUMN tutoring_sessions.week_number IS 'As it was at the beginning.';
COMMENT ON COLUMN tutoring_sessions.week_title IS 'As it was at the beginning; null for a week without a title.';
COMMENT ON COLUMN tutoring_sessions.end_reason IS 'TIME, by its STUDENT, or REMOVED with its week, its course or what was said; null while it goes on.';
COMMENT ON COLUMN tutoring_sessions.theme IS 'What is talked about; null for all of the week.';
COMMENT ON COLUMN tutoring_sessions.question IS 'What the tutor asked first.';
COMMENT ON COLUMN tutoring_sessions.voice IS 'The voice that the student chose, in the words of the provider of voices; null for a session in writing.';
COMMENT ON COLUMN tutoring_sessions.expires_at IS 'When it ends by itself; nothing is answered from then on.';
COMMENT ON COLUMN tutoring_sessions.ended_at IS 'Null while it goes on. By TIME: when its time was over, whoever noticed that later.';
COMMENT ON COLUMN tutoring_sessions.transcript_deleted_at IS 'Since when what was said is gone; the session still counts against the quota.';

-- One at a time.
CREATE UNIQUE INDEX tutoring_sessions_running_key ON tutoring_sessions (student_id) WHERE ended_at IS NULL;
-- One's sessions, newest first; what goes with an account.
CREATE INDEX tutoring_sessions_student_id_idx ON tutoring_sessions (student_id, id DESC);
-- The quota: sessions of a student in a course within seven days; and those of a course.
CREATE INDEX tutoring_sessions_course_id_idx ON tutoring_sessions (course_id, student_id, started_at);
-- A week's sessions, newest first.
CREATE INDEX tutoring_sessions_week_id_idx ON tutoring_sessions (week_id, id DESC);
CREATE INDEX tutoring_sessions_theme_id_idx ON tutoring_sessions (theme_id) WHERE theme_id IS NOT NULL;
-- Who else may read a conversation is asked by the conversation.
CREATE UNIQUE INDEX tutoring_sessions_conversation_key ON tutoring_sessions (conversation_id) WHERE conversation_id IS NOT NULL;
-- For the job that ends what nobody watches.
CREATE INDEX tutoring_sessions_expires_at_idx ON tutoring_sessions (expires_at) WHERE ended_at IS NULL;

CREATE TABLE moderation_flags (
    id              uuid PRIMARY KEY,
    session_id      uuid NOT NULL REFERENCES tutoring_sessions (id) ON DELETE CASCADE,
    message_id      uuid REFERENCES messages (id) ON DELETE SET NULL,
    generation_id   uuid REFERENCES generations (id) ON DELETE SET NULL,
    direction       text NOT NULL CHECK (direction IN ('INPUT', 'OUTPUT')),
    categories      text[] NOT NULL CHECK (categories <@ ARRAY[
        'SEXUAL', 'PARTISAN', 'GOSSIP', 'OFF_TOPIC', 'MANIPULATION', 'SELF_HARM'
    ]),
    source          text NOT NULL CHECK (source IN ('RULES', 'READINGS', 'MODEL', 'FAILURE')),
    explanation     text NOT NULL,
    excerpt         text,
    created_at      timestamptz NOT NULL,
    appeal          text CHECK (length(appeal) BETWEEN 1 AND 2000),
    appealed_at     timestamptz,
    resolution      text CHECK (resolution IN ('UPHELD', 'DISMISSED')),
    resolution_note text CHECK (length(resolution_note) BETWEEN 1 AND 2000),
    resolver_id     uuid REFERENCES users (id) ON DELETE SET NULL,
    resolved_at     timestamptz,
    CHECK ((appeal IS NULL) = (appealed_at IS NULL)),
    CHECK ((resolution IS NULL) = (resolved_at IS NULL)),
    -- A run that is begun anew finds the same again. Serves the foreign key too.
    UNIQUE (generation_id, direction)
);
COMMENT ON TABLE moderation_flags IS 'What was held back in a session, and why.';
COMMENT ON COLUMN moderation_flags.message_id IS 'What the student said, for INPUT; the reply that was cut, for OUTPUT; null once it is purged.';
COMMENT ON COLUMN moderation_flags.generation_id IS 'The reply that was to be written; null once it is purged.';
COMMENT ON COLUMN moderation_flags.direction IS 'INPUT: said by the student, and shown to no model. OUTPUT: written by a model, and not shown to the student.';
COMMENT ON COLUMN moderation_flags.categories IS 'Empty where nothing was found, and it could not be looked into (FAILURE).';
COMMENT ON COLUMN moderation_flags.source IS 'Who found it: patterns, the distance to the readings, a model; or FAILURE when one of them did not answer.';
COMMENT ON COLUMN moderation_flags.explanation IS 'Why, in a sentence that does not repeat what was said.';
COMMENT ON COLUMN moderation_flags.appealed_at IS 'When the student objected; null while they have not.';
COMMENT ON COLUMN moderation_flags.resolution_note IS 'Why they decided so; null when they have not said.';
COMMENT ON COLUMN moderation_flags.resolved_at IS 'When they decided; null until then.';
COMMENT ON COLUMN moderation_flags.excerpt IS 'What was held back; null once what was said in the session is deleted.';
COMMENT ON COLUMN moderation_flags.appeal IS 'Why the student thinks that it was wrong.';
COMMENT ON COLUMN moderation_flags.resolution IS 'What those who teach made of it: it stays, or was a mistake.';
CREATE INDEX moderation_flags_session_id_idx ON moderation_flags (session_id, id);
CREATE INDEX moderation_flags_message_id_idx ON moderation_flags (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX moderation_flags_resolver_id_idx ON moderation_flags (resolver_id) WHERE resolver_id IS NOT NULL;

-- Whether somebody may read a conversation because it is a session of a course that they teach. Said once, for every statement
-- that reads conversations, messages or what was written for them.
CREATE FUNCTION is_taught_by(conversation uuid, reader uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT EXISTS (
        SELECT FROM tutoring_sessions t
        JOIN users s ON s.id = t.student_id AND s.deleted_at IS NULL
        JOIN courses c ON c.id = t.course_id AND c.deleted_at IS NULL
        JOIN course_members m ON m.course_id = c.id AND m.user_id = reader AND m.role <> 'STUDENT'
        WHERE t.conversation_id = conversation AND t.transcript_deleted_at IS NULL)
$$;
