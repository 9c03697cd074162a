-- Dashboards: charts, tables and texts on a grid, with filters whose values go beside the statements of their queries.

CREATE TABLE dashboards (
    id              uuid PRIMARY KEY,
    workspace_id    uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    title           text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    description     text CHECK (length(description) <= 2000),
    tabs            jsonb NOT NULL CHECK (jsonb_array_length(tabs) BETWEEN 1 AND 10),
    filters         jsonb NOT NULL CHECK (jsonb_array_length(filters) <= 20),
    refresh_policy  text NOT NULL CHECK (refresh_policy IN ('MANUAL', 'ON_CHANGE', 'INTERVAL')),
    refresh_seconds integer CHECK (refresh_seconds BETWEEN 60 AND 604800),
    refreshed_at    timestamptz,
    next_refresh_at timestamptz,
    read_at         timestamptz NOT NULL,
    version         integer NOT NULL DEFAULT 1,
    -- What somebody made stays with the workspace when their account goes.
    author_id       uuid REFERENCES users (id) ON DELETE SET NULL,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    CHECK ((refresh_policy = 'INTERVAL') = (refresh_seconds IS NOT NULL)),
    CHECK ((refresh_policy = 'INTERVAL') = (next_refresh_at IS NOT NULL))
);
COMMENT ON TABLE dashboards IS 'Results of saved queries, and texts, on a grid.';
COMMENT ON COLUMN dashboards.description IS 'What it is for, in somebody''s words; null while nobody has said.';
COMMENT ON COLUMN dashboards.tabs IS 'A list of objects: key and title. At least one.';
COMMENT ON COLUMN dashboards.filters IS 'What can be chosen: a list of objects: name, label, type, default, options.';
COMMENT ON COLUMN dashboards.refresh_policy IS 'MANUAL: when somebody says so. ON_CHANGE: when data changed and somebody looks. INTERVAL: every refresh_seconds.';
COMMENT ON COLUMN dashboards.refresh_seconds IS 'Set for INTERVAL alone.';
COMMENT ON COLUMN dashboards.refreshed_at IS 'When all of its tiles were last run; null before.';
COMMENT ON COLUMN dashboards.next_refresh_at IS 'When they are due. Set for INTERVAL alone.';
COMMENT ON COLUMN dashboards.read_at IS 'When somebody last followed, refreshed or changed it, to the hour: what nobody reads is not refreshed by itself.';
COMMENT ON COLUMN dashboards.version IS 'One more with every change, so that nobody overwrites what they have not seen.';
COMMENT ON COLUMN dashboards.author_id IS 'Who made it; null when their account is gone.';
CREATE INDEX dashboards_workspace_id_idx ON dashboards (workspace_id, id);
CREATE INDEX dashboards_author_id_idx ON dashboards (author_id);
-- What is looked at every minute.
CREATE INDEX dashboards_next_refresh_at_idx ON dashboards (next_refresh_at) WHERE next_refresh_at IS NOT NULL;

CREATE TABLE dashboard_tiles (
    id           uuid PRIMARY KEY,
    dashboard_id uuid NOT NULL REFERENCES dashboards (id) ON DELETE CASCADE,
    tab          text NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('CHART', 'TABLE', 'TEXT')),
    -- A tile that has nothing more to show goes.
    chart_id     uuid REFERENCES charts (id) ON DELETE CASCADE,
    query_id     uuid REFERENCES saved_queries (id) ON DELETE CASCADE,
    body         text CHECK (length(body) <= 20000),
    x            integer NOT NULL CHECK (x BETWEEN 0 AND 11),
    y            integer NOT NULL CHECK (y BETWEEN 0 AND 999),
    w            integer NOT NULL CHECK (w BETWEEN 1 AND 12),
    h            integer NOT NULL CHECK (h BETWEEN 1 AND 24),
    parameters   jsonb NOT NULL,
    CHECK (x + w <= 12),
    CHECK ((kind = 'CHART') = (chart_id IS NOT NULL)),
    CHECK ((kind = 'TABLE') = (query_id IS NOT NULL)),
    CHECK ((kind = 'TEXT') = (body IS NOT NULL))
);
COMMENT ON TABLE dashboard_tiles IS 'What stands on a dashboard.';
COMMENT ON COLUMN dashboard_tiles.tab IS 'The key of one of the dashboard''s tabs.';
COMMENT ON COLUMN dashboard_tiles.kind IS 'CHART: a result as it is drawn. TABLE: its rows. TEXT: somebody''s words.';
COMMENT ON COLUMN dashboard_tiles.chart_id IS 'Set for CHART alone.';
COMMENT ON COLUMN dashboard_tiles.query_id IS 'Set for TABLE alone.';
COMMENT ON COLUMN dashboard_tiles.body IS 'Markdown. Set for TEXT alone.';
COMMENT ON COLUMN dashboard_tiles.x IS 'Columns to its left, of the 12 that the grid has.';
COMMENT ON COLUMN dashboard_tiles.y IS 'Rows above it.';
COMMENT ON COLUMN dashboard_tiles.w IS 'Columns that it takes.';
COMMENT ON COLUMN dashboard_tiles.h IS 'Rows that it takes.';
COMMENT ON COLUMN dashboard_tiles.parameters IS 'Which filter gives the value of which parameter of the query: an object of their names.';
CREATE INDEX dashboard_tiles_dashboard_id_idx ON dashboard_tiles (dashboard_id);
CREATE INDEX dashboard_tiles_chart_id_idx ON dashboard_tiles (chart_id) WHERE chart_id IS NOT NULL;
CREATE INDEX dashboard_tiles_query_id_idx ON dashboard_tiles (query_id) WHERE query_id IS NOT NULL;

CREATE TABLE dashboard_claims (
    query_id      uuid NOT NULL REFERENCES saved_queries (id) ON DELETE CASCADE,
    key           bytea NOT NULL CHECK (length(key) = 32),
    query_version integer NOT NULL,
    data_version  bigint NOT NULL,
    claimed_at    timestamptz NOT NULL,
    PRIMARY KEY (query_id, key)
);
COMMENT ON TABLE dashboard_claims IS 'Who follows a dashboard has out-of-date results run again: whoever writes the row does, once for all followers on all servers.';
COMMENT ON COLUMN dashboard_claims.key IS 'SHA-256 of the values that the query is run with.';
COMMENT ON COLUMN dashboard_claims.query_version IS 'That of the query for which it was last seen to.';
COMMENT ON COLUMN dashboard_claims.data_version IS 'That of the source for which it was last seen to.';
COMMENT ON COLUMN dashboard_claims.claimed_at IS 'When. Old rows are removed by a job.';
CREATE INDEX dashboard_claims_claimed_at_idx ON dashboard_claims (claimed_at);

-- The newest runs of a query with exactly these values.
CREATE INDEX query_runs_values_idx ON query_runs (saved_query_id, jsonb_hash(parameters), id) WHERE saved_query_id IS NOT NULL;
