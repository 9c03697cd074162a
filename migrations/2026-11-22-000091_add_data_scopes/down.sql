-- A key that only reads or changes data is of no use to the version before.
DELETE FROM api_keys WHERE scopes <@ ARRAY['DATA_READ', 'DATA_WRITE'];
UPDATE api_keys SET scopes = array_remove(array_remove(scopes, 'DATA_READ'), 'DATA_WRITE');
ALTER TABLE api_keys DROP CONSTRAINT api_keys_scopes_check;
ALTER TABLE api_keys ADD CONSTRAINT api_keys_scopes_check CHECK (cardinality(scopes) > 0 AND scopes <@ ARRAY[
    'CONVERSATIONS_READ', 'CONVERSATIONS_WRITE', 'DOCUMENTS_READ', 'DOCUMENTS_WRITE', 'COURSES_READ', 'COURSES_WRITE',
    'SYSTEM_READ'
]);
