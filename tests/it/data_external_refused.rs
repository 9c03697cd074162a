//! What is not let through: addresses, roles and servers that are not to be asked, and statements that want more than to read.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_postgres::NoTls;

use super::data_external::{CREATE, OPEN, UPDATE, act, own_workspace, source};
use super::support::database::TestDatabase;
use super::support::desk::Desk;
use super::support::foreign::{AUTHORITY, Door, ELSEWHERE, Foreign, LOCAL, SWORDFISH};
use super::support::live::LiveServer;
use super::support::log::Log;

/// The field at fault, of an answer that has no data.
fn field(answer: &Value) -> &str {
    assert_eq!(answer["errors"][0]["extensions"]["code"], json!("BAD_USER_INPUT"), "{answer}");
    assert!(!answer.to_string().contains(SWORDFISH), "{answer}");
    answer["errors"][0]["extensions"]["fields"][0]["path"].as_str().unwrap_or_else(|| panic!("{answer}"))
}

#[tokio::test]
async fn what_does_not_work_is_not_kept_and_says_which_field_it_is() {
    let (desk, foreign, door) = (Desk::with(&OPEN).await, Foreign::new().await, Door::plain().await);
    let ada = desk.served.person("ada").await;
    let right = foreign.entered(&own_workspace(&desk, &ada).await, &door);
    let with = async |wrong: Value| {
        let mut input = right.clone();
        for (name, value) in wrong.as_object().unwrap() {
            input[name] = value.clone();
        }
        act(&desk, &ada, CREATE, input).await
    };
    // A server that lets everybody in and then talks for ever, and one that is another.
    let endless = Door::leading(|mut stream| async move {
        drop(stream.write_all(b"R\0\0\0\x08\0\0\0\0").await);
        let notices = b"N\0\0\0\x10SNOTICE\0Mx\0\0".repeat(1000);
        while stream.write_all(&notices).await.is_ok() {}
    })
    .await;
    let silent = Door::leading(|mut stream| async move {
        let mut nothing = [0; 8];
        drop(stream.read_exact(&mut nothing).await);
        drop(stream.write_all(b"220 mail.test ESMTP\r\n").await);
    })
    .await;
    let shut = Door::plain().await.port;
    for (wrong, expected) in [
        (json!({ "host": "169.254.169.254" }), "input.host"),
        (json!({ "host": "10.0.0.1" }), "input.host"),
        (json!({ "host": "::1" }), "input.host"),
        (json!({ "host": "[::1]" }), "input.host"),
        (json!({ "host": "::ffff:169.254.169.254" }), "input.host"),
        (json!({ "host": "0.0.0.0" }), "input.host"),
        (json!({ "host": "/var/run/postgresql" }), "input.host"),
        (json!({ "port": 80 }), "input.port"),
        (json!({ "port": shut }), "input.host"),
        (json!({ "port": endless.port }), "input.host"),
        (json!({ "port": silent.port }), "input.host"),
        (json!({ "tls": null }), "input.tls"),
        (json!({ "tls": "VERIFY_FULL", "port": silent.port }), "input.tls"),
        (json!({ "password": "wrong" }), "input.password"),
        (json!({ "username": "nobody_at_all" }), "input.password"),
        (json!({ "database": "nowhere" }), "input.database"),
        (json!({ "schemas": ["public", "nowhere"] }), "input.schemas"),
        (json!({ "schemas": ["shut"] }), "input.schemas"),
        (json!({ "schemas": ["pg_catalog"] }), "input.schemas.0"),
        (json!({ "caCertificate": "x" }), "input.caCertificate"),
        (json!({ "name": " " }), "input.name"),
    ] {
        let answer = with(wrong.clone()).await;
        assert_eq!(field(&answer), expected, "{wrong}: {answer}");
    }
    let library = &desk.served.library;
    assert_eq!(library.text("count(*) FROM data_sources").await.unwrap(), "0");
    assert_eq!(library.text("count(*) FROM audit_events WHERE action LIKE 'data_source.%'").await.unwrap(), "0");
    assert_eq!(source(&with(json!({})).await)["status"], json!("READY"), "what was right is right");
}

#[tokio::test]
async fn a_role_that_may_do_more_than_read_is_refused_then_and_later() {
    let (desk, foreign, door) = (Desk::with(&OPEN).await, Foreign::new().await, Door::plain().await);
    let ada = desk.served.person("ada").await;
    let input = foreign.entered(&own_workspace(&desk, &ada).await, &door);
    for (grant, revoke, word) in [
        ("ALTER ROLE $role SUPERUSER", "ALTER ROLE $role NOSUPERUSER", "superuser"),
        ("ALTER ROLE $role CREATEROLE", "ALTER ROLE $role NOCREATEROLE", "CREATEROLE"),
        ("ALTER ROLE $role CREATEDB", "ALTER ROLE $role NOCREATEDB", "CREATEDB"),
        ("ALTER ROLE $role REPLICATION", "ALTER ROLE $role NOREPLICATION", "REPLICATION"),
        ("ALTER ROLE $role BYPASSRLS", "ALTER ROLE $role NOBYPASSRLS", "BYPASSRLS"),
        ("GRANT pg_read_all_data TO $role", "REVOKE pg_read_all_data FROM $role", "pg_read_all_data"),
        ("GRANT pg_write_all_data TO $role", "REVOKE pg_write_all_data FROM $role", "pg_write_all_data"),
        ("GRANT pg_execute_server_program TO $role", "REVOKE pg_execute_server_program FROM $role", "programs"),
        ("GRANT pg_read_server_files TO $role", "REVOKE pg_read_server_files FROM $role", "files"),
    ] {
        foreign.sql(grant).await;
        let answer = act(&desk, &ada, CREATE, input.clone()).await;
        assert_eq!(field(&answer), "input.username", "{grant}");
        assert!(answer["errors"][0]["message"].as_str().unwrap().contains(word), "{answer}");
        foreign.sql(revoke).await;
    }
    let made = source(&act(&desk, &ada, CREATE, input).await);
    foreign.sql("ALTER ROLE $role SUPERUSER").await;
    let run = desk.run(&ada, &made["id"], "SELECT count(*) FROM orders").await;
    assert_eq!(run["error"]["code"], json!("UPSTREAM_UNAVAILABLE"), "{run}");
    assert!(run["error"]["message"].as_str().unwrap().contains("superuser"), "{run}");
    foreign.sql("ALTER ROLE $role NOSUPERUSER").await;
    assert_eq!(desk.run(&ada, &made["id"], "SELECT count(*) FROM orders").await["rows"], json!([[3]]));
}

#[tokio::test]
async fn without_the_operators_word_only_public_addresses_and_tls_will_do() {
    let (foreign, door) = (Foreign::new().await, Door::plain().await);
    let closed = Desk::with(&[("DATA_SOURCE_PLAINTEXT", "true")]).await;
    let ada = closed.served.person("ada").await;
    let input = foreign.entered(&own_workspace(&closed, &ada).await, &door);
    for host in ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.0.0.1"] {
        let mut input = input.clone();
        input["host"] = json!(host);
        assert_eq!(field(&act(&closed, &ada, CREATE, input).await), "input.host", "{host}");
    }
    let encrypted = Desk::with(&[("DATA_SOURCE_NETWORKS", "127.0.0.1")]).await;
    let ada = encrypted.served.person("ada").await;
    let input = foreign.entered(&own_workspace(&encrypted, &ada).await, &door);
    assert_eq!(field(&act(&encrypted, &ada, CREATE, input).await), "input.tls");
}

#[tokio::test]
async fn tls_is_verified_for_the_very_host() {
    let (desk, foreign) = (Desk::with(&[("DATA_SOURCE_NETWORKS", "127.0.0.0/8")]).await, Foreign::new().await);
    let ada = desk.served.person("ada").await;
    let workspace = own_workspace(&desk, &ada).await;
    let (local, elsewhere) = (Door::encrypted(LOCAL).await, Door::encrypted(ELSEWHERE).await);
    let by = async |door: &Door, host: &str, authority: Value| {
        let mut input = foreign.entered(&workspace, door);
        input["host"] = json!(host);
        input["tls"] = Value::Null;
        input["caCertificate"] = authority;
        act(&desk, &ada, CREATE, input).await
    };
    assert_eq!(field(&by(&local, "127.0.0.1", Value::Null).await), "input.tls", "nobody knows the authority");
    assert_eq!(field(&by(&elsewhere, "127.0.0.1", json!(AUTHORITY)).await), "input.tls", "another's certificate");
    assert_eq!(source(&by(&local, "localhost", json!(AUTHORITY)).await)["status"], json!("READY"));
    let made = source(&by(&local, "127.0.0.1", json!(AUTHORITY)).await);
    assert_eq!((&made["notes"], &made["connection"]["tls"]), (&json!([]), &json!("VERIFY_FULL")));
    let rows = desk.run(&ada, &made["id"], "SELECT sum(net) FROM orders").await["rows"].clone();
    assert_eq!(rows, json!([[35.5]]));
    let forgotten = json!({ "id": made["id"], "caCertificate": "", "password": SWORDFISH });
    assert_eq!(field(&act(&desk, &ada, UPDATE, forgotten).await), "input.tls");
}

#[tokio::test]
async fn statements_read_what_was_named_and_nothing_else() {
    let (desk, foreign, door) = (Desk::with(&OPEN).await, Foreign::new().await, Door::plain().await);
    // Whoever looks after the database lets functions of theirs run, and has others found before those of Postgres.
    foreign
        .sql(
            "CREATE TABLE log (a int);
             CREATE FUNCTION noted() RETURNS int LANGUAGE plpgsql AS 'BEGIN INSERT INTO public.log VALUES (1); RETURN 1; END';
             CREATE VIEW sneaky AS SELECT noted() AS a;
             CREATE SCHEMA evil;
             CREATE FUNCTION evil.lower(text) RETURNS text LANGUAGE sql AS 'SELECT ''replaced''';
             CREATE FUNCTION evil.left(text, int) RETURNS text LANGUAGE sql AS 'SELECT ''replaced''';
             CREATE FOREIGN DATA WRAPPER wires;
             CREATE SERVER elsewhere FOREIGN DATA WRAPPER wires;
             CREATE FOREIGN TABLE far (a int) SERVER elsewhere;
             GRANT USAGE ON SCHEMA evil TO $role;
             GRANT SELECT ON sneaky, far TO $role;
             GRANT INSERT ON log TO $role;
             ALTER ROLE $role SET search_path = evil, public, pg_catalog",
        )
        .await;
    let ada = desk.served.person("ada").await;
    let made = source(&act(&desk, &ada, CREATE, foreign.entered(&own_workspace(&desk, &ada).await, &door)).await);
    let names: Vec<_> = made["tables"].as_array().unwrap().iter().map(|table| table["name"].clone()).collect();
    assert_eq!(names, [json!("orders"), json!("sneaky"), json!("totals")], "a foreign table leads elsewhere");
    assert_eq!(made["notes"], json!(["MAY_WRITE", "UNENCRYPTED"]));
    for (sql, code) in [
        ("SELECT pg_read_file('/etc/passwd')", "FUNCTION_NOT_ALLOWED"),
        ("SELECT evil.lower(region) FROM orders", "FUNCTION_NOT_ALLOWED"),
        ("SELECT noted()", "FUNCTION_NOT_ALLOWED"),
        ("SELECT set_config('search_path', 'evil', false)", "FUNCTION_NOT_ALLOWED"),
        ("SELECT * FROM hidden", "RELATION_NOT_ALLOWED"),
        ("SELECT * FROM closed.words", "RELATION_NOT_ALLOWED"),
        ("SELECT * FROM archive.orders", "RELATION_NOT_ALLOWED"),
        ("SELECT * FROM far", "RELATION_NOT_ALLOWED"),
        ("SELECT * FROM pg_class", "RELATION_NOT_ALLOWED"),
        ("SELECT * FROM pg_catalog.pg_authid", "RELATION_NOT_ALLOWED"),
        ("SELECT * FROM information_schema.tables", "RELATION_NOT_ALLOWED"),
        ("INSERT INTO log VALUES (1)", "NOT_A_QUERY"),
        ("SELECT 1; DROP TABLE orders", "MULTIPLE_STATEMENTS"),
        ("COPY orders TO PROGRAM 'id'", "NOT_A_QUERY"),
        ("WITH gone AS (DELETE FROM orders RETURNING *) SELECT * FROM gone", "NOT_A_QUERY"),
        // What a view of theirs does is theirs to say; but nothing is changed.
        ("SELECT a FROM sneaky", "25006"),
    ] {
        let run = desk.run(&ada, &made["id"], sql).await;
        assert_eq!(run["error"]["code"], json!(code), "{sql}: {run}");
    }
    let lower = desk.run(&ada, &made["id"], "SELECT lower(region) FROM orders WHERE id = 1").await;
    assert_eq!(lower["rows"], json!([["north"]]), "the functions of Postgres: {lower}");
    assert_eq!(foreign.number("SELECT count(*) FROM log").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_password_is_in_no_log_and_no_trail() {
    let (foreign, door, database, log) =
        (Foreign::new().await, Door::plain().await, TestDatabase::new().await, Log::new());
    let settings = [OPEN[0], OPEN[1], ("LOG_LEVEL", "trace"), ("LOG_FORMAT", "json")];
    let server = LiveServer::start_logged(&database.url, &settings, log.file()).await;
    let ada = server.register("ada@example.org").await;
    let workspace = ada.run("{ viewer { workspaces { id } } }", json!({})).await;
    let right = foreign.entered(&workspace["viewer"]["workspaces"][0]["id"], &door);
    let mut wrong = right.clone();
    wrong["database"] = json!("nowhere");
    let refused = ada.respond(CREATE, json!({ "input": wrong })).await;
    let made = ada.respond(CREATE, json!({ "input": right })).await;
    let id = source(&made)["id"].clone();
    let renamed = json!({ "id": id, "name": "Shop", "password": SWORDFISH });
    let changed = ada.respond(UPDATE, json!({ "input": renamed })).await;
    assert_eq!(source(&changed)["name"], json!("Shop"));
    let trail = "{ viewer { auditTrail(first: 100) { nodes { action before after } } } }";
    let trail = ada.run(trail, json!({})).await;
    let of = |action: &str| {
        let nodes = trail["viewer"]["auditTrail"]["nodes"].as_array().unwrap();
        nodes.iter().find(|node| node["action"] == *action).unwrap_or_else(|| panic!("{trail}")).clone()
    };
    let entered = json!({
        "name": "Sales", "host": "127.0.0.1", "port": door.port, "database": foreign.database, "username": foreign.role,
        "tls": "DISABLE", "schemas": ["public"], "readsValues": false,
    });
    assert_eq!(of("data_source.created")["after"], entered);
    let updated = of("data_source.updated");
    assert_eq!(updated["before"], entered);
    assert_eq!((&updated["after"]["name"], &updated["after"]["passwordChanged"]), (&json!("Shop"), &json!(true)));
    for said in [refused, made, changed, trail] {
        assert!(!said.to_string().contains(SWORDFISH), "{said}");
    }
    drop(server);
    assert!(!log.text().is_empty() && !log.text().contains(SWORDFISH), "{}", log.text());
    let (client, connection) = tokio_postgres::connect(&database.url, NoTls).await.unwrap();
    tokio::spawn(connection);
    let kept = "SELECT (SELECT coalesce(string_agg(e::text, ''), '') FROM audit_events e) || \
                (SELECT coalesce(string_agg(r::text, ''), '') FROM query_runs r)";
    let kept: String = client.query_one(kept, &[]).await.unwrap().get(0);
    assert!(!kept.contains(SWORDFISH), "{kept}");
}
