-- Pictures that people have made of charts and dashboards. The files are in object storage, and are removed before their rows.

CREATE TABLE picture_exports (
    id             uuid PRIMARY KEY,
    user_id        uuid REFERENCES users (id) ON DELETE SET NULL,
    chart_id       uuid REFERENCES charts (id) ON DELETE SET NULL,
    dashboard_id   uuid REFERENCES dashboards (id) ON DELETE SET NULL,
    format         text NOT NULL CHECK (format IN ('PNG', 'SVG', 'PDF')),
    width          integer NOT NULL CHECK (width BETWEEN 60 AND 4000),
    height         integer CHECK (height BETWEEN 60 AND 4000),
    theme          text NOT NULL CHECK (theme IN ('LIGHT', 'DARK')),
    filters        jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(filters) = 'array'),
    left_out       jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(left_out) = 'array'),
    status         text NOT NULL DEFAULT 'PENDING' CHECK (status IN ('PENDING', 'RUNNING', 'READY', 'FAILED', 'EXPIRED')),
    progress       real NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1),
    byte_size      bigint CHECK (byte_size >= 0),
    storage_key    text NOT NULL UNIQUE,
    error_code     text,
    error_message  text,
    created_at     timestamptz NOT NULL,
    ended_at       timestamptz,
    expires_at     timestamptz NOT NULL,
    CHECK (chart_id IS NULL OR dashboard_id IS NULL),
    CHECK (status <> 'FAILED' OR error_code IS NOT NULL)
);
COMMENT ON TABLE picture_exports IS 'A picture of a chart or a dashboard, for whoever had it made. A row outlives its maker and what it shows until its file is removed.';
COMMENT ON COLUMN picture_exports.chart_id IS 'What it shows: this or a dashboard; neither when that is gone.';
COMMENT ON COLUMN picture_exports.format IS 'What kind of file it is.';
COMMENT ON COLUMN picture_exports.width IS 'In pixels.';
COMMENT ON COLUMN picture_exports.height IS 'In pixels; null for a dashboard, which is as high as its tiles.';
COMMENT ON COLUMN picture_exports.theme IS 'Dark on light, or light on dark.';
COMMENT ON COLUMN picture_exports.filters IS 'A list of names, types and values: those of the dashboard''s filters.';
COMMENT ON COLUMN picture_exports.left_out IS 'A list of tiles that show a sentence instead of a result, and rows that are not all there: tile, title, reason.';
COMMENT ON COLUMN picture_exports.status IS 'How far it has come. EXPIRED: its file is removed.';
COMMENT ON COLUMN picture_exports.progress IS 'Of the drawing, 0 to 1.';
COMMENT ON COLUMN picture_exports.storage_key IS 'Where the file is, or will be, in the store of files.';
COMMENT ON COLUMN picture_exports.error_code IS 'Set when it FAILED: a stable code.';
COMMENT ON COLUMN picture_exports.expires_at IS 'When the file is removed, or whatever is left of one that never came to an end.';
-- Those of a person, the newest first, and the foreign key.
CREATE INDEX picture_exports_user_id_idx ON picture_exports (user_id, id DESC);
CREATE INDEX picture_exports_chart_id_idx ON picture_exports (chart_id);
CREATE INDEX picture_exports_dashboard_id_idx ON picture_exports (dashboard_id);
-- The clean-up: of files, and of what nobody can see any more.
CREATE INDEX picture_exports_expires_at_idx ON picture_exports (expires_at);
CREATE INDEX picture_exports_left_idx ON picture_exports (id) WHERE user_id IS NULL OR (chart_id IS NULL AND dashboard_id IS NULL);
