//! Dashboards as people keep them: what is checked, who may what, and who sees them.

use serde_json::{Value, json};

use super::dashboards_support::{refresh, regions, three_tiles, with, words};
use super::support::classroom::{refusal, text};
use super::support::live::Person;
use super::support::office::{Office, told};

const DASHBOARD: &str = "query ($id: ID!) { node(id: $id) { ... on Dashboard { title description tabs { key title tiles { kind } }
    filters { name label type default options } refresh { policy seconds } refreshedAt version author { email } createdAt updatedAt
    workspace { id } tiles { id tab kind text x y width height parameters { parameter filter } chart { id } query { id } run { id }
    dashboard { id } } } } }";
const MINE: &str =
    "query ($search: String, $first: Int, $after: String) { dashboards(search: $search, first: $first, after: $after) {
    nodes { title } pageInfo { hasNextPage endCursor } } }";

async fn seen(person: &Person, id: &str) -> Value {
    person.run(DASHBOARD, json!({ "id": id })).await["node"].clone()
}

#[tokio::test]
async fn a_dashboard_is_kept_changed_and_deleted() {
    let office = Office::new().await;
    let (id, query, chart) = three_tiles(&office).await;
    assert!(id.starts_with("dashboard_"), "{id}");
    let kept = seen(&office.vera, &id).await;
    let tiles: Vec<String> = (0..3).map(|place| text(&kept["tiles"][place]["id"])).collect();
    assert!(tiles[0].starts_with("tile_"), "{tiles:?}");
    let tile = |place: usize, more: Value| {
        let tile = json!({ "id": tiles[place], "tab": "main", "text": null, "y": 0, "width": 6, "height": 4, "parameters": [],
            "chart": null, "query": { "id": query }, "run": null, "dashboard": { "id": id } });
        with(tile, more)
    };
    let mapped = json!([{ "parameter": "region", "filter": "where" }]);
    let expected = json!({
        "title": "Sales 2026", "description": "All of it.",
        "tabs": [{ "key": "main", "title": "Main", "tiles": [{ "kind": "CHART" }, { "kind": "TABLE" }] },
                 { "key": "notes", "title": "Notes", "tiles": [{ "kind": "TEXT" }] }],
        "filters": [{ "name": "where", "label": "Region", "type": "TEXT", "default": "south", "options": ["north", "south"] }],
        "refresh": { "policy": "MANUAL", "seconds": null }, "refreshedAt": null, "version": 1,
        "author": { "email": "eddy@example.org" }, "createdAt": "2026-03-01T12:00:00+00:00",
        "updatedAt": "2026-03-01T12:00:00+00:00", "workspace": { "id": office.workspace },
        "tiles": [tile(0, json!({ "kind": "CHART", "x": 0, "chart": { "id": chart }, "parameters": mapped })),
                  tile(1, json!({ "kind": "TABLE", "x": 6 })),
                  tile(2, json!({ "kind": "TEXT", "tab": "notes", "text": "# Words", "x": 0, "y": 5, "width": 12, "height": 1, "query": null }))],
    });
    assert_eq!(kept, expected);
    let node = "query ($id: ID!) { node(id: $id) { id ... on DashboardTile { kind dashboard { title } } } }";
    let found = office.vera.run(node, json!({ "id": tiles[2] })).await;
    assert_eq!(found["node"], json!({ "id": tiles[2], "kind": "TEXT", "dashboard": { "title": "Sales 2026" } }));

    let update = async |input: Value| {
        let changed = office.ada.act("updateDashboard", "UpdateDashboardInput", input, "dashboard { version }").await;
        changed["dashboard"]["version"].clone()
    };
    let change = json!({ "id": id, "version": 1, "title": "Sold", "description": null });
    assert_eq!(update(change.clone()).await, 2);
    let refused = office.eddy.act_refused("updateDashboard", "UpdateDashboardInput", change).await;
    assert_eq!(refused, refusal("CONFLICT", &["input.version"]), "somebody who has not seen the second");
    assert_eq!(update(json!({ "id": id, "version": 2, "title": " Sold " })).await, 2, "nothing is otherwise");
    let moved = json!({ "id": tiles[0], "chartId": chart, "x": 3, "y": 1, "width": 9, "height": 2 });
    let change = json!({ "id": id, "version": 2, "tiles": [words(0, 0, 12, 1), moved], "filters": [], "refresh": { "policy": "INTERVAL", "seconds": 3600 } });
    assert_eq!(update(change).await, 3);
    let changed = seen(&office.vera, &id).await;
    assert_eq!((&changed["title"], &changed["description"]), (&json!("Sold"), &Value::Null));
    assert_eq!(changed["refresh"], json!({ "policy": "INTERVAL", "seconds": 3600 }));
    let places: Vec<Value> = changed["tiles"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| json!([it["kind"], it["x"], it["y"], it["parameters"]]))
        .collect();
    assert_eq!(places, [json!(["TEXT", 0, 0, []]), json!(["CHART", 3, 1, []])]);
    assert_eq!(changed["tiles"][1]["id"], *tiles[0], "it is the tile that it was");
    assert_eq!(office.vera.refused(node, json!({ "id": tiles[1] })).await, refusal("NOT_FOUND", &["id"]));

    // What has nothing more to show goes.
    office.eddy.act("deleteQuery", "DeleteQueryInput", json!({ "id": query }), "deletedId").await;
    assert_eq!(seen(&office.vera, &id).await["tiles"].as_array().unwrap().len(), 1);
    let deleted = office.eddy.act("deleteDashboard", "DeleteDashboardInput", json!({ "id": id }), "deletedId").await;
    assert_eq!(deleted["deletedId"], *id);
    assert_eq!(office.ada.refused(DASHBOARD, json!({ "id": id })).await, refusal("NOT_FOUND", &["id"]));
    assert_eq!(
        office.trail("dashboard").await,
        [
            r#"dashboard.created {"version": 1}"#,
            r#"dashboard.updated {"changed": ["title", "description"], "version": 2}"#,
            r#"dashboard.updated {"changed": ["filters", "tiles", "refresh"], "version": 3}"#,
            r#"dashboard.deleted {"version": 3}"#,
        ]
    );
}

#[tokio::test]
async fn what_does_not_do_is_told_with_its_place_and_nothing_is_kept() {
    let office = Office::new().await;
    let query = office.of_region().await;
    let table = json!({ "queryId": query, "x": 0, "y": 0, "width": 1, "height": 1 });
    let mapped = |parameter: &str, filter: &str| {
        with(table.clone(), json!({ "parameters": [{ "parameter": parameter, "filter": filter }] }))
    };
    let year = json!([{ "name": "year", "type": "NUMBER" }]);
    let wrong: [(Value, &[&str]); 17] = [
        (json!({ "title": " " }), &["input.title"]),
        (json!({ "tabs": [] }), &["input.tabs"]),
        (
            json!({ "tabs": [{ "key": "a", "title": "A" }, { "key": "a", "title": "" }] }),
            &["input.tabs.1.key", "input.tabs.1.title"],
        ),
        (
            json!({ "filters": [{ "name": "n", "type": "NUMBER", "default": "'; DROP TABLE orders" }] }),
            &["input.filters.0.default"],
        ),
        (
            json!({ "filters": [{ "name": "n", "type": "DATE", "options": ["2026-01-01", "x"] }] }),
            &["input.filters.0.options.1"],
        ),
        (json!({ "refresh": { "policy": "INTERVAL", "seconds": 59 } }), &["input.refresh.seconds"]),
        (json!({ "refresh": { "policy": "ON_CHANGE", "seconds": 60 } }), &["input.refresh.seconds"]),
        (json!({ "tiles": [words(6, 0, 7, 1)] }), &["input.tiles.0.width"]),
        (json!({ "tiles": [words(0, -1, 1, 25)] }), &["input.tiles.0.y", "input.tiles.0.height"]),
        (json!({ "tiles": [words(0, 0, 6, 2), words(5, 1, 2, 2)] }), &["input.tiles.1"]),
        (json!({ "tiles": [with(words(0, 0, 1, 1), json!({ "tab": "none" }))] }), &["input.tiles.0.tab"]),
        (json!({ "tiles": [with(words(0, 0, 1, 1), json!({ "queryId": query }))] }), &["input.tiles.0"]),
        (json!({ "tiles": [json!({ "x": 0, "y": 0, "width": 1, "height": 1 })] }), &["input.tiles.0"]),
        (json!({ "tiles": [mapped("region", "where")] }), &["input.tiles.0.parameters.0.filter"]),
        (
            json!({ "tiles": [mapped("none", "where")], "filters": regions(Value::Null) }),
            &["input.tiles.0.parameters.0.parameter"],
        ),
        (json!({ "tiles": [mapped("region", "year")], "filters": year }), &["input.tiles.0.parameters.0.filter"]),
        (json!({ "tiles": (0..51).map(|y| words(0, y, 1, 1)).collect::<Vec<_>>() }), &["input.tiles"]),
    ];
    for (more, fields) in wrong {
        let refused =
            office.eddy.act_refused("createDashboard", "CreateDashboardInput", office.input(more.clone())).await;
        assert_eq!(refused, refusal("BAD_USER_INPUT", fields), "{more}");
    }

    // What is elsewhere is not here, though one sees it there.
    let mallory = office.desk.served.person("mallory").await;
    let upload = office.desk.bring(&mallory, "own.csv", b"a\n1\n", json!({})).await;
    let mallory = Person { url: office.desk.served.url(""), token: mallory.token };
    let invite = json!({ "workspaceId": office.workspace, "email": "mallory@example.org", "role": "EDITOR" });
    office.ada.act("addWorkspaceMember", "AddWorkspaceMemberInput", invite, "member { id }").await;
    let own = json!({ "dataSourceId": upload["dataSource"]["id"], "name": "Own", "sql": "SELECT a FROM own" });
    let own = mallory.act("createQuery", "CreateQueryInput", own, "query { id }").await["query"]["id"].clone();
    let elsewhere = json!({ "tiles": [words(0, 9, 1, 1), with(table.clone(), json!({ "queryId": own }))] });
    let (code, fields) = told(&mallory, "createDashboard", "CreateDashboardInput", office.input(elsewhere)).await;
    let message = ("input.tiles.1.queryId".to_owned(), "There is no such saved query.".to_owned());
    assert_eq!((code.as_str(), fields), ("NOT_FOUND", vec![message]));
    let library = &office.desk.served.library;
    assert_eq!(library.text("count(*) FROM dashboards").await.as_deref(), Some("0"), "nothing is half kept");

    let id = office.dashboard(json!({ "tiles": [mapped("region", "where")], "filters": regions(Value::Null) })).await;
    let other = office.dashboard(json!({ "tiles": [words(0, 0, 1, 1)] })).await;
    let foreign = seen(&office.ada, &other).await["tiles"][0]["id"].clone();
    let before = seen(&office.ada, &id).await;
    for (change, code, fields) in [
        (json!({ "filters": [] }), "BAD_USER_INPUT", &["input.filters"]),
        (json!({ "filters": [{ "name": "where", "type": "NUMBER" }] }), "BAD_USER_INPUT", &["input.filters"]),
        (json!({ "tabs": [{ "key": "b", "title": "B" }] }), "BAD_USER_INPUT", &["input.tabs"]),
        (json!({ "tiles": [with(words(0, 0, 1, 1), json!({ "id": foreign }))] }), "NOT_FOUND", &["input.tiles.0.id"]),
    ] {
        let input = with(json!({ "id": id, "version": 1 }), change.clone());
        let refused = office.eddy.act_refused("updateDashboard", "UpdateDashboardInput", input).await;
        assert_eq!(refused, refusal(code, fields), "{change}");
    }
    assert_eq!(seen(&office.ada, &id).await, before);
}

#[tokio::test]
async fn members_see_and_refresh_editors_change_and_nobody_else_knows_of_it() {
    let office = Office::new().await;
    let (id, ..) = three_tiles(&office).await;
    office.dashboard(json!({ "title": "50 % off_" })).await;
    let change = json!({ "id": id, "version": 1, "title": "mine" });
    for (field, kind, input) in [
        ("createDashboard", "CreateDashboardInput", office.input(json!({}))),
        ("updateDashboard", "UpdateDashboardInput", change),
        ("deleteDashboard", "DeleteDashboardInput", json!({ "id": id })),
    ] {
        assert_eq!(office.vera.act_refused(field, kind, input.clone()).await, refusal("FORBIDDEN", &[]), "{field}");
        assert_eq!(office.eve.act_refused(field, kind, input).await, refusal("NOT_FOUND", &[]), "{field}");
    }
    let foreign = office.eve.act_refused("refreshDashboard", "RefreshDashboardInput", json!({ "id": id })).await;
    assert_eq!(foreign, refusal("NOT_FOUND", &[]));
    assert_eq!(office.runs().await, "0");
    assert_eq!(refresh(&office.vera, &id, json!([])).await.len(), 2);

    let titles = async |person: &Person, variables: Value| person.run(MINE, variables).await["dashboards"].clone();
    let all = titles(&office.vera, json!({})).await;
    assert_eq!(all["nodes"], json!([{ "title": "50 % off_" }, { "title": "Sales 2026" }]));
    assert_eq!(titles(&office.vera, json!({ "search": "sALES" })).await["nodes"], json!([{ "title": "Sales 2026" }]));
    assert_eq!(titles(&office.vera, json!({ "search": "% off_" })).await["nodes"], json!([{ "title": "50 % off_" }]));
    assert_eq!(titles(&office.vera, json!({ "search": "_ off" })).await["nodes"], json!([]));
    let first = titles(&office.vera, json!({ "first": 1 })).await;
    assert_eq!(first["pageInfo"]["hasNextPage"], true);
    let rest = titles(&office.vera, json!({ "first": 1, "after": first["pageInfo"]["endCursor"] })).await;
    assert_eq!((&rest["nodes"][0]["title"], &rest["pageInfo"]["hasNextPage"]), (&json!("Sales 2026"), &json!(false)));
    assert_eq!(titles(&office.eve, json!({})).await["nodes"], json!([]));
    let of = "query ($id: ID!) { node(id: $id) { ... on Workspace { dashboards(first: 1) { nodes { title } pageInfo { hasNextPage } } } } }";
    let of = office.vera.run(of, json!({ "id": office.workspace })).await;
    let newest = json!({ "nodes": [{ "title": "50 % off_" }], "pageInfo": { "hasNextPage": true } });
    assert_eq!(of["node"]["dashboards"], newest);
    let own = office
        .vera
        .act(
            "createDashboard",
            "CreateDashboardInput",
            json!({ "title": "Own" }),
            "dashboard { workspace { isPersonal } tabs { key } }",
        )
        .await;
    assert_eq!(own["dashboard"], json!({ "workspace": { "isPersonal": true }, "tabs": [{ "key": "main" }] }));
}
