-- Alerts: conditions over what comes of saved queries, how they stand, what happened to them, and who hears of it.

CREATE TABLE alerts (
    id                 uuid PRIMARY KEY,
    workspace_id       uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    -- An alert that has nothing more to watch goes.
    query_id           uuid NOT NULL REFERENCES saved_queries (id) ON DELETE CASCADE,
    name               text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    description        text CHECK (length(description) <= 2000),
    parameters         jsonb NOT NULL,
    rule               jsonb NOT NULL,
    interval_seconds   integer NOT NULL CHECK (interval_seconds BETWEEN 60 AND 86400),
    muted_until        timestamptz,
    version            integer NOT NULL DEFAULT 1,
    -- What somebody made stays with the workspace when their account goes.
    author_id          uuid REFERENCES users (id) ON DELETE SET NULL,
    created_at         timestamptz NOT NULL,
    updated_at         timestamptz NOT NULL,
    state              text NOT NULL CHECK (state IN ('OK', 'PENDING', 'FIRING', 'NO_DATA', 'ERROR')),
    since              timestamptz NOT NULL,
    cleared_at         timestamptz,
    failures           integer NOT NULL DEFAULT 0,
    last_value         numeric,
    last_message       text CHECK (length(last_message) <= 500),
    last_evaluated_at  timestamptz,
    notified_at        timestamptz,
    acknowledged_at    timestamptz,
    -- That somebody sees to it stays true when their account goes.
    acknowledger_id    uuid REFERENCES users (id) ON DELETE SET NULL,
    next_evaluation_at timestamptz NOT NULL,
    sequence           bigint NOT NULL DEFAULT 0,
    claimed_until      timestamptz,
    -- A run may be removed with its source's history; the evaluation then says that it is gone.
    run_id             uuid REFERENCES query_runs (id) ON DELETE SET NULL,
    data_version       bigint NOT NULL DEFAULT 0,
    CHECK (cleared_at IS NULL OR state = 'FIRING')
);
COMMENT ON TABLE alerts IS 'Conditions over what comes of saved queries, and how they stand.';
COMMENT ON COLUMN alerts.workspace_id IS 'That of the query''s source.';
COMMENT ON COLUMN alerts.name IS 'What people are told that it is called.';
COMMENT ON COLUMN alerts.description IS 'What it is for, in somebody''s words; null while nobody has said.';
COMMENT ON COLUMN alerts.parameters IS 'Values for what the query asks for: a list of pairs of name and value.';
COMMENT ON COLUMN alerts.rule IS 'An object: column, reduce, condition, graces, and what becomes of the state without data and on errors.';
COMMENT ON COLUMN alerts.interval_seconds IS 'How often its query is run when the data of its source do not change.';
COMMENT ON COLUMN alerts.muted_until IS 'Until when nobody hears of it; null or past for heard.';
COMMENT ON COLUMN alerts.version IS 'One more with every change of what somebody wrote, so that nobody overwrites what they have not seen.';
COMMENT ON COLUMN alerts.author_id IS 'Who made it; null when their account is gone.';
COMMENT ON COLUMN alerts.state IS 'OK, PENDING: holds, not long enough yet. FIRING: holds. NO_DATA: nothing to look at. ERROR: the query fails.';
COMMENT ON COLUMN alerts.since IS 'Since when it is in that state.';
COMMENT ON COLUMN alerts.cleared_at IS 'Since when the condition of a firing one does not hold; null while it does.';
COMMENT ON COLUMN alerts.failures IS 'Evaluations in a row that failed.';
COMMENT ON COLUMN alerts.last_value IS 'The last that was seen; null before.';
COMMENT ON COLUMN alerts.last_message IS 'What the last evaluation came to, in a sentence.';
COMMENT ON COLUMN alerts.last_evaluated_at IS 'When that was; null before the first.';
COMMENT ON COLUMN alerts.notified_at IS 'The time for which it was last told again that it fires; null since the state changed.';
COMMENT ON COLUMN alerts.acknowledged_at IS 'Since when somebody sees to it; null while nobody does.';
COMMENT ON COLUMN alerts.sequence IS 'The number of the newest evaluation or reset: what comes of an earlier one does not count.';
COMMENT ON COLUMN alerts.claimed_until IS 'Until when somebody evaluates it; null while nobody does.';
COMMENT ON COLUMN alerts.run_id IS 'What was begun for that evaluation.';
COMMENT ON COLUMN alerts.next_evaluation_at IS 'When it is evaluated next if the data do not change before.';
COMMENT ON COLUMN alerts.data_version IS 'That of the source when an evaluation was last claimed: it is due again when that is another.';
CREATE INDEX alerts_workspace_id_idx ON alerts (workspace_id, id);
CREATE INDEX alerts_query_id_idx ON alerts (query_id, id);
CREATE INDEX alerts_author_id_idx ON alerts (author_id);
CREATE INDEX alerts_acknowledger_id_idx ON alerts (acknowledger_id);
CREATE INDEX alerts_run_id_idx ON alerts (run_id);
-- What is looked at every minute.
CREATE INDEX alerts_next_evaluation_at_idx ON alerts (next_evaluation_at);

CREATE TABLE alert_recipients (
    alert_id  uuid NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
    -- Whoever is taken out of the workspace hears of nothing in it any more, also when they come back.
    member_id uuid NOT NULL REFERENCES workspace_members (id) ON DELETE CASCADE,
    PRIMARY KEY (alert_id, member_id)
);
COMMENT ON TABLE alert_recipients IS 'Who hears of an alert.';
CREATE INDEX alert_recipients_member_id_idx ON alert_recipients (member_id);

CREATE TABLE alert_events (
    id             uuid PRIMARY KEY,
    alert_id       uuid NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
    sequence       bigint NOT NULL,
    from_state     text NOT NULL CHECK (from_state IN ('OK', 'PENDING', 'FIRING', 'NO_DATA', 'ERROR')),
    to_state       text NOT NULL CHECK (to_state IN ('OK', 'PENDING', 'FIRING', 'NO_DATA', 'ERROR')),
    value          numeric,
    message        text NOT NULL CHECK (length(message) <= 500),
    at             timestamptz NOT NULL,
    notified_count integer NOT NULL,
    -- An evaluation leads to one event at most, whoever makes it and however often.
    UNIQUE (alert_id, sequence)
);
COMMENT ON TABLE alert_events IS 'What happened to alerts: changes of the state, and what was told again. Removed by a job after a year.';
COMMENT ON COLUMN alert_events.sequence IS 'That of the evaluation, or of the change of the alert.';
COMMENT ON COLUMN alert_events.from_state IS 'Before it.';
COMMENT ON COLUMN alert_events.to_state IS 'The same as before for one that was told again.';
COMMENT ON COLUMN alert_events.value IS 'What was seen; null without a value.';
COMMENT ON COLUMN alert_events.message IS 'What people were told, in a sentence.';
COMMENT ON COLUMN alert_events.at IS 'When the evaluation was, on the clock of who made it.';
COMMENT ON COLUMN alert_events.notified_count IS 'People who were told; 0 for what was muted, and for what nobody is told of.';
CREATE INDEX alert_events_alert_id_idx ON alert_events (alert_id, id);
CREATE INDEX alert_events_at_idx ON alert_events (at);

CREATE TABLE alert_values (
    alert_id uuid NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
    sequence bigint NOT NULL,
    value    numeric NOT NULL,
    at       timestamptz NOT NULL,
    PRIMARY KEY (alert_id, sequence)
);
COMMENT ON TABLE alert_values IS 'What alerts on changes over a time have seen. Removed by a job when no change looks back that far.';
COMMENT ON COLUMN alert_values.sequence IS 'That of the evaluation.';
COMMENT ON COLUMN alert_values.value IS 'What it saw.';
COMMENT ON COLUMN alert_values.at IS 'When that was.';
CREATE INDEX alert_values_alert_id_idx ON alert_values (alert_id, at);
CREATE INDEX alert_values_at_idx ON alert_values (at);
