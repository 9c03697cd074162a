CREATE TABLE invitations (
    id         uuid PRIMARY KEY,
    email      text NOT NULL CHECK (length(email) <= 254),
    role       text NOT NULL CHECK (role IN ('STUDENT', 'PROFESSOR', 'ANALYST', 'MEMBER', 'ADMIN')),
    hash       bytea NOT NULL CHECK (length(hash) = 32),
    inviter_id uuid REFERENCES users (id) ON DELETE SET NULL,
    guest_id   uuid REFERENCES users (id) ON DELETE SET NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz,
    revoked_at timestamptz
);
COMMENT ON TABLE invitations IS 'Accounts that people may make for themselves. What is left of people that are gone is that somebody was invited.';
COMMENT ON COLUMN invitations.email IS 'The one address that may register with it, in any case.';
COMMENT ON COLUMN invitations.role IS 'What the account will be.';
COMMENT ON COLUMN invitations.hash IS 'SHA-256 of the token; the token itself is never stored.';
COMMENT ON COLUMN invitations.inviter_id IS 'Who invited; null once that account is purged.';
COMMENT ON COLUMN invitations.guest_id IS 'The account that was made with it; null before, and once that is purged.';
COMMENT ON COLUMN invitations.expires_at IS 'Seven days after it was made.';
COMMENT ON COLUMN invitations.used_at IS 'When the account was made; it is good for one.';

CREATE UNIQUE INDEX invitations_hash_key ON invitations (hash);
-- One that is open an address: a new one takes the place of the old one.
CREATE UNIQUE INDEX invitations_open_key ON invitations (lower(email)) WHERE used_at IS NULL AND revoked_at IS NULL;
CREATE INDEX invitations_inviter_id_idx ON invitations (inviter_id) WHERE inviter_id IS NOT NULL;
CREATE INDEX invitations_guest_id_idx ON invitations (guest_id) WHERE guest_id IS NOT NULL;
-- For the job that removes them some time after their end.
CREATE INDEX invitations_expires_at_idx ON invitations (expires_at);
