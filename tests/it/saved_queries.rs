//! Statements that are kept: what is checked when they are, who may what, what runs, and what is left when a table goes.

use chrono::TimeDelta;
use elenchus::domain::accounts::jobs::PurgeAccounts;
use elenchus::jobs::job::Job as _;
use serde_json::{Value, json};

use super::support::classroom::{refusal, text};
use super::support::library::FIRST;
use super::support::live::Person;
use super::support::office::{BY_REGION, Office, told};
use super::support::people::PASSWORD;

const QUERY: &str = "query ($id: ID!) { node(id: $id) { ... on SavedQuery { name description question sql
    parameters { name type label default } isVerified verifiedAt verifiedBy { email } version author { email } createdAt updatedAt
    dataSource { id } latestRun { id rows } runs { nodes { id } } charts { id } } } }";
const MINE: &str =
    "query ($search: String, $first: Int, $after: String) { queries(search: $search, first: $first, after: $after) {
    nodes { name } pageInfo { hasNextPage endCursor } } }";

async fn seen(person: &Person, id: &str) -> Value {
    person.run(QUERY, json!({ "id": id })).await["node"].clone()
}

fn parameter(name: &str, kind: &str, default: impl Into<Value>) -> Value {
    let default = default.into();
    json!({ "name": name, "type": kind, "label": null, "default": default })
}

#[tokio::test]
async fn a_query_is_kept_changed_and_deleted() {
    let office = Office::new().await;
    let parameters = json!([{ "name": "since", "type": "DATE", "label": " From\n", "default": "2026-01-02" }]);
    let sql = "SELECT region FROM orders\nWHERE ordered >= $since";
    let input = json!({ "dataSourceId": office.source, "name": " Who sold\n", "description": "  ", "question": "Who sold what?",
        "sql": sql, "parameters": parameters });
    let made = office.eddy.act("createQuery", "CreateQueryInput", input, "query { id }").await;
    let id = text(&made["query"]["id"]);
    assert!(id.starts_with("query_"), "{id}");
    let expected = json!({
        "name": "Who sold", "description": null, "question": "Who sold what?", "sql": sql,
        "parameters": [{ "name": "since", "type": "DATE", "label": "From", "default": "2026-01-02" }],
        "isVerified": false, "verifiedAt": null, "verifiedBy": null, "version": 1,
        "author": { "email": "eddy@example.org" }, "createdAt": "2026-03-01T12:00:00+00:00",
        "updatedAt": "2026-03-01T12:00:00+00:00", "dataSource": { "id": office.source }, "latestRun": null,
        "runs": { "nodes": [] }, "charts": [],
    });
    assert_eq!(seen(&office.vera, &id).await, expected);

    office.desk.served.library.app.clock.advance(TimeDelta::minutes(1));
    let change = json!({ "id": id, "version": 1, "name": "Sellers", "description": "By day." });
    office.ada.act("updateQuery", "UpdateQueryInput", change.clone(), "query { version }").await;
    let mut changed = expected.clone();
    changed["name"] = json!("Sellers");
    changed["description"] = json!("By day.");
    changed["version"] = json!(2);
    changed["updatedAt"] = json!("2026-03-01T12:01:00+00:00");
    assert_eq!(seen(&office.vera, &id).await, changed);
    let refused = office.eddy.act_refused("updateQuery", "UpdateQueryInput", change).await;
    assert_eq!(refused, refusal("CONFLICT", &["input.version"]), "somebody who has not seen the second");
    let same = json!({ "id": id, "version": 2, "name": "Sellers" });
    let same = office.eddy.act("updateQuery", "UpdateQueryInput", same, "query { version }").await;
    assert_eq!(same["query"]["version"], 2, "nothing is otherwise");
    assert_eq!(seen(&office.vera, &id).await, changed);
    let emptied = json!({ "id": id, "version": 2, "question": null, "parameters": [], "sql": "SELECT region FROM orders ORDER BY ordered" });
    office.eddy.act("updateQuery", "UpdateQueryInput", emptied, "query { version }").await;
    let emptied = seen(&office.vera, &id).await;
    assert_eq!(
        (&emptied["question"], &emptied["parameters"], &emptied["version"]),
        (&Value::Null, &json!([]), &json!(3))
    );

    let run = office.run(&office.vera, &id, json!([])).await;
    let deleted = office.eddy.act("deleteQuery", "DeleteQueryInput", json!({ "id": id }), "deletedId").await;
    assert_eq!(deleted["deletedId"], id);
    assert_eq!(office.ada.refused(QUERY, json!({ "id": id })).await, refusal("NOT_FOUND", &["id"]));
    let left = "query ($id: ID!) { node(id: $id) { ... on QueryRun { rows savedQuery { id } } } }";
    let left = office.ada.run(left, json!({ "id": run["id"] })).await;
    assert_eq!(left["node"], json!({ "rows": [["north"], ["south"], ["north"]], "savedQuery": null }));
    assert_eq!(
        office.trail("saved_query").await,
        [
            r#"saved_query.created {"version": 1}"#,
            r#"saved_query.updated {"changed": ["name", "description"], "version": 2}"#,
            r#"saved_query.updated {"changed": ["question", "sql", "parameters"], "version": 3}"#,
            r#"saved_query.deleted {"version": 3}"#,
        ]
    );
}

/// Everything that editors alone may do with a query.
fn changes(source: &str, query: &str) -> [(&'static str, &'static str, Value); 4] {
    [
        ("createQuery", "CreateQueryInput", json!({ "dataSourceId": source, "name": "mine", "sql": "SELECT 1" })),
        ("updateQuery", "UpdateQueryInput", json!({ "id": query, "version": 1, "name": "mine" })),
        ("verifyQuery", "VerifyQueryInput", json!({ "id": query, "verified": true })),
        ("deleteQuery", "DeleteQueryInput", json!({ "id": query })),
    ]
}

#[tokio::test]
async fn members_see_and_run_editors_change_and_nobody_else_knows_of_it() {
    let office = Office::new().await;
    let id = office.query("By region", BY_REGION).await;
    for (field, kind, input) in changes(&office.source, &id) {
        let refused = office.vera.act_refused(field, kind, input.clone()).await;
        assert_eq!(refused, refusal("FORBIDDEN", &[]), "{field}");
        assert_eq!(office.eve.act_refused(field, kind, input).await, refusal("NOT_FOUND", &[]), "{field}");
    }
    let run = json!({ "id": id });
    assert_eq!(office.eve.act_refused("runSavedQuery", "RunSavedQueryInput", run).await, refusal("NOT_FOUND", &[]));
    assert_eq!(office.run(&office.vera, &id, json!([])).await["rows"], json!([["north", 14], ["south", 20]]));
    assert_eq!(office.vera.run(MINE, json!({})).await["queries"]["nodes"], json!([{ "name": "By region" }]));
    assert_eq!(office.eve.run(MINE, json!({})).await["queries"]["nodes"], json!([]));
    let of_source = "query ($id: ID!) { node(id: $id) { ... on DataSource { savedQueries(first: 1) { nodes { name } pageInfo { hasNextPage } } } } }";
    let of_source = office.vera.run(of_source, json!({ "id": office.source })).await;
    let only = json!({ "nodes": [{ "name": "By region" }], "pageInfo": { "hasNextPage": false } });
    assert_eq!(of_source["node"]["savedQueries"], only);

    // What somebody made stays when they leave, and when their account goes.
    let leave = json!({ "workspaceId": office.workspace });
    office.eddy.act("removeWorkspaceMember", "RemoveWorkspaceMemberInput", leave, "removedId").await;
    assert_eq!(office.eddy.refused(QUERY, json!({ "id": id })).await, refusal("NOT_FOUND", &["id"]));
    assert_eq!(seen(&office.ada, &id).await["author"], Value::Null);
    let end = json!({ "password": PASSWORD });
    office.eddy.act("deleteAccount", "DeleteAccountInput", end, "deletedId").await;
    let library = &office.desk.served.library;
    library.app.clock.advance(TimeDelta::days(31));
    PurgeAccounts {}.run(library.app.clone(), FIRST).await.unwrap();
    let left = "name || coalesce(author_id::text, ' is nobody''s') FROM saved_queries";
    assert_eq!(library.text(left).await.as_deref(), Some("By region is nobody's"));
    library.sql("DELETE FROM workspaces").await;
    assert_eq!(library.text("count(*) FROM saved_queries").await.as_deref(), Some("0"));
}

#[tokio::test]
async fn what_could_not_run_is_not_kept() {
    let office = Office::new().await;
    let input = |sql: &str, parameters: Value| json!({ "dataSourceId": office.source, "name": "x", "sql": sql, "parameters": parameters });
    let refused = async |input: Value| told(&office.eddy, "createQuery", "CreateQueryInput", input).await;
    let nobody = refused(input("SELECT region,\n  net FROM nobody", json!([]))).await;
    let message = "RELATION_NOT_ALLOWED at line 2, column 12: There is no table `nobody` that can be read here.";
    assert_eq!(nobody, ("BAD_USER_INPUT".to_owned(), vec![("input.sql".to_owned(), message.to_owned())]));
    for (sql, code) in [
        ("", "EMPTY: "),
        ("DELETE FROM orders", "NOT_A_QUERY"),
        ("SELECT 1; SELECT 2", "MULTIPLE_STATEMENTS"),
        ("SELECT pg_sleep(10)", "FUNCTION_NOT_ALLOWED"),
        ("SELECT '\0'", "INVALID_CHARACTER"),
        (&format!("SELECT '{}'", "x".repeat(20_000)), "TOO_LONG"),
        ("SELECT $least", "PARAMETER_NOT_ALLOWED"),
    ] {
        let (kind, fields) = refused(input(sql, json!([parameter("most", "NUMBER", Value::Null)]))).await;
        assert_eq!((kind.as_str(), fields.len(), fields[0].0.as_str()), ("BAD_USER_INPUT", 1, "input.sql"), "{code}");
        assert!(fields[0].1.starts_with(code), "{fields:?}");
    }
    let wrong = json!([
        parameter("least", "NUMBER", json!("ten")),
        parameter("1st", "TEXT", Value::Null),
        parameter("least", "BOOLEAN", json!("true")),
        parameter("day", "DATE", json!("2026-02-30")),
    ]);
    let mut wrong = input("SELECT 1", wrong);
    wrong["name"] = json!(" ");
    let (kind, fields) = refused(wrong).await;
    let fields: Vec<(&str, &str)> = fields.iter().map(|(path, message)| (path.as_str(), message.as_str())).collect();
    assert_eq!(kind, "BAD_USER_INPUT");
    assert_eq!(
        fields,
        [
            ("input.name", "This must not be empty."),
            ("input.parameters.0.default", "Give a number, as in 12.5."),
            ("input.parameters.1.name", "A name is a letter and up to 62 letters, digits and underscores."),
            ("input.parameters.2.name", "There is another parameter of this name."),
            ("input.parameters.3.default", "Give a day, as in 2026-12-31, or today, yesterday or tomorrow."),
        ]
    );
    assert_eq!(office.desk.served.library.text("count(*) FROM saved_queries").await.as_deref(), Some("0"));

    // A change is held against the same, and changes nothing when it is refused.
    let id = office.query("By region", BY_REGION).await;
    let before = seen(&office.vera, &id).await;
    let change = json!({ "id": id, "version": 1, "name": "By day", "sql": "SELECT $day FROM orders" });
    let refused = office.eddy.act_refused("updateQuery", "UpdateQueryInput", change).await;
    assert_eq!(refused, refusal("BAD_USER_INPUT", &["input.sql"]));
    assert_eq!(seen(&office.vera, &id).await, before);
}

#[tokio::test]
async fn values_stand_in_for_defaults_and_are_never_text() {
    let office = Office::new().await;
    let sql =
        "SELECT region, net FROM orders WHERE net >= $least AND ($region IS NULL OR region = $region) ORDER BY net";
    let parameters = json!([parameter("least", "NUMBER", json!("5")), parameter("region", "TEXT", Value::Null)]);
    let input = json!({ "dataSourceId": office.source, "name": "Large", "sql": sql, "parameters": parameters });
    let made = office.eddy.act("createQuery", "CreateQueryInput", input, "query { id }").await;
    let id = text(&made["query"]["id"]);
    let rows = async |values: Value| office.run(&office.vera, &id, values).await["rows"].clone();
    let value = |name: &str, value: Value| json!({ "name": name, "value": value });
    assert_eq!(rows(json!([])).await, json!([["north", 10], ["south", 20]]));
    assert_eq!(rows(json!([value("least", json!("1"))])).await, json!([["north", 4], ["north", 10], ["south", 20]]));
    let both = json!([value("region", json!("north")), value("least", json!("5"))]);
    assert_eq!(rows(both).await, json!([["north", 10]]));
    assert_eq!(rows(json!([value("least", Value::Null)])).await, json!([]), "null is no value, and not the default");
    assert_eq!(rows(json!([value("region", json!("x' OR '1'='1"))])).await, json!([]));
    let wrong = office.run(&office.vera, &id, json!([value("least", json!("many"))])).await;
    assert_eq!((&wrong["status"], &wrong["error"]["code"]), (&json!("FAILED"), &json!("22P02")));

    let values = json!([value("most", json!("1")), value("least", Value::Null), value("least", Value::Null)]);
    let run = json!({ "id": id, "parameters": values });
    let refused = office.vera.act_refused("runSavedQuery", "RunSavedQueryInput", run).await;
    assert_eq!(refused, refusal("BAD_USER_INPUT", &["input.parameters.0.name", "input.parameters.2.name"]));
    assert_eq!(seen(&office.vera, &id).await["runs"]["nodes"].as_array().unwrap().len(), 6, "the last is no run");
}

#[tokio::test]
async fn runs_are_kept_served_again_and_fail_when_a_table_went() {
    let office = Office::new().await;
    let id = office.query("By region", BY_REGION).await;
    let first = office.run(&office.vera, &id, json!([])).await;
    assert_eq!((&first["isCached"], &first["savedQuery"]["id"]), (&json!(false), &json!(id)));
    let second = office.run(&office.eddy, &id, json!([])).await;
    assert_eq!((&second["isCached"], &second["rows"]), (&json!(true), &first["rows"]));
    let fresh = json!({ "id": id, "fresh": true, "waitMs": 10000 });
    let fresh = office.ada.act("runSavedQuery", "RunSavedQueryInput", fresh, "run { id isCached rows }").await;
    assert_eq!((&fresh["run"]["isCached"], &fresh["run"]["rows"]), (&json!(false), &first["rows"]));
    let by_hand = json!({ "dataSourceId": office.source, "sql": BY_REGION, "waitMs": 10000 });
    let by_hand = office.vera.act("runQuery", "RunQueryInput", by_hand, "run { isCached savedQuery { id } }").await;
    assert_eq!(
        by_hand["run"],
        json!({ "isCached": true, "savedQuery": null }),
        "one result, and no run of the query's"
    );
    let now = seen(&office.vera, &id).await;
    assert_eq!(now["latestRun"], json!({ "id": fresh["run"]["id"], "rows": first["rows"] }));
    let runs: Vec<&Value> = now["runs"]["nodes"].as_array().unwrap().iter().map(|run| &run["id"]).collect();
    assert_eq!(runs, [&fresh["run"]["id"], &second["id"], &first["id"]]);

    let delete = json!({ "id": office.table });
    office.eddy.act("deleteDataTable", "DeleteDataTableInput", delete, "deletedId").await;
    let failed = office.run(&office.vera, &id, json!([])).await;
    assert_eq!((&failed["status"], &failed["error"]["code"]), (&json!("FAILED"), &json!("RELATION_NOT_ALLOWED")));
    assert_eq!(seen(&office.vera, &id).await["latestRun"], json!({ "id": failed["id"], "rows": [] }));
    let rename = json!({ "id": id, "version": 1, "name": "What was" });
    office.eddy.act("updateQuery", "UpdateQueryInput", rename, "query { id }").await;
    let change = json!({ "id": id, "version": 2, "sql": format!("{BY_REGION} DESC") });
    let refused = office.eddy.act_refused("updateQuery", "UpdateQueryInput", change).await;
    assert_eq!(refused, refusal("BAD_USER_INPUT", &["input.sql"]));
}

#[tokio::test]
async fn somebody_vouches_until_the_statement_is_another() {
    let office = Office::new().await;
    let id = office.query("By region", BY_REGION).await;
    let state = async || {
        let query = seen(&office.vera, &id).await;
        (query["isVerified"].clone(), query["verifiedBy"]["email"].clone(), query["version"].clone())
    };
    let verify = async |input: Value| office.ada.act("verifyQuery", "VerifyQueryInput", input, "query { id }").await;
    let (yes, no) = (
        |version: i32| (json!(true), json!("ada@example.org"), json!(version)),
        |version: i32| (json!(false), Value::Null, json!(version)),
    );
    verify(json!({ "id": id, "verified": true, "version": 1 })).await;
    verify(json!({ "id": id, "verified": true })).await;
    assert_eq!(state().await, yes(1));
    assert_eq!(seen(&office.vera, &id).await["verifiedAt"], "2026-03-01T12:00:00+00:00");
    let update = async |input: Value| office.eddy.act("updateQuery", "UpdateQueryInput", input, "query { id }").await;
    update(json!({ "id": id, "version": 1, "name": "Net by region" })).await;
    assert_eq!(state().await, yes(2), "the name says nothing");
    update(json!({ "id": id, "version": 2, "question": "What is the net by region?" })).await;
    assert_eq!(state().await, no(3), "it may not answer this");
    let stale = json!({ "id": id, "verified": true, "version": 2 });
    let stale = office.ada.act_refused("verifyQuery", "VerifyQueryInput", stale).await;
    assert_eq!(stale, refusal("CONFLICT", &["input.version"]));
    verify(json!({ "id": id, "verified": true })).await;
    update(json!({ "id": id, "version": 3, "sql": format!("{BY_REGION} DESC") })).await;
    assert_eq!(state().await, no(4));
    verify(json!({ "id": id, "verified": true })).await;
    verify(json!({ "id": id, "verified": false })).await;
    assert_eq!(state().await, no(4));
    let told: Vec<String> =
        office.trail("saved_query").await.into_iter().filter(|line| line.contains("verified ")).collect();
    assert_eq!(
        told,
        [
            r#"saved_query.verified {"version": 1, "isVerified": true}"#,
            r#"saved_query.verified {"version": 3, "isVerified": true}"#,
            r#"saved_query.verified {"version": 4, "isVerified": true}"#,
            r#"saved_query.verified {"version": 4, "isVerified": false}"#,
        ]
    );
}

#[tokio::test]
async fn queries_are_found_by_their_words_and_come_in_pages() {
    let office = Office::new().await;
    for (name, description, question) in
        [("One", "100 % net", ""), ("Two", "", "Which net_worth?"), ("Three", "", "100 of them?")]
    {
        let input = json!({ "dataSourceId": office.source, "name": name, "description": description, "question": question,
            "sql": BY_REGION });
        office.eddy.act("createQuery", "CreateQueryInput", input, "query { id }").await;
    }
    let found = async |search: &str| {
        let found = office.vera.run(MINE, json!({ "search": search })).await;
        let found = found["queries"]["nodes"].as_array().unwrap().clone();
        found.iter().map(|query| text(&query["name"])).collect::<Vec<_>>()
    };
    assert_eq!(found("NET").await, ["Two", "One"]);
    assert_eq!(found("100 %").await, ["One"], "as it is written");
    assert_eq!(found("net_").await, ["Two"]);
    assert_eq!(found("t").await, ["Three", "Two", "One"]);
    assert_eq!(found("\0\\").await, Vec::<String>::new());
    let mut after = Value::Null;
    for (name, is_more) in [("Three", true), ("Two", true), ("One", false)] {
        let page = office.vera.run(MINE, json!({ "first": 1, "after": after })).await["queries"].clone();
        assert_eq!((&page["nodes"], &page["pageInfo"]["hasNextPage"]), (&json!([{ "name": name }]), &json!(is_more)));
        after = page["pageInfo"]["endCursor"].clone();
    }
}

/// Queries, their source, who made them, their newest runs, a page of their runs, their charts; the queries of those, the rows of those
/// runs, and the beginnings of their results.
const STATEMENTS: &str = "9";
const NESTED: &str = "query ($first: Int!) { queries(first: $first) { nodes { name dataSource { name } author { name } verifiedBy { name }
    latestRun { rowCount rows chartProposals { kind } } runs(first: 2) { nodes { status } } charts { title query { name } } } } }";
const SEED: &str = r#"
    INSERT INTO saved_queries (id, source_id, name, sql, parameters, author_id, is_verified, verifier_id, verified_at, created_at, updated_at)
    SELECT md5('query ' || n)::uuid, s.id, 'Query ' || n, 'SELECT 1', '[]', u.id, true, u.id, now(), now(), now()
    FROM data_sources s, users u, generate_series(1, 20) n WHERE u.username = 'eddy';
    INSERT INTO charts (id, query_id, title, spec, created_at, updated_at)
    SELECT md5('chart ' || n || ' ' || k)::uuid, md5('query ' || n)::uuid, 'Chart ' || k, '{"mark": "bar", "encoding": {}}', now(), now()
    FROM generate_series(1, 20) n, generate_series(1, 2) k;
    INSERT INTO query_results (id, source_id, key, data_version, fields, row_count, is_whole, byte_size, is_truncated, duration_ms, computed_at)
    SELECT md5('result ' || n)::uuid, s.id, decode(repeat('00', 32), 'hex'), 0,
           '[{"name": "region", "type": "TEXT"}, {"name": "net", "type": "INTEGER"}]', 2, true, 1, false, 1, now()
    FROM data_sources s, generate_series(1, 20) n;
    INSERT INTO query_result_pages (result_id, position, rows)
    SELECT md5('result ' || n)::uuid, 0, '[["north", 1], ["south", 2]]' FROM generate_series(1, 20) n;
    INSERT INTO query_runs (id, source_id, result_id, sql, parameters, status, started_at, ended_at, saved_query_id)
    SELECT md5('run ' || n || ' ' || k)::uuid, s.id, md5('result ' || n)::uuid, 'SELECT 1', '[]', 'SUCCEEDED', now(), now(),
           md5('query ' || n)::uuid
    FROM data_sources s, generate_series(1, 20) n, generate_series(1, 3) k"#;

#[tokio::test]
async fn the_number_of_statements_does_not_grow_with_queries_charts_or_runs() {
    let office = Office::with(&[("MAX_COST", "1000000")]).await;
    let served = &office.desk.served;
    served.library.sql(SEED).await;
    for first in [1, 5, 20] {
        let answer = served.answer(Some(&office.vera.token), NESTED, json!({ "first": first })).await;
        assert_eq!(answer.body.get("errors"), None, "{}", answer.body);
        let queries = answer.body["data"]["queries"]["nodes"].as_array().unwrap();
        assert_eq!(queries.len(), first);
        for query in queries {
            let people = (&query["author"]["name"], &query["verifiedBy"]["name"]);
            assert_eq!(people, (&json!("eddy the person"), &json!("eddy the person")));
            assert_eq!(query["latestRun"]["rows"], json!([["north", 1], ["south", 2]]));
            assert!(!query["latestRun"]["chartProposals"].as_array().unwrap().is_empty());
            assert_eq!(query["runs"]["nodes"], json!([{ "status": "SUCCEEDED" }, { "status": "SUCCEEDED" }]));
            let charts = query["charts"].as_array().unwrap();
            assert_eq!(charts.len(), 2);
            assert!(charts.iter().all(|chart| chart["query"]["name"] == query["name"]), "{charts:?}");
        }
        assert_eq!(answer.headers["x-sql-statements"], STATEMENTS, "for {first} queries");
    }
}
