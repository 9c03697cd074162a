-- What goes out in the links of mails, and whether an address was confirmed by one.

ALTER TABLE users ADD COLUMN email_verified_at timestamptz;
COMMENT ON COLUMN users.email_verified_at IS 'When somebody proved to read the mail of the address, or whoever runs the server vouched for it; null until then.';

CREATE TABLE mail_tokens (
    id         uuid PRIMARY KEY,
    user_id    uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    purpose    text NOT NULL CHECK (purpose IN ('VERIFY_EMAIL', 'RESET_PASSWORD', 'CHANGE_EMAIL')),
    email      text NOT NULL CHECK (length(email) <= 254),
    hash       bytea CHECK (length(hash) = 32),
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    used_at    timestamptz
);
COMMENT ON TABLE mail_tokens IS 'A link that was asked for. Its token is made when the mail leaves, so that it waits nowhere.';
COMMENT ON COLUMN mail_tokens.purpose IS 'The one thing that it is good for.';
COMMENT ON COLUMN mail_tokens.email IS 'Where it was sent, which it proves to be read; for CHANGE_EMAIL the new address.';
COMMENT ON COLUMN mail_tokens.hash IS 'SHA-256 of the token; null until the mail leaves. The token itself is never stored.';
COMMENT ON COLUMN mail_tokens.expires_at IS 'Null until the mail leaves.';
COMMENT ON COLUMN mail_tokens.used_at IS 'Null while it is good; kept for a while after, to tell a second click from a forged link.';
CREATE UNIQUE INDEX mail_tokens_hash_key ON mail_tokens (hash) WHERE hash IS NOT NULL;
-- For the foreign key, and to find what a newer one takes the place of.
CREATE INDEX mail_tokens_user_id_idx ON mail_tokens (user_id);
-- The clean-up.
CREATE INDEX mail_tokens_created_at_idx ON mail_tokens (created_at);
