-- Dashboards that somebody outside of their workspace sees: a person, or whoever has a link.

CREATE TABLE dashboard_shares (
    id            uuid PRIMARY KEY,
    dashboard_id  uuid NOT NULL REFERENCES dashboards (id) ON DELETE CASCADE,
    kind          text NOT NULL CHECK (kind IN ('PERSON', 'LINK')),
    user_id       uuid REFERENCES users (id) ON DELETE CASCADE,
    access        text NOT NULL CHECK (access IN ('VIEW', 'EDIT')),
    token_hash    bytea UNIQUE CHECK (length(token_hash) = 32),
    password_hash text,
    expires_at    timestamptz,
    -- It rests on what they may: without them it shows nothing.
    author_id     uuid REFERENCES users (id) ON DELETE SET NULL,
    created_at    timestamptz NOT NULL,
    revoked_at    timestamptz,
    last_used_at  timestamptz,
    use_count     bigint NOT NULL DEFAULT 0,
    CHECK ((kind = 'PERSON') = (user_id IS NOT NULL)),
    CHECK ((kind = 'LINK') = (token_hash IS NOT NULL)),
    CHECK (kind = 'LINK' OR password_hash IS NULL),
    CHECK (kind = 'PERSON' OR access = 'VIEW')
);
COMMENT ON TABLE dashboard_shares IS 'Who sees a dashboard without being a member of its workspace.';
COMMENT ON COLUMN dashboard_shares.kind IS 'PERSON: somebody with an account. LINK: whoever has the token.';
COMMENT ON COLUMN dashboard_shares.user_id IS 'Set for PERSON alone.';
COMMENT ON COLUMN dashboard_shares.access IS 'VIEW: sees it. EDIT: arranges and names what stands on it as well; for PERSON alone.';
COMMENT ON COLUMN dashboard_shares.token_hash IS 'SHA-256 of the 256 random bits of the token. Set for LINK alone.';
COMMENT ON COLUMN dashboard_shares.password_hash IS 'A PHC string. For LINK alone; null for one that takes no password.';
COMMENT ON COLUMN dashboard_shares.expires_at IS 'From when on it shows nothing; null for never.';
COMMENT ON COLUMN dashboard_shares.author_id IS 'Who shared it. It shows nothing while they may not edit in the workspace, or are gone.';
COMMENT ON COLUMN dashboard_shares.revoked_at IS 'Since when it shows nothing any more; null while nobody took it back.';
COMMENT ON COLUMN dashboard_shares.last_used_at IS 'When a link was last opened; null before, and for PERSON.';
COMMENT ON COLUMN dashboard_shares.use_count IS 'How often a link was opened.';
CREATE INDEX dashboard_shares_dashboard_id_idx ON dashboard_shares (dashboard_id, id);
CREATE INDEX dashboard_shares_user_id_idx ON dashboard_shares (user_id, id);
CREATE INDEX dashboard_shares_author_id_idx ON dashboard_shares (author_id);
CREATE UNIQUE INDEX dashboard_shares_person_idx ON dashboard_shares (dashboard_id, user_id) WHERE revoked_at IS NULL AND user_id IS NOT NULL;

-- Whoever is taken out of a workspace keeps no way in that they had, or made, beside their membership.
CREATE FUNCTION dashboard_shares_of_leaver() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE dashboard_shares s SET revoked_at = now() FROM dashboards b
    WHERE b.id = s.dashboard_id AND b.workspace_id = OLD.workspace_id AND s.revoked_at IS NULL
      AND (s.user_id = OLD.user_id OR s.author_id = OLD.user_id);
    RETURN NULL;
END $$;
COMMENT ON FUNCTION dashboard_shares_of_leaver() IS 'Takes back what a member who goes was given, or gave, of the workspace''s dashboards.';
CREATE TRIGGER dashboard_shares_member_left AFTER DELETE ON workspace_members
    FOR EACH ROW EXECUTE FUNCTION dashboard_shares_of_leaver();
