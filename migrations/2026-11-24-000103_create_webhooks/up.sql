-- Endpoints elsewhere that are told what happens in a workspace, and what they were told.

CREATE TABLE webhooks (
    id                         uuid PRIMARY KEY,
    workspace_id               uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    url                        text NOT NULL CHECK (length(url) BETWEEN 1 AND 2000),
    events                     text[] NOT NULL CHECK (cardinality(events) BETWEEN 1 AND 20
                                   AND events <@ ARRAY['ALERT_CHANGED', 'REPORT_SENT', 'REPORT_FAILED']),
    description                text CHECK (length(description) BETWEEN 1 AND 500),
    is_enabled                 boolean NOT NULL DEFAULT true,
    disabled_reason            text CHECK (disabled_reason IN ('EDITOR', 'GONE', 'FAILING')),
    failing_since              timestamptz,
    secret_prefix              text NOT NULL,
    sealed_secret              bytea NOT NULL,
    sealed_previous_secret     bytea,
    previous_secret_expires_at timestamptz,
    claim                      uuid,
    claimed_until              timestamptz,
    version                    integer NOT NULL DEFAULT 1,
    created_at                 timestamptz NOT NULL,
    updated_at                 timestamptz NOT NULL,
    CHECK ((sealed_previous_secret IS NULL) = (previous_secret_expires_at IS NULL)),
    CHECK ((claim IS NULL) = (claimed_until IS NULL))
);
COMMENT ON TABLE webhooks IS 'Where a workspace has signed messages sent when something happens in it.';
COMMENT ON COLUMN webhooks.url IS 'What is called. Whether it may be is judged at every call.';
COMMENT ON COLUMN webhooks.events IS 'What it is told of; each once.';
COMMENT ON COLUMN webhooks.description IS 'What it is for; null while nobody has said.';
COMMENT ON COLUMN webhooks.is_enabled IS 'Whether anything is sent there.';
COMMENT ON COLUMN webhooks.disabled_reason IS 'Why nothing is sent: EDITOR turned it off, it said that it is GONE (410), or it was FAILING for days; null for one that was never off since it was last turned on.';
COMMENT ON COLUMN webhooks.failing_since IS 'When the first of the tries failed that have failed without a break; null when the last one did not.';
COMMENT ON COLUMN webhooks.secret_prefix IS 'How the secret begins, so that people know which one it is.';
COMMENT ON COLUMN webhooks.sealed_secret IS 'What messages are signed with. Encrypted: see src/seal.';
COMMENT ON COLUMN webhooks.sealed_previous_secret IS 'What they are signed with besides, until receivers know the new one; null for none. Encrypted: see src/seal.';
COMMENT ON COLUMN webhooks.previous_secret_expires_at IS 'From when on the previous secret signs nothing; null for none.';
COMMENT ON COLUMN webhooks.claim IS 'Which piece of work calls it now: one at a time; null for none.';
COMMENT ON COLUMN webhooks.claimed_until IS 'When another may, if that one was never heard of again; of the clock of the database. Null for none.';
CREATE INDEX webhooks_workspace_id_idx ON webhooks (workspace_id, id);

CREATE TABLE webhook_deliveries (
    id              uuid PRIMARY KEY,
    webhook_id      uuid NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    kind            text NOT NULL CHECK (kind IN ('ALERT_CHANGED', 'REPORT_SENT', 'REPORT_FAILED', 'PING')),
    key             text NOT NULL,
    body            text NOT NULL,
    status          text NOT NULL CHECK (status IN ('PENDING', 'DELIVERED', 'FAILED')),
    attempts        integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    next_attempt_at timestamptz,
    response_status integer CHECK (response_status BETWEEN 100 AND 999),
    error_code      text,
    duration_ms     integer CHECK (duration_ms >= 0),
    created_at      timestamptz NOT NULL,
    delivered_at    timestamptz,
    CHECK ((status = 'PENDING') = (next_attempt_at IS NOT NULL)),
    UNIQUE (webhook_id, key)
);
COMMENT ON TABLE webhook_deliveries IS 'A message for one endpoint, which is sent until it is taken or the tries are used up. Kept for 30 days.';
COMMENT ON COLUMN webhook_deliveries.kind IS 'What happened; PING when somebody only tries the endpoint.';
COMMENT ON COLUMN webhook_deliveries.key IS 'What the sender calls what happened: an endpoint is told of it once.';
COMMENT ON COLUMN webhook_deliveries.body IS 'As it is sent, byte for byte: it is what is signed.';
COMMENT ON COLUMN webhook_deliveries.status IS 'PENDING: is, or will be, tried. DELIVERED: was taken with a status of 2xx. FAILED: is not tried any more.';
COMMENT ON COLUMN webhook_deliveries.attempts IS 'Tries since it was last asked for.';
COMMENT ON COLUMN webhook_deliveries.next_attempt_at IS 'Not tried before; set for PENDING alone.';
COMMENT ON COLUMN webhook_deliveries.response_status IS 'What the endpoint answered last; null before, and when it did not answer.';
COMMENT ON COLUMN webhook_deliveries.error_code IS 'Why the last try did not do, a stable code; null when it did, and before the first.';
COMMENT ON COLUMN webhook_deliveries.delivered_at IS 'When it was taken last; null while it never was.';
CREATE INDEX webhook_deliveries_webhook_id_idx ON webhook_deliveries (webhook_id, id);
CREATE INDEX webhook_deliveries_pending_idx ON webhook_deliveries (webhook_id, next_attempt_at) WHERE status = 'PENDING';
CREATE INDEX webhook_deliveries_created_at_idx ON webhook_deliveries (created_at);
