CREATE FUNCTION is_of_seen_data(generation uuid, purpose text, reader uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE purpose
        WHEN 'DATA_QUESTION' THEN EXISTS (
            SELECT FROM data_questions q JOIN data_sources s ON s.id = q.source_id
                JOIN workspaces w ON w.id = s.workspace_id AND w.deleted_at IS NULL
                JOIN workspace_members m ON m.workspace_id = w.id AND m.user_id = reader
            WHERE q.generation_id = generation)
        WHEN 'INSIGHT' THEN EXISTS (
            SELECT FROM insights i JOIN data_sources s ON s.id = i.source_id
                JOIN workspaces w ON w.id = s.workspace_id AND w.deleted_at IS NULL
                JOIN workspace_members m ON m.workspace_id = w.id AND m.user_id = reader
            WHERE i.generation_id = generation)
        ELSE true
    END
$$;

COMMENT ON FUNCTION is_of_seen_data IS
    'Whether a reader may still see what a text was written about. A text about the data of a workspace is seen as long as the question or '
    'the insight is there and its reader is a member, as the data are; any other text is not about data.';
