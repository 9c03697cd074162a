-- What was used, summed up in quarters of an hour. Days of every time zone are whole numbers of them, with offsets of half and
-- three quarters of an hour and with clocks that are put forward and back: a day is an exact sum, whoever's day it is.

-- The quarter of an hour that a moment is in, by its beginning.
CREATE FUNCTION analytics_bucket(moment timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT date_bin('15 minutes', moment, '2000-01-01 00:00:00+00')
$$;

-- The bin of a time in milliseconds: below 128 the time itself, above it 64 bins for each doubling. The middle of a bin is at
-- most one part in 128 (0.8 %) from any time in it. `domain/analytics/histogram.rs` knows the way back.
CREATE FUNCTION analytics_bin(ms integer) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN ms < 128 THEN greatest(ms, 0)
                ELSE 64 * (26 - position(B'1' IN ms::bit(32))) + (ms >> (26 - position(B'1' IN ms::bit(32)))) END
$$;

-- Finds what is not summed up yet, and a page of what somebody did.
CREATE INDEX generations_owner_created_at_idx ON generations (owner_id, created_at, id);
CREATE INDEX documents_owner_created_at_idx ON documents (owner_id, created_at, id);
CREATE INDEX tutoring_sessions_student_started_at_idx ON tutoring_sessions (student_id, started_at, id);

CREATE TABLE analytics_usage (
    user_id               uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    starts_at             timestamptz NOT NULL,
    slot                  integer NOT NULL,
    purpose               text NOT NULL,
    provider              text,
    model                 text,
    course_id             uuid REFERENCES courses (id) ON DELETE SET NULL,
    runs                  bigint NOT NULL,
    queries               bigint NOT NULL,
    failures              bigint NOT NULL,
    stopped               bigint NOT NULL,
    measured_runs         bigint NOT NULL,
    counted_runs          bigint NOT NULL,
    unpriced_runs         bigint NOT NULL,
    input_tokens          bigint NOT NULL,
    output_tokens         bigint NOT NULL,
    cached_input_tokens   bigint NOT NULL,
    counted_input_tokens  bigint NOT NULL,
    counted_output_tokens bigint NOT NULL,
    cost_usd              numeric NOT NULL,
    response_sum_ms       bigint NOT NULL,
    response_min_ms       integer,
    response_max_ms       integer,
    response_bins         integer[] NOT NULL,
    response_counts       bigint[] NOT NULL,
    first_token_sum_ms    bigint NOT NULL,
    first_token_min_ms    integer,
    first_token_max_ms    integer,
    first_token_bins      integer[] NOT NULL,
    first_token_counts    bigint[] NOT NULL,
    PRIMARY KEY (user_id, starts_at, slot)
);
COMMENT ON TABLE analytics_usage IS 'What runs of models that somebody asked for in a quarter of an hour came to, by purpose, model and course. Made from generations by a job, and not to be believed for a quarter that is in analytics_changes.';
COMMENT ON COLUMN analytics_usage.starts_at IS 'The beginning of the quarter of an hour in which the runs were asked for.';
COMMENT ON COLUMN analytics_usage.slot IS 'Place among the rows of the quarter, from 1.';
COMMENT ON COLUMN analytics_usage.purpose IS 'What the texts are for: generations.purpose.';
COMMENT ON COLUMN analytics_usage.provider IS 'Null for runs that came to no model.';
COMMENT ON COLUMN analytics_usage.model IS 'Null for runs that came to no model.';
COMMENT ON COLUMN analytics_usage.course_id IS 'The course in whose tutoring it was said, where that counts; null for all else, and once the course or what was said is purged.';
COMMENT ON COLUMN analytics_usage.runs IS 'Runs that have ended.';
COMMENT ON COLUMN analytics_usage.queries IS 'Those of them that answer what somebody asked or said.';
COMMENT ON COLUMN analytics_usage.failures IS 'Those of them that broke off.';
COMMENT ON COLUMN analytics_usage.stopped IS 'Those of them that somebody stopped.';
COMMENT ON COLUMN analytics_usage.measured_runs IS 'Those of them whose tokens the provider told.';
COMMENT ON COLUMN analytics_usage.counted_runs IS 'Those of them whose tokens we counted, the provider having told none.';
COMMENT ON COLUMN analytics_usage.unpriced_runs IS 'Those of them that took tokens of a model without a known price.';
COMMENT ON COLUMN analytics_usage.input_tokens IS 'Read, cached and counted ones included.';
COMMENT ON COLUMN analytics_usage.output_tokens IS 'Written, counted ones included.';
COMMENT ON COLUMN analytics_usage.cached_input_tokens IS 'Those of input_tokens that came from a cache of the provider.';
COMMENT ON COLUMN analytics_usage.counted_input_tokens IS 'Those of input_tokens that we counted.';
COMMENT ON COLUMN analytics_usage.counted_output_tokens IS 'Those of output_tokens that we counted.';
COMMENT ON COLUMN analytics_usage.cost_usd IS 'By list prices; models without one cost nothing here.';
COMMENT ON COLUMN analytics_usage.response_sum_ms IS 'How long runs took that were written to their ends.';
COMMENT ON COLUMN analytics_usage.response_min_ms IS 'Null where there were none.';
COMMENT ON COLUMN analytics_usage.response_max_ms IS 'Null where there were none.';
COMMENT ON COLUMN analytics_usage.response_bins IS 'Which bins (analytics_bin) the times fell into, ascending.';
COMMENT ON COLUMN analytics_usage.response_counts IS 'How many fell into each of response_bins.';
COMMENT ON COLUMN analytics_usage.first_token_sum_ms IS 'How long the first words took, of runs that had any.';
COMMENT ON COLUMN analytics_usage.first_token_min_ms IS 'Null where there were none.';
COMMENT ON COLUMN analytics_usage.first_token_max_ms IS 'Null where there were none.';
COMMENT ON COLUMN analytics_usage.first_token_bins IS 'As response_bins.';
COMMENT ON COLUMN analytics_usage.first_token_counts IS 'As response_counts.';
CREATE INDEX analytics_usage_course_id_idx ON analytics_usage (course_id, starts_at) WHERE course_id IS NOT NULL;
-- All accounts at once.
CREATE INDEX analytics_usage_starts_at_idx ON analytics_usage (starts_at);

-- By conversation in a table of its own: a program that opens one for every question would leave nothing summed up in the other.
CREATE TABLE analytics_conversations (
    user_id               uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    starts_at             timestamptz NOT NULL,
    conversation_id       uuid NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    runs                  bigint NOT NULL,
    queries               bigint NOT NULL,
    failures              bigint NOT NULL,
    stopped               bigint NOT NULL,
    measured_runs         bigint NOT NULL,
    counted_runs          bigint NOT NULL,
    unpriced_runs         bigint NOT NULL,
    input_tokens          bigint NOT NULL,
    output_tokens         bigint NOT NULL,
    cached_input_tokens   bigint NOT NULL,
    counted_input_tokens  bigint NOT NULL,
    counted_output_tokens bigint NOT NULL,
    cost_usd              numeric NOT NULL,
    response_sum_ms       bigint NOT NULL,
    response_min_ms       integer,
    response_max_ms       integer,
    response_bins         integer[] NOT NULL,
    response_counts       bigint[] NOT NULL,
    first_token_sum_ms    bigint NOT NULL,
    first_token_min_ms    integer,
    first_token_max_ms    integer,
    first_token_bins      integer[] NOT NULL,
    first_token_counts    bigint[] NOT NULL,
    PRIMARY KEY (user_id, starts_at, conversation_id)
);
COMMENT ON TABLE analytics_conversations IS 'As analytics_usage, by conversation; the columns mean the same.';
COMMENT ON COLUMN analytics_conversations.starts_at IS 'As in analytics_usage.';
COMMENT ON COLUMN analytics_conversations.runs IS 'As in analytics_usage.';
COMMENT ON COLUMN analytics_conversations.queries IS 'As in analytics_usage.';
COMMENT ON COLUMN analytics_conversations.failures IS 'As in analytics_usage.';
COMMENT ON COLUMN analytics_conversations.stopped IS 'As in analytics_usage.';
COMMENT ON COLUMN analytics_conversations.measured_runs IS 'As in analytics_usage.';
COMMENT ON COLUMN analytics_conversations.counted_runs IS 'As in analytics_usage.';
COMMENT ON COLUMN analytics_conversations.unpriced_runs IS 'As in analytics_usage.';
COMMENT ON COLUMN analytics_conversations.input_tokens IS 'As in analytics_usage.';
COMMENT ON COLUMN analytics_conversations.output_tokens IS 'As in analytics_usage.';
COMMENT ON COLUMN analytics_conversations.cached_input_tokens IS 'As in analytics_usage.';
COMMENT ON COLUMN analytics_conversations.counted_input_tokens IS 'As in analytics_usage.';
COMMENT ON COLUMN analytics_conversations.counted_output_tokens IS 'As in analytics_usage.';
COMMENT ON COLUMN analytics_conversations.cost_usd IS 'As in analytics_usage.';
COMMENT ON COLUMN analytics_conversations.response_sum_ms IS 'As in analytics_usage.';
COMMENT ON COLUMN analytics_conversations.response_min_ms IS 'As in analytics_usage.';
COMMENT ON COLUMN analytics_conversations.response_max_ms IS 'As in analytics_usage.';
COMMENT ON COLUMN analytics_conversations.response_bins IS 'As in analytics_usage.';
COMMENT ON COLUMN analytics_conversations.response_counts IS 'As in analytics_usage.';
COMMENT ON COLUMN analytics_conversations.first_token_sum_ms IS 'As in analytics_usage.';
COMMENT ON COLUMN analytics_conversations.first_token_min_ms IS 'As in analytics_usage.';
COMMENT ON COLUMN analytics_conversations.first_token_max_ms IS 'As in analytics_usage.';
COMMENT ON COLUMN analytics_conversations.first_token_bins IS 'As in analytics_usage.';
COMMENT ON COLUMN analytics_conversations.first_token_counts IS 'As in analytics_usage.';
CREATE INDEX analytics_conversations_conversation_id_idx ON analytics_conversations (conversation_id);

CREATE TABLE analytics_changes (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id   uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    starts_at timestamptz NOT NULL
);
COMMENT ON TABLE analytics_changes IS 'Quarters of an hour in which something changed since they were summed up, a row a change. Written in the transaction of the change and removed in that of the sum, so that one is never without the other; nobody waits for a lock on it.';
COMMENT ON COLUMN analytics_changes.starts_at IS 'The beginning of the quarter of an hour.';
CREATE INDEX analytics_changes_user_id_idx ON analytics_changes (user_id, starts_at);

-- What counts of a run, in the columns of the sums: what is summed up, and what is read where nothing is yet.
CREATE VIEW analytics_runs AS
SELECT g.owner_id AS user_id, g.created_at, analytics_bucket(g.created_at) AS starts_at, g.purpose, g.provider, g.model,
       -- One look-up a run, by the one session that a conversation can have.
       (SELECT t.course_id FROM tutoring_sessions t WHERE t.conversation_id = g.conversation_id AND NOT t.is_trial) AS course_id,
       g.conversation_id,
       1::bigint AS runs,
       (g.purpose IN ('ANSWER', 'REPLY', 'TUTOR'))::integer::bigint AS queries,
       (g.status = 'FAILED')::integer::bigint AS failures,
       (g.status = 'STOPPED')::integer::bigint AS stopped,
       (g.input_tokens IS NOT NULL AND NOT g.usage_is_estimated)::integer::bigint AS measured_runs,
       (g.input_tokens IS NOT NULL AND g.usage_is_estimated)::integer::bigint AS counted_runs,
       (g.cost_usd IS NULL AND coalesce(g.input_tokens, 0) + coalesce(g.output_tokens, 0) > 0)::integer::bigint AS unpriced_runs,
       coalesce(g.input_tokens, 0)::bigint AS input_tokens,
       coalesce(g.output_tokens, 0)::bigint AS output_tokens,
       coalesce(g.cached_input_tokens, 0)::bigint AS cached_input_tokens,
       CASE WHEN g.usage_is_estimated THEN coalesce(g.input_tokens, 0) ELSE 0 END::bigint AS counted_input_tokens,
       CASE WHEN g.usage_is_estimated THEN coalesce(g.output_tokens, 0) ELSE 0 END::bigint AS counted_output_tokens,
       coalesce(g.cost_usd, 0)::numeric AS cost_usd,
       coalesce(d.ms, 0)::bigint AS response_sum_ms, d.ms AS response_min_ms, d.ms AS response_max_ms,
       CASE WHEN d.ms IS NULL THEN '{}' ELSE ARRAY[analytics_bin(d.ms)] END::integer[] AS response_bins,
       CASE WHEN d.ms IS NULL THEN '{}' ELSE '{1}' END::bigint[] AS response_counts,
       coalesce(g.first_token_ms, 0)::bigint AS first_token_sum_ms,
       g.first_token_ms AS first_token_min_ms, g.first_token_ms AS first_token_max_ms,
       CASE WHEN g.first_token_ms IS NULL THEN '{}' ELSE ARRAY[analytics_bin(g.first_token_ms)] END::integer[] AS first_token_bins,
       CASE WHEN g.first_token_ms IS NULL THEN '{}' ELSE '{1}' END::bigint[] AS first_token_counts
FROM generations g
CROSS JOIN LATERAL (SELECT CASE WHEN g.status = 'COMPLETED' THEN g.duration_ms END AS ms) d
WHERE g.ended_at IS NOT NULL;
COMMENT ON VIEW analytics_runs IS 'A run that has ended, in the columns of analytics_usage.';

-- Of an account that is being removed nothing needs to be summed up any more.
CREATE FUNCTION analytics_note_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO analytics_changes (user_id, starts_at)
    SELECT DISTINCT u.id, analytics_bucket(c.created_at)
    FROM (VALUES (OLD.owner_id, OLD.created_at), (NEW.owner_id, NEW.created_at)) c (owner, created_at)
    JOIN users u ON u.id = c.owner;
    RETURN NULL;
END $$;
CREATE TRIGGER analytics_run_added AFTER INSERT ON generations
    FOR EACH ROW WHEN (NEW.ended_at IS NOT NULL) EXECUTE FUNCTION analytics_note_run();
CREATE TRIGGER analytics_run_removed AFTER DELETE ON generations
    FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION analytics_note_run();
-- Runs that are asked for, begun and read on change nothing that counts.
CREATE TRIGGER analytics_run_changed AFTER UPDATE ON generations
    FOR EACH ROW WHEN ((OLD.ended_at IS NOT NULL OR NEW.ended_at IS NOT NULL) AND (
        (OLD.owner_id, OLD.created_at, OLD.ended_at IS NULL, OLD.purpose, OLD.status, OLD.provider, OLD.model,
         OLD.conversation_id, OLD.input_tokens, OLD.output_tokens, OLD.cached_input_tokens, OLD.usage_is_estimated,
         OLD.cost_usd, OLD.first_token_ms, OLD.duration_ms)
        IS DISTINCT FROM
        (NEW.owner_id, NEW.created_at, NEW.ended_at IS NULL, NEW.purpose, NEW.status, NEW.provider, NEW.model,
         NEW.conversation_id, NEW.input_tokens, NEW.output_tokens, NEW.cached_input_tokens, NEW.usage_is_estimated,
         NEW.cost_usd, NEW.first_token_ms, NEW.duration_ms)))
    EXECUTE FUNCTION analytics_note_run();

-- Which course a run counts for is said by the session of its conversation.
CREATE FUNCTION analytics_note_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO analytics_changes (user_id, starts_at)
    SELECT DISTINCT u.id, analytics_bucket(g.created_at)
    FROM generations g JOIN users u ON u.id = g.owner_id
    WHERE g.ended_at IS NOT NULL AND g.conversation_id IN (OLD.conversation_id, NEW.conversation_id);
    RETURN NULL;
END $$;
CREATE TRIGGER analytics_session_changed AFTER INSERT OR DELETE OR UPDATE OF course_id, conversation_id, is_trial ON tutoring_sessions
    FOR EACH ROW EXECUTE FUNCTION analytics_note_session();

-- What there is already is summed up by the job; until then it is read as it is.
INSERT INTO analytics_changes (user_id, starts_at)
SELECT DISTINCT owner_id, analytics_bucket(created_at) FROM generations WHERE ended_at IS NOT NULL;
