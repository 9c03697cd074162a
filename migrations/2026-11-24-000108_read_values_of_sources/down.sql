ALTER TABLE data_source_connections DROP COLUMN reads_values;
