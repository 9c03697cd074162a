-- Copies that people make of all that is theirs. The files are in object storage.

CREATE TABLE data_exports (
    id         uuid PRIMARY KEY,
    user_id    uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    status     text NOT NULL DEFAULT 'RUNNING' CHECK (status IN ('RUNNING', 'READY', 'FAILED')),
    progress   real NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1),
    byte_size  bigint CHECK (byte_size >= 0),
    created_at timestamptz NOT NULL,
    ended_at   timestamptz,
    expires_at timestamptz
);
COMMENT ON TABLE data_exports IS 'One copy of all that is one person''s, as a zip archive.';
COMMENT ON COLUMN data_exports.status IS 'RUNNING from when it is asked for; READY while it can be fetched.';
COMMENT ON COLUMN data_exports.progress IS 'Of the writing, 0 to 1.';
COMMENT ON COLUMN data_exports.byte_size IS 'Of the archive; null until it is READY.';
COMMENT ON COLUMN data_exports.expires_at IS 'When the file is removed, and the row of a failure; null while RUNNING.';
-- The newest of a person's, and the foreign key.
CREATE INDEX data_exports_user_id_idx ON data_exports (user_id, id DESC);
-- One at a time.
CREATE UNIQUE INDEX data_exports_running_key ON data_exports (user_id) WHERE status = 'RUNNING';
-- The clean-up.
CREATE INDEX data_exports_expires_at_idx ON data_exports (expires_at) WHERE expires_at IS NOT NULL;
