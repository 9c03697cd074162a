-- Pictures of people. The files are in object storage, below the account that they are of.

ALTER TABLE users ADD COLUMN avatar_hash bytea CHECK (length(avatar_hash) = 32);
COMMENT ON COLUMN users.avatar_hash IS 'SHA-256 of the picture in all its sizes; null for none. Part of its address, which nobody can guess therefore.';
-- The address of a picture names no account.
CREATE INDEX users_avatar_hash_idx ON users (avatar_hash) WHERE avatar_hash IS NOT NULL;
