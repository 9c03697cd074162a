//! What Postgres lets everybody do in a database, taken away from everybody.
//!
//! A role that may sign in may by default connect to any database, make temporary tables, read the whole catalogue (and with it the
//! names of other workspaces' tables and columns) and call some two thousand functions. None of it is needed to read one schema: the planner
//! looks into the catalogue by itself. Where the owner of the database is a superuser, as in the private Postgres, the catalogue is closed
//! too; elsewhere Postgres does not let us, and the gate in `sql` stands alone before the catalogue.

use tokio_postgres::Client;

use super::names::quoted;
use super::refusal::failed;
use crate::error::Result;

/// Functions of everybody's that read or change more than their arguments, or that run a text as a statement. Superusers' own are not
/// here: nobody else may call them.
const FUNCTIONS: &[&str] = &[
    "set_config",
    "current_setting",
    "pg_sleep",
    "pg_sleep_for",
    "pg_sleep_until",
    "pg_notify",
    "pg_cancel_backend",
    "pg_terminate_backend",
    "pg_export_snapshot",
    "pg_stat_get_activity",
    "query_to_xml",
    "query_to_xmlschema",
    "query_to_xml_and_xmlschema",
    "cursor_to_xml",
    "table_to_xml",
    "table_to_xmlschema",
    "table_to_xml_and_xmlschema",
    "schema_to_xml",
    "schema_to_xmlschema",
    "schema_to_xml_and_xmlschema",
    "database_to_xml",
    "database_to_xmlschema",
    "database_to_xml_and_xmlschema",
    "ts_stat",
    "ts_rewrite",
    "lo_creat",
    "lo_create",
    "lo_from_bytea",
    "lo_open",
    "lo_put",
    "lo_get",
    "lo_unlink",
    "loread",
    "lowrite",
    "pg_database_size",
    "pg_tablespace_size",
    "pg_get_viewdef",
    "pg_get_functiondef",
    "pg_get_constraintdef",
    "pg_get_indexdef",
    "pg_get_triggerdef",
    "pg_get_ruledef",
    "inet_server_addr",
    "inet_server_port",
    "inet_client_addr",
    "inet_client_port",
    "pg_postmaster_start_time",
    "pg_conf_load_time",
    "pg_current_logfile",
    "txid_current",
    "pg_current_xact_id",
    "nextval",
    "setval",
    "currval",
    "lastval",
];

/// Advisory locks have many forms; one of ours waits for none of them.
const LOCKS: &str = "pg_%advisory_%lock%";

/// Closes the database that `client` is connected to as its owner, and makes what is ours in it: which loads were done. Doing so again changes nothing.
///
/// # Errors
/// When Postgres does not answer.
pub(super) async fn close(client: &Client, name: &str) -> Result<()> {
    let plain = format!(
        "REVOKE ALL ON DATABASE {} FROM PUBLIC; \
         DO $$ BEGIN IF EXISTS (SELECT FROM pg_namespace WHERE nspname = 'public') THEN REVOKE ALL ON SCHEMA public FROM PUBLIC; END IF; END $$; \
         CREATE SCHEMA IF NOT EXISTS elenchus; \
         CREATE TABLE IF NOT EXISTS elenchus.loads (upload text, revision integer, rows bigint NOT NULL, loaded_at timestamptz NOT NULL, \
             PRIMARY KEY (upload, revision))",
        quoted(name)
    );
    client.batch_execute(&plain).await.map_err(failed)?;
    let row =
        client.query_one("SELECT rolsuper FROM pg_roles WHERE rolname = current_user", &[]).await.map_err(failed)?;
    if !row.try_get::<_, bool>(0).map_err(failed)? {
        tracing::info!("the catalogue of the database of uploaded data stays readable: its owner is no superuser");
        return Ok(());
    }
    client.batch_execute(&catalogue()).await.map_err(failed)
}

/// Closes relations of the catalogue and the functions above, as far as they are open.
fn catalogue() -> String {
    let names = FUNCTIONS.iter().map(|name| format!("'{name}'")).collect::<Vec<_>>().join(", ");
    format!(
        "DO $$
         DECLARE one record;
         BEGIN
             FOR one IN SELECT c.oid::regclass AS it FROM pg_class c
                        WHERE c.relnamespace IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
                          AND c.relkind IN ('r', 'v', 'm')
                          AND EXISTS (SELECT FROM aclexplode(c.relacl) acl WHERE acl.grantee = 0)
             LOOP
                 EXECUTE format('REVOKE ALL ON %s FROM PUBLIC', one.it);
             END LOOP;
             FOR one IN SELECT p.oid::regprocedure AS it FROM pg_proc p
                        WHERE p.pronamespace = 'pg_catalog'::regnamespace
                          AND (p.proname IN ({names}) OR p.proname LIKE '{LOCKS}')
                          AND (p.proacl IS NULL OR EXISTS (SELECT FROM aclexplode(p.proacl) acl WHERE acl.grantee = 0))
             LOOP
                 EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', one.it);
             END LOOP;
         END $$"
    )
}
