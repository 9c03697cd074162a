-- Data that people ask questions of: where they are, what was uploaded, what was asked and what came of it. The rows themselves are in
-- the database of uploaded data, which is another one.

CREATE TABLE data_sources (
    id           uuid PRIMARY KEY,
    workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    kind         text NOT NULL CHECK (kind IN ('UPLOADS')),
    data_version bigint NOT NULL DEFAULT 0,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL
);
COMMENT ON TABLE data_sources IS 'Tables that can be asked together, of one workspace.';
COMMENT ON COLUMN data_sources.name IS 'Its name for people.';
COMMENT ON COLUMN data_sources.kind IS 'UPLOADS: the workspace''s schema in the database of uploaded data; one each.';
COMMENT ON COLUMN data_sources.data_version IS 'One more with every change of its tables: results of before are out of date.';
CREATE UNIQUE INDEX data_sources_uploads_key ON data_sources (workspace_id) WHERE kind = 'UPLOADS';
CREATE INDEX data_sources_workspace_id_idx ON data_sources (workspace_id);

CREATE TABLE data_tables (
    id          uuid PRIMARY KEY,
    source_id   uuid NOT NULL REFERENCES data_sources (id) ON DELETE CASCADE,
    name        text NOT NULL CHECK (octet_length(name) BETWEEN 1 AND 63),
    description text CHECK (length(description) <= 1000),
    fields      jsonb NOT NULL,
    row_count   bigint NOT NULL CHECK (row_count >= 0),
    byte_size   bigint NOT NULL CHECK (byte_size >= 0),
    created_at  timestamptz NOT NULL,
    loaded_at   timestamptz NOT NULL,
    UNIQUE (source_id, name)
);
COMMENT ON TABLE data_tables IS 'A table of a source.';
COMMENT ON COLUMN data_tables.name IS 'Its name in SQL.';
COMMENT ON COLUMN data_tables.description IS 'What it holds, in somebody''s words; null while nobody has said.';
COMMENT ON COLUMN data_tables.fields IS 'Its columns: a list of objects: name in SQL, header in the file, type, unit, note.';
COMMENT ON COLUMN data_tables.row_count IS 'When it was loaded last.';
COMMENT ON COLUMN data_tables.byte_size IS 'On disk, when it was loaded last.';
COMMENT ON COLUMN data_tables.loaded_at IS 'When its rows were last replaced or added to.';

CREATE TABLE dataset_uploads (
    id            uuid PRIMARY KEY,
    source_id     uuid NOT NULL REFERENCES data_sources (id) ON DELETE CASCADE,
    uploader_id   uuid REFERENCES users (id) ON DELETE SET NULL,
    table_id      uuid REFERENCES data_tables (id) ON DELETE SET NULL,
    filename      text NOT NULL,
    format        text NOT NULL CHECK (format IN ('CSV', 'JSON_LINES', 'XLSX', 'PARQUET')),
    byte_size     bigint NOT NULL CHECK (byte_size > 0),
    sha256        bytea NOT NULL CHECK (length(sha256) = 32),
    storage_key   text NOT NULL UNIQUE,
    status        text NOT NULL CHECK (status IN ('PENDING', 'INSPECTING', 'INSPECTED', 'LOADING', 'LOADED', 'FAILED')),
    progress      real NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1),
    revision      integer NOT NULL DEFAULT 1,
    plan          jsonb NOT NULL,
    inspection    jsonb,
    row_count     bigint,
    problems      jsonb,
    error_code    text,
    error_message text,
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    ended_at      timestamptz,
    CHECK ((status = 'FAILED') = (error_code IS NOT NULL))
);
COMMENT ON TABLE dataset_uploads IS 'A file that becomes a table, or rows of one. The file is kept, so that it can be loaded again in another way.';
COMMENT ON COLUMN dataset_uploads.uploader_id IS 'Null when their account is gone: what they brought is the workspace''s.';
COMMENT ON COLUMN dataset_uploads.table_id IS 'What it was loaded into; null before, and when that is gone.';
COMMENT ON COLUMN dataset_uploads.filename IS 'As its uploader called it, without folders.';
COMMENT ON COLUMN dataset_uploads.format IS 'By its content.';
COMMENT ON COLUMN dataset_uploads.sha256 IS 'Of the file.';
COMMENT ON COLUMN dataset_uploads.storage_key IS 'Where the file is in the store of files.';
COMMENT ON COLUMN dataset_uploads.status IS 'How far it has come. INSPECTED waits for somebody to say that it be loaded.';
COMMENT ON COLUMN dataset_uploads.progress IS 'Of the present step.';
COMMENT ON COLUMN dataset_uploads.revision IS 'One more each time that it is to be loaded again: jobs of before have nothing more to do.';
COMMENT ON COLUMN dataset_uploads.plan IS 'What somebody wants: table, replace or append, how the file is written, names and types of columns.';
COMMENT ON COLUMN dataset_uploads.inspection IS 'What was found in the file: dialect, columns, first rows; null before.';
COMMENT ON COLUMN dataset_uploads.row_count IS 'Rows that came in; null before.';
COMMENT ON COLUMN dataset_uploads.problems IS 'Lines that do not fit, the first hundred, and how many there are; null for none.';
COMMENT ON COLUMN dataset_uploads.error_code IS 'Set while FAILED: a stable code.';
CREATE INDEX dataset_uploads_source_id_idx ON dataset_uploads (source_id, id);
CREATE INDEX dataset_uploads_uploader_id_idx ON dataset_uploads (uploader_id);
CREATE INDEX dataset_uploads_table_id_idx ON dataset_uploads (table_id);

CREATE TABLE query_results (
    id           uuid PRIMARY KEY,
    source_id    uuid NOT NULL REFERENCES data_sources (id) ON DELETE CASCADE,
    key          bytea NOT NULL CHECK (length(key) = 32),
    data_version bigint NOT NULL,
    fields       jsonb NOT NULL,
    row_count    integer NOT NULL CHECK (row_count >= 0),
    is_whole     boolean NOT NULL,
    byte_size    bigint NOT NULL CHECK (byte_size >= 0),
    is_truncated boolean NOT NULL,
    duration_ms  integer NOT NULL CHECK (duration_ms >= 0),
    computed_at  timestamptz NOT NULL
);
COMMENT ON TABLE query_results IS 'What came of a statement. Runs that ask the same of the same data share one that is whole.';
COMMENT ON COLUMN query_results.key IS 'SHA-256 of the statement that ran and its parameters.';
COMMENT ON COLUMN query_results.data_version IS 'That of the source at which it was computed.';
COMMENT ON COLUMN query_results.fields IS 'Its columns: a list of objects: name and type.';
COMMENT ON COLUMN query_results.row_count IS 'Rows that were kept so far.';
COMMENT ON COLUMN query_results.is_whole IS 'Whether all rows are there: not while the statement runs, and never when it failed or was stopped on its way. Size, truncation and duration are known when it is.';
COMMENT ON COLUMN query_results.is_truncated IS 'Whether there was more than is kept.';
COMMENT ON COLUMN query_results.computed_at IS 'When its last rows came.';
CREATE INDEX query_results_source_id_idx ON query_results (source_id, key, data_version);
-- For the job that removes old ones.
CREATE INDEX query_results_computed_at_idx ON query_results (computed_at);

CREATE TABLE query_result_pages (
    result_id uuid NOT NULL REFERENCES query_results (id) ON DELETE CASCADE,
    position  integer NOT NULL CHECK (position >= 0),
    rows      jsonb NOT NULL,
    PRIMARY KEY (result_id, position)
);
COMMENT ON TABLE query_result_pages IS 'The rows of a result, so many on a page that a client need not read all.';
COMMENT ON COLUMN query_result_pages.position IS 'From 0. All pages but the last hold 500 rows.';
COMMENT ON COLUMN query_result_pages.rows IS 'A list of lists of values. The last page grows while the statement runs.';

CREATE TABLE query_runs (
    id                  uuid PRIMARY KEY,
    source_id           uuid NOT NULL REFERENCES data_sources (id) ON DELETE CASCADE,
    asker_id            uuid REFERENCES users (id) ON DELETE SET NULL,
    result_id           uuid REFERENCES query_results (id) ON DELETE SET NULL,
    sql                 text NOT NULL CHECK (length(sql) <= 20000),
    checked_sql         text,
    parameters          jsonb NOT NULL,
    status              text NOT NULL CHECK (status IN ('RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
    is_cached           boolean NOT NULL DEFAULT false,
    error_code          text,
    error_message       text,
    error_hint          text,
    error_line          integer,
    error_column        integer,
    started_at          timestamptz NOT NULL,
    leased_until        timestamptz,
    cancel_requested_at timestamptz,
    ended_at            timestamptz,
    CHECK ((status = 'RUNNING') = (ended_at IS NULL))
);
COMMENT ON TABLE query_runs IS 'A statement that somebody ran: the history of a source.';
COMMENT ON COLUMN query_runs.asker_id IS 'Null when their account is gone.';
COMMENT ON COLUMN query_runs.result_id IS 'What came of it, while it runs too; null before its first rows, when there were none, and when they were removed.';
COMMENT ON COLUMN query_runs.sql IS 'As it was written.';
COMMENT ON COLUMN query_runs.checked_sql IS 'As it ran; null for one that was refused before.';
COMMENT ON COLUMN query_runs.parameters IS 'A list of objects: name, type and value.';
COMMENT ON COLUMN query_runs.status IS 'How far it has come.';
COMMENT ON COLUMN query_runs.is_cached IS 'Whether its result was there already.';
COMMENT ON COLUMN query_runs.error_code IS 'Set when it failed: a stable code, or SQLSTATE.';
COMMENT ON COLUMN query_runs.error_hint IS 'What Postgres would try instead.';
COMMENT ON COLUMN query_runs.error_line IS 'Where in the statement, from 1; null when that is not known.';
COMMENT ON COLUMN query_runs.error_column IS 'In characters from 1; null when that is not known.';
COMMENT ON COLUMN query_runs.leased_until IS 'Until when it has ended by itself. One that runs behind that was left by a process that is gone.';
COMMENT ON COLUMN query_runs.cancel_requested_at IS 'When somebody wanted it to stop.';
CREATE INDEX query_runs_source_id_idx ON query_runs (source_id, id);
CREATE INDEX query_runs_asker_id_idx ON query_runs (asker_id, id);
CREATE INDEX query_runs_result_id_idx ON query_runs (result_id);
-- What is looked at for runs that were left behind.
CREATE INDEX query_runs_leased_until_idx ON query_runs (leased_until) WHERE status = 'RUNNING';

CREATE TABLE warehouse_tenants (
    workspace  uuid PRIMARY KEY,
    created_at timestamptz NOT NULL
);
COMMENT ON TABLE warehouse_tenants IS 'Workspaces that have something in the database of uploaded data, or in the store of files. A row outlives its workspace until that is removed.';
COMMENT ON COLUMN warehouse_tenants.workspace IS 'No foreign key, so that it is known what is to be removed when the workspace is gone.';
