-- Documents that clients name by their hash, so that they need not send them again: shared by all instances.
CREATE TABLE persisted_queries (
    sha256   bytea PRIMARY KEY CHECK (octet_length(sha256) = 32),
    document text NOT NULL,
    used_at  timestamptz NOT NULL
);
COMMENT ON TABLE persisted_queries IS 'Automatic persisted queries. Bounded: those longest unused are removed; their clients send them again.';
COMMENT ON COLUMN persisted_queries.sha256 IS 'Of the document''s bytes in UTF-8.';
COMMENT ON COLUMN persisted_queries.document IS 'Exactly as its client sent it.';
COMMENT ON COLUMN persisted_queries.used_at IS 'When it was last asked for, to the day: an hourly use is no reason to write.';
CREATE INDEX persisted_queries_used_at_idx ON persisted_queries (used_at);
