-- Recordings of tutoring sessions: only with their students' consent, and only for so long.

ALTER TABLE courses
    ADD COLUMN tutoring_recording_days integer NOT NULL DEFAULT 30 CHECK (tutoring_recording_days BETWEEN 0 AND 3650);
COMMENT ON COLUMN courses.tutoring_recording_days IS 'Days that a recording of a session is kept; 0 for a course that takes none.';

ALTER TABLE tutoring_sessions
    ADD COLUMN recording_consented_at timestamptz;
COMMENT ON COLUMN tutoring_sessions.recording_consented_at IS 'When its student agreed that a recording is kept; null while they have not, or not any more.';

CREATE TABLE tutoring_recordings (
    id          uuid PRIMARY KEY,
    session_id  uuid NOT NULL UNIQUE REFERENCES tutoring_sessions (id) ON DELETE CASCADE,
    storage_key text NOT NULL UNIQUE,
    media_type  text NOT NULL,
    byte_size   bigint NOT NULL CHECK (byte_size > 0),
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL CHECK (expires_at > created_at)
);
COMMENT ON TABLE tutoring_recordings IS 'What a session sounded like, as its student''s client recorded it. One each; another takes its place.';
COMMENT ON COLUMN tutoring_recordings.storage_key IS 'Where its file is in the store of files.';
COMMENT ON COLUMN tutoring_recordings.media_type IS 'By its content, whatever it was called.';
COMMENT ON COLUMN tutoring_recordings.expires_at IS 'From when on nobody hears it any more; the file goes soon after.';
CREATE INDEX tutoring_recordings_expires_at_idx ON tutoring_recordings (expires_at);
