-- Files that people have made of results. The files are in object storage, and are removed before their rows.

CREATE TABLE result_exports (
    id             uuid PRIMARY KEY,
    user_id        uuid REFERENCES users (id) ON DELETE SET NULL,
    run_id         uuid REFERENCES query_runs (id) ON DELETE SET NULL,
    format         text NOT NULL CHECK (format IN ('CSV', 'XLSX', 'JSON', 'JSON_LINES', 'PARQUET')),
    is_neutralised boolean NOT NULL,
    is_for_excel   boolean NOT NULL,
    is_partial     boolean NOT NULL,
    status         text NOT NULL DEFAULT 'PENDING' CHECK (status IN ('PENDING', 'RUNNING', 'READY', 'FAILED', 'EXPIRED')),
    progress       real NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1),
    row_count      integer CHECK (row_count >= 0),
    byte_size      bigint CHECK (byte_size >= 0),
    storage_key    text NOT NULL UNIQUE,
    error_code     text,
    error_message  text,
    created_at     timestamptz NOT NULL,
    ended_at       timestamptz,
    expires_at     timestamptz NOT NULL,
    CHECK (status <> 'FAILED' OR error_code IS NOT NULL)
);
COMMENT ON TABLE result_exports IS 'A file of a result, for whoever had it made. A row outlives its maker and its run until its file is removed.';
COMMENT ON COLUMN result_exports.format IS 'What the file is.';
COMMENT ON COLUMN result_exports.is_neutralised IS 'Whether texts that a spreadsheet would run got an apostrophe.';
COMMENT ON COLUMN result_exports.is_for_excel IS 'Whether the file begins with a byte order mark.';
COMMENT ON COLUMN result_exports.is_partial IS 'Whether the result was cut when it was computed.';
COMMENT ON COLUMN result_exports.status IS 'How far it has come. EXPIRED: its file is removed.';
COMMENT ON COLUMN result_exports.progress IS 'Of the writing, 0 to 1.';
COMMENT ON COLUMN result_exports.row_count IS 'Rows in the file; null until it is READY.';
COMMENT ON COLUMN result_exports.storage_key IS 'Where the file is, or will be, in the store of files.';
COMMENT ON COLUMN result_exports.error_code IS 'Set when it FAILED: a stable code.';
COMMENT ON COLUMN result_exports.expires_at IS 'When the file is removed, or whatever is left of one that never came to an end.';
-- Those of a person that are under way, and the foreign key.
CREATE INDEX result_exports_user_id_idx ON result_exports (user_id, id DESC);
CREATE INDEX result_exports_run_id_idx ON result_exports (run_id);
-- The clean-up: of files, and of what nobody can see any more.
CREATE INDEX result_exports_expires_at_idx ON result_exports (expires_at);
CREATE INDEX result_exports_left_idx ON result_exports (id) WHERE user_id IS NULL OR run_id IS NULL;
