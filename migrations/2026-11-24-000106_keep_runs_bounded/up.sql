-- What is asked does not pile up for ever, and what is deleted goes a part at a time, however much of it there is.

-- One statement cannot let go of a history of any length. What has one is taken from whoever sees it at once, by what all readings join, and
-- a job removes it.
ALTER TABLE saved_queries ALTER COLUMN source_id DROP NOT NULL;
COMMENT ON COLUMN saved_queries.source_id IS 'Whose tables it is about; null for one that was deleted and is there for nobody, until a job has let go of its runs.';
ALTER TABLE data_sources ALTER COLUMN workspace_id DROP NOT NULL;
COMMENT ON COLUMN data_sources.workspace_id IS 'Whose it is; null for one that was deleted and is there for nobody, until a job has removed its history.';

-- What is looked at for questions that were left behind, and for runs of the server's own that are to be run again: few at any time.
CREATE INDEX data_questions_open_idx ON data_questions (updated_at) WHERE status IN ('WRITING', 'RUNNING');
CREATE INDEX query_runs_interrupted_idx ON query_runs (ended_at) WHERE error_code = 'INTERRUPTED';
