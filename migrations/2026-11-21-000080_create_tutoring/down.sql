DROP FUNCTION is_taught_by(uuid, uuid);
DROP TABLE moderation_flags;
DROP TABLE tutoring_sessions;
ALTER TABLE messages DROP COLUMN kind;
ALTER TABLE courses DROP COLUMN tutoring_quota, DROP COLUMN tutoring_seconds, DROP COLUMN tutoring_retention_days;
