//! Files of results: every format by its signed address and read back, for one person, for one day.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use chrono::TimeDelta;
use elenchus::domain::data::exports::jobs::{RemoveResultExports, WriteResultExport};
use elenchus::ids::UserId;
use elenchus::jobs::job::Job as _;
use parquet::file::reader::SerializedFileReader;
use parquet::record::reader::RowIter;
use serde_json::{Value, json};

use super::document_uploads::{row, until};
use super::support::database::TestDatabase;
use super::support::desk::Desk;
use super::support::library::{FIRST, LAST};
use super::support::people::PASSWORD;
use super::support::served::{Person, Served};
use super::support::uploads::Place;

const EXPORT: &str = "mutation ($input: ExportDataInput!) { exportData(input: $input) { export { id status format progress rowCount \
     byteSize isPartial isNeutralised url expiresAt error { code message } run { id } } } }";
const LOOK: &str = "query ($id: ID!) { node(id: $id) { ... on ResultExport { id status progress rowCount byteSize url expiresAt \
     error { code message } } } }";

/// Statements that give whoever is called so a result with these columns and rows in their own workspace.
fn statements(email: &str, fields: &Value, rows: &[Value], is_truncated: bool) -> String {
    let literal = |value: &Value| value.to_string().replace('\'', "''");
    let whose = format!("FROM users u JOIN workspaces w ON w.personal_of = u.id WHERE u.email = '{email}'");
    let newest = "(SELECT id FROM query_results ORDER BY computed_at DESC LIMIT 1)";
    let mut all = format!(
        "INSERT INTO data_sources (id, workspace_id, name, kind, created_at, updated_at) \
             SELECT gen_random_uuid(), w.id, 'x', 'UPLOADS', now(), now() {whose} ON CONFLICT DO NOTHING; \
         INSERT INTO query_results (id, source_id, key, data_version, fields, row_count, is_whole, byte_size, is_truncated, duration_ms, computed_at) \
             SELECT gen_random_uuid(), s.id, decode(repeat('00', 32), 'hex'), 0, '{}', {}, true, 1, {is_truncated}, 1, clock_timestamp() \
             FROM data_sources s WHERE s.workspace_id = (SELECT w.id {whose}); \
         INSERT INTO query_runs (id, source_id, asker_id, result_id, sql, parameters, status, started_at, ended_at) \
             SELECT gen_random_uuid(), p.source_id, u.id, p.id, 'SELECT', '[]', 'SUCCEEDED', clock_timestamp(), now() \
             FROM query_results p, users u WHERE p.id = {newest} AND u.email = '{email}';",
        literal(fields),
        rows.len(),
    );
    for (place, page) in rows.chunks(500).enumerate() {
        let page = literal(&json!(page));
        let stored =
            format!("INSERT INTO query_result_pages (result_id, position, rows) VALUES ({newest}, {place}, '{page}');");
        all.push_str(&stored);
    }
    all
}

const WORKSPACES: &str = "{ viewer { workspaces { id dataSources { runs { nodes { id } } } } } }";

/// A run with this result, in somebody's own workspace.
async fn run_with(
    served: &Served,
    person: &Person,
    name: &str,
    fields: Value,
    rows: &[Value],
    is_truncated: bool,
) -> Value {
    served.ask(Some(&person.token), WORKSPACES, json!({})).await;
    served.library.sql(&statements(&format!("{name}@example.org"), &fields, rows, is_truncated)).await;
    newest_run(&served.ask(Some(&person.token), WORKSPACES, json!({})).await)
}

fn newest_run(answer: &Value) -> Value {
    let runs = &answer["data"]["viewer"]["workspaces"][0]["dataSources"][0]["runs"]["nodes"];
    let id = runs.as_array().unwrap_or_else(|| panic!("{answer}")).iter().map(|run| run["id"].as_str().unwrap());
    json!(id.max().unwrap())
}

async fn export(served: &Served, person: &Person, input: Value) -> Value {
    let answer = served.ask(Some(&person.token), EXPORT, json!({ "input": input })).await;
    let export = answer["data"]["exportData"]["export"].clone();
    assert!(export.is_object(), "{answer}");
    export
}

async fn look(served: &Served, person: &Person, id: &Value) -> Value {
    served.ask(Some(&person.token), LOOK, json!({ "id": id })).await["data"]["node"].clone()
}

/// An export that the jobs have written: as it is, and its file with its type and name.
async fn file(served: &Served, person: &Person, input: Value) -> (Value, Vec<u8>, String, String) {
    let begun = export(served, person, input).await;
    served.library.work_off().await;
    let ended = look(served, person, &begun["id"]).await;
    let url = ended["url"].as_str().unwrap_or_else(|| panic!("{ended}"));
    let response = reqwest::get(served.url(url)).await.unwrap();
    assert_eq!(response.status(), 200);
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    let (kind, name) = (header("content-type"), header("content-disposition"));
    let bytes = response.bytes().await.unwrap().to_vec();
    assert_eq!(ended["byteSize"], json!(bytes.len()));
    (ended, bytes, kind, name)
}

fn fields(columns: &[(&str, &str)]) -> Value {
    columns.iter().map(|(name, kind)| json!({ "name": name, "type": kind })).collect()
}

/// All files of the room of results.
fn stored(served: &Served) -> usize {
    let Ok(owners) = std::fs::read_dir(served.library.folder.path().join("files/results")) else { return 0 };
    owners.map(|owner| std::fs::read_dir(owner.unwrap().path()).unwrap().count()).sum()
}

fn code(answer: &Value) -> &Value {
    &answer["errors"][0]["extensions"]["code"]
}

#[tokio::test]
async fn a_result_is_a_file_in_every_format() {
    let served = Served::new().await;
    let ada = served.person("ada").await;
    let columns = [
        ("flag", "BOOLEAN"),
        ("n", "INTEGER"),
        ("net", "DECIMAL"),
        ("day", "DATE"),
        ("sent", "TIMESTAMP_TZ"),
        ("n", "TEXT"),
        ("data", "JSON"),
    ];
    let rows = [
        json!([true, -7, 12.5, "2026-12-31", "2026-12-31T10:00:00+00:00", "=1+1", { "a": [1] }]),
        json!([null, "9007199254740993", "-123456789012345678.25", null, null, "Zürich, \"am See\"", null]),
    ];
    let run = run_with(&served, &ada, "ada", fields(&columns), &rows, true).await;
    let input = |format: &str| json!({ "runId": run, "format": format, "waitMs": 0 });

    let begun = export(&served, &ada, input("CSV")).await;
    let expected = json!({ "id": begun["id"], "status": "PENDING", "format": "CSV", "progress": 0.0, "rowCount": null, "byteSize": null,
        "isPartial": true, "isNeutralised": true, "url": null, "expiresAt": null, "error": null, "run": { "id": run } });
    assert_eq!(begun, expected);

    let (ended, bytes, kind, name) = file(&served, &ada, input("CSV")).await;
    assert_eq!(
        (&ended["status"], &ended["progress"], &ended["rowCount"], &ended["expiresAt"]),
        (&json!("READY"), &json!(1.0), &json!(2), &json!("2026-03-02T12:00:00+00:00"))
    );
    let csv = "flag,n,net,day,sent,n,data\r\n\
        true,-7,12.5,2026-12-31,2026-12-31T10:00:00+00:00,'=1+1,\"{\"\"a\"\":[1]}\"\r\n\
        ,9007199254740993,-123456789012345678.25,,,\"Zürich, \"\"am See\"\"\",\r\n";
    assert_eq!(String::from_utf8(bytes).unwrap(), csv);
    assert_eq!(kind, "text/csv; charset=utf-8");
    assert_eq!(
        name,
        "attachment; filename=\"result-20260301-120000.csv\"; filename*=UTF-8''result-20260301-120000.csv"
    );
    let machine = json!({ "runId": run, "format": "CSV", "neutralise": false, "excel": true, "waitMs": 0 });
    let (_, bytes, ..) = file(&served, &ada, machine).await;
    assert_eq!(String::from_utf8(bytes).unwrap(), format!("\u{FEFF}{}", csv.replace("'=1", "=1")));

    let (_, bytes, kind, _) = file(&served, &ada, input("JSON")).await;
    let list: Value = serde_json::from_slice(&bytes).unwrap();
    let objects = json!([
        { "flag": true, "n": -7, "net": 12.5, "day": "2026-12-31", "sent": "2026-12-31T10:00:00+00:00", "n_2": "=1+1", "data": { "a": [1] } },
        { "flag": null, "n": "9007199254740993", "net": "-123456789012345678.25", "day": null, "sent": null,
          "n_2": "Zürich, \"am See\"", "data": null },
    ]);
    assert_eq!((list, kind.as_str()), (objects.clone(), "application/json"));
    let (_, bytes, kind, _) = file(&served, &ada, input("JSON_LINES")).await;
    let lines: Vec<Value> =
        std::str::from_utf8(&bytes).unwrap().lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    assert_eq!((json!(lines), kind.as_str()), (objects, "application/x-ndjson"));

    let (_, bytes, ..) = file(&served, &ada, input("XLSX")).await;
    let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
    assert_eq!(book.worksheet_formula("Result").unwrap().used_cells().count(), 0);
    let sheet = book.worksheet_range("Result").unwrap();
    let cell = |row, column| sheet.get_value((row, column)).cloned().unwrap_or(Data::Empty);
    let text = |text: &str| Data::String(text.to_owned());
    assert_eq!([cell(1, 0), cell(1, 1), cell(1, 2)], [Data::Bool(true), Data::Float(-7.0), Data::Float(12.5)]);
    assert_eq!([cell(1, 5), cell(1, 6), cell(2, 0)], [text("=1+1"), text("{\"a\":[1]}"), Data::Empty]);
    assert_eq!([cell(2, 1), cell(2, 2)], [text("9007199254740993"), text("-123456789012345678.25")]);
    let (Data::DateTime(day), Data::DateTime(sent)) = (cell(1, 3), cell(1, 4)) else { panic!("{sheet:?}") };
    assert_eq!(day.to_ymd_hms_milli(), (2026, 12, 31, 0, 0, 0, 0));
    assert_eq!(sent.to_ymd_hms_milli(), (2026, 12, 31, 10, 0, 0, 0));

    let (_, bytes, ..) = file(&served, &ada, input("PARQUET")).await;
    let reader = SerializedFileReader::new(bytes::Bytes::from(bytes)).unwrap();
    let read: Vec<String> = RowIter::from_file_into(Box::new(reader)).map(|row| row.unwrap().to_string()).collect();
    assert_eq!(read.len(), 2);
    for part in ["flag: true", "n: -7", "net: 12.50", "day: 2026-12-31", "n_2: \"=1+1\""] {
        assert!(read[0].contains(part), "{part} in {}", read[0]);
    }
    assert!(read[1].contains("n: 9007199254740993") && read[1].contains("net: -123456789012345678.25"), "{}", read[1]);

    let trail = "count(*) FROM audit_events WHERE action = 'result.exported'";
    assert_eq!(served.library.text(trail).await.as_deref(), Some("7"));
    let exports = "query ($id: ID!) { node(id: $id) { ... on QueryRun { exports { format status } } } }";
    let listed = served.ask(Some(&ada.token), exports, json!({ "id": run })).await;
    let formats: Vec<&Value> =
        listed["data"]["node"]["exports"].as_array().unwrap().iter().map(|it| &it["format"]).collect();
    assert_eq!(json!(formats), json!(["PARQUET", "XLSX", "JSON_LINES", "JSON", "CSV", "CSV", "CSV"]));
}

#[tokio::test]
async fn what_was_uploaded_and_asked_for_comes_out_harmless() {
    let desk = Desk::new().await;
    let ada = desk.served.person("ada").await;
    let hostile = "a,note\n1,\"=HYPERLINK(\"\"http://evil.example\"\",\"\"x\"\")\"\n2,@SUM(A1)\n3,fine\n";
    let upload = desk.bring(&ada, "n.csv", hostile.as_bytes(), json!({})).await;
    let run = desk.run(&ada, &upload["dataSource"]["id"], "SELECT a, note, 0 - a AS less FROM n ORDER BY a").await;
    let input = json!({ "runId": run["id"], "format": "CSV", "waitMs": 10000 });
    let export = export(&desk.served, &ada, input).await;
    assert_eq!((&export["status"], &export["isPartial"]), (&json!("READY"), &json!(false)), "{export}");
    let expected =
        "a,note,less\r\n1,\"'=HYPERLINK(\"\"http://evil.example\"\",\"\"x\"\")\",-1\r\n2,'@SUM(A1),-2\r\n3,fine,-3\r\n";
    assert_eq!(desk.served.get(export["url"].as_str().unwrap()).await, (200, expected.to_owned()));
    let follow = "subscription ($id: ID!) { resultExport(id: $id) { status progress } }";
    let events = desk.served.follow(Some(&ada.token), follow, json!({ "id": export["id"] })).await;
    assert_eq!(events, [json!({"data": {"resultExport": {"status": "READY", "progress": 1.0}}})]);
}

#[tokio::test]
async fn nobody_else_sees_an_export_not_even_who_sees_the_run() {
    let served = Served::new().await;
    let (ada, bob, eve) = (served.person("ada").await, served.person("bob").await, served.person("eve").await);
    let run = run_with(&served, &ada, "ada", fields(&[("a", "TEXT")]), &[json!(["x"])], false).await;
    let share = "INSERT INTO workspace_members (id, workspace_id, user_id, role, created_at) \
        SELECT gen_random_uuid(), w.id, u.id, 'VIEWER', now() FROM workspaces w JOIN data_sources s ON s.workspace_id = w.id, users u \
        WHERE u.email = 'bob@example.org'";
    served.library.sql(share).await;
    let input = json!({ "runId": run, "format": "CSV", "waitMs": 0 });
    let (hers, ..) = file(&served, &ada, input.clone()).await;
    let (his, ..) = file(&served, &bob, input.clone()).await;
    for (person, foreign) in [(&ada, &his), (&bob, &hers), (&eve, &hers)] {
        let seen = served.ask(Some(&person.token), LOOK, json!({ "id": foreign["id"] })).await;
        assert_eq!(code(&seen), "NOT_FOUND", "{seen}");
    }
    let refused = served.ask(Some(&eve.token), EXPORT, json!({ "input": input })).await;
    assert_eq!(code(&refused), "NOT_FOUND", "{refused}");

    // Whoever is no member any more has no file either, though the address still holds.
    let url = his["url"].as_str().unwrap();
    assert_eq!(served.get(url).await.0, 200);
    let bobs: UserId = bob.id.parse().unwrap();
    served
        .library
        .sql(&format!("DELETE FROM workspace_members WHERE user_id = '{}' AND role = 'VIEWER'", bobs.uuid()))
        .await;
    assert_eq!(served.get(url).await.0, 404);
    assert_eq!(look(&served, &bob, &his["id"]).await, Value::Null);
    served.library.sql("UPDATE users SET is_active = false WHERE username = 'ada'").await;
    assert_eq!(served.get(hers["url"].as_str().unwrap()).await.0, 404, "a shut account");
}

#[tokio::test]
async fn a_file_is_there_for_a_day_and_leaves_nothing_behind() {
    let served = Served::new().await;
    let ada = served.person("ada").await;
    let run = run_with(&served, &ada, "ada", fields(&[("a", "TEXT")]), &[json!(["x"])], false).await;
    let input = json!({ "runId": run, "format": "CSV", "waitMs": 0 });
    let (first, ..) = file(&served, &ada, input.clone()).await;
    let app = &served.library.app;
    let remove = async || RemoveResultExports {}.run(app.clone(), FIRST).await.unwrap();
    remove().await;
    assert_eq!(stored(&served), 1);
    app.clock.advance(TimeDelta::minutes(61));
    assert_eq!(served.get(first["url"].as_str().unwrap()).await.0, 404, "the address is over");
    // So is the token of the sign-in.
    let login = "mutation ($p: String!) { login(input: { identifier: \"ada\", password: $p }) { accessToken } }";
    let signed_in = served.ask(None, login, json!({ "p": PASSWORD })).await;
    let token = signed_in["data"]["login"]["accessToken"].as_str().unwrap_or_else(|| panic!("{signed_in}")).to_owned();
    let ada = Person { token, ..ada };
    let again = look(&served, &ada, &first["id"]).await;
    let url = again["url"].as_str().unwrap_or_else(|| panic!("{again}")).to_owned();
    assert_eq!(served.get(&url).await.0, 200);
    served.library.sql("UPDATE result_exports SET expires_at = '2026-03-01T13:01:00Z'").await;
    assert_eq!(served.get(&url).await.0, 404, "its day is over");
    let over = look(&served, &ada, &first["id"]).await;
    assert_eq!((&over["status"], &over["url"], stored(&served)), (&json!("EXPIRED"), &Value::Null, 1));
    remove().await;
    let over = look(&served, &ada, &first["id"]).await;
    assert_eq!((&over["status"], &over["rowCount"], stored(&served)), (&json!("EXPIRED"), &json!(1), 0));

    // What nobody can see any more goes at once; what hangs for ever goes too.
    file(&served, &ada, input.clone()).await;
    let stuck = export(&served, &ada, input).await;
    assert_eq!((&stuck["status"], stored(&served)), (&json!("PENDING"), 1));
    served.library.sql("DELETE FROM jobs").await;
    served.library.sql("UPDATE result_exports SET expires_at = '2026-03-01T13:01:00Z' WHERE status = 'PENDING'").await;
    remove().await;
    assert_eq!(served.library.text("count(*) FROM result_exports").await.as_deref(), Some("2"));
    served.library.sql("DELETE FROM workspaces").await;
    remove().await;
    assert_eq!(served.library.text("count(*) FROM result_exports").await.as_deref(), Some("0"));
    assert_eq!(stored(&served), 0);
}

#[tokio::test]
async fn what_cannot_be_exported_says_why() {
    let served = Served::new().await;
    let ada = served.person("ada").await;
    let long = json!(["x".repeat(40_000)]);
    let run = run_with(&served, &ada, "ada", fields(&[("note", "TEXT")]), &[json!(["x"]), long], false).await;
    let input = |format: &str| json!({ "runId": run, "format": format, "waitMs": 0 });
    let begun = export(&served, &ada, input("XLSX")).await;
    served.library.work_off().await;
    let failed = look(&served, &ada, &begun["id"]).await;
    let message = "The value of column note in row 2 has 40000 characters, and a cell of a workbook holds 32767. Take another format.";
    assert_eq!(failed["error"], json!({ "code": "DOES_NOT_FIT", "message": message }));
    assert_eq!((&failed["status"], &failed["url"], stored(&served)), (&json!("FAILED"), &Value::Null, 0));

    // The result is removed before the file is written.
    let begun = export(&served, &ada, input("CSV")).await;
    served.library.sql("DELETE FROM query_result_pages").await;
    served.library.work_off().await;
    assert_eq!(look(&served, &ada, &begun["id"]).await["error"]["code"], json!("RESULT_GONE"));

    // A job whose process dies each time.
    let begun = export(&served, &ada, input("CSV")).await;
    let id = begun["id"].as_str().unwrap().parse().unwrap();
    let dead = elenchus::jobs::job::Attempt { number: 6, ..LAST };
    assert!(WriteResultExport { id }.run(served.library.app.clone(), dead).await.is_err());
    assert_eq!(look(&served, &ada, &begun["id"]).await["error"]["code"], json!("PROCESSING_FAILED"));
    served.library.sql("DELETE FROM jobs").await;

    for _ in 0..5 {
        export(&served, &ada, input("CSV")).await;
    }
    let sixth = served.ask(Some(&ada.token), EXPORT, json!({ "input": input("CSV") })).await;
    assert_eq!(code(&sixth), "CONFLICT", "{sixth}");
    served.library.sql("DELETE FROM result_exports").await;
    served.library.sql("UPDATE query_runs SET result_id = NULL").await;
    let without = served.ask(Some(&ada.token), EXPORT, json!({ "input": input("CSV") })).await;
    let field = &without["errors"][0]["extensions"]["fields"][0]["path"];
    assert_eq!((code(&without), field), (&json!("CONFLICT"), &json!("input.runId")));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_outlives_the_death_of_its_server() {
    let (database, place) = (TestDatabase::new().await, Place::new().await);
    let settings = [("EMBEDDING_MODEL", "none")];
    let mut server = place.serve(&database, &settings).await;
    let person = server.register("ada@example.org").await;
    person.respond(WORKSPACES, json!({})).await;
    let (client, connection) = tokio_postgres::connect(&database.url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let rows: Vec<Value> = (0..1203).map(|n| json!([n, format!("row {n}")])).collect();
    let columns = fields(&[("n", "INTEGER"), ("text", "TEXT")]);
    client.batch_execute(&statements("ada@example.org", &columns, &rows, false)).await.unwrap();
    let run = newest_run(&person.respond(WORKSPACES, json!({})).await);

    // Killed while it waits for the rows.
    client.batch_execute("BEGIN; LOCK TABLE query_result_pages IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let input = json!({ "runId": run, "format": "PARQUET", "waitMs": 0 });
    let begun = person.respond(EXPORT, json!({ "input": input })).await;
    let id = begun["data"]["exportData"]["export"]["id"].clone();
    until(&database, "SELECT status FROM result_exports", "RUNNING").await;
    server.kill();
    client.batch_execute("ROLLBACK").await.unwrap();
    assert_eq!(row(&database, "SELECT status FROM result_exports").await, "RUNNING");
    let lease = "UPDATE jobs SET locked_until = now() - interval '1 second' WHERE kind = 'data.write_export' AND state = 'RUNNING'";
    assert_eq!(client.execute(lease, &[]).await.unwrap(), 1);

    let server = place.serve(&database, &settings).await;
    let person = person.at(&server);
    until(&database, "SELECT status FROM result_exports", "READY").await;
    until(&database, "SELECT concat_ws(' ', state, attempts) FROM jobs WHERE kind = 'data.write_export'", "DONE 2")
        .await;
    let ended = person.respond(LOOK, json!({ "id": id })).await;
    let url = ended["data"]["node"]["url"].as_str().unwrap_or_else(|| panic!("{ended}"));
    let url = if url.starts_with('/') { format!("{}{url}", person.url) } else { url.to_owned() };
    let bytes = reqwest::get(url).await.unwrap().bytes().await.unwrap();
    let read = RowIter::from_file_into(Box::new(SerializedFileReader::new(bytes).unwrap()));
    let read: Vec<String> = read.map(|row| row.unwrap().to_string()).collect();
    assert_eq!((read.len(), read[1202].as_str()), (1203, "{n: 1202, text: \"row 1202\"}"));
}
