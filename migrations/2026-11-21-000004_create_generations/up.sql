-- Texts that a model writes. The log of a run is its stream: a client is shown nothing that is not in it.

CREATE TABLE generations (
    id                  uuid PRIMARY KEY,
    owner_id            uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    purpose             text NOT NULL,
    status              text NOT NULL DEFAULT 'QUEUED'
                        CHECK (status IN ('QUEUED', 'RUNNING', 'COMPLETED', 'STOPPED', 'FAILED')),
    input               jsonb NOT NULL DEFAULT '{}',
    prompt_version      text,
    requested_model     text,
    provider            text,
    model               text,
    instance_id         uuid REFERENCES instances (id) ON DELETE SET NULL,
    attempt             integer NOT NULL DEFAULT 0,
    stop_requested_at   timestamptz,
    content             text NOT NULL DEFAULT '',
    finish_reason       text,
    error_code          text,
    error_message       text,
    input_tokens        integer,
    output_tokens       integer,
    cached_input_tokens integer,
    usage_is_estimated  boolean NOT NULL DEFAULT false,
    cost_usd            numeric(20, 12),
    first_token_ms      integer,
    duration_ms         integer,
    last_seq            integer NOT NULL DEFAULT 0,
    text_seq            integer NOT NULL DEFAULT 0,
    citations_seq       integer NOT NULL DEFAULT 0,
    trace_id            text,
    span_id             text,
    created_at          timestamptz NOT NULL,
    started_at          timestamptz,
    ended_at            timestamptz
);
COMMENT ON TABLE generations IS 'One run of a model. Never tied to a connection: RUNNING ends with exactly one terminal event, whatever happens.';
COMMENT ON COLUMN generations.purpose IS 'What the text is for; decides how its prompt is made and what its end changes.';
COMMENT ON COLUMN generations.input IS 'What its purpose needs to make the prompt, where no other row holds it.';
COMMENT ON COLUMN generations.prompt_version IS 'Name and version of the system prompt, as in legal_research@1; null for a run that never began.';
COMMENT ON COLUMN generations.requested_model IS 'provider/model that the caller asked for; null for the configured one.';
COMMENT ON COLUMN generations.model IS 'Who answered, which is the fallback model when the first one failed.';
COMMENT ON COLUMN generations.instance_id IS 'Who writes it. Set to null when that process''s row goes: then the run is interrupted.';
COMMENT ON COLUMN generations.status IS 'QUEUED waits for an instance; RUNNING never outlives the one that writes it.';
COMMENT ON COLUMN generations.attempt IS 'How often it was begun; a run that showed nothing is begun again.';
COMMENT ON COLUMN generations.stop_requested_at IS 'When its owner asked to stop it; whoever writes it obeys.';
COMMENT ON COLUMN generations.finish_reason IS 'Why the model ended, in words of our own; null where it did not end by itself.';
COMMENT ON COLUMN generations.error_code IS 'Set while status is FAILED: a stable code.';
COMMENT ON COLUMN generations.input_tokens IS 'All tokens read, cached ones included.';
COMMENT ON COLUMN generations.cost_usd IS 'By list prices; null for a model without a known price.';
COMMENT ON COLUMN generations.first_token_ms IS 'From started_at to the first word; null where none came.';
COMMENT ON COLUMN generations.last_seq IS 'Sequence number of the terminal event, once there is one.';
COMMENT ON COLUMN generations.trace_id IS 'Of OpenTelemetry, with span_id: finds the model call in traces.';
COMMENT ON COLUMN generations.content IS 'The whole text once ended; while RUNNING the text is in generation_events.';
COMMENT ON COLUMN generations.usage_is_estimated IS 'True where the provider gave no figures and we counted.';
COMMENT ON COLUMN generations.text_seq IS 'Sequence number of the last text event, so that any cursor can be answered after the log is pruned.';
COMMENT ON COLUMN generations.citations_seq IS 'Likewise for citations; 0 when there are none.';
CREATE INDEX generations_owner_id_idx ON generations (owner_id, id DESC);
-- What the reaper and waiting instances look at: only ever the few that are live.
CREATE INDEX generations_live_idx ON generations (status, created_at) WHERE status IN ('QUEUED', 'RUNNING');
CREATE INDEX generations_instance_id_idx ON generations (instance_id) WHERE instance_id IS NOT NULL;
CREATE INDEX generations_ended_at_idx ON generations (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE generation_events (
    generation_id uuid NOT NULL REFERENCES generations (id) ON DELETE CASCADE,
    seq           integer NOT NULL CHECK (seq > 0),
    kind          text NOT NULL CHECK (kind IN ('TEXT', 'CITATIONS', 'END')),
    body          text NOT NULL,
    text_end      integer NOT NULL CHECK (text_end >= 0),
    PRIMARY KEY (generation_id, seq)
);
COMMENT ON TABLE generation_events IS 'The log. Written by one writer an instance, many rows at a time; pruned some time after the run has ended.';
COMMENT ON COLUMN generation_events.seq IS 'From 1 without gaps: the first half of a cursor.';
COMMENT ON COLUMN generation_events.kind IS 'END is the last one, exactly once.';
COMMENT ON COLUMN generation_events.body IS 'The appended text for TEXT, JSON otherwise.';
COMMENT ON COLUMN generation_events.text_end IS 'Bytes of text up to and with this event: the second half of a cursor.';

CREATE TABLE generation_citations (
    generation_id     uuid NOT NULL REFERENCES generations (id) ON DELETE CASCADE,
    position          integer NOT NULL CHECK (position >= 0),
    marker            integer NOT NULL CHECK (marker > 0),
    document_id       uuid REFERENCES documents (id) ON DELETE SET NULL,
    chunk_id          uuid REFERENCES chunks (id) ON DELETE SET NULL,
    page              integer,
    start_char        integer NOT NULL,
    end_char          integer NOT NULL,
    quote             text NOT NULL,
    score             real NOT NULL,
    answer_start_char integer NOT NULL,
    answer_end_char   integer NOT NULL,
    PRIMARY KEY (generation_id, position)
);
COMMENT ON TABLE generation_citations IS 'Which exact span of which document a marker [n] in a text stands for, in the order of the markers.';
COMMENT ON COLUMN generation_citations.document_id IS 'Null once the document is gone; the quote stays, as the answer that rests on it does.';
COMMENT ON COLUMN generation_citations.position IS 'Place among the citations of the text, from 0.';
COMMENT ON COLUMN generation_citations.marker IS 'The n of the [n] in the text.';
COMMENT ON COLUMN generation_citations.chunk_id IS 'The passage that was found; null once the document is gone or was read anew.';
COMMENT ON COLUMN generation_citations.start_char IS 'In Unicode scalar values from the start of the document''s text.';
COMMENT ON COLUMN generation_citations.score IS 'How well the passage fitted the question, 0 to 1.';
COMMENT ON COLUMN generation_citations.quote IS 'Exactly the document''s text from start_char to end_char.';
COMMENT ON COLUMN generation_citations.answer_start_char IS 'The statement in the answer that the marker supports, in characters.';
CREATE INDEX generation_citations_document_id_idx ON generation_citations (document_id);
CREATE INDEX generation_citations_chunk_id_idx ON generation_citations (chunk_id);
