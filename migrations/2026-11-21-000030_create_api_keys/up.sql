CREATE TABLE api_keys (
    id           uuid PRIMARY KEY,
    user_id      uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    prefix       text NOT NULL CHECK (prefix ~ '^[0-9a-f]{8}$'),
    hash         bytea NOT NULL CHECK (length(hash) = 32),
    scopes       text[] NOT NULL CHECK (cardinality(scopes) > 0 AND scopes <@ ARRAY[
                     'CONVERSATIONS_READ', 'CONVERSATIONS_WRITE', 'DOCUMENTS_READ', 'DOCUMENTS_WRITE', 'SYSTEM_READ']),
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    last_used_at timestamptz,
    use_count    bigint NOT NULL DEFAULT 0,
    revoked_at   timestamptz
);
COMMENT ON TABLE api_keys IS 'Keys with which programs ask in the name of an account. They go with it.';
COMMENT ON COLUMN api_keys.name IS 'What its owner calls it.';
COMMENT ON COLUMN api_keys.prefix IS 'The part of the key that is shown ever after, and by which it is looked up.';
COMMENT ON COLUMN api_keys.hash IS 'SHA-256 of the secret part; the key itself is never stored.';
COMMENT ON COLUMN api_keys.scopes IS 'What it may be used for, out of what its owner may.';
COMMENT ON COLUMN api_keys.expires_at IS 'Every key ends.';
COMMENT ON COLUMN api_keys.last_used_at IS 'Written once a minute, so that asking does not write.';
COMMENT ON COLUMN api_keys.use_count IS 'Requests and operations on sockets; an instance that is killed loses those of its last minute.';

CREATE UNIQUE INDEX api_keys_prefix_key ON api_keys (prefix);
-- Keys go with their owner, and are listed by owner.
CREATE INDEX api_keys_user_id_idx ON api_keys (user_id, created_at DESC);
