-- A second proof at sign-in: codes of an authenticator app (TOTP, RFC 6238), and recovery codes for when it is lost.

ALTER TABLE users ADD COLUMN second_factor_at timestamptz;
COMMENT ON COLUMN users.second_factor_at IS 'Since when signing in takes a second factor; null while it does not.';

CREATE TABLE second_factors (
    user_id       uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    sealed_secret bytea NOT NULL,
    last_step     bigint,
    created_at    timestamptz NOT NULL
);
COMMENT ON TABLE second_factors IS 'The authenticator app of an account. Counts only from users.second_factor_at on: until then it is being set up.';
COMMENT ON COLUMN second_factors.sealed_secret IS 'What the app computes its codes from, sealed under ENCRYPTION_KEY.';
COMMENT ON COLUMN second_factors.last_step IS 'The 30 seconds since the epoch whose code was taken last; no code of them or before is taken again. Null before the first.';

CREATE TABLE recovery_codes (
    user_id    uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    hash       bytea NOT NULL CHECK (length(hash) = 32),
    created_at timestamptz NOT NULL,
    used_at    timestamptz,
    PRIMARY KEY (user_id, hash)
);
COMMENT ON TABLE recovery_codes IS 'Each stands in for one code of the app, once.';
COMMENT ON COLUMN recovery_codes.hash IS 'SHA-256 of the code, which is too random to be guessed; the code itself is never stored.';
COMMENT ON COLUMN recovery_codes.used_at IS 'When it was used; null while it is good.';

CREATE TABLE sign_in_challenges (
    hash       bytea PRIMARY KEY CHECK (length(hash) = 32),
    user_id    uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    tries_left integer NOT NULL CHECK (tries_left >= 0)
);
COMMENT ON TABLE sign_in_challenges IS 'Somebody has proved the first factor, and is asked for the second. Gone once it was given.';
COMMENT ON COLUMN sign_in_challenges.hash IS 'SHA-256 of the challenge; the challenge itself is never stored.';
COMMENT ON COLUMN sign_in_challenges.expires_at IS 'From when on it is worth nothing; upkeep removes it.';
COMMENT ON COLUMN sign_in_challenges.tries_left IS 'Wrong codes that may still be given.';
CREATE INDEX sign_in_challenges_user_id_idx ON sign_in_challenges (user_id);
-- Upkeep.
CREATE INDEX sign_in_challenges_expires_at_idx ON sign_in_challenges (expires_at);
