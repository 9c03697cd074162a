//! Statements about data: what is refused and told, what is kept and served again, what is stopped.

use elenchus::domain::data::queries::jobs::EndLeftRuns;
use elenchus::jobs::job::Job as _;
use serde_json::{Value, json};

use super::support::desk::Desk;
use super::support::library::FIRST;
use super::support::served::Person;

const CANCEL: &str = "mutation($id: ID!) { cancelRun(input: { id: $id }) { run { status } } }";
const ENDLESS: &str = "SELECT count(*) FROM generate_series(1, 100000000000) g";

async fn desk() -> (Desk, Person, Value) {
    let desk = Desk::new().await;
    let ada = desk.served.person("ada").await;
    let upload = desk.bring(&ada, "n.csv", b"a,b\n1,x\n2,y\n3,x\n", json!({})).await;
    let source = upload["dataSource"]["id"].clone();
    (desk, ada, source)
}

#[tokio::test]
async fn a_result_is_kept_and_served_until_the_data_change() {
    let (desk, ada, source) = desk().await;
    let sql = "SELECT b, count(*) AS n FROM n GROUP BY b ORDER BY b";
    let first = desk.run(&ada, &source, sql).await;
    assert_eq!(first["columns"], json!([{ "name": "b", "type": "TEXT" }, { "name": "n", "type": "INTEGER" }]));
    assert_eq!((&first["rows"], &first["isCached"]), (&json!([["x", 2], ["y", 1]]), &json!(false)));
    let again = desk.run(&ada, &source, "select B , COUNT(*) as n from n -- the same\ngroup by b order by b").await;
    assert_eq!((&again["rows"], &again["isCached"]), (&first["rows"], &json!(true)));
    let fresh =
        desk.run_with(&ada, json!({ "dataSourceId": source, "sql": sql, "fresh": true, "waitMs": 10000 })).await;
    assert_eq!(fresh["isCached"], json!(false));
    let clock = "SELECT now() IS NOT NULL AS is_there";
    for _ in 0..2 {
        assert_eq!(desk.run(&ada, &source, clock).await["isCached"], json!(false), "tomorrow it is another");
    }
    let look = "query($id: ID!) { node(id: $id) { ... on QueryRun { durationMs byteSize startedAt endedAt } } }";
    let kept = desk.served.ask(Some(&ada.token), look, json!({ "id": first["id"] })).await["data"]["node"].clone();
    assert!(kept["durationMs"].as_i64().is_some_and(|took| (0..10_000).contains(&took)), "{kept}");
    assert!(kept["byteSize"].as_i64().is_some_and(|size| (4..100).contains(&size)), "two rows of two values: {kept}");
    assert_eq!((&kept["startedAt"], &kept["endedAt"]), (&kept["endedAt"], &json!("2026-03-01T12:00:00+00:00")));
    desk.bring(&ada, "n.csv", b"a,b\n1,z\n", json!({})).await;
    let changed = desk.run(&ada, &source, sql).await;
    assert_eq!((&changed["rows"], &changed["isCached"]), (&json!([["z", 1]]), &json!(false)));
    let history = "query($id: ID!) { node(id: $id) { ... on DataSource { runs(first: 2) { nodes { sql rows } pageInfo { hasNextPage } } } } }";
    let history = desk.served.ask(Some(&ada.token), history, json!({ "id": source })).await;
    let runs = &history["data"]["node"]["runs"];
    assert_eq!((&runs["nodes"][0]["rows"], &runs["pageInfo"]["hasNextPage"]), (&json!([["z", 1]]), &json!(true)));
}

#[tokio::test]
async fn rows_come_in_windows() {
    let (desk, ada, source) = desk().await;
    let run = desk.run(&ada, &source, "SELECT g FROM generate_series(1, 1203) g ORDER BY g").await;
    let rows = "query($id: ID!, $first: Int!, $offset: Int!) { node(id: $id) { ... on QueryRun { rowCount rows(first: $first, offset: $offset) } } }";
    let window = async |first: i32, offset: i32| {
        let variables = json!({ "id": run["id"], "first": first, "offset": offset });
        desk.served.ask(Some(&ada.token), rows, variables).await
    };
    let numbers = |answer: &Value| -> Vec<i64> {
        let rows = answer["data"]["node"]["rows"].as_array().unwrap_or_else(|| panic!("{answer}")).clone();
        rows.iter().map(|row| row[0].as_i64().unwrap()).collect()
    };
    assert_eq!(numbers(&window(3, 498).await), [499, 500, 501], "over the end of a stored page");
    assert_eq!(numbers(&window(1000, 0).await), (1..=1000).collect::<Vec<_>>());
    assert_eq!(numbers(&window(100, 1200).await), [1201, 1202, 1203]);
    assert_eq!(numbers(&window(10, 5000).await), Vec::<i64>::new());
    for (first, offset, field) in [(0, 0, "first"), (1001, 0, "first"), (1, -1, "offset")] {
        assert_eq!(window(first, offset).await["errors"][0]["extensions"]["fields"][0]["path"], json!(field));
    }
}

#[tokio::test]
async fn what_is_not_run_says_why_and_where() {
    let (desk, ada, source) = desk().await;
    let refused = async |sql: &str| {
        let run = desk.run(&ada, &source, sql).await;
        assert_eq!((&run["status"], &run["rows"]), (&json!("FAILED"), &json!([])), "{sql}");
        run["error"].clone()
    };
    let hostile = [
        ("SELECT * INTO x FROM n", "INTO_NOT_ALLOWED"),
        ("WITH d AS (DELETE FROM n RETURNING *) SELECT * FROM d", "NOT_A_QUERY"),
        ("SELECT pg_read_file('/etc/passwd')", "FUNCTION_NOT_ALLOWED"),
        ("SELECT * FROM pg_ls_dir('/')", "TABLE_FUNCTION_NOT_ALLOWED"),
        ("SELECT g.pg_read_file FROM unnest(ARRAY['/etc/passwd']) g", "COLUMN_NOT_ALLOWED"),
        ("SELECT set_config('search_path', 'x', false)", "FUNCTION_NOT_ALLOWED"),
        ("SELECT pg_sleep(10)", "FUNCTION_NOT_ALLOWED"),
        ("COPY n TO '/tmp/x'", "NOT_A_QUERY"),
        ("DO $$ BEGIN END $$", "NOT_A_QUERY"),
        ("EXPLAIN ANALYZE DELETE FROM n", "NOT_A_QUERY"),
        ("SELECT * FROM n FOR UPDATE", "LOCKING_NOT_ALLOWED"),
        ("SELECT lo_import('/etc/passwd')", "FUNCTION_NOT_ALLOWED"),
        ("CREATE TEMP TABLE x (a int)", "NOT_A_QUERY"),
        ("SET search_path = x", "NOT_A_QUERY"),
        ("SELECT * FROM pg_class", "RELATION_NOT_ALLOWED"),
        ("SELECT * FROM information_schema.tables", "RELATION_NOT_ALLOWED"),
        ("SELECT 1; DELETE FROM n", "MULTIPLE_STATEMENTS"),
        ("", "EMPTY"),
    ];
    for (sql, code) in hostile {
        assert_eq!(refused(sql).await["code"], json!(code), "{sql}");
    }
    let nobody = refused("SELECT a,\n  b FROM nobody").await;
    assert_eq!((&nobody["code"], &nobody["line"]), (&json!("RELATION_NOT_ALLOWED"), &json!(2)));
    let unknown = refused("SELECT nobody FROM n").await;
    assert_eq!((&unknown["code"], &unknown["message"]), (&json!("42703"), &json!("column \"nobody\" does not exist")));
    assert_eq!(refused("SELECT 1/0").await["code"], json!("22012"));
}

#[tokio::test]
async fn parameters_are_values_and_never_text() {
    let (desk, ada, source) = desk().await;
    let run = async |parameters: Value, sql: &str| {
        let input = json!({ "dataSourceId": source, "sql": sql, "parameters": parameters, "waitMs": 10000 });
        desk.run_with(&ada, input).await
    };
    let given = |name: &str, kind: &str, value: Value| json!({ "name": name, "type": kind, "value": value });
    let sql = "SELECT a FROM n WHERE b = $b AND a >= $least ORDER BY a";
    let both = json!([given("b", "TEXT", json!("x")), given("least", "NUMBER", json!("2"))]);
    assert_eq!(run(both, sql).await["rows"], json!([[3]]));
    let hostile = json!([given("b", "TEXT", json!("x' OR '1'='1")), given("least", "NUMBER", json!("0"))]);
    assert_eq!(run(hostile, sql).await["rows"], json!([]));
    let wrong = json!([given("b", "TEXT", json!("x")), given("least", "NUMBER", json!("two"))]);
    assert_eq!(run(wrong, sql).await["error"]["code"], json!("22P02"));
    assert_eq!(run(json!([]), sql).await["error"]["code"], json!("PARAMETER_NOT_ALLOWED"));
    let twice = json!({ "dataSourceId": source, "sql": sql, "parameters": [given("b", "TEXT", json!("x")), given("b", "TEXT", Value::Null), given("1", "TEXT", Value::Null)] });
    let refused = desk.served.ask(Some(&ada.token), super::support::desk::RUN, json!({ "input": twice })).await;
    let fields: Vec<&Value> =
        refused["errors"][0]["extensions"]["fields"].as_array().unwrap().iter().map(|it| &it["path"]).collect();
    assert_eq!(fields, [&json!("input.parameters.1.name"), &json!("input.parameters.2.name")]);
}

#[tokio::test]
async fn a_run_is_followed_and_stopped() {
    let (desk, ada, source) = desk().await;
    let input = json!({ "dataSourceId": source, "sql": ENDLESS, "waitMs": 0 });
    let run = desk.run_with(&ada, input).await;
    assert_eq!(run["status"], json!("RUNNING"));
    let follow = "subscription($id: ID!) { queryRun(id: $id) { run { status } rows } }";
    let variables = json!({ "id": run["id"] });
    let (events, cancelled) = tokio::join!(
        desk.served.follow(Some(&ada.token), follow, variables.clone()),
        desk.served.ask(Some(&ada.token), CANCEL, variables.clone()),
    );
    assert_eq!(cancelled["data"]["cancelRun"]["run"]["status"], json!("CANCELLED"), "{cancelled}");
    assert_eq!(events.last().unwrap()["data"]["queryRun"], json!({ "run": { "status": "CANCELLED" }, "rows": [] }));
    let again = desk.served.ask(Some(&ada.token), CANCEL, variables).await;
    assert_eq!(again["data"]["cancelRun"]["run"]["status"], json!("CANCELLED"), "one that is over stays as it is");
    let client = desk.served.library.app.warehouse.owner().await.unwrap();
    let active = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid()";
    while client.query_one(active, &[]).await.unwrap().get::<_, i64>(0) > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn rows_are_told_while_the_statement_runs_and_stay_when_it_is_stopped() {
    let (desk, ada, source) = desk().await;
    // A row every few milliseconds, for hours.
    let sql = "SELECT g, (SELECT count(*) FROM generate_series(1, 100000 + g) h) AS n, repeat('x', 1000) || repeat('y', 1000) AS pad \
               FROM generate_series(1, 1000000) g";
    let run = desk.run_with(&ada, json!({ "dataSourceId": source, "sql": sql, "waitMs": 0 })).await;
    assert_eq!(run["status"], json!("RUNNING"), "{run}");
    let follow = "subscription($id: ID!, $after: Int) { queryRun(id: $id, after: $after) { run { status isTruncated } offset rows } }";
    let look = "query($id: ID!) { node(id: $id) { ... on QueryRun { status rowCount byteSize rows(first: 1000) } } }";
    let now =
        async || desk.served.ask(Some(&ada.token), look, json!({ "id": run["id"] })).await["data"]["node"].clone();
    let stop = async {
        while now().await["rowCount"].as_i64().is_none_or(|count| count < 5) {
            assert_eq!(now().await["status"], json!("RUNNING"));
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        desk.served.ask(Some(&ada.token), CANCEL, json!({ "id": run["id"] })).await
    };
    let followed = desk.served.follow(Some(&ada.token), follow, json!({ "id": run["id"], "after": 0 }));
    let (events, cancelled) = tokio::join!(followed, stop);
    assert_eq!(cancelled["data"]["cancelRun"]["run"]["status"], json!("CANCELLED"), "{cancelled}");
    let rows = |events: &[Value]| -> Vec<Value> {
        let mut rows = Vec::new();
        for event in events {
            let event = &event["data"]["queryRun"];
            assert_eq!(event["offset"], json!(rows.len()), "nothing twice, nothing left out");
            assert_eq!(event["run"]["isTruncated"], Value::Null);
            rows.extend(event["rows"].as_array().unwrap().iter().cloned());
        }
        rows
    };
    let told = rows(&events);
    let numbers: Vec<u64> = told.iter().map(|row| row[0].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=told.len() as u64).collect::<Vec<_>>());
    assert_eq!(events[0]["data"]["queryRun"]["run"]["status"], json!("RUNNING"));
    assert_eq!(events.last().unwrap()["data"]["queryRun"]["run"]["status"], json!("CANCELLED"));
    let kept = now().await;
    assert_eq!((&kept["status"], &kept["byteSize"]), (&json!("CANCELLED"), &Value::Null));
    assert_eq!(kept["rows"].as_array().unwrap()[..], told[..told.len().min(1000)], "what was shown is what is kept");
    let had = told.len() - 2;
    let late = desk.served.follow(Some(&ada.token), follow, json!({ "id": run["id"], "after": had })).await;
    assert_eq!(late.len(), 1, "{late:?}");
    assert_eq!(late[0]["data"]["queryRun"]["rows"], json!(told[had..]));
    let refused = desk.served.follow(Some(&ada.token), follow, json!({ "id": run["id"], "after": -1 })).await;
    assert_eq!(refused[0]["errors"][0]["extensions"]["fields"][0]["path"], json!("after"), "{refused:?}");
    let again = desk.run_with(&ada, json!({ "dataSourceId": source, "sql": sql, "waitMs": 0 })).await;
    assert_eq!(again["isCached"], json!(false), "what is not whole serves nobody else");
    desk.served.ask(Some(&ada.token), CANCEL, json!({ "id": again["id"] })).await;
    let whole = desk.run(&ada, &source, "SELECT g FROM generate_series(1, 2500) g ORDER BY g").await;
    let events = desk
        .served
        .follow(
            Some(&ada.token),
            "subscription($id: ID!) { queryRun(id: $id, after: 500) { offset rows } }",
            json!({ "id": whole["id"] }),
        )
        .await;
    let parts: Vec<(u64, usize)> = events
        .iter()
        .map(|event| &event["data"]["queryRun"])
        .map(|event| (event["offset"].as_u64().unwrap(), event["rows"].as_array().unwrap().len()))
        .collect();
    assert_eq!(parts, [(500, 1000), (1500, 1000)]);
}

#[tokio::test]
async fn what_takes_too_long_fails_and_what_was_left_behind_ends() {
    let desk = Desk::with(&[("DATA_STATEMENT_SECONDS", "1"), ("DATA_RESULT_ROWS", "2")]).await;
    let ada = desk.served.person("ada").await;
    let upload = desk.bring(&ada, "n.csv", b"a\n1\n2\n3\n", json!({})).await;
    let source = upload["dataSource"]["id"].clone();
    assert_eq!(desk.run(&ada, &source, ENDLESS).await["error"]["code"], json!("TIMEOUT"));
    let cut = desk.run(&ada, &source, "SELECT a FROM n ORDER BY a").await;
    assert_eq!((&cut["rows"], &cut["isTruncated"], &cut["rowCount"]), (&json!([[1], [2]]), &json!(true), &json!(2)));
    let app = &desk.served.library.app;
    let left = "UPDATE query_runs SET status = 'RUNNING', ended_at = NULL, result_id = NULL, leased_until = '2026-01-01' WHERE error_code IS NULL";
    desk.served.library.sql(left).await;
    EndLeftRuns {}.run(app.clone(), FIRST).await.unwrap();
    let query = "query($id: ID!) { node(id: $id) { ... on QueryRun { status error { code } } } }";
    let answer = desk.served.ask(Some(&ada.token), query, json!({ "id": cut["id"] })).await;
    assert_eq!(answer["data"]["node"], json!({ "status": "FAILED", "error": { "code": "INTERRUPTED" } }));
}

#[tokio::test]
async fn two_workspaces_do_not_see_one_another_through_sql() {
    let (desk, ada, source) = desk().await;
    let eve = desk.served.person("eve").await;
    let upload = desk.bring(&eve, "own.csv", b"a\n9\n", json!({})).await;
    let own = &upload["dataSource"]["id"];
    assert_eq!(desk.run(&eve, own, "SELECT a FROM own").await["rows"], json!([[9]]));
    let foreign = desk
        .served
        .library
        .text("s.workspace_id FROM data_sources s JOIN data_tables t ON t.source_id = s.id WHERE t.name = 'n'")
        .await
        .unwrap();
    let schema = format!("workspace_{}", foreign.replace('-', ""));
    for sql in
        ["SELECT a FROM n".to_owned(), format!("SELECT a FROM {schema}.n"), format!("SELECT a FROM \"{schema}\".\"n\"")]
    {
        assert_eq!(desk.run(&eve, own, &sql).await["error"]["code"], json!("RELATION_NOT_ALLOWED"), "{sql}");
    }
    assert_eq!(desk.run(&ada, &source, "SELECT count(*) FROM n").await["rows"], json!([[3]]));
}
