-- Texts over results, each figure of them with the fact that bears it out, and the templates by which models are asked for them.

CREATE TABLE prompt_templates (
    id           uuid PRIMARY KEY,
    workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    kind         text NOT NULL CHECK (kind IN ('INSIGHT')),
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    version      integer NOT NULL CHECK (version >= 1),
    -- What somebody wrote stays with the workspace when their account goes.
    author_id    uuid REFERENCES users (id) ON DELETE SET NULL,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    deleted_at   timestamptz
);
COMMENT ON TABLE prompt_templates IS 'How a workspace has models asked for texts.';
COMMENT ON COLUMN prompt_templates.kind IS 'What the texts are: INSIGHT.';
COMMENT ON COLUMN prompt_templates.name IS 'What people call it; a workspace has it once, in any case.';
COMMENT ON COLUMN prompt_templates.version IS 'The number of its newest version.';
COMMENT ON COLUMN prompt_templates.author_id IS 'Who made it; null when their account is gone.';
COMMENT ON COLUMN prompt_templates.deleted_at IS 'When it was deleted; null while it is used. Its versions stay for what they wrote.';
-- A name is free again when its template is deleted.
CREATE UNIQUE INDEX prompt_templates_name_idx ON prompt_templates (workspace_id, kind, lower(name)) WHERE deleted_at IS NULL;
CREATE INDEX prompt_templates_workspace_id_idx ON prompt_templates (workspace_id, id);
CREATE INDEX prompt_templates_author_id_idx ON prompt_templates (author_id);

CREATE TABLE prompt_template_versions (
    id          uuid PRIMARY KEY,
    template_id uuid NOT NULL REFERENCES prompt_templates (id) ON DELETE CASCADE,
    number      integer NOT NULL CHECK (number >= 1),
    body        text NOT NULL CHECK (length(body) BETWEEN 1 AND 8000),
    note        text CHECK (length(note) BETWEEN 1 AND 500),
    author_id   uuid REFERENCES users (id) ON DELETE SET NULL,
    created_at  timestamptz NOT NULL
);
COMMENT ON TABLE prompt_template_versions IS 'What a template said at one time. Never changed.';
COMMENT ON COLUMN prompt_template_versions.number IS 'From 1, one more with every version of the template.';
COMMENT ON COLUMN prompt_template_versions.body IS 'Text with placeholders such as {{result}}.';
COMMENT ON COLUMN prompt_template_versions.note IS 'Why it was written; null when nobody said.';
COMMENT ON COLUMN prompt_template_versions.author_id IS 'Who wrote it; null when their account is gone.';
CREATE UNIQUE INDEX prompt_template_versions_template_id_idx ON prompt_template_versions (template_id, number);
CREATE INDEX prompt_template_versions_author_id_idx ON prompt_template_versions (author_id);

CREATE TABLE insights (
    id                  uuid PRIMARY KEY,
    -- What is said about data goes with them.
    source_id           uuid NOT NULL REFERENCES data_sources (id) ON DELETE CASCADE,
    run_id              uuid REFERENCES query_runs (id) ON DELETE SET NULL,
    -- Results are kept for a time; what was said about one stays, out of date.
    result_id           uuid REFERENCES query_results (id) ON DELETE SET NULL,
    chart_id            uuid REFERENCES charts (id) ON DELETE SET NULL,
    saved_query_id      uuid REFERENCES saved_queries (id) ON DELETE SET NULL,
    -- Versions are not deleted but with their workspace, and that takes the sources too.
    template_version_id uuid REFERENCES prompt_template_versions (id) ON DELETE SET NULL,
    generation_id       uuid REFERENCES generations (id) ON DELETE SET NULL,
    author_id           uuid REFERENCES users (id) ON DELETE SET NULL,
    parameters          jsonb NOT NULL,
    focus               text CHECK (length(focus) BETWEEN 1 AND 500),
    language            text CHECK (length(language) BETWEEN 2 AND 16),
    method              text NOT NULL CHECK (method IN ('MODEL', 'RULES')),
    status              text NOT NULL CHECK (status IN ('WRITING', 'READY', 'FAILED')),
    prompt_version      text,
    cache_key           bytea NOT NULL CHECK (octet_length(cache_key) = 32),
    title               text CHECK (length(title) BETWEEN 1 AND 300),
    body                text CHECK (length(body) BETWEEN 1 AND 10000),
    figures             jsonb NOT NULL DEFAULT '[]',
    struck              integer NOT NULL DEFAULT 0 CHECK (struck >= 0),
    note                text,
    draft               jsonb,
    attempts            integer NOT NULL CHECK (attempts >= 0),
    is_partial          boolean NOT NULL,
    error_code          text,
    error_message       text,
    rating              smallint CHECK (rating IN (-1, 1)),
    rating_comment      text CHECK (length(rating_comment) <= 1000),
    created_at          timestamptz NOT NULL,
    updated_at          timestamptz NOT NULL,
    ended_at            timestamptz,
    CHECK (status <> 'READY' OR (title IS NOT NULL AND body IS NOT NULL)),
    CHECK (status <> 'FAILED' OR (error_code IS NOT NULL AND error_message IS NOT NULL)),
    CHECK ((status = 'WRITING') = (ended_at IS NULL)),
    CHECK (rating IS NOT NULL OR rating_comment IS NULL)
);
COMMENT ON TABLE insights IS 'A text about a result. Every figure in it occurs in the result or follows from it.';
COMMENT ON COLUMN insights.run_id IS 'Whose result it is about; null when that is gone.';
COMMENT ON COLUMN insights.result_id IS 'What it is about; null when that was removed.';
COMMENT ON COLUMN insights.chart_id IS 'The chart that it stands beside; null for the run alone, and when the chart is gone.';
COMMENT ON COLUMN insights.saved_query_id IS 'What was run; null for a statement that was not kept, and when the query is gone.';
COMMENT ON COLUMN insights.template_version_id IS 'What wrote it; null for the template that is built in, and without a model.';
COMMENT ON COLUMN insights.generation_id IS 'The last call of the model; null without one.';
COMMENT ON COLUMN insights.author_id IS 'Who asked for it; null when their account is gone.';
COMMENT ON COLUMN insights.parameters IS 'The values with which the result was computed, as query_runs has them.';
COMMENT ON COLUMN insights.focus IS 'What it should answer; null for whatever is telling.';
COMMENT ON COLUMN insights.language IS 'A code such as de; null for English.';
COMMENT ON COLUMN insights.method IS 'MODEL, or RULES for a text that was written without one.';
COMMENT ON COLUMN insights.status IS 'WRITING, READY or FAILED.';
COMMENT ON COLUMN insights.prompt_version IS 'Names and versions of template and rules; null without a model.';
COMMENT ON COLUMN insights.cache_key IS 'SHA-256 of all that it follows from: another with the same is not written twice.';
COMMENT ON COLUMN insights.title IS 'What it is about, in a line; null unless it is READY.';
COMMENT ON COLUMN insights.body IS 'The text; null unless it is READY.';
COMMENT ON COLUMN insights.figures IS 'Each figure of title and body with its place, in characters, and the fact that bears it out.';
COMMENT ON COLUMN insights.struck IS 'Sentences of the model that the result does not bear out, and that were left out.';
COMMENT ON COLUMN insights.note IS 'What its readers should know of how it came about; null for nothing.';
COMMENT ON COLUMN insights.draft IS 'Title and body as the model last wrote them, to be mended; null before, and when it has ended.';
COMMENT ON COLUMN insights.attempts IS 'Times that a model was asked; 0 without one.';
COMMENT ON COLUMN insights.is_partial IS 'Whether the query gave more rows than were kept.';
COMMENT ON COLUMN insights.error_code IS 'Why there is no text; null unless it is FAILED.';
COMMENT ON COLUMN insights.error_message IS 'The same for people; null unless it is FAILED.';
COMMENT ON COLUMN insights.rating IS 'What whoever asked thinks of it: 1 good, -1 bad; null while they have not said.';
COMMENT ON COLUMN insights.rating_comment IS 'Why; null when they did not say.';
CREATE INDEX insights_source_id_idx ON insights (source_id);
CREATE INDEX insights_run_id_idx ON insights (run_id);
CREATE INDEX insights_result_id_idx ON insights (result_id, id);
CREATE INDEX insights_chart_id_idx ON insights (chart_id);
CREATE INDEX insights_saved_query_id_idx ON insights (saved_query_id, jsonb_hash(parameters), id);
CREATE INDEX insights_template_version_id_idx ON insights (template_version_id);
CREATE INDEX insights_generation_id_idx ON insights (generation_id);
CREATE INDEX insights_author_id_idx ON insights (author_id);
CREATE INDEX insights_cache_key_idx ON insights (cache_key, id);
-- Few are written at a time; upkeep looks for those that nobody writes any more.
CREATE INDEX insights_writing_idx ON insights (updated_at) WHERE status = 'WRITING';
