-- Statements that are kept to be run again, and pictures of what comes of them.

CREATE TABLE saved_queries (
    id          uuid PRIMARY KEY,
    source_id   uuid NOT NULL REFERENCES data_sources (id) ON DELETE CASCADE,
    name        text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    description text CHECK (length(description) <= 2000),
    question    text CHECK (length(question) <= 2000),
    sql         text NOT NULL CHECK (length(sql) <= 20000),
    parameters  jsonb NOT NULL,
    version     integer NOT NULL DEFAULT 1,
    -- What somebody made stays with the workspace when their account goes.
    author_id   uuid REFERENCES users (id) ON DELETE SET NULL,
    is_verified boolean NOT NULL DEFAULT false,
    verifier_id uuid REFERENCES users (id) ON DELETE SET NULL,
    verified_at timestamptz,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    CHECK (is_verified = (verified_at IS NOT NULL)),
    CHECK (is_verified OR verifier_id IS NULL)
);
COMMENT ON TABLE saved_queries IS 'A statement about a source that is kept under a name, to be run again with other values.';
COMMENT ON COLUMN saved_queries.name IS 'Its name for people.';
COMMENT ON COLUMN saved_queries.description IS 'What it tells, in somebody''s words; null while nobody has said.';
COMMENT ON COLUMN saved_queries.question IS 'The words that it answers; null for one that was written as it is.';
COMMENT ON COLUMN saved_queries.sql IS 'As it was written. The gate let it through when it was saved, and looks at it again at every run.';
COMMENT ON COLUMN saved_queries.parameters IS 'What it asks for: a list of objects: name, type, label, default.';
COMMENT ON COLUMN saved_queries.version IS 'One more with every change, so that nobody overwrites what they have not seen.';
COMMENT ON COLUMN saved_queries.author_id IS 'Who made it; null when their account is gone.';
COMMENT ON COLUMN saved_queries.is_verified IS 'Whether an editor vouches that the statement answers the question. A change of either ends that.';
COMMENT ON COLUMN saved_queries.verifier_id IS 'Who vouches; null while nobody does, and when their account is gone.';
COMMENT ON COLUMN saved_queries.verified_at IS 'Since when; null while nobody vouches.';
CREATE INDEX saved_queries_source_id_idx ON saved_queries (source_id, id);
CREATE INDEX saved_queries_author_id_idx ON saved_queries (author_id);
CREATE INDEX saved_queries_verifier_id_idx ON saved_queries (verifier_id);

CREATE TABLE charts (
    id          uuid PRIMARY KEY,
    query_id    uuid NOT NULL REFERENCES saved_queries (id) ON DELETE CASCADE,
    title       text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    description text CHECK (length(description) <= 2000),
    spec        jsonb NOT NULL,
    version     integer NOT NULL DEFAULT 1,
    author_id   uuid REFERENCES users (id) ON DELETE SET NULL,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL
);
COMMENT ON TABLE charts IS 'How the result of a saved query is drawn.';
COMMENT ON COLUMN charts.description IS 'What it shows, in somebody''s words; null while nobody has said.';
COMMENT ON COLUMN charts.spec IS 'Vega-Lite without data, as far as the rules of charts allow it.';
COMMENT ON COLUMN charts.version IS 'One more with every change, so that nobody overwrites what they have not seen.';
COMMENT ON COLUMN charts.author_id IS 'Who made it; null when their account is gone.';
CREATE INDEX charts_query_id_idx ON charts (query_id, id);
CREATE INDEX charts_author_id_idx ON charts (author_id);

ALTER TABLE query_runs ADD COLUMN saved_query_id uuid REFERENCES saved_queries (id) ON DELETE SET NULL;
COMMENT ON COLUMN query_runs.saved_query_id IS 'What was run, if it was kept; null for a statement that was written for this run, and when what was kept is gone.';
-- The history of a query, and its latest run.
CREATE INDEX query_runs_saved_query_id_idx ON query_runs (saved_query_id, id);
