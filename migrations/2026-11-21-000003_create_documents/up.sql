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
    chunk_count   integer NOT NULL DEFAULT 0 CHECK (chunk_count >= 0),
    is_truncated  boolean NOT NULL DEFAULT false,
    language      text,
    revision      integer NOT NULL DEFAULT 1 CHECK (revision > 0),
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    processed_at  timestamptz,
    deleted_at    timestamptz
);
COMMENT ON TABLE documents IS 'One uploaded file. Its bytes are in object storage, its text in document_texts.';
COMMENT ON COLUMN documents.filename IS 'As the person named it; shown, never used as a path.';
COMMENT ON COLUMN documents.media_type IS 'Found in the bytes, never taken from the name.';
COMMENT ON COLUMN documents.sha256 IS 'Of the bytes as they were uploaded.';
COMMENT ON COLUMN documents.status IS 'READY: can be searched by words, and by meaning once chunk_embeddings has its passages.';
COMMENT ON COLUMN documents.progress IS 'Of the reading, 0 to 1.';
COMMENT ON COLUMN documents.metadata IS 'What else clients keep about it: a JSON object.';
COMMENT ON COLUMN documents.char_count IS 'Of the text, in Unicode scalar values; null until read.';
COMMENT ON COLUMN documents.page_count IS 'Null until read, and where the format has no pages.';
COMMENT ON COLUMN documents.processed_at IS 'When the reading ended, whether READY or FAILED.';
COMMENT ON COLUMN documents.storage_key IS 'Made by the server.';
COMMENT ON COLUMN documents.error_code IS 'Set while status is FAILED: a stable code of the step that failed.';
COMMENT ON COLUMN documents.is_truncated IS 'Whether the text was longer than this installation keeps.';
COMMENT ON COLUMN documents.language IS 'ISO 639-3, found in the text; decides how its words are stemmed. Null where it is not clear.';
COMMENT ON COLUMN documents.revision IS 'Raised when the file is to be read anew: a job of an older revision has nothing more to do.';
COMMENT ON COLUMN documents.deleted_at IS 'Gone for every reader at once; a job removes object, rows and passages together.';
-- One's documents, newest first.
-- Deleted ones too, which are few: the foreign key looks for them when a person goes.
CREATE INDEX documents_owner_id_idx ON documents (owner_id, id DESC);

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
    term_count  integer NOT NULL CHECK (term_count >= 0),
    terms       tsvector NOT NULL,
    -- Serves the foreign key too.
    UNIQUE (document_id, position)
-- Scoring reads the terms of every candidate: kept in the row as they are, not compressed beside it.
) WITH (toast_tuple_target = 8160);
COMMENT ON TABLE chunks IS 'Passages: content is exactly the text of the document from start_char to end_char.';
COMMENT ON COLUMN chunks.start_char IS 'In Unicode scalar values from the start of the document''s text.';
COMMENT ON COLUMN chunks.position IS 'Place among the document''s passages, from 0.';
COMMENT ON COLUMN chunks.end_char IS 'The character there is not included.';
COMMENT ON COLUMN chunks.page IS 'On which it begins, from 1; null where the format has no pages.';
COMMENT ON COLUMN chunks.token_count IS 'About how many tokens of a language model the passage takes.';
COMMENT ON COLUMN chunks.term_count IS 'Words that search knows the passage by, repeats counted: its length in BM25.';
COMMENT ON COLUMN chunks.terms IS 'Stemmed words, each with as many positions as it has occurrences; and ''@'' with the owner''s id and ''#'' with the document''s, so that one look at the index serves one person or a few documents.';
-- Without the pending list, which every search would have to read in full.
CREATE INDEX chunks_terms_idx ON chunks USING gin (terms) WITH (fastupdate = off);

CREATE TABLE search_corpora (
    owner_id    uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    chunk_count bigint NOT NULL CHECK (chunk_count >= 0),
    term_total  bigint NOT NULL CHECK (term_total >= 0)
);
COMMENT ON TABLE search_corpora IS 'Size of one person''s passages, for BM25; changed in the transaction that adds or removes passages.';
COMMENT ON COLUMN search_corpora.term_total IS 'Sum of chunks.term_count.';

CREATE TABLE search_terms (
    owner_id    uuid NOT NULL REFERENCES search_corpora (owner_id) ON DELETE CASCADE,
    term        text NOT NULL,
    chunk_count integer NOT NULL CHECK (chunk_count >= 0),
    PRIMARY KEY (owner_id, term)
);
COMMENT ON TABLE search_terms IS 'In how many of one person''s passages a term stands. By person, so that nobody''s ranking tells of another''s words.';

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
