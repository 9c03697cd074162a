-- Work in several steps that the server does for somebody: written down when it begins and when it ends, as what it makes is removed long
-- before anybody stops asking how often it was made.

CREATE TABLE analytics_workflows (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind       text NOT NULL CHECK (kind IN ('ACCOUNT_EXPORT', 'DATA_LOAD', 'MISCONCEPTIONS', 'PICTURE_EXPORT', 'REPORT', 'RESULT_EXPORT', 'THEMES')),
    object     uuid NOT NULL,
    user_id    uuid REFERENCES users (id) ON DELETE CASCADE,
    course_id  uuid REFERENCES courses (id) ON DELETE SET NULL,
    status     text NOT NULL CHECK (status IN ('RUNNING', 'COMPLETED', 'PARTIAL', 'FAILED', 'STOPPED')),
    started_at timestamptz NOT NULL,
    ended_at   timestamptz,
    CHECK (status = 'STOPPED' OR (status = 'RUNNING') = (ended_at IS NULL))
);
COMMENT ON TABLE analytics_workflows IS 'Work in several steps, a row a time that it was done. Written by triggers in the transaction of what happens to it, and kept when that is removed.';
COMMENT ON COLUMN analytics_workflows.kind IS 'What is done.';
COMMENT ON COLUMN analytics_workflows.object IS 'The export, upload, run of a report, or week; it may be gone. Work of two kinds may be done with one at a time.';
COMMENT ON COLUMN analytics_workflows.user_id IS 'Whom it was done for; null for the work of a course.';
COMMENT ON COLUMN analytics_workflows.course_id IS 'The course whose work it is; null for all else, and once the course is purged.';
COMMENT ON COLUMN analytics_workflows.status IS 'PARTIAL: it came to its end without something. STOPPED: what it was for was removed, or it was begun anew.';
COMMENT ON COLUMN analytics_workflows.ended_at IS 'Null while it goes on, and for what was stopped.';
CREATE INDEX analytics_workflows_user_id_idx ON analytics_workflows (user_id, started_at);
CREATE INDEX analytics_workflows_course_id_idx ON analytics_workflows (course_id, started_at) WHERE course_id IS NOT NULL;
-- All accounts at once.
CREATE INDEX analytics_workflows_started_at_idx ON analytics_workflows (started_at);
-- One at a time: what begins anew stops what went on.
CREATE UNIQUE INDEX analytics_workflows_running_idx ON analytics_workflows (kind, object) WHERE status = 'RUNNING';

-- What a status of any of these tables comes to; null for one that says nothing of the work.
CREATE FUNCTION analytics_workflow_status(status text, left_out jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN status IN ('PENDING', 'INSPECTING', 'LOADING', 'RUNNING') THEN 'RUNNING'
                WHEN status = 'READY' AND left_out <> '[]' THEN 'PARTIAL'
                WHEN status IN ('READY', 'SENT', 'LOADED', 'INSPECTED') THEN 'COMPLETED'
                WHEN status IN ('PARTIAL', 'FAILED') THEN status END
$$;

-- Arguments: the kind, and the columns that say what it is, whose, and when it began.
CREATE FUNCTION analytics_note_workflow() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    now_is jsonb := to_jsonb(NEW);
    was jsonb := CASE WHEN TG_OP = 'UPDATE' THEN to_jsonb(OLD) END;
    what uuid := coalesce(now_is, to_jsonb(OLD)) ->> TG_ARGV[1];
    state text := analytics_workflow_status(now_is ->> 'status', now_is -> 'left_out');
    is_new boolean := TG_OP = 'INSERT' OR analytics_workflow_status(was ->> 'status', NULL) <> 'RUNNING'
        OR was -> 'requested_at' <> now_is -> 'requested_at';
BEGIN
    IF TG_OP = 'DELETE' OR (state = 'RUNNING' AND is_new) THEN
        UPDATE analytics_workflows w SET status = 'STOPPED' WHERE w.kind = TG_ARGV[0] AND w.object = what AND w.status = 'RUNNING';
    END IF;
    IF TG_OP = 'INSERT' OR (state = 'RUNNING' AND is_new) THEN
        INSERT INTO analytics_workflows (kind, object, user_id, course_id, status, started_at, ended_at)
        SELECT TG_ARGV[0], what,
               CASE WHEN TG_ARGV[2] = 'report_id' THEN (SELECT author_id FROM scheduled_reports WHERE id = (now_is ->> 'report_id')::uuid)
                    ELSE (now_is ->> TG_ARGV[2])::uuid END,
               (SELECT w.course_id FROM weeks w WHERE w.id = (now_is ->> 'week_id')::uuid),
               state, (now_is ->> TG_ARGV[3])::timestamptz,
               CASE WHEN state <> 'RUNNING' THEN coalesce(now_is ->> 'ended_at', now_is ->> TG_ARGV[3])::timestamptz END
        WHERE state IS NOT NULL;
    ELSIF TG_OP = 'UPDATE' AND state <> 'RUNNING' THEN
        UPDATE analytics_workflows w SET status = state, ended_at = coalesce(now_is ->> 'ended_at', now_is ->> 'updated_at')::timestamptz
        WHERE w.kind = TG_ARGV[0] AND w.object = what AND w.status = 'RUNNING';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER analytics_workflow_begun AFTER INSERT OR DELETE ON data_exports
    FOR EACH ROW EXECUTE FUNCTION analytics_note_workflow('ACCOUNT_EXPORT', 'id', 'user_id', 'created_at');
CREATE TRIGGER analytics_workflow_changed AFTER UPDATE ON data_exports FOR EACH ROW WHEN (OLD.status <> NEW.status)
    EXECUTE FUNCTION analytics_note_workflow('ACCOUNT_EXPORT', 'id', 'user_id', 'created_at');

CREATE TRIGGER analytics_workflow_begun AFTER INSERT OR DELETE ON dataset_uploads
    FOR EACH ROW EXECUTE FUNCTION analytics_note_workflow('DATA_LOAD', 'id', 'uploader_id', 'updated_at');
CREATE TRIGGER analytics_workflow_changed AFTER UPDATE ON dataset_uploads FOR EACH ROW WHEN (OLD.status <> NEW.status)
    EXECUTE FUNCTION analytics_note_workflow('DATA_LOAD', 'id', 'uploader_id', 'updated_at');

CREATE TRIGGER analytics_workflow_begun AFTER INSERT OR DELETE ON misconception_searches
    FOR EACH ROW EXECUTE FUNCTION analytics_note_workflow('MISCONCEPTIONS', 'week_id', 'nobody', 'requested_at');
CREATE TRIGGER analytics_workflow_changed AFTER UPDATE ON misconception_searches
    FOR EACH ROW WHEN ((OLD.status, OLD.requested_at) IS DISTINCT FROM (NEW.status, NEW.requested_at))
    EXECUTE FUNCTION analytics_note_workflow('MISCONCEPTIONS', 'week_id', 'nobody', 'requested_at');

CREATE TRIGGER analytics_workflow_begun AFTER INSERT OR DELETE ON picture_exports
    FOR EACH ROW EXECUTE FUNCTION analytics_note_workflow('PICTURE_EXPORT', 'id', 'user_id', 'created_at');
CREATE TRIGGER analytics_workflow_changed AFTER UPDATE ON picture_exports FOR EACH ROW WHEN (OLD.status <> NEW.status)
    EXECUTE FUNCTION analytics_note_workflow('PICTURE_EXPORT', 'id', 'user_id', 'created_at');

CREATE TRIGGER analytics_workflow_begun AFTER INSERT OR DELETE ON report_runs
    FOR EACH ROW EXECUTE FUNCTION analytics_note_workflow('REPORT', 'id', 'report_id', 'started_at');
CREATE TRIGGER analytics_workflow_changed AFTER UPDATE ON report_runs FOR EACH ROW WHEN (OLD.status <> NEW.status)
    EXECUTE FUNCTION analytics_note_workflow('REPORT', 'id', 'report_id', 'started_at');

CREATE TRIGGER analytics_workflow_begun AFTER INSERT OR DELETE ON result_exports
    FOR EACH ROW EXECUTE FUNCTION analytics_note_workflow('RESULT_EXPORT', 'id', 'user_id', 'created_at');
CREATE TRIGGER analytics_workflow_changed AFTER UPDATE ON result_exports FOR EACH ROW WHEN (OLD.status <> NEW.status)
    EXECUTE FUNCTION analytics_note_workflow('RESULT_EXPORT', 'id', 'user_id', 'created_at');

CREATE TRIGGER analytics_workflow_begun AFTER INSERT OR DELETE ON theme_extractions
    FOR EACH ROW EXECUTE FUNCTION analytics_note_workflow('THEMES', 'week_id', 'nobody', 'requested_at');
CREATE TRIGGER analytics_workflow_changed AFTER UPDATE ON theme_extractions
    FOR EACH ROW WHEN ((OLD.status, OLD.requested_at) IS DISTINCT FROM (NEW.status, NEW.requested_at))
    EXECUTE FUNCTION analytics_note_workflow('THEMES', 'week_id', 'nobody', 'requested_at');

-- What there is already; of exports that have expired nobody knows any more whether they succeeded.
INSERT INTO analytics_workflows (kind, object, user_id, course_id, status, started_at, ended_at)
SELECT kind, object, user_id, course_id, state, started_at, CASE WHEN state <> 'RUNNING' THEN coalesce(ended_at, started_at) END
FROM (SELECT kind, object, user_id, course_id, started_at, ended_at, analytics_workflow_status(status, left_out) AS state FROM (
    SELECT 'ACCOUNT_EXPORT' AS kind, id AS object, user_id, NULL::uuid AS course_id, status, NULL::jsonb AS left_out,
           created_at AS started_at, ended_at FROM data_exports
    UNION ALL SELECT 'DATA_LOAD', id, uploader_id, NULL, status, NULL, created_at, coalesce(ended_at, updated_at) FROM dataset_uploads
    UNION ALL SELECT 'MISCONCEPTIONS', s.week_id, NULL, w.course_id, s.status, NULL, s.requested_at, s.ended_at
              FROM misconception_searches s JOIN weeks w ON w.id = s.week_id
    UNION ALL SELECT 'PICTURE_EXPORT', id, user_id, NULL, status, left_out, created_at, ended_at FROM picture_exports
    UNION ALL SELECT 'REPORT', r.id, s.author_id, NULL, r.status, NULL, r.started_at, r.ended_at
              FROM report_runs r JOIN scheduled_reports s ON s.id = r.report_id
    UNION ALL SELECT 'RESULT_EXPORT', id, user_id, NULL, status, NULL, created_at, ended_at FROM result_exports
    UNION ALL SELECT 'THEMES', e.week_id, NULL, w.course_id, e.status, NULL, e.requested_at, e.ended_at
              FROM theme_extractions e JOIN weeks w ON w.id = e.week_id) AS those) AS these
WHERE state IS NOT NULL;
