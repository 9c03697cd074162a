CREATE TABLE course_invitations (
    id          uuid PRIMARY KEY,
    course_id   uuid NOT NULL REFERENCES courses (id) ON DELETE CASCADE,
    email       text NOT NULL CHECK (length(email) <= 254),
    role        text NOT NULL CHECK (role IN ('ASSISTANT', 'STUDENT')),
    hash        bytea CHECK (length(hash) = 32),
    inviter_id  uuid REFERENCES users (id) ON DELETE SET NULL,
    guest_id    uuid REFERENCES users (id) ON DELETE SET NULL,
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    accepted_at timestamptz,
    revoked_at  timestamptz
);
COMMENT ON TABLE course_invitations IS 'Leave for one person to become a member of a course.';
COMMENT ON COLUMN course_invitations.email IS 'Where the invitation goes, in any case; the account that has confirmed this address accepts without a token.';
COMMENT ON COLUMN course_invitations.role IS 'What the guest will be in the course; never its professor.';
COMMENT ON COLUMN course_invitations.hash IS 'SHA-256 of the token; the token itself is never stored. Null until the mail with it leaves.';
COMMENT ON COLUMN course_invitations.inviter_id IS 'Who invited; null once that account is purged.';
COMMENT ON COLUMN course_invitations.guest_id IS 'Who accepted; null before, and once that account is purged.';
COMMENT ON COLUMN course_invitations.expires_at IS 'Fourteen days after it was made.';
COMMENT ON COLUMN course_invitations.accepted_at IS 'When the guest became a member; it is good for one.';

CREATE UNIQUE INDEX course_invitations_hash_key ON course_invitations (hash);
-- One that is open an address and course: a new one takes the place of the old one.
CREATE UNIQUE INDEX course_invitations_open_key ON course_invitations (course_id, lower(email))
    WHERE accepted_at IS NULL AND revoked_at IS NULL;
-- A course's list, newest first.
CREATE INDEX course_invitations_course_id_idx ON course_invitations (course_id, id DESC);
-- What somebody was invited to.
CREATE INDEX course_invitations_email_idx ON course_invitations (lower(email)) WHERE accepted_at IS NULL AND revoked_at IS NULL;
CREATE INDEX course_invitations_inviter_id_idx ON course_invitations (inviter_id) WHERE inviter_id IS NOT NULL;
CREATE INDEX course_invitations_guest_id_idx ON course_invitations (guest_id) WHERE guest_id IS NOT NULL;
-- For the job that removes them some time after their end.
CREATE INDEX course_invitations_expires_at_idx ON course_invitations (expires_at);
