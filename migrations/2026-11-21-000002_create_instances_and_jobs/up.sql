-- Server processes that are alive, and the work that waits for one of them.

CREATE TABLE instances (
    id           uuid PRIMARY KEY,
    version      text NOT NULL,
    started_at   timestamptz NOT NULL DEFAULT now(),
    heartbeat_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE instances IS 'One row a running process. A row whose heartbeat is old belongs to a process that is gone.';
COMMENT ON COLUMN instances.heartbeat_at IS 'In the database''s own time, so that the clocks of the machines need not agree.';

CREATE TABLE jobs (
    id               uuid PRIMARY KEY,
    kind             text NOT NULL,
    payload          jsonb NOT NULL,
    state            text NOT NULL DEFAULT 'QUEUED'
                     CHECK (state IN ('QUEUED', 'RUNNING', 'DONE', 'FAILED', 'CANCELLED')),
    priority         smallint NOT NULL DEFAULT 0,
    run_at           timestamptz NOT NULL DEFAULT now(),
    attempts         integer NOT NULL DEFAULT 0,
    max_attempts     integer NOT NULL DEFAULT 5 CHECK (max_attempts > 0),
    locked_by        uuid,
    locked_until     timestamptz,
    dedupe_key       text,
    cancel_requested boolean NOT NULL DEFAULT false,
    last_error       text,
    created_at       timestamptz NOT NULL DEFAULT now(),
    ended_at         timestamptz
);
COMMENT ON TABLE jobs IS 'Background work, taken with FOR UPDATE SKIP LOCKED and held by a lease.';
COMMENT ON COLUMN jobs.kind IS 'Names the code that does it.';
COMMENT ON COLUMN jobs.payload IS 'What that code needs to know, as JSON; ids rather than copies.';
COMMENT ON COLUMN jobs.state IS 'RUNNING holds only while locked_until lies ahead.';
COMMENT ON COLUMN jobs.run_at IS 'Not before: later than created_at for a retry.';
COMMENT ON COLUMN jobs.attempts IS 'Tries so far, the one under way included.';
COMMENT ON COLUMN jobs.locked_by IS 'The worker that holds it: a number it drew at its start. No foreign key, since a job outlives its worker.';
COMMENT ON COLUMN jobs.cancel_requested IS 'Its worker sees it at the next renewal of the lease, and stops.';
COMMENT ON COLUMN jobs.priority IS 'Higher goes first.';
COMMENT ON COLUMN jobs.locked_until IS 'The lease: when it has passed without renewal, another process takes the job over.';
COMMENT ON COLUMN jobs.dedupe_key IS 'While a job with this key waits or runs, another with the same key is not added.';
COMMENT ON COLUMN jobs.last_error IS 'Why the last try failed, for the operator.';
-- What a worker asks for: due, not held, most urgent first.
CREATE INDEX jobs_due_idx ON jobs (priority DESC, run_at, id) WHERE state IN ('QUEUED', 'RUNNING');
CREATE UNIQUE INDEX jobs_dedupe_key ON jobs (kind, dedupe_key) WHERE state IN ('QUEUED', 'RUNNING');
-- The clean-up of what has ended.
CREATE INDEX jobs_ended_at_idx ON jobs (ended_at) WHERE ended_at IS NOT NULL;
