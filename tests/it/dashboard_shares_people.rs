//! Dashboards that are shared with people: what they see of them, what they may change, and how much of it they get.

use serde_json::{Value, json};

use super::dashboard_shares_support::{Gallery, MINE};
use super::dashboards_support::chosen_region;
use super::support::classroom::refusal;

#[tokio::test]
async fn a_person_sees_the_dashboard_and_nothing_else() {
    let gallery = Gallery::new().await;
    let eve = &gallery.office.eve;
    assert!(!gallery.eve_sees().await);
    gallery.share_with_eve("VIEW").await;

    let seen = eve.run(MINE, json!({ "id": gallery.dashboard })).await["dashboardSharedWithMe"].clone();
    assert_eq!(seen["id"], *gallery.dashboard);
    assert_eq!((&seen["title"], &seen["access"], &seen["version"]), (&json!("Sales"), &json!("VIEW"), &json!(1)));
    assert_eq!(seen["tabs"], json!([{ "key": "main", "title": "Main" }]));
    assert_eq!(seen["filters"], json!([{ "name": "where", "default": "south" }]));
    let south = json!({ "columns": [{ "name": "region" }, { "name": "net" }], "rows": [["south", 20]], "rowCount": 1 });
    let north = json!({ "columns": [{ "name": "region" }, { "name": "net" }], "rows": [["north", 14]], "rowCount": 1 });
    assert_eq!(seen["tiles"][0]["result"], south);
    assert_eq!((&seen["tiles"][1]["chart"]["title"], &seen["tiles"][1]["result"]), (&json!("By region"), &north));
    assert_eq!((&seen["tiles"][2]["text"], &seen["tiles"][2]["result"]), (&json!("# Words"), &Value::Null));
    // Other values show what there is for them, and only values that can be chosen are.
    let filters = json!([{ "name": "where", "value": "north" }]);
    let chosen = eve.run(MINE, json!({ "id": gallery.dashboard, "filters": filters })).await;
    assert_eq!(chosen["dashboardSharedWithMe"]["tiles"][0]["result"], north);
    let filters = json!([{ "name": "where", "value": "west" }]);
    let refused = eve.respond(MINE, json!({ "id": gallery.dashboard, "filters": filters })).await;
    assert_eq!(refused["errors"][0]["extensions"]["fields"][0]["path"], "filters.0.value", "{refused}");

    let list = "{ sharedDashboards { nodes { id title access } } dashboards { nodes { id } } queries { nodes { id } }
        dataSources { id } workspaces: viewer { workspaces { name } } }";
    let list = eve.run(list, json!({})).await;
    let entry = json!({ "id": gallery.dashboard, "title": "Sales", "access": "VIEW" });
    assert_eq!(list["sharedDashboards"]["nodes"], json!([entry]));
    assert_eq!((&list["dashboards"]["nodes"], &list["queries"]["nodes"]), (&json!([]), &json!([])));
    assert_eq!(list["dataSources"], json!([]));

    let node = "query ($id: ID!) { node(id: $id) { id } }";
    let run = gallery.stored("id FROM query_runs ORDER BY id LIMIT 1").await;
    let run = elenchus::ids::QueryRunId::from_uuid(run.parse().unwrap()).to_string();
    let office = &gallery.office;
    for id in [
        &gallery.dashboard,
        &gallery.other,
        &gallery.query,
        &gallery.chart,
        &gallery.tiles[0],
        &office.source,
        &office.table,
        &office.workspace,
        &run,
    ] {
        assert_eq!(eve.refused(node, json!({ "id": id })).await, refusal("NOT_FOUND", &["id"]), "{id}");
    }
    assert_eq!(eve.refused(MINE, json!({ "id": gallery.other })).await, refusal("NOT_FOUND", &[]));
    for (field, kind, input) in [
        ("runSavedQuery", "RunSavedQueryInput", json!({ "id": gallery.query })),
        ("runQuery", "RunQueryInput", json!({ "dataSourceId": office.source, "sql": "SELECT net FROM orders" })),
        ("refreshDashboard", "RefreshDashboardInput", json!({ "id": gallery.dashboard })),
        ("updateDashboard", "UpdateDashboardInput", json!({ "id": gallery.dashboard, "version": 1, "title": "mine" })),
        ("deleteDashboard", "DeleteDashboardInput", json!({ "id": gallery.dashboard })),
        ("shareDashboard", "ShareDashboardInput", json!({ "id": gallery.dashboard, "link": {} })),
        ("updateChart", "UpdateChartInput", json!({ "id": gallery.chart, "version": 1, "title": "mine" })),
    ] {
        assert_eq!(eve.act_refused(field, kind, input).await, refusal("NOT_FOUND", &[]), "{field}");
    }
    let change = json!({ "id": gallery.dashboard, "version": 1, "title": "mine" });
    let refused = eve.act_refused("updateSharedDashboard", "UpdateSharedDashboardInput", change).await;
    assert_eq!(refused, refusal("FORBIDDEN", &[]));
}

#[tokio::test]
async fn a_person_who_may_edit_arranges_and_changes_no_more() {
    let gallery = Gallery::new().await;
    let eve = &gallery.office.eve;
    gallery.share_with_eve("EDIT").await;
    let place = |tile: usize, y: i32| json!({ "id": gallery.tiles[tile], "x": 0, "y": y, "width": 6, "height": 2 });
    let change = json!({
        "id": gallery.dashboard, "version": 1, "title": " Sold ", "tabs": [{ "key": "all", "title": "All" }],
        "filters": [{ "name": "where", "label": "Where?", "default": "north" }],
        "tiles": [place(1, 0), place(0, 5), { "text": "More", "x": 0, "y": 9, "width": 1, "height": 1 }],
    });
    let payload = "dashboard { title version tabs { key } filters { label default options } tiles { id kind x y text result { rows } } }";
    let changed =
        eve.act("updateSharedDashboard", "UpdateSharedDashboardInput", change.clone(), payload).await["dashboard"]
            .clone();
    assert_eq!((&changed["title"], &changed["version"]), (&json!("Sold"), &json!(2)));
    assert_eq!(changed["filters"], json!([{ "label": "Where?", "default": "north", "options": ["north", "south"] }]));
    let kinds: Vec<&Value> = changed["tiles"].as_array().unwrap().iter().map(|tile| &tile["kind"]).collect();
    assert_eq!(kinds, ["CHART", "TABLE", "TEXT"]);
    assert_eq!(changed["tiles"][0]["id"], *gallery.tiles[1]);
    assert_eq!(changed["tiles"][1]["result"]["rows"], json!([["north", 14]]), "its filter still gives its value");
    let again = eve.act_refused("updateSharedDashboard", "UpdateSharedDashboardInput", change).await;
    assert_eq!(again, refusal("CONFLICT", &["input.version"]));
    let tile = json!([{ "id": gallery.tiles[0], "text": "mine", "x": 0, "y": 0, "width": 1, "height": 1 }]);
    let gone = json!([{ "id": gallery.tiles[2], "x": 0, "y": 0, "width": 1, "height": 1 }]);
    for (part, value, code, field) in [
        ("tiles", tile, "BAD_USER_INPUT", "input.tiles.0.text"),
        ("tiles", gone, "NOT_FOUND", "input.tiles.0.id"),
        ("filters", json!([]), "BAD_USER_INPUT", "input.filters"),
        ("filters", json!([{ "name": "where", "default": "west" }]), "BAD_USER_INPUT", "input.filters.0.default"),
        ("title", json!(" "), "BAD_USER_INPUT", "input.title"),
    ] {
        let change = json!({ "id": gallery.dashboard, "version": 2, part: value });
        let refused = eve.act_refused("updateSharedDashboard", "UpdateSharedDashboardInput", change).await;
        assert_eq!(refused, refusal(code, &[field]));
    }
    let trail = gallery.office.trail("dashboard").await;
    let last = r#"dashboard.updated {"changed": ["title", "tabs", "filters", "tiles"], "version": 2}"#;
    assert_eq!(trail.last().map(String::as_str), Some(last));

    // What she has run is the server's own, and no more often than so.
    let filters = json!([{ "name": "where", "value": "south" }]);
    let input = json!({ "id": gallery.dashboard, "filters": filters });
    eve.act("refreshSharedDashboard", "RefreshSharedDashboardInput", input, "dashboard { id }").await;
    assert_eq!(gallery.stored("count(*) FROM query_runs WHERE asker_id IS NULL").await, "2");
}

#[tokio::test]
async fn what_a_query_asks_for_by_now_hinders_nobody_who_arranges() {
    let gallery = Gallery::new().await;
    let (eve, eddy) = (&gallery.office.eve, &gallery.office.eddy);
    gallery.share_with_eve("EDIT").await;
    let place = |tile: usize, y: i32| json!({ "id": gallery.tiles[tile], "x": 0, "y": y, "width": 6, "height": 2 });
    let named = |label: &str| json!([{ "name": "where", "label": label, "default": "north" }]);
    let mut version = 1;
    // The parameter is renamed, and then there is one of the name again that is of another type.
    for (name, kind) in [("secret", "TEXT"), ("region", "NUMBER")] {
        let sql = match kind {
            "TEXT" => "SELECT region, sum(net) AS net FROM orders WHERE region = $secret GROUP BY region",
            _ => "SELECT region, net FROM orders WHERE net > $region",
        };
        let parameters = json!([{ "name": name, "type": kind, "default": "1" }]);
        let change = json!({ "id": gallery.query, "version": version, "sql": sql, "parameters": parameters });
        eddy.act("updateQuery", "UpdateQueryInput", change, "query { version }").await;
        let change = json!({ "id": gallery.dashboard, "version": version, "filters": named(name),
            "tiles": [place(0, version), place(1, version + 4)] });
        let changed =
            eve.act("updateSharedDashboard", "UpdateSharedDashboardInput", change, "dashboard { version }").await;
        version += 1;
        assert_eq!(changed["dashboard"]["version"], version);
    }
    // Whoever sees the query, and says anew what gives its values, is told.
    let tile = chosen_region(&gallery.query, 0);
    let change = json!({ "id": gallery.dashboard, "version": version, "tiles": [tile] });
    let refused = eddy.act_refused("updateDashboard", "UpdateDashboardInput", change).await;
    assert_eq!(refused, refusal("BAD_USER_INPUT", &["input.tiles.0.parameters.0.filter"]));
}

#[tokio::test]
async fn aliases_give_no_more_rows_than_one_request_does() {
    let gallery = Gallery::new().await;
    let eve = &gallery.office.eve;
    gallery.share_with_eve("VIEW").await;
    // Two results of a thousand rows each time.
    let times = |many: usize| {
        let field =
            |at| format!("d{at}: dashboardSharedWithMe(id: $id) {{ tiles(rows: 1000) {{ result {{ rowCount }} }} }}");
        let fields: Vec<String> = (0..many).map(field).collect();
        format!("query ($id: ID!) {{ {} }}", fields.join(" "))
    };
    let shown = eve.run(&times(5), json!({ "id": gallery.dashboard })).await;
    assert_eq!(shown["d4"]["tiles"][0]["result"]["rowCount"], 1, "{shown}");
    let refused = eve.refused(&times(6), json!({ "id": gallery.dashboard })).await;
    assert_eq!(refused, refusal("QUERY_TOO_COMPLEX", &[]));
}

#[tokio::test]
async fn refreshes_by_those_it_is_shared_with_are_bounded() {
    let gallery = Gallery::with(&[("RATE_LIMIT_SHARED_REFRESH", "2")]).await;
    gallery.share_with_eve("VIEW").await;
    let eve = &gallery.office.eve;
    let input = json!({ "id": gallery.dashboard });
    for _ in 0..2 {
        eve.act("refreshSharedDashboard", "RefreshSharedDashboardInput", input.clone(), "dashboard { id }").await;
    }
    let refused = eve.act_refused("refreshSharedDashboard", "RefreshSharedDashboardInput", input).await;
    assert_eq!(refused, refusal("RATE_LIMITED", &[]));
}
