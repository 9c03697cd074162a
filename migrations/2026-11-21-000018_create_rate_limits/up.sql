-- How often somebody did something of late. UNLOGGED: a crash forgets it, and nothing is lost but a minute's count;
-- in return a request costs no wait for the disk.
CREATE UNLOGGED TABLE rate_limits (
    class   text NOT NULL,
    key     text NOT NULL,
    full_at timestamptz NOT NULL,
    PRIMARY KEY (class, key)
);
COMMENT ON TABLE rate_limits IS 'One allowance a class and caller, shared by all instances, by the generic cell rate algorithm (ITU-T I.371).';
COMMENT ON COLUMN rate_limits.class IS 'What is counted: requests, sign-ins, chat, uploads.';
COMMENT ON COLUMN rate_limits.key IS 'By whom: an account, an address, or the hash of the name that somebody signs in with.';
COMMENT ON COLUMN rate_limits.full_at IS 'When the allowance is whole again. From then on the row says nothing and is removed.';
CREATE INDEX rate_limits_full_at_idx ON rate_limits (full_at);
