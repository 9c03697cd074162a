//! What the tiles of dashboards show, with which values of the filters, and how little it takes to read them.

use serde_json::{Value, json};

use super::dashboards_support::{SHOWN, chosen_region, refresh, regions, rows, shown, three_tiles, words};
use super::support::classroom::refusal;
use super::support::office::Office;

#[tokio::test]
async fn tiles_show_what_was_run_with_these_very_values() {
    let office = Office::new().await;
    let (id, ..) = three_tiles(&office).await;
    let north = json!([{ "name": "where", "value": "north" }]);
    for filters in [json!([]), north.clone()] {
        assert_eq!(shown(&office.vera, &id, filters).await, [Value::Null, Value::Null, Value::Null]);
    }
    assert_eq!(office.runs().await, "0", "reading runs nothing");

    let begun = refresh(&office.vera, &id, json!([])).await;
    assert_eq!(begun.len(), 2, "a text has no run");
    assert_ne!(begun[0]["run"]["id"], begun[1]["run"]["id"]);
    assert_eq!(rows(&office.ada, &id, json!([])).await, [json!([["south", 20]]), json!([["north", 14]])]);
    assert_eq!(office.runs().await, "2");
    // The other tile has asked for the north already: what was run with these values is there.
    assert_eq!(rows(&office.ada, &id, north.clone()).await, [json!([["north", 14]]), json!([["north", 14]])]);
    let begun = refresh(&office.eddy, &id, north).await;
    assert_eq!(begun[0]["run"], begun[1]["run"], "the same values are one run");
    assert_eq!((&begun[0]["run"]["isCached"], office.runs().await), (&json!(true), "3".to_owned()));
    let asked = "string_agg(split_part(u.email, '@', 1), ' ' ORDER BY r.id) FROM query_runs r JOIN users u ON u.id = r.asker_id";
    let asked = office.desk.served.library.text(asked).await;
    assert_eq!(asked.as_deref(), Some("vera vera eddy"));

    for (filters, field) in [
        (json!([{ "name": "where", "value": "'; DROP TABLE orders; --" }]), "0.value"),
        (json!([{ "name": "none", "value": "x" }]), "0.name"),
        (json!([{ "name": "where", "value": null }, { "name": "where", "value": "north" }]), "1.name"),
    ] {
        let input = json!({ "id": id, "filters": filters });
        let refused = office.vera.act_refused("refreshDashboard", "RefreshDashboardInput", input.clone()).await;
        assert_eq!(refused, refusal("BAD_USER_INPUT", &[&format!("input.filters.{field}")]));
        let answer = office.vera.respond(SHOWN, input).await;
        let place = &answer["errors"][0]["extensions"]["fields"][0]["path"];
        assert_eq!(place, &json!(format!("filters.{field}")), "{answer}");
    }
    assert_eq!(office.runs().await, "3");
}

#[tokio::test]
async fn values_of_filters_never_become_sql() {
    let office = Office::new().await;
    let query = office.of_region().await;
    let tiles = json!([chosen_region(&query, 0), words(0, 9, 1, 1)]);
    let id = office.dashboard(json!({ "filters": regions(Value::Null), "tiles": tiles })).await;
    for hostile in [
        "'; DROP TABLE orders; --",
        "x' OR '1'='1",
        "$1",
        "$region",
        "north') UNION SELECT usename, 1 FROM pg_user --",
        "\\'; SELECT pg_sleep(10); --",
        "north\u{1f}\u{2019}",
    ] {
        let filters = json!([{ "name": "where", "value": hostile }]);
        refresh(&office.vera, &id, filters.clone()).await;
        assert_eq!(rows(&office.vera, &id, filters).await, [json!([])], "{hostile}");
    }
    let filters = json!([{ "name": "where", "value": null }]);
    refresh(&office.vera, &id, filters.clone()).await;
    assert_eq!(rows(&office.vera, &id, filters).await, [json!([])], "no value is nothing's equal");
    let nul = json!({ "id": id, "filters": [{ "name": "where", "value": "a\u{0}b" }] });
    let refused = office.vera.act_refused("refreshDashboard", "RefreshDashboardInput", nul).await;
    assert_eq!(refused, refusal("BAD_USER_INPUT", &["input.filters.0.value"]));
    let north = json!([{ "name": "where", "value": "north" }]);
    refresh(&office.vera, &id, north.clone()).await;
    assert_eq!(rows(&office.vera, &id, north).await, [json!([["north", 14]])], "the table is as it was");
}

#[tokio::test]
async fn a_result_stays_when_a_later_try_fails_and_goes_with_another_statement() {
    let office = Office::new().await;
    let query = office.of_region().await;
    let tiles = json!([chosen_region(&query, 0), words(0, 9, 1, 1)]);
    let id = office.dashboard(json!({ "filters": regions(Value::Null), "tiles": tiles })).await;
    refresh(&office.vera, &id, json!([])).await;
    assert_eq!(rows(&office.vera, &id, json!([])).await, [json!([["south", 20]])]);
    // Rows that came before a run failed, long ago, and of one that is still under way: neither is a result.
    let library = &office.desk.served.library;
    library
        .sql(
            "INSERT INTO query_results SELECT gen_random_uuid(), source_id, key, data_version, fields, 1, false, 0, false, 0, now() \
             FROM query_results LIMIT 1",
        )
        .await;
    library
        .sql("INSERT INTO query_result_pages SELECT id, 0, '[[\"part\", 1]]' FROM query_results WHERE NOT is_whole")
        .await;
    let partial = "INSERT INTO query_runs (id, source_id, result_id, saved_query_id, sql, parameters, status, error_code, started_at, ended_at) \
         SELECT $id, r.source_id, p.id, r.saved_query_id, r.sql, r.parameters, $ended FROM query_runs r, query_results p \
         WHERE r.status = 'SUCCEEDED' AND NOT p.is_whole LIMIT 1";
    let failed = ("'00000000-0000-7000-8000-000000000001'", "'FAILED', '22012', now(), now()");
    let running = ("'ffffffff-0000-7000-8000-000000000001'", "'RUNNING', NULL, now(), NULL");
    for (run, ended) in [failed, running] {
        library.sql(&partial.replace("$id", run).replace("$ended", ended)).await;
        assert_eq!(rows(&office.vera, &id, json!([])).await, [json!([["south", 20]])], "{ended}");
    }
    office.eddy.act("deleteDataTable", "DeleteDataTableInput", json!({ "id": office.table }), "deletedId").await;
    let north = json!([{ "name": "where", "value": "north" }]);
    for filters in [json!([]), north.clone()] {
        refresh(&office.vera, &id, filters).await;
    }
    assert_eq!(rows(&office.vera, &id, json!([])).await, [json!([["south", 20]])], "what there was is still shown");
    let failed = shown(&office.vera, &id, north).await[0].clone();
    assert_eq!((&failed["status"], &failed["error"]["code"]), (&json!("FAILED"), &json!("RELATION_NOT_ALLOWED")));
    let change = json!({ "id": query, "version": 1, "sql": "SELECT $region AS region" });
    office.eddy.act("updateQuery", "UpdateQueryInput", change, "query { version }").await;
    assert_eq!(shown(&office.vera, &id, json!([])).await[0], Value::Null, "it is the answer of another statement");
    refresh(&office.vera, &id, json!([])).await;
    assert_eq!(rows(&office.vera, &id, json!([])).await, [json!([["south"]])]);
}

#[tokio::test]
async fn the_number_of_statements_does_not_grow_with_dashboards_and_tiles() {
    const NESTED: &str = "query ($first: Int!) { dashboards(first: $first) { nodes { workspace { name } author { email } tabs { tiles { x } }
        tiles { chart { title query { name } } query { name dataSource { name } } run { columns { name } rows(first: 5) } } } } }";
    let office = Office::new().await;
    let (id, ..) = three_tiles(&office).await;
    refresh(&office.vera, &id, json!([])).await;
    rows(&office.vera, &id, json!([])).await;
    // Nineteen more, of three to forty-two tiles.
    office
        .desk
        .served
        .library
        .sql(
            "INSERT INTO dashboards (id, workspace_id, title, tabs, filters, refresh_policy, read_at, author_id, created_at, updated_at)
                 SELECT md5('dashboard ' || n)::uuid, workspace_id, title, tabs, filters, 'MANUAL', read_at, author_id, created_at, updated_at
                 FROM dashboards, generate_series(1, 19) n;
             INSERT INTO dashboard_tiles (id, dashboard_id, tab, kind, chart_id, query_id, body, x, y, w, h, parameters)
                 SELECT md5('tile ' || n || ' ' || k || t.id)::uuid, md5('dashboard ' || n)::uuid, t.tab, t.kind, t.chart_id, t.query_id, t.body,
                     t.x, t.y + 10 * k, t.w, t.h, t.parameters
                 FROM dashboard_tiles t, generate_series(1, 19) n, generate_series(1, 1 + n % 14) k",
        )
        .await;
    let mut counted = Vec::new();
    for first in [1, 5, 20] {
        let served = &office.desk.served;
        let answer = served.answer(Some(&office.vera.token), NESTED, json!({ "first": first })).await;
        assert_eq!(answer.body.get("errors"), None, "{}", answer.body);
        let dashboards = answer.body["data"]["dashboards"]["nodes"].as_array().unwrap();
        assert_eq!(dashboards.len(), first);
        for dashboard in dashboards {
            let tiles = dashboard["tiles"].as_array().unwrap();
            assert!(tiles.len() >= 3, "{dashboard}");
            for tile in tiles {
                let expected = match (tile["chart"].is_null(), tile["query"].is_null()) {
                    (false, _) => json!([["south", 20]]),
                    (true, false) => json!([["north", 14]]),
                    (true, true) => Value::Null,
                };
                assert_eq!(tile["run"]["rows"], expected, "{tile}");
            }
        }
        counted.push(answer.headers["x-sql-statements"].to_str().unwrap().to_owned());
    }
    assert_eq!(counted, [counted[0].as_str(); 3]);
}
