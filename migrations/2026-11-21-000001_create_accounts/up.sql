-- People and their sign-ins.
--
-- Text with a CHECK stands in for enum types: a new role is one line in a later migration and needs no lock on every
-- table that uses the type. Contrib modules (citext, pgcrypto) are not on every Postgres that we run on, so case is
-- folded by an index on lower().

CREATE TABLE users (
    id            uuid PRIMARY KEY,
    email         text NOT NULL CHECK (length(email) <= 254),
    username      text CHECK (length(username) BETWEEN 2 AND 64),
    full_name     text CHECK (length(full_name) <= 255),
    password_hash text,
    role          text NOT NULL DEFAULT 'MEMBER'
                  CHECK (role IN ('STUDENT', 'PROFESSOR', 'ANALYST', 'MEMBER', 'ADMIN')),
    is_active     boolean NOT NULL DEFAULT true,
    organization  text CHECK (length(organization) <= 255),
    job_title     text CHECK (length(job_title) <= 255),
    timezone      text NOT NULL DEFAULT 'UTC',
    language      text NOT NULL DEFAULT 'en',
    preferences   jsonb NOT NULL DEFAULT '{}',
    last_login_at timestamptz,
    last_seen_at  timestamptz,
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    deleted_at    timestamptz
);
COMMENT ON TABLE users IS 'One account a person.';
COMMENT ON COLUMN users.password_hash IS 'argon2id in PHC form; null for accounts that sign in elsewhere.';
COMMENT ON COLUMN users.email IS 'As the person gave it; compared without regard to case.';
COMMENT ON COLUMN users.preferences IS 'Settings of clients: any JSON object.';
COMMENT ON COLUMN users.last_seen_at IS 'Kept within five minutes, so that reading does not write.';
COMMENT ON COLUMN users.role IS 'Read from here at every request, never from a token.';
COMMENT ON COLUMN users.is_active IS 'False shuts every door at once without losing anything.';
COMMENT ON COLUMN users.deleted_at IS 'Soft delete; a job purges the row and what belongs to it 30 days later.';

-- Sign-in takes either name, in any case.
CREATE UNIQUE INDEX users_email_key ON users (lower(email));
CREATE UNIQUE INDEX users_username_key ON users (lower(username));

CREATE TABLE login_sessions (
    id            uuid PRIMARY KEY,
    user_id       uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    user_agent    text,
    address       text,
    created_at    timestamptz NOT NULL,
    last_used_at  timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL,
    revoked_at    timestamptz,
    revoke_reason text CHECK (revoke_reason IN ('LOGOUT', 'REUSE', 'BY_OWNER', 'BY_ADMIN', 'PASSWORD_CHANGED'))
);
COMMENT ON TABLE login_sessions IS 'One sign-in: the family of refresh tokens that grew from it. Revoking it ends them all.';
COMMENT ON COLUMN login_sessions.address IS 'Where the sign-in came from, for its owner to recognise it.';
COMMENT ON COLUMN login_sessions.expires_at IS 'When its newest refresh token ends; each use moves it.';
COMMENT ON COLUMN login_sessions.revoke_reason IS 'REUSE: a refresh token came twice, so one of the two holders is not its owner.';
-- Sessions go with their owner, and are listed by owner.
CREATE INDEX login_sessions_user_id_idx ON login_sessions (user_id, created_at DESC);

CREATE TABLE refresh_tokens (
    hash       bytea PRIMARY KEY CHECK (length(hash) = 32),
    session_id uuid NOT NULL REFERENCES login_sessions (id) ON DELETE CASCADE,
    issued_at  timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);
COMMENT ON TABLE refresh_tokens IS 'Each is good for one use. Kept after use, so that a second use is noticed.';
COMMENT ON COLUMN refresh_tokens.used_at IS 'When it was exchanged; null while it is good.';
COMMENT ON COLUMN refresh_tokens.hash IS 'SHA-256 of the token; the token itself is never stored.';
CREATE INDEX refresh_tokens_session_id_idx ON refresh_tokens (session_id);
