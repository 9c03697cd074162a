//! The first lock by itself: what the role of a workspace can do that has a whole session to itself, without the gate in front of it.

use elenchus::warehouse::loading::Loading;
use elenchus::warehouse::names::quoted;
use elenchus::warehouse::place::Warehouse;
use elenchus::warehouse::refusal::RunError;
use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

use super::support::library::Library;
use super::support::stock::{load, run, statement};

const SECRETS: &[(&str, &str)] = &[("id", "bigint"), ("word", "text")];

/// A session of the role's, as if somebody had found its password.
async fn intruder(library: &Library, workspace: Uuid, database: &str) -> Client {
    let warehouse = &library.app.warehouse;
    let role = warehouse.tenant(workspace).role;
    let owner = warehouse.owner().await.unwrap();
    owner.batch_execute(&format!("ALTER ROLE {} PASSWORD 'found'", quoted(&role))).await.unwrap();
    let mut config: tokio_postgres::Config = library.database.url.parse().unwrap();
    config.user(&role).password("found").dbname(database);
    let (client, connection) = config.connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

async fn two_workspaces(library: &Library) -> (Uuid, Uuid) {
    let (own, foreign) = (Uuid::new_v4(), Uuid::new_v4());
    for workspace in [own, foreign] {
        let warehouse = &library.app.warehouse;
        load(warehouse, workspace, "secrets", SECRETS, Loading::Replace, "1\tswordfish\n", true).await.unwrap();
    }
    (own, foreign)
}

/// What changes something, reads what is not its own, or holds the server up. `FOREIGN` is the schema of another workspace, `OWN` that of
/// the role's.
const HOSTILE: &[&str] = &[
    "SELECT * FROM FOREIGN.secrets",
    "INSERT INTO secrets VALUES (2, 'x')",
    "UPDATE secrets SET word = 'x'",
    "DELETE FROM secrets",
    "TRUNCATE secrets",
    "DROP TABLE secrets",
    "ALTER TABLE secrets ADD COLUMN x int",
    "CREATE TABLE OWN.x (a int)",
    "CREATE TABLE public.x (a int)",
    "CREATE TEMP TABLE x (a int)",
    "CREATE SCHEMA x",
    "CREATE VIEW OWN.x AS SELECT 1",
    "CREATE FUNCTION OWN.x() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE EXTENSION dblink",
    "CREATE EXTENSION postgres_fdw",
    "CREATE LANGUAGE plpython3u",
    "CREATE ROLE x",
    "CREATE DATABASE x",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "ALTER ROLE CURRENT_USER CREATEDB",
    "GRANT pg_read_server_files TO CURRENT_USER",
    "SET ROLE elenchus",
    "SET SESSION AUTHORIZATION elenchus",
    "SELECT * INTO OWN.x FROM secrets",
    "SELECT * INTO TEMP x FROM secrets",
    "WITH gone AS (DELETE FROM secrets RETURNING *) SELECT * FROM gone",
    "SELECT * FROM secrets FOR UPDATE",
    "SELECT * FROM secrets FOR SHARE",
    "LOCK TABLE secrets IN ACCESS EXCLUSIVE MODE",
    "COPY secrets TO '/tmp/x'",
    "COPY secrets TO PROGRAM 'cat'",
    "COPY secrets FROM '/etc/passwd'",
    "COPY (SELECT 1) TO PROGRAM 'id'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_read_binary_file('/etc/passwd')",
    "SELECT * FROM pg_ls_dir('/')",
    "SELECT pg_stat_file('/etc/passwd')",
    "SELECT pg_reload_conf()",
    "SELECT pg_rotate_logfile()",
    "SELECT pg_switch_wal()",
    "SELECT pg_terminate_backend(1)",
    "SELECT pg_cancel_backend(1)",
    "SELECT pg_sleep(1)",
    "SELECT pg_advisory_lock(1)",
    "SELECT pg_try_advisory_lock(1)",
    "SELECT pg_notify('x', 'y')",
    "SELECT set_config('search_path', 'x', false)",
    "SELECT current_setting('data_directory')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT lo_export(1, '/tmp/x')",
    "SELECT lo_create(0)",
    "SELECT lo_from_bytea(0, 'x')",
    "SELECT query_to_xml('SELECT 1', true, true, '')",
    "SELECT database_to_xml(true, true, '')",
    "SELECT txid_current()",
    "SELECT pg_export_snapshot()",
    "SELECT inet_server_addr()",
    "SELECT pg_get_viewdef('pg_user')",
    "SELECT * FROM pg_authid",
    "SELECT * FROM pg_shadow",
    "SELECT * FROM pg_class",
    "SELECT * FROM pg_namespace",
    "SELECT * FROM pg_attribute",
    "SELECT * FROM pg_roles",
    "SELECT * FROM pg_database",
    "SELECT * FROM pg_stat_activity",
    "SELECT * FROM pg_settings",
    "SELECT * FROM pg_tables",
    "SELECT * FROM pg_stats",
    "SELECT * FROM pg_proc",
    "SELECT * FROM pg_largeobject",
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM information_schema.columns",
    "SELECT * FROM information_schema.schemata",
    "REINDEX TABLE secrets",
    "CLUSTER secrets",
    "CHECKPOINT",
    "ALTER SYSTEM SET work_mem = '1GB'",
    "LOAD 'x'",
    "EXPLAIN ANALYZE DELETE FROM secrets",
    "DO $$ BEGIN DELETE FROM secrets; END $$",
    "COMMENT ON TABLE secrets IS 'x'",
    "REFRESH MATERIALIZED VIEW x",
    "IMPORT FOREIGN SCHEMA x FROM SERVER y INTO z",
    "CREATE SERVER x FOREIGN DATA WRAPPER postgres_fdw",
    "CREATE PUBLICATION x FOR ALL TABLES",
    "CREATE SUBSCRIPTION x CONNECTION 'host=x' PUBLICATION y",
    "SECURITY LABEL ON TABLE secrets IS 'x'",
    "ALTER DATABASE CURRENT_DATABASE SET work_mem = '1GB'",
    "REASSIGN OWNED BY CURRENT_USER TO elenchus",
];

#[tokio::test]
async fn a_whole_session_of_the_role_reads_its_schema_and_does_nothing_else() {
    let library = Library::new().await;
    let (own, foreign) = two_workspaces(&library).await;
    let warehouse = &library.app.warehouse;
    let client = intruder(&library, own, warehouse.database()).await;
    let (own_schema, foreign_schema) = (warehouse.tenant(own).schema, warehouse.tenant(foreign).schema);
    // Whoever has the session can also take back what only holds by default.
    client.batch_execute("SET default_transaction_read_only = off; SET statement_timeout = '5s'").await.unwrap();
    let mut passed = Vec::new();
    for hostile in HOSTILE {
        let sql = hostile.replace("FOREIGN", &foreign_schema).replace("OWN.", &format!("{own_schema}."));
        // "IMPORT FOREIGN SCHEMA" and the like are words here.
        let sql = if hostile.contains("FOREIGN.") { sql } else { sql.replace(&foreign_schema, "FOREIGN") };
        if client.batch_execute(&sql).await.is_ok() {
            passed.push(*hostile);
        }
    }
    assert_eq!(passed, Vec::<&str>::new());
    let row = client.query_one("SELECT string_agg(word, ',') FROM secrets", &[]).await.unwrap();
    assert_eq!(row.get::<_, String>(0), "swordfish", "what is its own it reads, and it is as it was");
}

#[tokio::test]
async fn the_role_finds_nothing_in_the_main_database() {
    let library = Library::new().await;
    let (own, _) = two_workspaces(&library).await;
    let main: tokio_postgres::Config = library.database.url.parse().unwrap();
    let client = intruder(&library, own, main.get_dbname().unwrap()).await;
    for sql in [
        "SELECT * FROM public.users",
        "TABLE public.api_keys",
        "INSERT INTO public.users DEFAULT VALUES",
        "CREATE TABLE public.x ()",
    ] {
        let refused = client.batch_execute(sql).await.unwrap_err();
        let refused = refused.as_db_error().unwrap().message().to_owned();
        let is_refused = ["permission denied", "read-only transaction"].iter().any(|text| refused.contains(text));
        assert!(is_refused, "{sql}: {refused}");
    }
}

/// The same by the way that statements take.
#[tokio::test]
async fn no_statement_that_gets_past_the_gate_changes_anything() {
    let library = Library::new().await;
    let (own, foreign) = two_workspaces(&library).await;
    let warehouse: &Warehouse = &library.app.warehouse;
    let foreign = warehouse.tenant(foreign).schema;
    let smuggled = [
        format!("SELECT * FROM {foreign}.secrets"),
        "SELECT 1) AS result (c1); DELETE FROM secrets; --".to_owned(),
        "SELECT 1; COMMIT; DELETE FROM secrets".to_owned(),
        "COMMIT".to_owned(),
        "SET TRANSACTION READ WRITE".to_owned(),
        "WITH gone AS (DELETE FROM secrets RETURNING *) SELECT * FROM gone".to_owned(),
        "SELECT pg_sleep(10)".to_owned(),
        "TABLE pg_authid".to_owned(),
        "SELECT set_config('transaction_read_only', 'off', true)".to_owned(),
    ];
    for sql in &smuggled {
        let refused = run(warehouse, own, &statement(sql)).await.unwrap_err();
        assert!(matches!(refused, RunError::Refused { .. }), "{sql}: {refused:?}");
    }
    let found = run(warehouse, own, &statement("SELECT word FROM secrets")).await.unwrap();
    assert_eq!(found.rows, [["swordfish"]]);
}
