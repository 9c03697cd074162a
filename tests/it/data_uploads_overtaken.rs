//! Two workers who both believe to have the same file: what one has loaded, the other takes back nothing of.

use chrono::TimeDelta;
use elenchus::app::App;
use elenchus::db::pool::Db;
use elenchus::domain::data::uploads::jobs::LoadDataset;
use elenchus::domain::data::uploads::store;
use elenchus::jobs::job::Job as _;
use elenchus::warehouse::names::quoted;
use secrecy::SecretString;
use serde_json::json;
use tokio_postgres::{Client, NoTls};

use super::support::desk::Desk;
use super::support::library::{FIRST, Library};
use super::support::live::until_some;

/// Has the statement number `STEP` of the slow worker, with which it writes down how far the file has come, wait for the test. Before the
/// statement, since it holds nothing then that the other worker needs.
const HELD: &str = "CREATE SEQUENCE said;
    CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF coalesce(current_setting('elenchus.worker', true), '') = 'slow' THEN
            IF nextval('said') = STEP THEN PERFORM pg_advisory_xact_lock(7); END IF;
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER hold BEFORE UPDATE ON dataset_uploads FOR EACH STATEMENT EXECUTE FUNCTION hold()";
/// All that is known of the upload, its table and its source.
const KNOWN: &str = "jsonb_build_array(to_jsonb(d), to_jsonb(t), to_jsonb(s)) FROM dataset_uploads d \
    JOIN data_tables t ON t.id = d.table_id JOIN data_sources s ON s.id = d.source_id WHERE d.filename = 'more.csv'";

/// The same application in another process, as far as the main database sees it.
fn slow(library: &Library) -> App {
    let url = &library.database.url;
    let more = if url.contains('?') { '&' } else { '?' };
    let url = SecretString::from(format!("{url}{more}options=-c%20elenchus.worker%3Dslow"));
    App { db: Db::new(&url, &library.app.config.database).unwrap(), ..library.app.clone() }
}

/// Takes a place in the queue of those who load this table, and gives it back when dropped.
async fn queue(app: App, table: String) -> Client {
    let client = app.warehouse.owner().await.unwrap();
    client.query_one("SELECT pg_advisory_lock(hashtext($1))::text", &[&table]).await.unwrap();
    client
}

/// Waits until so many wait for a lock with this number, in this database.
async fn waiting(library: &Library, database: &str, key: &str, count: &str) {
    let waiting = format!(
        "count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE l.locktype = 'advisory' AND NOT l.granted \
         AND d.datname = {database} AND l.objid::bigint = ({key})::bigint & 4294967295"
    );
    until_some("somebody who waits", async || library.text(&waiting).await.filter(|found| found == count)).await;
}

/// Lets a worker load rows while another one is about to write its word number `step`, which comes after that.
async fn overtaken_at(step: u8) {
    let desk = Desk::with(&[("STATEMENT_TIMEOUT_MS", "600000")]).await;
    let ada = desk.served.person("ada").await;
    let library = &desk.served.library;
    let source = desk.bring(&ada, "n.csv", b"a\n1\n", json!({})).await["dataSource"]["id"].clone();
    let workspace = library.text("workspace_id FROM data_sources").await.unwrap().parse().unwrap();
    let table = format!("{}.{}", quoted(&library.app.warehouse.tenant(workspace).schema), quoted("n"));
    library.sql(&HELD.replace("STEP", &step.to_string())).await;
    let (gate, connection) = tokio_postgres::connect(&library.database.url, NoTls).await.unwrap();
    tokio::spawn(connection);
    gate.batch_execute("SELECT pg_advisory_lock(7)").await.unwrap();

    // The quick one is behind the test, and the slow one, if it comes that far, behind the test's second place.
    let place = queue(library.app.clone(), table.clone()).await;
    let sent = desk.send(&ada, "more.csv", b"a\n2\n3\n", json!({ "table": "n", "mode": "APPEND" })).await;
    let id = sent["data"]["uploadDataset"]["upload"]["id"].as_str().unwrap_or_else(|| panic!("{sent}"));
    let (datasets, key) = ("current_database() || '_datasets'", format!("hashtext('{table}')"));
    waiting(library, datasets, &key, "1").await;
    let second = tokio::spawn(queue(library.app.clone(), table.clone()));
    waiting(library, datasets, &key, "2").await;
    let job = LoadDataset { upload_id: id.parse().unwrap(), revision: 1 };
    let late = tokio::spawn(job.clone().run(slow(library), FIRST));
    waiting(library, "current_database()", "7", "1").await;
    drop(place);
    let upload = desk.ended(&ada, id).await;
    assert_eq!(
        (&upload["status"], &upload["progress"], &upload["loadedRows"], &upload["table"]["rowCount"]),
        (&json!("LOADED"), &json!(1.0), &json!(2), &json!(3)),
    );
    let known = library.text(KNOWN).await.unwrap();
    library.app.clock.advance(TimeDelta::seconds(1));

    // Now the slow one has its word, and when the test is in turn again it is said.
    gate.batch_execute("SELECT pg_advisory_unlock(7)").await.unwrap();
    gate.batch_execute("SELECT pg_advisory_lock(7)").await.unwrap();
    assert_eq!(library.text(KNOWN).await.unwrap(), known, "its word is worth nothing");
    drop(second.await.unwrap());
    late.await.unwrap().unwrap();
    assert_eq!(library.text(KNOWN).await.unwrap(), known, "nor is its end");
    job.run(library.app.clone(), FIRST).await.unwrap();
    assert_eq!(library.text(KNOWN).await.unwrap(), known, "and there is nothing left to do");
    let run = desk.run(&ada, &source, "SELECT a FROM n ORDER BY a").await;
    assert_eq!(run["rows"], json!([[1], [2], [3]]));
}

/// Its first word is that it looks at the file, the second that it loads, and the third how far that is.
#[tokio::test(flavor = "multi_thread")]
async fn who_says_late_how_far_a_load_is_takes_back_nothing() {
    overtaken_at(3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_late_that_it_loads_takes_back_nothing() {
    overtaken_at(2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_late_that_it_looks_takes_back_nothing() {
    overtaken_at(1).await;
}

#[tokio::test]
async fn how_far_it_is_is_written_of_the_present_load_alone() {
    let desk = Desk::new().await;
    let ada = desk.served.person("ada").await;
    let upload = desk.bring(&ada, "n.csv", b"a\n1\n", json!({})).await;
    let id = upload["id"].as_str().unwrap().parse().unwrap();
    let library = &desk.served.library;
    let app = &library.app;
    let stands = "concat_ws(' ', status, progress, row_count) FROM dataset_uploads";
    for (status, revision, expected) in [
        ("PENDING", 1, "PENDING 0.25 1"),
        ("INSPECTING", 1, "INSPECTING 0.25 1"),
        ("INSPECTED", 1, "INSPECTED 0.25 1"),
        ("LOADED", 1, "LOADED 0.25 1"),
        ("FAILED", 1, "FAILED 0.25 1"),
        ("LOADING", 2, "LOADING 0.25 1"),
        ("LOADING", 1, "LOADING 0.75 1"),
    ] {
        let error = if status == "FAILED" { "'VALUES'" } else { "NULL" };
        let set = format!("UPDATE dataset_uploads SET status = '{status}', progress = 0.25, error_code = {error}");
        library.sql(&set).await;
        let conn = app.db.write().await.unwrap();
        let goes_on = store::advance(&conn, id, revision, 0.75, app.clock.now()).await.unwrap();
        drop(conn);
        assert_eq!((goes_on, library.text(stands).await.as_deref()), (expected.contains("0.75"), Some(expected)));
    }
}
