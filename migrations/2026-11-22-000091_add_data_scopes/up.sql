-- Programs with keys may read workspaces and what is in them, and change it.
ALTER TABLE api_keys DROP CONSTRAINT api_keys_scopes_check;
ALTER TABLE api_keys ADD CONSTRAINT api_keys_scopes_check CHECK (cardinality(scopes) > 0 AND scopes <@ ARRAY[
    'CONVERSATIONS_READ', 'CONVERSATIONS_WRITE', 'DOCUMENTS_READ', 'DOCUMENTS_WRITE', 'COURSES_READ', 'COURSES_WRITE',
    'DATA_READ', 'DATA_WRITE', 'SYSTEM_READ'
]);
