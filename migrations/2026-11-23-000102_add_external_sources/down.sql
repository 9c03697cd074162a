DROP TABLE data_source_connections;
DELETE FROM data_sources WHERE kind = 'POSTGRES';

ALTER TABLE data_tables DROP CONSTRAINT data_tables_source_id_schema_name_name_key;
ALTER TABLE data_tables DROP COLUMN schema_name;
ALTER TABLE data_tables ADD CONSTRAINT data_tables_source_id_name_key UNIQUE (source_id, name);
COMMENT ON COLUMN data_tables.row_count IS 'When it was loaded last.';
COMMENT ON COLUMN data_tables.byte_size IS 'On disk, when it was loaded last.';
COMMENT ON COLUMN data_tables.loaded_at IS 'When its rows were last replaced or added to.';
COMMENT ON COLUMN data_tables.fields IS 'Its columns: a list of objects: name in SQL, header in the file, type, unit, note.';

ALTER TABLE data_sources DROP CONSTRAINT data_sources_kind_check;
ALTER TABLE data_sources ADD CONSTRAINT data_sources_kind_check CHECK (kind IN ('UPLOADS'));
COMMENT ON COLUMN data_sources.kind IS 'UPLOADS: the workspace''s schema in the database of uploaded data; one each.';
