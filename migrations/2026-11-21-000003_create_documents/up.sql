-- Uploaded documents, their text, and the passages that search finds and answers cite.

CREATE EXTENSION IF NOT EXISTS vector;

CREATE TABLE documents (
    id            uuid PRIMARY KEY,
    owner_id      uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    filename      text NOT NULL CHECK (length(filename) BETWEEN 1 AND 255),
    media_type    text NOT NULL,
    byte_size     bigint NOT NULL CHECK (byte_size >= 0),
    sha256        bytea NOT NULL CHECK (length(sha256) = 32),
    storage_key   text NOT NULL,
    status        text NOT NULL DEFAULT 'PENDING'
                  CHECK (status IN ('PENDING', 'PROCESSING', 'READY', 'FAILED')),
    progress      real NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1),
    error_code    text,
    error_message text,
    title         text,
    category      text CHECK (length(category) <= 100),
    jurisdiction  text CHECK (length(jurisdiction) <= 100),
    practice_area text CHECK (length(practice_area) <= 100),
    keywords      text[] NOT NULL DEFAULT '{}',
    metadata      jsonb NOT NULL DEFAULT '{}',
    page_count    integer,
    char_count    integer,
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    processed_at  timestamptz,
    deleted_at    timestamptz
);
COMMENT ON TABLE documents IS 'One uploaded file. Its bytes are in object storage, its text in document_texts.';
COMMENT ON COLUMN documents.filename IS 'As the person named it; shown, never used as a path.';
COMMENT ON COLUMN documents.media_type IS 'Found in the bytes, never taken from the name.';
COMMENT ON COLUMN documents.storage_key IS 'Made by the server.';
COMMENT ON COLUMN documents.error_code IS 'Set while status is FAILED: a stable code of the step that failed.';
COMMENT ON COLUMN documents.deleted_at IS 'Gone for every reader at once; a job removes object, rows and passages together.';
-- One's documents, newest first.
CREATE INDEX documents_owner_id_idx ON documents (owner_id, id DESC) WHERE deleted_at IS NULL;

CREATE TABLE document_texts (
    document_id uuid PRIMARY KEY REFERENCES documents (id) ON DELETE CASCADE,
    content     text NOT NULL,
    page_starts integer[] NOT NULL DEFAULT '{}'
);
COMMENT ON TABLE document_texts IS 'The extracted text, apart from documents so that lists never read it.';
COMMENT ON COLUMN document_texts.page_starts IS 'Offset of each page''s first character, from page 1; empty where the format has no pages.';

CREATE TABLE chunks (
    id          uuid PRIMARY KEY,
    document_id uuid NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    position    integer NOT NULL CHECK (position >= 0),
    content     text NOT NULL,
    start_char  integer NOT NULL CHECK (start_char >= 0),
    end_char    integer NOT NULL CHECK (end_char > start_char),
    page        integer,
    token_count integer NOT NULL,
    terms       tsvector NOT NULL,
    -- Serves the foreign key too.
    UNIQUE (document_id, position)
);
COMMENT ON TABLE chunks IS 'Passages: content is exactly the text of the document from start_char to end_char.';
COMMENT ON COLUMN chunks.start_char IS 'In Unicode scalar values from the start of the document''s text.';
COMMENT ON COLUMN chunks.terms IS 'What full text search looks at.';
CREATE INDEX chunks_terms_idx ON chunks USING gin (terms);

CREATE TABLE chunk_embeddings (
    chunk_id   uuid PRIMARY KEY REFERENCES chunks (id) ON DELETE CASCADE,
    model      text NOT NULL,
    dimensions integer NOT NULL CHECK (dimensions > 0),
    embedding  halfvec NOT NULL CHECK (vector_dims(embedding) = dimensions)
);
COMMENT ON TABLE chunk_embeddings IS 'The meaning of a passage as a vector. Half precision: half the memory, the same ranking.';
COMMENT ON COLUMN chunk_embeddings.model IS 'Vectors of different models are never compared; changing the model re-indexes.';
-- One index a size of vector: the local model's here, others when they are configured.
CREATE INDEX chunk_embeddings_384_idx ON chunk_embeddings
    USING hnsw ((embedding::halfvec(384)) halfvec_cosine_ops) WHERE dimensions = 384;
