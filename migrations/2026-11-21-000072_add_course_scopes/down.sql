-- A key that only reads or teaches courses is of no use to the version before.
DELETE FROM api_keys WHERE scopes <@ ARRAY['COURSES_READ', 'COURSES_WRITE'];
UPDATE api_keys SET scopes = array_remove(array_remove(scopes, 'COURSES_READ'), 'COURSES_WRITE');
ALTER TABLE api_keys DROP CONSTRAINT api_keys_scopes_check;
ALTER TABLE api_keys ADD CONSTRAINT api_keys_scopes_check CHECK (cardinality(scopes) > 0 AND scopes <@ ARRAY[
    'CONVERSATIONS_READ', 'CONVERSATIONS_WRITE', 'DOCUMENTS_READ', 'DOCUMENTS_WRITE', 'SYSTEM_READ'
]);
