//! Uploaded data in their own database: loaded whole or not at all, read within bounds, broken off when nobody waits.

use std::time::Duration;

use elenchus::config::data::DataConfig;
use elenchus::config::env::Env;
use elenchus::error::ErrorCode;
use elenchus::warehouse::loading::{Load, Loading};
use elenchus::warehouse::place::Warehouse;
use elenchus::warehouse::refusal::RunError;
use elenchus::warehouse::session::Statement;
use secrecy::SecretString;
use serde_json::json;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::support::library::Library;
use super::support::stock::{Outcome, columns, load, load_once, run, run_until, statement};

const ORDERS: &[(&str, &str)] = &[("id", "bigint"), ("region", "text"), ("net", "numeric")];
const LINES: &str = "1\tNorth\t10.50\n2\tSouth\t\\N\n3\tNorth\t2\n";

async fn count(warehouse: &Warehouse, workspace: Uuid) -> Result<Outcome, RunError> {
    run(warehouse, workspace, &statement("SELECT count(*) AS n FROM orders")).await
}

#[tokio::test]
async fn a_table_is_loaded_read_replaced_and_appended_to() {
    let library = Library::new().await;
    let (warehouse, workspace) = (&library.app.warehouse, Uuid::new_v4());
    assert_eq!(load(warehouse, workspace, "orders", ORDERS, Loading::Replace, LINES, true).await.unwrap(), 3);
    let asked = "SELECT region, sum(net) AS total, count(*) FROM orders GROUP BY region ORDER BY region";
    let found = run(warehouse, workspace, &statement(asked)).await.unwrap();
    let column = |name: &str, kind: &str| (name.to_owned(), kind.to_owned());
    assert_eq!(found.columns, [column("region", "TEXT"), column("total", "DECIMAL"), column("count", "INTEGER")]);
    assert_eq!(found.rows, [[json!("North"), json!(12.5), json!(2)], [json!("South"), json!(null), json!(1)]]);
    assert_eq!(load(warehouse, workspace, "orders", ORDERS, Loading::Append, "4\tWest\t1\n", true).await.unwrap(), 1);
    assert_eq!(count(warehouse, workspace).await.unwrap().rows, [[json!(4)]]);
    let other = &[("id", "bigint"), ("name", "text")];
    load(warehouse, workspace, "orders", other, Loading::Replace, "1\tx\n", true).await.unwrap();
    let found = run(warehouse, workspace, &statement("SELECT * FROM orders")).await.unwrap();
    assert_eq!((found.rows, found.columns.len()), (vec![vec![json!(1), json!("x")]], 2));
}

#[tokio::test]
async fn what_breaks_off_leaves_everything_as_it_was() {
    let library = Library::new().await;
    let (warehouse, workspace) = (&library.app.warehouse, Uuid::new_v4());
    load(warehouse, workspace, "orders", ORDERS, Loading::Replace, LINES, true).await.unwrap();
    for loading in [Loading::Replace, Loading::Append] {
        let broken = load(warehouse, workspace, "orders", ORDERS, loading, "9\tx\t1\n", false).await.unwrap_err();
        assert_eq!(broken.code(), ErrorCode::Conflict);
        let refused = load(warehouse, workspace, "orders", ORDERS, loading, "9\tx\t1\nten\tx\t1\n", true).await;
        assert!(refused.unwrap_err().message().contains("invalid input syntax for type bigint"));
        assert_eq!(count(warehouse, workspace).await.unwrap().rows, [[json!(3)]]);
    }
    let client = warehouse.owner().await.unwrap();
    let left =
        client.query_one("SELECT count(*) FROM pg_class WHERE relname LIKE '\\_\\_loading%'", &[]).await.unwrap();
    assert_eq!(left.get::<_, i64>(0), 0);
    warehouse.drop_table(workspace, "orders", async { Ok(false) }).await.unwrap();
    assert_eq!(count(warehouse, workspace).await.unwrap().rows, [[json!(3)]], "it is there again");
    warehouse.drop_table(workspace, "orders", async { Ok(true) }).await.unwrap();
    let gone = count(warehouse, workspace).await.unwrap_err();
    assert!(matches!(gone, RunError::Refused { ref state, .. } if state == "42P01"), "{gone:?}");
}

#[tokio::test]
async fn what_was_loaded_once_is_not_loaded_again() {
    let library = Library::new().await;
    let (warehouse, workspace) = (&library.app.warehouse, Uuid::new_v4());
    load(warehouse, workspace, "orders", ORDERS, Loading::Replace, LINES, true).await.unwrap();
    let (defined, upload) = (columns(ORDERS), Uuid::new_v4());
    for (revision, rows) in [(1, 6), (1, 6), (2, 9), (2, 9)] {
        let wanted = Load { once: (upload, revision), table: "orders", columns: &defined, loading: Loading::Append };
        assert_eq!(load_once(warehouse, workspace, wanted, LINES, true).await.unwrap(), 3);
        assert_eq!(count(warehouse, workspace).await.unwrap().rows, [[json!(rows)]], "revision {revision}");
    }
}

#[tokio::test]
async fn workspaces_are_made_at_the_same_time() {
    let library = Library::new().await;
    let warehouse = &library.app.warehouse;
    let loads = (0..8).map(|_| load(warehouse, Uuid::new_v4(), "orders", ORDERS, Loading::Replace, LINES, true));
    for loaded in futures::future::join_all(loads.collect::<Vec<_>>()).await {
        assert_eq!(loaded.unwrap(), 3);
    }
}

#[tokio::test]
async fn readers_see_the_old_table_or_the_new_one() {
    let library = Library::new().await;
    let (warehouse, workspace) = (library.app.warehouse.clone(), Uuid::new_v4());
    load(&warehouse, workspace, "orders", ORDERS, Loading::Replace, LINES, true).await.unwrap();
    let reader = tokio::spawn({
        let warehouse = warehouse.clone();
        async move {
            let mut seen = Vec::new();
            for _ in 0..40 {
                seen.push(count(&warehouse, workspace).await.map(|found| found.rows[0][0].clone()));
            }
            seen
        }
    });
    for round in 0..6 {
        let lines = LINES.repeat(if round % 2 == 0 { 2 } else { 1 });
        load(&warehouse, workspace, "orders", ORDERS, Loading::Replace, &lines, true).await.unwrap();
    }
    for seen in reader.await.unwrap() {
        assert!([json!(3), json!(6)].contains(seen.as_ref().unwrap()), "{seen:?}");
    }
}

#[tokio::test]
async fn results_end_where_the_bounds_are() {
    let library = Library::new().await;
    let (warehouse, workspace) = (&library.app.warehouse, Uuid::new_v4());
    let few = Statement { max_rows: 3, ..statement("SELECT g FROM generate_series(1, 3) g") };
    let all = run(warehouse, workspace, &few).await.unwrap();
    assert_eq!((all.rows.len(), all.is_truncated), (3, false), "as many as are kept");
    let more = Statement { max_rows: 3, ..statement("SELECT g FROM generate_series(1, 4) g ORDER BY g DESC") };
    let cut = run(warehouse, workspace, &more).await.unwrap();
    assert_eq!((cut.rows, cut.is_truncated), (vec![vec![json!(4)], vec![json!(3)], vec![json!(2)]], true));
    let wide = statement("SELECT repeat('x', 400000) FROM generate_series(1, 3)");
    let cut = run(warehouse, workspace, &wide).await.unwrap();
    assert_eq!((cut.rows.len(), cut.rows[0][0].as_str().unwrap().len(), cut.is_truncated), (3, 100_000, true));
    let many = Statement { max_bytes: 10_000, ..statement("SELECT repeat('x', 3000) FROM generate_series(1, 900)") };
    let cut = run(warehouse, workspace, &many).await.unwrap();
    assert_eq!((cut.rows.len(), cut.is_truncated), (3, true));
    let slow = statement("SELECT count(*) FROM generate_series(1, 100000000000) g");
    let slow = Statement { timeout: Duration::from_millis(300), ..slow };
    assert_eq!(run(warehouse, workspace, &slow).await.unwrap_err(), RunError::TimedOut);
    // The connections are as good as new.
    assert_eq!(run(warehouse, workspace, &statement("SELECT 1 AS one")).await.unwrap().rows, [[json!(1)]]);
}

#[tokio::test]
async fn values_of_every_type_come_out() {
    let library = Library::new().await;
    let asked = "SELECT true, 2::smallint, 9007199254740993, 1.50, 'Infinity'::float8, DATE '2026-12-31', TIME '10:00', \
                 TIMESTAMP '2026-12-31 10:00', TIMESTAMPTZ '2026-12-31 10:00+02', 'x', '{\"a\": 1}'::jsonb, ARRAY[1, 2], (1, 'y'), \
                 INTERVAL '1 day 2 hours', NULL, CAST($1 AS numeric), CAST($2 AS text)";
    let asked = Statement { parameters: vec![Some("7.25".into()), None], ..statement(asked) };
    let found = run(&library.app.warehouse, Uuid::new_v4(), &asked).await.unwrap();
    let values = json!([
        true, 2, "9007199254740993", 1.5, "Infinity", "2026-12-31", "10:00:00", "2026-12-31T10:00:00",
        "2026-12-31T08:00:00+00:00", "x", {"a": 1}, [1, 2], {"f1": 1, "f2": "y"}, "P1DT2H", null, 7.25, null
    ]);
    assert_eq!(json!(found.rows[0]), values);
    let kinds: Vec<&str> = found.columns.iter().map(|(_, kind)| kind.as_str()).collect();
    let expected = [
        "BOOLEAN",
        "INTEGER",
        "INTEGER",
        "DECIMAL",
        "FLOAT",
        "DATE",
        "TIME",
        "TIMESTAMP",
        "TIMESTAMP_TZ",
        "TEXT",
        "JSON",
        "JSON",
        "JSON",
        "TEXT",
        "TEXT",
        "DECIMAL",
        "TEXT",
    ];
    assert_eq!(kinds, expected);
}

/// Statements of users that Postgres works on right now.
async fn active(warehouse: &Warehouse) -> i64 {
    let client = warehouse.owner().await.unwrap();
    let asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid()";
    client.query_one(asked, &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn whoever_cancels_or_goes_away_stops_the_server_too() {
    let library = Library::new().await;
    let (warehouse, workspace) = (library.app.warehouse.clone(), Uuid::new_v4());
    let endless = statement("SELECT count(*) FROM generate_series(1, 100000000000) g");
    let (cancel, cancelled) = oneshot::channel::<()>();
    let running = tokio::spawn({
        let (warehouse, endless) = (warehouse.clone(), endless.clone());
        async move { run_until(&warehouse, workspace, &endless, async { drop(cancelled.await) }).await }
    });
    until(async || active(&warehouse).await == 1).await;
    drop(cancel);
    assert_eq!(running.await.unwrap().unwrap_err(), RunError::Cancelled);
    until(async || active(&warehouse).await == 0).await;
    let running = tokio::spawn({
        let (warehouse, endless) = (warehouse.clone(), endless.clone());
        async move { run(&warehouse, workspace, &endless).await }
    });
    until(async || active(&warehouse).await == 1).await;
    running.abort();
    until(async || active(&warehouse).await == 0).await;
}

/// Waits for what comes in its own time.
async fn until(mut holds: impl AsyncFnMut() -> bool) {
    while !holds().await {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn what_postgres_says_of_a_statement_is_told() {
    let library = Library::new().await;
    let warehouse = &library.app.warehouse;
    let refused = async |sql: &str| match run(warehouse, Uuid::new_v4(), &statement(sql)).await {
        Err(RunError::Refused { state, message, position, .. }) => (state, message, position),
        other => panic!("{other:?}"),
    };
    assert_eq!(refused("SELECT 1/0").await, ("22012".into(), "division by zero".into(), None));
    let (state, message, position) = refused("SELECT nobody").await;
    assert_eq!((state.as_str(), message.as_str(), position), ("42703", "column \"nobody\" does not exist", Some(8)));
    assert_eq!(refused("SELECT").await.1, "The statement gives no columns.");
}

#[tokio::test]
async fn a_workspace_goes_with_its_role_and_comes_back_empty() {
    let library = Library::new().await;
    let (warehouse, workspace) = (&library.app.warehouse, Uuid::new_v4());
    load(warehouse, workspace, "orders", ORDERS, Loading::Replace, LINES, true).await.unwrap();
    let role = warehouse.tenant(workspace).role;
    count(warehouse, workspace).await.unwrap();
    warehouse.remove(workspace).await.unwrap();
    warehouse.remove(workspace).await.unwrap();
    let client = warehouse.owner().await.unwrap();
    assert!(client.query_opt("SELECT 1 FROM pg_roles WHERE rolname = $1", &[&role]).await.unwrap().is_none());
    assert!(count(warehouse, workspace).await.is_err());
    assert_eq!(run(warehouse, workspace, &statement("SELECT 1")).await.unwrap().rows, [[json!(1)]]);
}

#[tokio::test]
async fn another_secret_opens_the_same_tables() {
    let library = Library::new().await;
    let (warehouse, workspace) = (&library.app.warehouse, Uuid::new_v4());
    load(warehouse, workspace, "orders", ORDERS, Loading::Replace, LINES, true).await.unwrap();
    let url = SecretString::from(library.database.url.clone());
    let exchanged = Warehouse::new(&url, &library.app.config.data, Duration::from_secs(5), [7; 32]).unwrap();
    assert_eq!(count(&exchanged, workspace).await.unwrap().rows, [[json!(3)]]);
}

#[tokio::test]
async fn an_owner_who_is_no_superuser_will_do() {
    let library = Library::new().await;
    let role = format!("elenchus_{:016x}_owner", u64::from_be_bytes(*Uuid::new_v4().as_bytes().first_chunk().unwrap()));
    library.sql(&format!("CREATE ROLE {role} LOGIN CREATEDB CREATEROLE PASSWORD 'a password'")).await;
    let main: tokio_postgres::Config = library.database.url.parse().unwrap();
    let name = main.get_dbname().unwrap();
    let url = library.database.url.replacen(main.get_user().unwrap(), &role, 1);
    let password = String::from_utf8(main.get_password().unwrap().to_vec()).unwrap();
    let url = SecretString::from(url.replacen(&password, "a%20password", 1));
    let config = DataConfig::from_env(&Env::from_pairs([("DATA_CONNECTIONS", "2")])).unwrap();
    let warehouse = Warehouse::new(&url, &config, Duration::from_secs(5), [1; 32]).unwrap();
    assert_eq!(warehouse.database(), format!("{name}_datasets"));
    let workspace = Uuid::new_v4();
    load(&warehouse, workspace, "orders", ORDERS, Loading::Replace, LINES, true).await.unwrap();
    assert_eq!(count(&warehouse, workspace).await.unwrap().rows, [[json!(3)]]);
    warehouse.remove(workspace).await.unwrap();
}
