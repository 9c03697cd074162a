-- Databases of somebody else's that a workspace asks: how to get there, and what was found in them.

ALTER TABLE data_sources DROP CONSTRAINT data_sources_kind_check;
ALTER TABLE data_sources ADD CONSTRAINT data_sources_kind_check CHECK (kind IN ('UPLOADS', 'POSTGRES'));
COMMENT ON COLUMN data_sources.kind IS 'UPLOADS: the workspace''s schema in the database of uploaded data; one each. POSTGRES: somebody else''s database, with a row in data_source_connections.';

ALTER TABLE data_tables ADD COLUMN schema_name text CHECK (octet_length(schema_name) BETWEEN 1 AND 63);
COMMENT ON COLUMN data_tables.schema_name IS 'Its schema in an external database, where two may have tables of one name; null for uploads, whose schema is the workspace''s.';
COMMENT ON COLUMN data_tables.row_count IS 'When it was loaded last; in an external database what Postgres estimates, 0 where it does not.';
COMMENT ON COLUMN data_tables.byte_size IS 'On disk, when it was loaded last; in an external database what Postgres estimates.';
COMMENT ON COLUMN data_tables.loaded_at IS 'When its rows were last replaced or added to; in an external database when its columns were last found to be other ones.';
COMMENT ON COLUMN data_tables.fields IS 'Its columns: a list of objects: name in SQL, header in the file, type, unit, note, and the comment of an external one.';
ALTER TABLE data_tables DROP CONSTRAINT data_tables_source_id_name_key;
ALTER TABLE data_tables ADD CONSTRAINT data_tables_source_id_schema_name_name_key
    UNIQUE NULLS NOT DISTINCT (source_id, schema_name, name);

CREATE TABLE data_source_connections (
    source_id       uuid PRIMARY KEY REFERENCES data_sources (id) ON DELETE CASCADE,
    host            text NOT NULL CHECK (length(host) BETWEEN 1 AND 253),
    port            integer NOT NULL CHECK (port BETWEEN 1024 AND 65535),
    database_name   text NOT NULL CHECK (octet_length(database_name) BETWEEN 1 AND 63),
    username        text NOT NULL CHECK (octet_length(username) BETWEEN 1 AND 63),
    sealed_password bytea NOT NULL,
    tls             text NOT NULL CHECK (tls IN ('VERIFY_FULL', 'DISABLE')),
    ca_certificate  text CHECK (length(ca_certificate) <= 65536),
    schemas         text[] NOT NULL CHECK (cardinality(schemas) BETWEEN 1 AND 20),
    revision        bigint NOT NULL DEFAULT 1,
    may_write       boolean NOT NULL,
    server_version  text NOT NULL CHECK (length(server_version) <= 100),
    last_checked_at timestamptz NOT NULL,
    error_code      text,
    error_message   text,
    CHECK ((error_code IS NULL) = (error_message IS NULL))
);
COMMENT ON TABLE data_source_connections IS 'How to reach an external database, and how it was when somebody last looked.';
COMMENT ON COLUMN data_source_connections.host IS 'A name or an address. What it means is found out, and judged, at every connection.';
COMMENT ON COLUMN data_source_connections.port IS 'Where Postgres listens there.';
COMMENT ON COLUMN data_source_connections.database_name IS 'Which database of that server.';
COMMENT ON COLUMN data_source_connections.sealed_password IS 'Encrypted: see src/seal.';
COMMENT ON COLUMN data_source_connections.tls IS 'VERIFY_FULL: only with a certificate for this host that is trusted. DISABLE: in plain text.';
COMMENT ON COLUMN data_source_connections.ca_certificate IS 'PEM of authorities that are trusted besides; null for none.';
COMMENT ON COLUMN data_source_connections.schemas IS 'Whose tables may be read. The first is where a name without a schema is looked for before the others.';
COMMENT ON COLUMN data_source_connections.revision IS 'One more with every change: connections that were made before are not used again.';
COMMENT ON COLUMN data_source_connections.may_write IS 'Whether the role may change a table of these schemas, though no statement of ours does.';
COMMENT ON COLUMN data_source_connections.server_version IS 'As the server says.';
COMMENT ON COLUMN data_source_connections.last_checked_at IS 'When somebody last looked what there is.';
COMMENT ON COLUMN data_source_connections.error_code IS 'Why that did not work, a stable code; null when it did.';
