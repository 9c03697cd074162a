-- Where data, charts and dashboards live, and who works there.

CREATE TABLE workspaces (
    id          uuid PRIMARY KEY,
    name        text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    -- One each: two requests that come at once make it once. Serves the foreign key too.
    personal_of uuid UNIQUE REFERENCES users (id) ON DELETE CASCADE,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    deleted_at  timestamptz,
    -- It goes with its person, and not before.
    CHECK (personal_of IS NULL OR deleted_at IS NULL)
);
COMMENT ON TABLE workspaces IS 'Where data sources, queries, charts and dashboards live. Whose it is say its members with the role OWNER; whoever is no member knows nothing of it.';
COMMENT ON COLUMN workspaces.name IS 'Its name for people.';
COMMENT ON COLUMN workspaces.personal_of IS 'Whose own it is, whom nobody joins there; null for one that can be shared.';
COMMENT ON COLUMN workspaces.deleted_at IS 'Gone at once for every reader; a job purges the row 30 days later.';
-- For the job that purges.
CREATE INDEX workspaces_deleted_at_idx ON workspaces (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE workspace_members (
    id           uuid PRIMARY KEY,
    workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    user_id      uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role         text NOT NULL CHECK (role IN ('OWNER', 'EDITOR', 'VIEWER')),
    created_at   timestamptz NOT NULL,
    -- Once each. Serves the foreign key to the workspace too.
    UNIQUE (workspace_id, user_id)
);
COMMENT ON TABLE workspace_members IS 'Who works in a workspace: its owners say who else, editors change what is in it, viewers see it.';
-- One's workspaces, and what goes with an account.
CREATE INDEX workspace_members_user_id_idx ON workspace_members (user_id, workspace_id);
