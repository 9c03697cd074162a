//! Dashboards: what is checked when they are kept, who may what, what their tiles show, and how little it takes to read them.

use serde_json::{Value, json};

use super::support::classroom::{refusal, text};
use super::support::live::{Person, until_some};
use super::support::office::{Office, told};

const DASHBOARD: &str = "query ($id: ID!) { node(id: $id) { ... on Dashboard { title description tabs { key title tiles { kind } }
    filters { name label type default options } refresh { policy seconds } refreshedAt version author { email } createdAt updatedAt
    workspace { id } tiles { id tab kind text x y width height parameters { parameter filter } chart { id } query { id } run { id }
    dashboard { id } } } } }";
const SHOWN: &str =
    "query ($id: ID!, $filters: [FilterValueInput!]) { node(id: $id) { ... on Dashboard { refreshedAt tiles {
    run(filters: $filters) { id status rows error { code } } } } } }";
const MINE: &str =
    "query ($search: String, $first: Int, $after: String) { dashboards(search: $search, first: $first, after: $after) {
    nodes { title } pageInfo { hasNextPage endCursor } } }";
/// What comes of one region, which is asked for.
pub const OF_REGION: &str = "SELECT region, sum(net) AS net FROM orders WHERE region = $region GROUP BY region";

impl Office {
    /// The id of a query of Eddy's that asks for a region, which is the north when nobody says.
    pub async fn of_region(&self) -> String {
        let parameters = json!([{ "name": "region", "type": "TEXT", "default": "north" }]);
        let input =
            json!({ "dataSourceId": self.source, "name": "Of a region", "sql": OF_REGION, "parameters": parameters });
        text(&self.eddy.act("createQuery", "CreateQueryInput", input, "query { id }").await["query"]["id"])
    }

    /// The id of a chart of it.
    async fn chart(&self, query: &str) -> String {
        let spec = json!({ "mark": "bar", "encoding": { "x": { "field": "region", "type": "nominal" },
            "y": { "field": "net", "type": "quantitative" } } });
        let input = json!({ "queryId": query, "title": "By region", "spec": spec });
        text(&self.eddy.act("createChart", "CreateChartInput", input, "chart { id }").await["chart"]["id"])
    }

    /// The id of a dashboard of Eddy's with what else is given.
    pub async fn dashboard(&self, more: Value) -> String {
        let made = self.eddy.act("createDashboard", "CreateDashboardInput", self.input(more), "dashboard { id }").await;
        text(&made["dashboard"]["id"])
    }

    fn input(&self, more: Value) -> Value {
        with(json!({ "workspaceId": self.workspace, "title": "Sales" }), more)
    }

    /// How many runs there are of queries that are kept.
    pub async fn runs(&self) -> String {
        self.desk.served.library.text("count(*) FROM query_runs WHERE saved_query_id IS NOT NULL").await.unwrap()
    }
}

/// What can be chosen where a region is.
pub fn regions(options: impl Into<Value>) -> Value {
    let options = options.into();
    json!([{ "name": "where", "label": "Region", "type": "TEXT", "default": "south", "options": options }])
}

/// A tile with the rows of a query whose region is chosen.
pub fn chosen_region(query: &str, y: i32) -> Value {
    json!({ "queryId": query, "x": 0, "y": y, "width": 6, "height": 4, "parameters": [{ "parameter": "region", "filter": "where" }] })
}

fn words(x: i32, y: i32, width: i32, height: i32) -> Value {
    json!({ "text": "# Words", "x": x, "y": y, "width": width, "height": height })
}

fn with(mut value: Value, more: Value) -> Value {
    let Value::Object(more) = more else { panic!("{more} is no object") };
    value.as_object_mut().unwrap().extend(more);
    value
}

async fn seen(person: &Person, id: &str) -> Value {
    person.run(DASHBOARD, json!({ "id": id })).await["node"].clone()
}

/// What the tiles show with these values of the filters.
async fn shown(person: &Person, id: &str, filters: Value) -> Vec<Value> {
    let data = person.run(SHOWN, json!({ "id": id, "filters": filters })).await;
    let tiles = data["node"]["tiles"].as_array().unwrap_or_else(|| panic!("{data}"));
    tiles.iter().map(|tile| tile["run"].clone()).collect()
}

/// The rows that the tiles show, when all but the last have some.
async fn rows(person: &Person, id: &str, filters: Value) -> Vec<Value> {
    until_some("the results", async || {
        let runs = shown(person, id, filters.clone()).await;
        let (_, results) = runs.split_last().unwrap();
        results
            .iter()
            .all(|run| run["status"] == "SUCCEEDED")
            .then(|| results.iter().map(|run| run["rows"].clone()).collect())
    })
    .await
}

async fn refresh(person: &Person, id: &str, filters: Value) -> Vec<Value> {
    let input = json!({ "id": id, "filters": filters });
    let payload = "dashboard { refreshedAt } results { tile { id } run { id isCached } }";
    let refreshed = person.act("refreshDashboard", "RefreshDashboardInput", input, payload).await;
    assert_eq!(refreshed["dashboard"]["refreshedAt"], "2026-03-01T12:00:00+00:00");
    refreshed["results"].as_array().unwrap().clone()
}

/// A chart of a region that is chosen, the rows of the query by itself, and a text.
async fn three_tiles(office: &Office) -> (String, String, String) {
    let query = office.of_region().await;
    let chart = office.chart(&query).await;
    let tiles = json!([
        { "chartId": chart, "x": 0, "y": 0, "width": 6, "height": 4, "parameters": [{ "parameter": "region", "filter": "where" }] },
        { "queryId": query, "x": 6, "y": 0, "width": 6, "height": 4 },
        { "tab": "notes", "text": " # Words ", "x": 0, "y": 5, "width": 12, "height": 1 },
    ]);
    let tabs = json!([{ "key": "main", "title": " Main\n" }, { "key": "notes", "title": "Notes" }]);
    let filters = regions(json!(["north", "south"]));
    let more = json!({ "title": " Sales\n2026", "description": " All of it. ", "tabs": tabs, "filters": filters, "tiles": tiles });
    (office.dashboard(more).await, query, chart)
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
