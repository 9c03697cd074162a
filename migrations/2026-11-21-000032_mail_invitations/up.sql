ALTER TABLE invitations ADD COLUMN mail_hash bytea CHECK (length(mail_hash) = 32);
COMMENT ON COLUMN invitations.mail_hash IS 'SHA-256 of the token in the mail, made when the mail leaves; null before, and where none is sent.';
CREATE UNIQUE INDEX invitations_mail_hash_key ON invitations (mail_hash) WHERE mail_hash IS NOT NULL;
