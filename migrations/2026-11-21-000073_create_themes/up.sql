-- What a week is about: written by those who teach, or extracted from its readings, with the spans that it rests on.

CREATE TABLE themes (
    id         uuid PRIMARY KEY,
    week_id    uuid NOT NULL REFERENCES weeks (id) ON DELETE CASCADE,
    position   integer NOT NULL CHECK (position >= 0),
    title      text NOT NULL CHECK (length(title) BETWEEN 1 AND 100),
    question   text CHECK (length(question) BETWEEN 1 AND 500),
    origin     text NOT NULL CHECK (origin IN ('WRITTEN', 'EXTRACTED')),
    created_at timestamptz NOT NULL,
    -- Deferrable: themes change places in one statement. Serves the foreign key too.
    UNIQUE (week_id, position) DEFERRABLE INITIALLY IMMEDIATE
);
COMMENT ON TABLE themes IS 'What is talked about in a week.';
COMMENT ON COLUMN themes.position IS 'Its place among the themes of the week, from 0.';
COMMENT ON COLUMN themes.question IS 'An open question that begins a talk about it; null when nobody has written one.';
COMMENT ON COLUMN themes.origin IS 'WRITTEN by those who teach, who keep it; EXTRACTED from the readings, and replaced when they change.';

CREATE TABLE theme_spans (
    theme_id    uuid NOT NULL REFERENCES themes (id) ON DELETE CASCADE,
    position    integer NOT NULL CHECK (position >= 0),
    document_id uuid NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    chunk_id    uuid REFERENCES chunks (id) ON DELETE SET NULL,
    page        integer CHECK (page >= 1),
    start_char  integer NOT NULL CHECK (start_char >= 0),
    end_char    integer NOT NULL,
    quote       text NOT NULL,
    PRIMARY KEY (theme_id, position),
    CHECK (end_char >= start_char)
);
COMMENT ON TABLE theme_spans IS 'Where in the readings a theme is found.';
COMMENT ON COLUMN theme_spans.position IS 'Its place among the spans of the theme, from 0; the best first.';
COMMENT ON COLUMN theme_spans.quote IS 'The words there, to the letter.';
COMMENT ON COLUMN theme_spans.start_char IS 'Where it starts in the text of the document, in characters.';
CREATE INDEX theme_spans_document_id_idx ON theme_spans (document_id);
CREATE INDEX theme_spans_chunk_id_idx ON theme_spans (chunk_id);

CREATE TABLE theme_extractions (
    week_id       uuid PRIMARY KEY REFERENCES weeks (id) ON DELETE CASCADE,
    wanted        integer NOT NULL CHECK (wanted BETWEEN 1 AND 10),
    content_hash  bytea NOT NULL CHECK (length(content_hash) = 32),
    status        text NOT NULL CHECK (status IN ('PENDING', 'READY', 'FAILED')),
    method        text CHECK (method IN ('MODEL', 'KEY_PHRASES')),
    generation_id uuid REFERENCES generations (id) ON DELETE SET NULL,
    requested_at  timestamptz NOT NULL,
    ended_at      timestamptz,
    CHECK ((status = 'PENDING') = (ended_at IS NULL))
);
COMMENT ON TABLE theme_extractions IS 'The newest extraction of themes of a week; none until somebody asked for one.';
COMMENT ON COLUMN theme_extractions.wanted IS 'How many themes are to be found.';
COMMENT ON COLUMN theme_extractions.status IS 'How it stands.';
COMMENT ON COLUMN theme_extractions.method IS 'How the themes were found; null until then.';
COMMENT ON COLUMN theme_extractions.requested_at IS 'When somebody asked, or the readings were seen to have changed.';
COMMENT ON COLUMN theme_extractions.content_hash IS 'SHA-256 of what it read: readings with their revisions, and how many themes were wanted.';
COMMENT ON COLUMN theme_extractions.generation_id IS 'The text of a model that it waits for, or was made of; null for key phrases.';
CREATE INDEX theme_extractions_generation_id_idx ON theme_extractions (generation_id);

INSERT INTO themes (id, week_id, position, title, origin, created_at)
SELECT gen_random_uuid(), w.id, t.place - 1, t.title, 'WRITTEN', w.updated_at
FROM weeks w CROSS JOIN LATERAL unnest(w.themes) WITH ORDINALITY AS t (title, place);
ALTER TABLE weeks DROP COLUMN themes;
