ALTER TABLE generations ADD COLUMN trace_id text, ADD COLUMN span_id text;
UPDATE generations SET trace_id = split_part(traceparent, '-', 2), span_id = split_part(traceparent, '-', 3) WHERE traceparent IS NOT NULL;
ALTER TABLE generations DROP COLUMN traceparent, DROP COLUMN discarded_at;
