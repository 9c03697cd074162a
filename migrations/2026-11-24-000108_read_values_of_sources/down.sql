-- The version before would take values of such a source for its own.
UPDATE data_tables t SET samples = NULL, samples_version = NULL FROM data_source_connections c WHERE c.source_id = t.source_id;
ALTER TABLE data_source_connections DROP COLUMN reads_values;
