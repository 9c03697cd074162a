-- Dashboards that are mailed at times, to whom, and what came of it.

CREATE TABLE scheduled_reports (
    id              uuid PRIMARY KEY,
    dashboard_id    uuid NOT NULL REFERENCES dashboards (id) ON DELETE CASCADE,
    title           text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    cron            text NOT NULL CHECK (length(cron) BETWEEN 9 AND 100),
    time_zone       text NOT NULL CHECK (length(time_zone) BETWEEN 1 AND 64),
    filters         jsonb NOT NULL,
    attachments     jsonb NOT NULL,
    is_enabled      boolean NOT NULL,
    disabled_reason text,
    next_run_at     timestamptz,
    failures        integer NOT NULL DEFAULT 0 CHECK (failures >= 0),
    version         integer NOT NULL DEFAULT 1,
    author_id       uuid REFERENCES users (id) ON DELETE SET NULL,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    CHECK (is_enabled = (next_run_at IS NOT NULL)),
    CHECK (disabled_reason IS NULL OR NOT is_enabled)
);
COMMENT ON TABLE scheduled_reports IS 'A dashboard that is mailed at times.';
COMMENT ON COLUMN scheduled_reports.cron IS 'When, in five fields: minute, hour, day of the month, month, day of the week.';
COMMENT ON COLUMN scheduled_reports.time_zone IS 'Of the IANA database: whose clock the fields mean.';
COMMENT ON COLUMN scheduled_reports.filters IS 'Values of the dashboard''s filters: a list of name and value.';
COMMENT ON COLUMN scheduled_reports.attachments IS 'A list of PDF, CSV and XLSX.';
COMMENT ON COLUMN scheduled_reports.is_enabled IS 'Whether it is sent at its times.';
COMMENT ON COLUMN scheduled_reports.disabled_reason IS 'Why it stopped by itself; null when it runs, or when somebody stopped it.';
COMMENT ON COLUMN scheduled_reports.next_run_at IS 'When it is sent next; null while it is stopped.';
COMMENT ON COLUMN scheduled_reports.failures IS 'How many of its newest runs by schedule failed one after another.';
COMMENT ON COLUMN scheduled_reports.author_id IS 'Null when their account is gone.';
CREATE INDEX scheduled_reports_dashboard_id_idx ON scheduled_reports (dashboard_id, id DESC);
CREATE INDEX scheduled_reports_author_id_idx ON scheduled_reports (author_id);
CREATE INDEX scheduled_reports_next_run_at_idx ON scheduled_reports (next_run_at) WHERE next_run_at IS NOT NULL;

CREATE TABLE report_recipients (
    report_id       uuid NOT NULL REFERENCES scheduled_reports (id) ON DELETE CASCADE,
    user_id         uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    unsubscribed_at timestamptz,
    PRIMARY KEY (report_id, user_id)
);
COMMENT ON TABLE report_recipients IS 'Who gets a report: people who may see its dashboard, never addresses.';
COMMENT ON COLUMN report_recipients.unsubscribed_at IS 'Since when they want it no more: the row stays, so that nobody else makes them get it again.';
CREATE INDEX report_recipients_user_id_idx ON report_recipients (user_id);

CREATE TABLE report_runs (
    id            uuid PRIMARY KEY,
    report_id     uuid NOT NULL REFERENCES scheduled_reports (id) ON DELETE CASCADE,
    trigger       text NOT NULL CHECK (trigger IN ('SCHEDULE', 'MANUAL')),
    status        text NOT NULL DEFAULT 'RUNNING' CHECK (status IN ('RUNNING', 'SENT', 'PARTIAL', 'FAILED')),
    scheduled_for timestamptz NOT NULL,
    started_at    timestamptz NOT NULL,
    ended_at      timestamptz,
    awaited       jsonb,
    letter        text,
    tiles_shown   integer NOT NULL DEFAULT 0 CHECK (tiles_shown >= 0),
    tiles_missing integer NOT NULL DEFAULT 0 CHECK (tiles_missing >= 0),
    problems      jsonb NOT NULL DEFAULT '[]',
    CHECK ((status = 'RUNNING') = (ended_at IS NULL)),
    CHECK (letter IS NULL OR status = 'RUNNING')
);
COMMENT ON TABLE report_runs IS 'A time at which a report was sent, or should have been.';
COMMENT ON COLUMN report_runs.trigger IS 'SCHEDULE: its time had come. MANUAL: somebody wanted it at once.';
COMMENT ON COLUMN report_runs.status IS 'PARTIAL: something of it did not arrive, or somewhere. FAILED: nobody got anything.';
COMMENT ON COLUMN report_runs.scheduled_for IS 'The time that had come; of several that were missed, the first.';
COMMENT ON COLUMN report_runs.awaited IS 'A list of tile and query run; null until the queries of the dashboard have been begun.';
COMMENT ON COLUMN report_runs.letter IS 'What is sent, in JSON, from when it is written until all letters have left.';
COMMENT ON COLUMN report_runs.tiles_shown IS 'Tiles with a result that are in the mail.';
COMMENT ON COLUMN report_runs.tiles_missing IS 'Tiles that are not.';
COMMENT ON COLUMN report_runs.problems IS 'A list of what is missing and why; letters that did not arrive are told by their rows.';
CREATE INDEX report_runs_report_id_idx ON report_runs (report_id, id DESC);
CREATE INDEX report_runs_running_idx ON report_runs (started_at) WHERE status = 'RUNNING';
-- One run for each time, however many servers see that it has come.
CREATE UNIQUE INDEX report_runs_time_idx ON report_runs (report_id, scheduled_for) WHERE trigger = 'SCHEDULE';

CREATE TABLE report_deliveries (
    run_id        uuid NOT NULL REFERENCES report_runs (id) ON DELETE CASCADE,
    user_id       uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    status        text NOT NULL DEFAULT 'PENDING' CHECK (status IN ('PENDING', 'SENT', 'FAILED', 'SKIPPED')),
    sent_at       timestamptz,
    error_code    text,
    error_message text,
    PRIMARY KEY (run_id, user_id),
    CHECK ((status = 'SENT') = (sent_at IS NOT NULL)),
    CHECK ((status IN ('FAILED', 'SKIPPED')) = (error_code IS NOT NULL))
);
COMMENT ON TABLE report_deliveries IS 'One letter of a run.';
COMMENT ON COLUMN report_deliveries.status IS 'SKIPPED: not sent, as whom it is for may not see the dashboard any more, or wants no report any more.';
COMMENT ON COLUMN report_deliveries.error_code IS 'Set when it was not sent: a stable code.';
COMMENT ON COLUMN report_deliveries.sent_at IS 'When the mail server took it.';
CREATE INDEX report_deliveries_user_id_idx ON report_deliveries (user_id);
