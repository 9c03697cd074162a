DROP TABLE tutoring_recordings;
ALTER TABLE tutoring_sessions DROP COLUMN recording_consented_at;
ALTER TABLE courses DROP COLUMN tutoring_recording_days;
