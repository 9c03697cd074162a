-- The audit trail: who did what, on what, when, from where.
--
-- Nothing here refers to another table, since the trail outlives what it tells of: people and things are named by their
-- public ids.

CREATE TABLE audit_events (
    id            uuid PRIMARY KEY,
    occurred_at   timestamptz NOT NULL,
    action        text NOT NULL CHECK (action ~ '^[a-z_]+[.][a-z_]+$'),
    actor         text NOT NULL CHECK (length(actor) <= 64),
    actor_account text CHECK (length(actor_account) <= 64),
    account       text CHECK (length(account) <= 64),
    object        text CHECK (length(object) <= 128),
    address       text,
    user_agent    text,
    request       text CHECK (length(request) <= 64),
    before        jsonb,
    after         jsonb
);
COMMENT ON TABLE audit_events IS 'What was done to accounts, access and configuration, and what was destroyed. Rows are added and never changed; purge_audit_events alone removes old ones.';
COMMENT ON COLUMN audit_events.id IS 'Begins with occurred_at to the microsecond, so that the newest are found without another index.';
COMMENT ON COLUMN audit_events.occurred_at IS 'By the clock of the application.';
COMMENT ON COLUMN audit_events.action IS 'What was done, as in sign_in.failed. Not a list in a CHECK: during an upgrade the next version writes what this one does not know.';
COMMENT ON COLUMN audit_events.actor IS 'Who did it: the id of an account or of an API key, system for the server itself, nobody for somebody who had not signed in.';
COMMENT ON COLUMN audit_events.actor_account IS 'The account that did it, or whose API key; null for system and nobody.';
COMMENT ON COLUMN audit_events.account IS 'The account that it happened to: its owner may read the row. Null where that is not known.';
COMMENT ON COLUMN audit_events.object IS 'The thing that it was done to, by its id; null when it is the account itself.';
COMMENT ON COLUMN audit_events.address IS 'From where it was asked for; null for the server''s own work.';
COMMENT ON COLUMN audit_events.request IS 'The id of the request, as the log and x-request-id have it.';
COMMENT ON COLUMN audit_events.before IS 'What held before, secrets taken out; null when nothing did.';
COMMENT ON COLUMN audit_events.after IS 'What holds since, secrets taken out; null when nothing does.';

-- One account's trail, and those that administrators look for, all newest first.
CREATE INDEX audit_events_account_idx ON audit_events (account, id DESC);
CREATE INDEX audit_events_actor_account_idx ON audit_events (actor_account, id DESC);
CREATE INDEX audit_events_object_idx ON audit_events (object, id DESC);
CREATE INDEX audit_events_action_idx ON audit_events (action, id DESC);
-- What is old, for the purge. Rows come in the order of time, so a few pages hold all of it.
CREATE INDEX audit_events_occurred_at_idx ON audit_events USING brin (occurred_at);

-- Append-only, twice. Not even the owner of the table has the right to change or remove rows, so that no statement of the
-- application can, whatever is injected into it. The owner could give itself the right back, and a superuser needs none:
-- the triggers stand against that. Who may drop triggers can do anything; ship the trail elsewhere where that matters.
REVOKE UPDATE, DELETE, TRUNCATE ON audit_events FROM CURRENT_USER, PUBLIC;

CREATE FUNCTION audit_events_kept_at_least() RETURNS interval
    LANGUAGE sql IMMUTABLE AS $$ SELECT interval '30 days' $$;
COMMENT ON FUNCTION audit_events_kept_at_least() IS 'Nothing younger is ever removed, whatever the settings say.';

CREATE FUNCTION audit_events_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.occurred_at <= now() - audit_events_kept_at_least() THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'audit_events keeps its rows for % at least', audit_events_kept_at_least()
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RAISE EXCEPTION 'audit_events is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER audit_events_refuse_change BEFORE UPDATE OR DELETE ON audit_events
    FOR EACH ROW EXECUTE FUNCTION audit_events_refuse();
CREATE TRIGGER audit_events_refuse_truncate BEFORE TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION audit_events_refuse();
ALTER TABLE audit_events ENABLE ALWAYS TRIGGER audit_events_refuse_change;
ALTER TABLE audit_events ENABLE ALWAYS TRIGGER audit_events_refuse_truncate;

-- Retention. As the owner, who may give itself the right for the length of this call: others see neither of the two
-- changes, since both are over when the transaction commits.
CREATE FUNCTION purge_audit_events(before timestamptz, most integer) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    purged bigint;
BEGIN
    EXECUTE 'GRANT DELETE ON audit_events TO CURRENT_USER';
    DELETE FROM audit_events WHERE id IN (
        SELECT id FROM audit_events
        WHERE occurred_at < least(purge_audit_events.before, now() - audit_events_kept_at_least()) LIMIT most);
    GET DIAGNOSTICS purged = ROW_COUNT;
    EXECUTE 'REVOKE DELETE ON audit_events FROM CURRENT_USER';
    RETURN purged;
END $$;
REVOKE EXECUTE ON FUNCTION purge_audit_events(timestamptz, integer) FROM PUBLIC;
COMMENT ON FUNCTION purge_audit_events(timestamptz, integer) IS 'Removes up to so many rows from before that time, and says how many: the one way to remove any.';
