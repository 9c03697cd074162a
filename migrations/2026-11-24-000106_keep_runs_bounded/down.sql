DROP INDEX query_runs_interrupted_idx;
DROP INDEX data_questions_open_idx;

-- They are there for nobody.
DELETE FROM data_sources WHERE workspace_id IS NULL;
ALTER TABLE data_sources ALTER COLUMN workspace_id SET NOT NULL;
COMMENT ON COLUMN data_sources.workspace_id IS NULL;
DELETE FROM saved_queries WHERE source_id IS NULL;
ALTER TABLE saved_queries ALTER COLUMN source_id SET NOT NULL;
COMMENT ON COLUMN saved_queries.source_id IS NULL;
