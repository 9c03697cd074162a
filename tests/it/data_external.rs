//! Databases of somebody else's: entered, looked at, asked, looked at again, and let go.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use elenchus::domain::data::external::refreshing::refresh;
use elenchus::domain::data::queries::asking::{Ask, ask};
use elenchus::domain::data::queries::model::RunStatus;
use elenchus::domain::workspaces::jobs::PurgeWorkspaces;
use elenchus::jobs::job::Job as _;
use elenchus::seal::reseal::{Resealed, reseal};
use elenchus::seal::sealer::Sealer;
use secrecy::SecretSlice;
use serde_json::{Value, json};

use super::support::desk::{Desk, RUN};
use super::support::foreign::{Door, Foreign, SWORDFISH};
use super::support::library::FIRST;
use super::support::live::until_some;
use super::support::served::Person;

/// Lets the tests' own address be called, without TLS.
pub const OPEN: [(&str, &str); 2] = [("DATA_SOURCE_NETWORKS", "127.0.0.0/8"), ("DATA_SOURCE_PLAINTEXT", "true")];
pub const CREATE: &str = "mutation($input: CreateDataSourceInput!) { createDataSource(input: $input) { dataSource { id name kind \
     status lastCheckedAt notes error { code message } connection { host port database username tls caCertificate schemas } \
     tables { id name schema description isEstimated rowCount columns { name type description } } } } }";
pub const UPDATE: &str = "mutation($input: UpdateDataSourceInput!) { updateDataSource(input: $input) { dataSource { id name status \
     connection { host port database username tls caCertificate schemas serverVersion } tables { id name schema } } } }";
pub const REFRESH: &str = "mutation($input: RefreshDataSourceInput!) { refreshDataSource(input: $input) { dataSource { status notes \
     error { code message } tables { id name schema columns { name } } } } }";
pub const DELETE: &str = "mutation($input: DeleteDataSourceInput!) { deleteDataSource(input: $input) { deletedId } }";
const ENDLESS: &str = "SELECT count(*) FROM orders a, generate_series(1, 100000000000) g";

/// What somebody does, and what comes of it.
pub async fn act(desk: &Desk, person: &Person, mutation: &str, input: Value) -> Value {
    desk.served.ask(Some(&person.token), mutation, json!({ "input": input })).await
}

/// Somebody's own workspace.
pub async fn own_workspace(desk: &Desk, person: &Person) -> Value {
    let answer = desk.served.ask(Some(&person.token), "{ viewer { workspaces { id } } }", json!({})).await;
    answer["data"]["viewer"]["workspaces"][0]["id"].clone()
}

/// The source that an answer holds.
pub fn source(answer: &Value) -> Value {
    let payload = answer["data"].as_object().and_then(|data| data.values().next());
    let source = payload.map(|payload| payload["dataSource"].clone()).unwrap_or_default();
    assert!(source.is_object(), "{answer}");
    source
}

/// Somebody with a database as a source, of these schemas.
async fn entered(desk: &Desk, foreign: &Foreign, door: &Door, schemas: &[&str]) -> (Person, Value) {
    let ada = desk.served.person("ada").await;
    let mut input = foreign.entered(&own_workspace(desk, &ada).await, door);
    input["schemas"] = json!(schemas);
    let made = source(&act(desk, &ada, CREATE, input).await);
    (ada, made)
}

#[tokio::test]
async fn a_database_is_entered_looked_at_and_asked() {
    let (desk, foreign, door) = (Desk::with(&OPEN).await, Foreign::new().await, Door::plain().await);
    let (ada, made) = entered(&desk, &foreign, &door, &["public", "archive"]).await;
    assert_eq!(
        (&made["name"], &made["kind"], &made["status"], &made["error"]),
        (&json!("Sales"), &json!("POSTGRES"), &json!("READY"), &Value::Null)
    );
    assert_eq!(made["lastCheckedAt"], json!("2026-03-01T12:00:00+00:00"));
    assert_eq!(made["notes"], json!(["UNENCRYPTED"]));
    let connection = json!({
        "host": "127.0.0.1", "port": door.port, "database": foreign.database, "username": foreign.role, "tls": "DISABLE",
        "caCertificate": null, "schemas": ["public", "archive"],
    });
    assert_eq!(made["connection"], connection);
    let column =
        |name: &str, kind: &str, description: Value| json!({ "name": name, "type": kind, "description": description });
    let columns = json!([
        column("id", "INTEGER", Value::Null),
        column("region", "TEXT", Value::Null),
        column("net", "DECIMAL", json!("Without tax.")),
        column("placed", "DATE", Value::Null),
        column("tags", "JSON", Value::Null),
    ]);
    let tables = made["tables"].as_array().unwrap();
    let names: Vec<_> = tables.iter().map(|table| (&table["schema"], &table["name"])).collect();
    let (public, archive) = (json!("public"), json!("archive"));
    assert_eq!(names, [(&archive, &json!("orders")), (&public, &json!("orders")), (&public, &json!("totals"))]);
    assert_eq!(tables[1]["columns"], columns);
    assert_eq!(
        (&tables[1]["description"], &tables[1]["rowCount"], &tables[1]["isEstimated"]),
        (&json!("What was sold."), &json!(3), &json!(true))
    );

    let id = &made["id"];
    let rows = async |sql: &str| {
        let run = desk.run(&ada, id, sql).await;
        assert_eq!(run["status"], json!("SUCCEEDED"), "{sql}: {run}");
        run["rows"].clone()
    };
    let sums = rows("SELECT region, sum(net) AS net FROM orders GROUP BY region ORDER BY region").await;
    assert_eq!(sums, json!([["north", 30.5], ["south", 5.0]]), "a bare name is that of the first schema");
    assert_eq!(rows("SELECT id FROM archive.orders").await, json!([[7]]));
    assert_eq!(rows("SELECT tags, placed FROM public.orders WHERE id = 1").await, json!([[["a", "b"], "2026-01-02"]]));
    assert_eq!(rows("SELECT net FROM totals WHERE region = 'south'").await, json!([[5.0]]));
    let input = json!({
        "dataSourceId": id, "sql": "SELECT id FROM orders WHERE region = $region ORDER BY id", "waitMs": 10000,
        "parameters": [{ "name": "region", "type": "TEXT", "value": "north" }],
    });
    assert_eq!(desk.run_with(&ada, input).await["rows"], json!([[1], [2]]));
    let unknown = desk.run(&ada, id, "SELECT nobody FROM orders").await;
    assert_eq!(unknown["error"]["code"], json!("42703"));
    assert_eq!(unknown["error"]["message"], json!("column \"nobody\" does not exist"));
}

#[tokio::test]
async fn what_came_from_it_is_served_again_for_a_while() {
    let (desk, foreign, door) = (Desk::with(&OPEN).await, Foreign::new().await, Door::plain().await);
    let (ada, made) = entered(&desk, &foreign, &door, &["public"]).await;
    let run = async || {
        let run = desk.run(&ada, &made["id"], "SELECT count(*) FROM orders").await;
        (run["rows"][0][0].clone(), run["isCached"].clone())
    };
    let (cached, new) = (json!(true), json!(false));
    assert_eq!(run().await, (json!(3), new.clone()));
    foreign.sql("INSERT INTO orders (id) VALUES (4)").await;
    assert_eq!(run().await, (json!(3), cached), "and says so");
    desk.served.library.app.clock.advance(TimeDelta::seconds(60));
    assert_eq!(run().await, (json!(4), new.clone()));
    let never = Desk::with(&[OPEN[0], OPEN[1], ("DATA_EXTERNAL_CACHE_SECONDS", "0")]).await;
    let (ada, made) = entered(&never, &foreign, &door, &["public"]).await;
    for _ in 0..2 {
        let run = never.run(&ada, &made["id"], "SELECT count(*) FROM orders").await;
        assert_eq!((&run["rows"][0][0], &run["isCached"]), (&json!(4), &new));
    }
}

#[tokio::test]
async fn a_refresh_sees_what_has_changed() {
    let (desk, foreign, door) = (Desk::with(&OPEN).await, Foreign::new().await, Door::plain().await);
    let (ada, made) = entered(&desk, &foreign, &door, &["public"]).await;
    let id = &made["id"];
    let again = async || source(&act(&desk, &ada, REFRESH, json!({ "id": id })).await);
    let cached = async || desk.run(&ada, id, "SELECT count(*) FROM orders").await["isCached"].clone();
    assert_eq!(cached().await, json!(false));
    let same = again().await;
    assert_eq!((&same["status"], same["tables"].as_array().unwrap().len()), (&json!("READY"), 2));
    assert_eq!(cached().await, json!(true), "nothing is other than it was");
    foreign
        .sql(
            "ALTER TABLE orders ADD COLUMN paid boolean; DROP VIEW totals; CREATE TABLE \"New Ones\" (a int); \
             GRANT SELECT ON \"New Ones\" TO $role; GRANT INSERT ON orders TO $role",
        )
        .await;
    let changed = again().await;
    let tables = changed["tables"].as_array().unwrap();
    let names: Vec<_> = tables.iter().map(|table| &table["name"]).collect();
    assert_eq!(names, [&json!("New Ones"), &json!("orders")]);
    assert_eq!(tables[1]["id"], made["tables"][0]["id"], "the same table");
    assert_eq!(tables[1]["columns"][5]["name"], json!("paid"));
    assert_eq!(changed["notes"], json!(["MAY_WRITE", "UNENCRYPTED"]));
    assert_eq!(cached().await, json!(false));
    assert_eq!(desk.run(&ada, id, "SELECT a FROM \"New Ones\"").await["rows"], json!([]));

    drop(door);
    let gone = again().await;
    assert_eq!((&gone["status"], &gone["error"]["code"]), (&json!("FAILED"), &json!("UNREACHABLE")));
    assert_eq!(gone["tables"], changed["tables"], "what was seen before");
    let run = desk.run_with(&ada, json!({ "dataSourceId": id, "sql": "SELECT 1 FROM orders", "waitMs": 10000 })).await;
    assert_eq!((&run["status"], &run["error"]["code"]), (&json!("FAILED"), &json!("UPSTREAM_UNAVAILABLE")));
    // By another way in it is there again.
    let other = Door::plain().await;
    let moved = json!({ "id": id, "port": other.port, "password": SWORDFISH });
    assert_eq!(source(&act(&desk, &ada, UPDATE, moved).await)["status"], json!("READY"));
    assert_eq!(desk.run(&ada, id, "SELECT count(*) FROM orders").await["rows"], json!([[3]]));
}

#[tokio::test]
async fn what_was_entered_is_changed_and_the_password_stays_where_it_belongs() {
    let (desk, foreign, door) = (Desk::with(&OPEN).await, Foreign::new().await, Door::plain().await);
    let (ada, made) = entered(&desk, &foreign, &door, &["public"]).await;
    let id = &made["id"];
    let change = async |mut input: Value| {
        input["id"] = id.clone();
        act(&desk, &ada, UPDATE, input).await
    };
    let renamed = source(&change(json!({ "name": " Shop " })).await);
    assert_eq!((&renamed["name"], &renamed["tables"][0]["id"]), (&json!("Shop"), &made["tables"][0]["id"]));
    let wider = source(&change(json!({ "schemas": ["archive", "public"] })).await);
    assert_eq!(wider["connection"]["schemas"], json!(["archive", "public"]), "the password is still there");
    assert_eq!(desk.run(&ada, id, "SELECT id FROM orders").await["rows"], json!([[7]]), "archive is the first now");
    let field = |answer: &Value| answer["errors"][0]["extensions"]["fields"][0]["path"].clone();
    // Whoever does not know the password cannot have it sent to another server.
    let elsewhere = Door::plain().await;
    for moved in [
        json!({ "host": "127.0.0.2" }),
        json!({ "port": elsewhere.port }),
        json!({ "username": "somebody" }),
        json!({ "tls": "VERIFY_FULL" }),
        json!({ "caCertificate": super::support::foreign::AUTHORITY }),
    ] {
        assert_eq!(field(&change(moved.clone()).await), json!("input.password"), "{moved}");
    }
    assert_eq!(field(&change(json!({ "database": "nowhere" })).await), json!("input.database"));
    assert_eq!(field(&change(json!({ "password": "wrong" })).await), json!("input.password"));
    assert_eq!(field(&change(json!({ "schemas": ["nowhere"] })).await), json!("input.schemas"));
    let same = source(&change(json!({})).await);
    assert_eq!(same["connection"], wider["connection"], "nothing of that was kept");
    foreign.sql("ALTER ROLE $role PASSWORD 'another'").await;
    let known = source(&change(json!({ "password": "another", "port": elsewhere.port })).await);
    assert_eq!(known["connection"]["port"], json!(elsewhere.port));
    assert_eq!(desk.run(&ada, id, "SELECT count(*) FROM public.orders").await["rows"], json!([[3]]));
}

#[tokio::test]
async fn two_statements_at_once_are_enough_for_one_database() {
    let (desk, foreign, door) = (Desk::with(&OPEN).await, Foreign::new().await, Door::plain().await);
    let (ada, made) = entered(&desk, &foreign, &door, &["public"]).await;
    let mut runs = Vec::new();
    for _ in 0..4 {
        let input = json!({ "dataSourceId": made["id"], "sql": ENDLESS, "fresh": true, "waitMs": 0 });
        runs.push(desk.run_with(&ada, input).await["id"].clone());
    }
    until_some("both at work", async || (foreign.active().await == 2).then_some(())).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(foreign.active().await, 2, "the others wait");
    // Others are not kept waiting.
    let upload = desk.bring(&ada, "n.csv", b"a\n1\n", json!({})).await;
    assert_eq!(desk.run(&ada, &upload["dataSource"]["id"], "SELECT a FROM n").await["rows"], json!([[1]]));
    let cancel = "mutation($id: ID!) { cancelRun(input: { id: $id }) { run { status } } }";
    for run in runs {
        let cancelled = desk.served.ask(Some(&ada.token), cancel, json!({ "id": run })).await;
        assert_eq!(cancelled["data"]["cancelRun"]["run"]["status"], json!("CANCELLED"), "{cancelled}");
    }
    until_some("nobody at work", async || (foreign.active().await == 0).then_some(())).await;
}

#[tokio::test]
async fn the_password_is_sealed_and_comes_under_a_new_key() {
    let (desk, foreign, door) = (Desk::with(&OPEN).await, Foreign::new().await, Door::plain().await);
    let (ada, made) = entered(&desk, &foreign, &door, &["public"]).await;
    let library = &desk.served.library;
    let whole = library.text("string_agg(c::text, '') FROM data_source_connections c").await.unwrap();
    assert!(!whole.contains(SWORDFISH) && !whole.contains(&hex::encode(SWORDFISH)), "{whole}");
    let (old, new): (SecretSlice<u8>, SecretSlice<u8>) =
        (library.app.secrets.encryption_keys[0].clone(), vec![9; 32].into());
    let both = Sealer::new(&[new.clone(), old]);
    assert_eq!(reseal(&library.app.db, &both).await.unwrap(), Resealed { values: 1, left: Vec::new() });
    let mut later = library.app.clone();
    later.sealer = Arc::new(Sealer::new(&[new]));
    let id = made["id"].as_str().unwrap().parse().unwrap();
    let sql = "SELECT count(*) FROM orders".to_owned();
    let asked =
        Ask { source: id, sql, parameters: Vec::new(), is_fresh: true, saved: None, wait: Duration::from_secs(10) };
    let run = ask(&later, &ada.actor, asked.clone()).await.unwrap();
    assert_eq!((run.status, run.row_count), (RunStatus::Succeeded, Some(1)));
    // A key that is lost is told, and a new password helps.
    let mut lost = library.app.clone();
    lost.sealer = Arc::new(Sealer::new(&[vec![7; 32].into()]));
    let run = ask(&lost, &ada.actor, asked).await.unwrap();
    assert_eq!(run.error_code.as_deref(), Some("UPSTREAM_UNAVAILABLE"));
    assert_eq!(run.error_message.as_deref(), Some("The password cannot be decrypted any more. Enter it again."));
    refresh(&lost, &ada.actor, id).await.unwrap();
    assert_eq!(library.text("error_code FROM data_source_connections").await.unwrap(), "PASSWORD_LOST");
    let entered = json!({ "id": made["id"], "password": SWORDFISH });
    assert_eq!(source(&act(&desk, &ada, UPDATE, entered).await)["status"], json!("READY"));
}

#[tokio::test]
async fn one_that_is_let_go_leaves_nothing() {
    let (desk, foreign, door) = (Desk::with(&OPEN).await, Foreign::new().await, Door::plain().await);
    let (ada, made) = entered(&desk, &foreign, &door, &["public"]).await;
    let library = &desk.served.library;
    let left = async || {
        let counts = ["data_sources", "data_source_connections", "data_tables", "query_runs", "query_results"];
        let counts = counts.map(|table| format!("(SELECT count(*) FROM {table})")).join(" + ");
        library.text(&counts).await.unwrap()
    };
    assert_eq!(desk.run(&ada, &made["id"], "SELECT count(*) FROM orders").await["rows"], json!([[3]]));
    assert_eq!(left().await, "6", "a source, a connection, two tables, a run and its result");
    let delete_table = "mutation($id: ID!) { deleteDataTable(input: { id: $id }) { deletedId } }";
    let refused = desk.served.ask(Some(&ada.token), delete_table, json!({ "id": made["tables"][0]["id"] })).await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], json!("CONFLICT"));
    let deleted = act(&desk, &ada, DELETE, json!({ "id": made["id"] })).await;
    assert_eq!(deleted["data"]["deleteDataSource"]["deletedId"], made["id"], "{deleted}");
    assert_eq!(left().await, "0");
    let again = json!({ "dataSourceId": made["id"], "sql": "SELECT 1", "waitMs": 0 });
    let again = act(&desk, &ada, RUN, again).await;
    assert_eq!(again["errors"][0]["extensions"]["code"], json!("NOT_FOUND"));
    assert_eq!(foreign.number("SELECT count(*) FROM orders").await, 3, "it is still there");

    let create = "mutation { createWorkspace(input: { name: \"Sales\" }) { workspace { id } } }";
    let workspace = desk.served.ask(Some(&ada.token), create, json!({})).await;
    let workspace = workspace["data"]["createWorkspace"]["workspace"]["id"].clone();
    source(&act(&desk, &ada, CREATE, foreign.entered(&workspace, &door)).await);
    assert_eq!(left().await, "4");
    let delete = "mutation($id: ID!) { deleteWorkspace(input: { workspaceId: $id }) { deletedId } }";
    desk.served.ask(Some(&ada.token), delete, json!({ "id": workspace })).await;
    library.app.clock.advance(TimeDelta::days(31));
    PurgeWorkspaces {}.run(library.app.clone(), FIRST).await.unwrap();
    assert_eq!(left().await, "0");
}
