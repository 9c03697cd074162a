-- Questions in plain words, and what they are understood by: a workspace's words, and values that tables hold.

CREATE TABLE glossary_terms (
    id           uuid PRIMARY KEY,
    workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    term         text NOT NULL CHECK (length(term) BETWEEN 1 AND 100),
    synonyms     text[] NOT NULL CHECK (cardinality(synonyms) <= 20),
    definition   text NOT NULL CHECK (length(definition) BETWEEN 1 AND 1000),
    expression   text CHECK (length(expression) BETWEEN 1 AND 500),
    version      integer NOT NULL DEFAULT 1,
    -- What somebody defined stays with the workspace when their account goes.
    author_id    uuid REFERENCES users (id) ON DELETE SET NULL,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL
);
COMMENT ON TABLE glossary_terms IS 'What a workspace calls something, and what it means by it.';
COMMENT ON COLUMN glossary_terms.synonyms IS 'Other words for it.';
COMMENT ON COLUMN glossary_terms.definition IS 'What it means, in somebody''s words.';
COMMENT ON COLUMN glossary_terms.expression IS 'A column or table, or a SQL expression over the columns of one table; null when it cannot be computed.';
COMMENT ON COLUMN glossary_terms.author_id IS 'Who defined it; null when their account is gone.';
CREATE UNIQUE INDEX glossary_terms_term_idx ON glossary_terms (workspace_id, lower(term));
CREATE INDEX glossary_terms_workspace_id_idx ON glossary_terms (workspace_id, id);
CREATE INDEX glossary_terms_author_id_idx ON glossary_terms (author_id);

CREATE TABLE data_questions (
    id              uuid PRIMARY KEY,
    source_id       uuid NOT NULL REFERENCES data_sources (id) ON DELETE CASCADE,
    asker_id        uuid REFERENCES users (id) ON DELETE SET NULL,
    previous_id     uuid REFERENCES data_questions (id) ON DELETE SET NULL,
    question        text NOT NULL CHECK (length(question) BETWEEN 1 AND 2000),
    method          text NOT NULL CHECK (method IN ('MODEL', 'PLANNER', 'VERIFIED')),
    status          text NOT NULL CHECK (status IN ('WRITING', 'READY', 'RUNNING', 'ANSWERED', 'REFUSED', 'FAILED')),
    is_to_run       boolean NOT NULL,
    sql             text CHECK (length(sql) <= 20000),
    explanation     text CHECK (length(explanation) <= 2000),
    assumptions     jsonb NOT NULL DEFAULT '[]',
    refusal_code    text,
    refusal_message text,
    suggestions     jsonb NOT NULL DEFAULT '[]',
    attempts        integer NOT NULL CHECK (attempts >= 0),
    problem         text,
    generation_id   uuid REFERENCES generations (id) ON DELETE SET NULL,
    run_id          uuid REFERENCES query_runs (id) ON DELETE SET NULL,
    saved_query_id  uuid REFERENCES saved_queries (id) ON DELETE SET NULL,
    rating          smallint CHECK (rating IN (-1, 1)),
    rating_comment  text CHECK (length(rating_comment) <= 1000),
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    ended_at        timestamptz,
    CHECK (status NOT IN ('READY', 'RUNNING', 'ANSWERED') OR sql IS NOT NULL),
    CHECK (status NOT IN ('REFUSED', 'FAILED') OR (refusal_code IS NOT NULL AND refusal_message IS NOT NULL)),
    CHECK ((status IN ('ANSWERED', 'REFUSED', 'FAILED')) = (ended_at IS NOT NULL)),
    CHECK (rating IS NOT NULL OR rating_comment IS NULL)
);
COMMENT ON TABLE data_questions IS 'A question about a source in plain words, and the statement that answers it.';
COMMENT ON COLUMN data_questions.asker_id IS 'Whoever asked; null when their account is gone.';
COMMENT ON COLUMN data_questions.previous_id IS 'The question that this one follows; null for one that stands by itself, and when that is gone.';
COMMENT ON COLUMN data_questions.question IS 'As it was asked.';
COMMENT ON COLUMN data_questions.method IS 'How the statement was found: MODEL, PLANNER (without a model) or VERIFIED (a query that somebody vouches for).';
COMMENT ON COLUMN data_questions.status IS 'WRITING the statement, READY to run, RUNNING, ANSWERED, REFUSED (nothing was run) or FAILED.';
COMMENT ON COLUMN data_questions.is_to_run IS 'Whether the statement runs as soon as there is one.';
COMMENT ON COLUMN data_questions.sql IS 'The statement; null while there is none. The gate looks at it again when it runs.';
COMMENT ON COLUMN data_questions.explanation IS 'What it computes, in a sentence; null while there is none.';
COMMENT ON COLUMN data_questions.assumptions IS 'How words were taken that could have meant something else: a list of sentences.';
COMMENT ON COLUMN data_questions.refusal_code IS 'Why there is no answer; null unless it is REFUSED or FAILED.';
COMMENT ON COLUMN data_questions.refusal_message IS 'The same for people; null unless it is REFUSED or FAILED.';
COMMENT ON COLUMN data_questions.suggestions IS 'Questions that would work, for one that was refused: a list of texts.';
COMMENT ON COLUMN data_questions.attempts IS 'Times that a model was asked; 0 without one.';
COMMENT ON COLUMN data_questions.problem IS 'What was wrong with the last statement, as the model is told; null for nothing.';
COMMENT ON COLUMN data_questions.generation_id IS 'The last call of the model; null without one.';
COMMENT ON COLUMN data_questions.run_id IS 'What was run; null before, and when that is gone.';
COMMENT ON COLUMN data_questions.saved_query_id IS 'The verified query that answers it; null for other methods, and when that is gone.';
COMMENT ON COLUMN data_questions.rating IS 'What whoever asked thinks of the answer: 1 good, -1 bad; null while they have not said.';
COMMENT ON COLUMN data_questions.rating_comment IS 'Why; null when they did not say.';
CREATE INDEX data_questions_source_id_idx ON data_questions (source_id, id);
CREATE INDEX data_questions_asker_id_idx ON data_questions (asker_id);
CREATE INDEX data_questions_previous_id_idx ON data_questions (previous_id);
CREATE INDEX data_questions_generation_id_idx ON data_questions (generation_id);
CREATE INDEX data_questions_run_id_idx ON data_questions (run_id);
CREATE INDEX data_questions_saved_query_id_idx ON data_questions (saved_query_id);

ALTER TABLE data_tables ADD COLUMN samples jsonb, ADD COLUMN samples_version bigint;
COMMENT ON COLUMN data_tables.samples IS 'Values of its text columns, the most frequent first: an object of lists by name; null until somebody asks, and after each load.';
COMMENT ON COLUMN data_tables.samples_version IS 'The data version of the source when they were taken; null with them.';
