ALTER TABLE data_source_connections ADD COLUMN reads_values boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN data_source_connections.reads_values IS
    'Whether frequent values of its text columns are read and kept, so that questions may name them. Without it nothing of its rows is kept but results.';
