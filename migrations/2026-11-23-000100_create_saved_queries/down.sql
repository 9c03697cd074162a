ALTER TABLE query_runs DROP COLUMN saved_query_id;
DROP TABLE charts;
DROP TABLE saved_queries;
