DROP TABLE audit_events;
DROP FUNCTION purge_audit_events(timestamptz, integer);
DROP FUNCTION audit_events_refuse();
DROP FUNCTION audit_events_kept_at_least();
