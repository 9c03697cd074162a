//! Files that become tables: found out, corrected, replaced, added to; whole or not at all.

use elenchus::domain::data::uploads::jobs::RemoveLeavings;
use elenchus::jobs::job::Job as _;
use serde_json::{Value, json};

use super::support::database::TestDatabase;
use super::support::desk::Desk;
use super::support::library::FIRST;

const ORDERS: &str = "Order No;Customer;Ordered;Net\n1;Ada;31.12.2026;1.234,50 €\n2;Alan;01.01.2027;5,00 €\n";

#[tokio::test]
async fn a_file_becomes_a_table_as_it_is_meant() {
    let desk = Desk::new().await;
    let ada = desk.served.person("ada").await;
    let upload = desk.bring(&ada, "Orders 2026.csv", ORDERS.as_bytes(), json!({})).await;
    assert_eq!(
        (&upload["status"], &upload["loadedRows"], &upload["error"]),
        (&json!("LOADED"), &json!(2), &Value::Null)
    );
    let found = &upload["inspection"];
    let dialect = json!({ "encoding": "utf-8", "delimiter": ";", "hasHeader": true, "decimalMark": "COMMA", "dateOrder": "DAY_FIRST" });
    assert_eq!(found["dialect"], dialect);
    let column = |name: &str, header: &str, kind: &str, unit: Value| json!({ "name": name, "header": header, "type": kind, "unit": unit, "note": null });
    let columns = json!([
        column("order_no", "Order No", "INTEGER", Value::Null),
        column("customer", "Customer", "TEXT", Value::Null),
        column("ordered", "Ordered", "DATE", Value::Null),
        column("net", "Net", "DECIMAL", json!("€")),
    ]);
    assert_eq!(found["columns"], columns);
    assert_eq!(found["sample"][0], json!(["1", "Ada", "31.12.2026", "1.234,50 €"]));
    assert_eq!((&upload["table"]["name"], &upload["table"]["rowCount"]), (&json!("orders_2026"), &json!(2)));
    let run = desk.run(&ada, &upload["dataSource"]["id"], "SELECT * FROM orders_2026 ORDER BY net").await;
    assert_eq!(run["rows"], json!([[2, "Alan", "2027-01-01", 5.0], [1, "Ada", "2026-12-31", 1234.5]]), "{run}");
}

#[tokio::test]
async fn what_was_found_can_be_corrected_before_and_after() {
    let desk = Desk::new().await;
    let ada = desk.served.person("ada").await;
    let text = "day,code\n01/02/2026,007\n03/04/2026,008\n";
    let upload = desk.bring(&ada, "a.csv", text.as_bytes(), json!({ "load": false })).await;
    assert_eq!((&upload["status"], &upload["table"]), (&json!("INSPECTED"), &Value::Null));
    let notes: Vec<&Value> = upload["inspection"]["columns"].as_array().unwrap().iter().map(|it| &it["note"]).collect();
    assert_eq!(notes, [&json!("AMBIGUOUS_DATES"), &json!("LEADING_ZEROS")]);
    let load = "mutation($input: LoadDatasetInput!) { loadDataset(input: $input) { upload { id status } } }";
    let input = json!({
        "id": upload["id"], "table": "visits", "dialect": { "dateOrder": "MONTH_FIRST" },
        "columns": [{ "name": "code", "rename": "room", "type": "INTEGER" }],
    });
    let answer = desk.served.ask(Some(&ada.token), load, json!({ "input": input })).await;
    assert_eq!(answer["data"]["loadDataset"]["upload"]["status"], json!("PENDING"), "{answer}");
    let upload = desk.ended(&ada, upload["id"].as_str().unwrap()).await;
    assert_eq!(upload["status"], json!("LOADED"), "{upload}");
    let run = desk.run(&ada, &upload["dataSource"]["id"], "SELECT day, room FROM visits ORDER BY day").await;
    assert_eq!(run["rows"], json!([["2026-01-02", 7], ["2026-03-04", 8]]));
}

#[tokio::test]
async fn lines_that_do_not_fit_are_told_and_nothing_is_loaded() {
    let desk = Desk::new().await;
    let ada = desk.served.person("ada").await;
    let upload = desk.bring(&ada, "n.csv", b"a,b\n1,x\n2,y\n", json!({})).await;
    let source = upload["dataSource"]["id"].clone();
    let ragged = desk.bring(&ada, "n.csv", b"a,b\n1,x\n2\n3,y,z\n", json!({})).await;
    assert_eq!(
        (&ragged["status"], &ragged["problemCount"], &ragged["error"]["code"]),
        (&json!("FAILED"), &json!(2), &json!("BAD_ROWS"))
    );
    let lines: Vec<&Value> = ragged["problems"].as_array().unwrap().iter().map(|it| &it["line"]).collect();
    assert_eq!(lines, [&json!(3), &json!(4)]);
    let columns = json!([{ "name": "a", "type": "INTEGER" }]);
    let wrong = desk.bring(&ada, "n.csv", b"a,b\n1,x\none,\n2,y\ntwo,\n", json!({ "columns": columns })).await;
    let problem = |line: i32, value: &str| json!({ "line": line, "column": "a", "value": value, "message": "This is not a whole number." });
    assert_eq!(wrong["problems"], json!([problem(3, "one"), problem(5, "two")]), "{wrong}");
    let run = desk.run(&ada, &source, "SELECT count(*) FROM n").await;
    assert_eq!(run["rows"], json!([[2]]), "the table is as it was");
}

#[tokio::test]
async fn rows_are_added_to_a_table_with_the_same_columns() {
    let desk = Desk::new().await;
    let ada = desk.served.person("ada").await;
    let upload = desk.bring(&ada, "n.csv", b"a,b\n1.5,x\n", json!({})).await;
    let append = json!({ "table": "n", "mode": "APPEND" });
    let added = desk.bring(&ada, "more.csv", b"b,a\ny,2\n", append.clone()).await;
    assert_eq!(
        (&added["status"], &added["loadedRows"], &added["table"]["rowCount"]),
        (&json!("LOADED"), &json!(1), &json!(2))
    );
    let run = desk.run(&ada, &upload["dataSource"]["id"], "SELECT a, b FROM n ORDER BY a").await;
    assert_eq!(run["rows"], json!([[1.5, "x"], [2, "y"]]));
    let other = desk.bring(&ada, "more.csv", b"a,c\n3,z\n", append).await;
    let message = json!("The table has no column c, and the file has no column b.");
    assert_eq!((&other["error"]["code"], &other["error"]["message"]), (&json!("COLUMNS"), &message));
    let unknown = desk.bring(&ada, "more.csv", b"a\n1\n", json!({ "table": "nobody", "mode": "APPEND" })).await;
    assert_eq!(unknown["error"]["code"], json!("NO_SUCH_TABLE"));
}

#[tokio::test]
async fn json_lines_are_tables_too_and_other_files_are_refused() {
    let desk = Desk::new().await;
    let ada = desk.served.person("ada").await;
    let text = "{\"id\": \"007\", \"tags\": [1, 2]}\n{\"n\": 2.5}\n";
    let upload = desk.bring(&ada, "events.jsonl", text.as_bytes(), json!({})).await;
    let run = desk.run(&ada, &upload["dataSource"]["id"], "SELECT id, tags, n FROM events ORDER BY n").await;
    assert_eq!(run["rows"], json!([[null, null, 2.5], ["007", [1, 2], null]]));
    assert_eq!(upload["progress"], json!(1.0));
    // A mark of the byte order is no part of the first line, and columns stand as they come.
    let marked = "\u{feff}{\"zone\": \"Z\", \"area\": 1}\n{\"zone\": \"Y\"}\n";
    let upload = desk.bring(&ada, "marked.jsonl", marked.as_bytes(), json!({})).await;
    let run = desk.run(&ada, &upload["dataSource"]["id"], "SELECT * FROM marked ORDER BY zone").await;
    assert_eq!(run["rows"], json!([["Y", null], ["Z", 1]]));
    let upload = desk.bring(&ada, "tabs.tsv", b"zone\tarea\nZ, the last\t1\nY\t\n", json!({})).await;
    assert_eq!(upload["inspection"]["dialect"]["delimiter"], "\t");
    let run = desk.run(&ada, &upload["dataSource"]["id"], "SELECT * FROM tabs ORDER BY zone").await;
    assert_eq!(run["rows"], json!([["Y", null], ["Z, the last", 1]]));
    let refused = async |name: &str, bytes: &[u8], input: Value| {
        let answer = desk.send(&ada, name, bytes, input).await;
        let error = &answer["errors"][0]["extensions"];
        (error["code"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned(), error["fields"][0]["path"].clone())
    };
    let field = json!("input.file");
    assert_eq!(refused("a.png", b"\x89PNG\0\0", json!({})).await, ("UNSUPPORTED_MEDIA_TYPE".into(), field.clone()));
    assert_eq!(refused("a.csv", b"", json!({})).await, ("BAD_USER_INPUT".into(), field));
    let name = json!({ "table": "Order" });
    assert_eq!(refused("a.csv", b"a\n1\n", name).await, ("BAD_USER_INPUT".into(), json!("input.table")));
    let delimiter = json!({ "dialect": { "delimiter": "ab" } });
    assert_eq!(
        refused("a.csv", b"a\n1\n", delimiter).await,
        ("BAD_USER_INPUT".into(), json!("input.dialect.delimiter"))
    );
    let empty = desk.bring(&ada, "a.csv", b"\n\n", json!({})).await;
    assert_eq!(empty["error"]["code"], json!("NO_TABLE"));
}

#[tokio::test]
async fn a_workspace_shares_its_tables_by_role_and_nobody_else_sees_them() {
    let desk = Desk::new().await;
    let (ada, bob, eve) =
        (desk.served.person("ada").await, desk.served.person("bob").await, desk.served.person("eve").await);
    let ask = async |person: &super::support::served::Person, query: &str, variables: Value| {
        desk.served.ask(Some(&person.token), query, variables).await
    };
    let create = "mutation { createWorkspace(input: { name: \"Sales\" }) { workspace { id } } }";
    let made = ask(&ada, create, json!({})).await;
    let workspace = made["data"]["createWorkspace"]["workspace"]["id"].clone();
    let add = "mutation($input: AddWorkspaceMemberInput!) { addWorkspaceMember(input: $input) { member { id } } }";
    let added =
        ask(&ada, add, json!({ "input": { "workspaceId": workspace, "email": "bob@example.org", "role": "VIEWER" } }))
            .await;
    assert!(added["errors"].is_null(), "{added}");
    let upload = desk.bring(&ada, "n.csv", b"a\n1\n", json!({ "workspaceId": workspace })).await;
    let (source, table) = (&upload["dataSource"]["id"], &upload["table"]["id"]);
    let sources = "{ dataSources { id workspace { id } tables { name rowCount } uploads { nodes { id } } runs { nodes { status } } } }";
    let seen = ask(&bob, sources, json!({})).await;
    assert_eq!(seen["data"]["dataSources"][0]["tables"], json!([{ "name": "n", "rowCount": 1 }]), "{seen}");
    assert_eq!(desk.run(&bob, source, "SELECT a FROM n").await["rows"], json!([[1]]));
    assert_eq!(ask(&eve, sources, json!({})).await["data"]["dataSources"], json!([]));
    let delete = "mutation($id: ID!) { deleteDataTable(input: { id: $id }) { deletedId } }";
    let code = |answer: &Value| answer["errors"][0]["extensions"]["code"].clone();
    assert_eq!(code(&ask(&bob, delete, json!({ "id": table })).await), json!("FORBIDDEN"));
    assert_eq!(code(&ask(&eve, delete, json!({ "id": table })).await), json!("NOT_FOUND"));
    let run = json!({ "input": { "dataSourceId": source, "sql": "SELECT 1" } });
    assert_eq!(code(&ask(&eve, super::support::desk::RUN, run).await), json!("NOT_FOUND"));
    let refused = desk.send(&bob, "n.csv", b"a\n1\n", json!({ "workspaceId": workspace })).await;
    assert_eq!(code(&refused), json!("FORBIDDEN"));
    let gone = ask(&ada, delete, json!({ "id": table })).await;
    assert_eq!(gone["data"]["deleteDataTable"]["deletedId"], *table);
    let run = desk.run(&ada, source, "SELECT a FROM n").await;
    assert_eq!(run["error"]["code"], json!("RELATION_NOT_ALLOWED"));
}

#[tokio::test]
async fn a_workspace_that_is_gone_leaves_no_rows_no_role_and_no_files() {
    let desk = Desk::new().await;
    let ada = desk.served.person("ada").await;
    let upload = desk.bring(&ada, "n.csv", b"a\n1\n", json!({})).await;
    assert_eq!(upload["status"], json!("LOADED"));
    let library = &desk.served.library;
    let key = library.text("storage_key FROM dataset_uploads").await.unwrap();
    let file = library.folder.path().join("files").join(&key);
    assert!(file.exists(), "{}", file.display());
    RemoveLeavings {}.run(library.app.clone(), FIRST).await.unwrap();
    assert!(file.exists(), "its workspace is there");
    library.sql("DELETE FROM workspaces").await;
    RemoveLeavings {}.run(library.app.clone(), FIRST).await.unwrap();
    assert!(!file.exists());
    let client = library.app.warehouse.owner().await.unwrap();
    for left in ["pg_namespace WHERE nspname LIKE 'workspace\\_%'", "pg_class WHERE relname = 'n'"] {
        let row = client.query_one(&format!("SELECT count(*) FROM {left}"), &[]).await.unwrap();
        assert_eq!(row.get::<_, i64>(0), 0, "{left}");
    }
    assert_eq!(library.text("count(*) FROM warehouse_tenants").await.as_deref(), Some("0"));
}

#[tokio::test]
async fn uploads_live_where_the_operator_says() {
    let elsewhere = TestDatabase::new().await;
    let desk = Desk::with(&[("DATASETS_DATABASE_URL", elsewhere.url.as_str())]).await;
    let ada = desk.served.person("ada").await;
    let upload = desk.bring(&ada, "n.csv", b"a\n1\n2\n", json!({})).await;
    let run = desk.run(&ada, &upload["dataSource"]["id"], "SELECT sum(a) FROM n").await;
    assert_eq!(run["rows"], json!([[3]]));
    let (client, connection) = tokio_postgres::connect(&elsewhere.url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let tables = client.query_one("SELECT count(*) FROM pg_tables WHERE tablename = 'n'", &[]).await.unwrap();
    assert_eq!(tables.get::<_, i64>(0), 1);
    let beside = "count(*) FROM pg_database WHERE datname = current_database() || '_datasets'";
    assert_eq!(desk.served.library.text(beside).await.as_deref(), Some("0"));
}
