//! Dashboards that are shared: what people and links show of them, what they do not, and how it ends.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::dashboards::{chosen_region, regions};
use super::support::classroom::{refusal, text};
use super::support::dialogue::mutation;
use super::support::live::{Person, until_some};
use super::support::office::Office;

const MINE: &str = "query ($id: ID!, $filters: [FilterValueInput!]) { dashboardSharedWithMe(id: $id) { id title access version
    tabs { key title } filters { name default } tiles(filters: $filters) { id kind text x chart { title spec } result { columns { name } rows rowCount } } } }";
const LINKED: &str =
    "query ($token: String!, $password: String) { sharedDashboard(token: $token, password: $password) {
    id title access tiles { kind text result { rows } } } }";
const SHARES: &str = "query ($id: ID!) { node(id: $id) { ... on Dashboard { shares { id kind access email name hasPassword expiresAt isActive
    lastUsedAt useCount createdAt author { email } } } } }";

/// An office whose dashboard has the rows of a region, a chart of all, and a text; and the ids of all that Eve must not see.
struct Gallery {
    office: Office,
    dashboard: String,
    other: String,
    query: String,
    chart: String,
    tiles: Vec<String>,
}

impl Gallery {
    async fn new() -> Self {
        Self::with(&[]).await
    }

    async fn with(settings: &[(&str, &str)]) -> Self {
        let office = Office::with(settings).await;
        let query = office.of_region().await;
        let spec = json!({ "mark": "bar", "encoding": { "x": { "field": "region", "type": "nominal" },
            "y": { "field": "net", "type": "quantitative" } } });
        let chart = json!({ "queryId": query, "title": "By region", "spec": spec });
        let chart =
            text(&office.eddy.act("createChart", "CreateChartInput", chart, "chart { id }").await["chart"]["id"]);
        let tiles = json!([
            chosen_region(&query, 0),
            { "chartId": chart, "x": 6, "y": 0, "width": 6, "height": 4 },
            { "text": "# Words", "x": 0, "y": 9, "width": 12, "height": 1 },
        ]);
        let filters = regions(json!(["north", "south"]));
        let dashboard = office.dashboard(json!({ "filters": filters, "tiles": tiles })).await;
        let other = office.dashboard(json!({ "title": "Other" })).await;
        let read = "query ($id: ID!) { node(id: $id) { ... on Dashboard { tiles { id } } } }";
        let read = office.ada.run(read, json!({ "id": dashboard })).await;
        let tiles = (0..3).map(|place| text(&read["node"]["tiles"][place]["id"])).collect();
        let input = json!({ "id": dashboard });
        office.ada.act("refreshDashboard", "RefreshDashboardInput", input, "dashboard { id }").await;
        let library = &office.desk.served.library;
        until_some("the results", async || {
            let ended = library.text("count(*) FROM query_runs WHERE status = 'SUCCEEDED'").await?;
            (ended == "2").then_some(())
        })
        .await;
        Self { office, dashboard, other, query, chart, tiles }
    }

    /// Shares the dashboard: the share and the token.
    async fn share(&self, more: Value) -> (String, Value) {
        let mut input = json!({ "id": self.dashboard });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let shared = self.office.eddy.act("shareDashboard", "ShareDashboardInput", input, "share { id } token").await;
        (text(&shared["share"]["id"]), shared["token"].clone())
    }

    async fn share_with_eve(&self, access: &str) -> String {
        self.share(json!({ "person": { "email": "eve@example.org" }, "access": access })).await.0
    }

    async fn revoke(&self, share: &str) {
        let revoked =
            self.office.ada.act("revokeShare", "RevokeShareInput", json!({ "id": share }), "share { isActive }").await;
        assert_eq!(revoked["share"]["isActive"], false);
    }

    async fn eve_sees(&self) -> bool {
        let answer = self.office.eve.respond(MINE, json!({ "id": self.dashboard })).await;
        if answer.get("errors").is_some() {
            assert_eq!(answer["errors"][0]["extensions"]["code"], "NOT_FOUND", "{answer}");
            return false;
        }
        true
    }

    /// Somebody who has not signed in.
    fn nobody(&self) -> Person {
        Person { url: self.office.desk.served.url(""), token: String::new() }
    }

    /// What a link shows to nobody in particular, or the code of the refusal and its field.
    async fn open(&self, token: &Value, password: Option<&str>) -> Result<Value, (String, Vec<String>)> {
        let variables = json!({ "token": token, "password": password });
        let answer = self.nobody().respond(LINKED, variables).await;
        if answer.get("errors").is_some() {
            let error = &answer["errors"][0]["extensions"];
            let fields = error["fields"].as_array().into_iter().flatten().map(|field| text(&field["path"])).collect();
            return Err((text(&error["code"]), fields));
        }
        Ok(answer["data"]["sharedDashboard"].clone())
    }

    async fn stored(&self, query: &str) -> String {
        self.office.desk.served.library.text(query).await.unwrap_or_default()
    }
}

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

#[tokio::test(flavor = "multi_thread")]
async fn who_takes_back_a_share_and_who_takes_out_its_author_do_not_wait_for_one_another() {
    let gallery = Gallery::new().await;
    let office = &gallery.office;
    let of = "query ($id: ID!) { node(id: $id) { ... on Workspace { members { nodes { id email } } } } }";
    for _ in 0..10 {
        let (share, _) = gallery.share(json!({ "link": {} })).await;
        let members = office.ada.run(of, json!({ "id": office.workspace })).await["node"]["members"]["nodes"].clone();
        let eddy = members.as_array().unwrap().iter().find(|member| member["email"] == "eddy@example.org").unwrap();
        let leave = json!({ "input": { "workspaceId": office.workspace, "memberId": eddy["id"] } });
        let remove = mutation("removeWorkspaceMember", "RemoveWorkspaceMemberInput", "removedId");
        let revoke = mutation("revokeShare", "RevokeShareInput", "share { id }");
        let (removed, revoked) = tokio::join!(
            office.ada.respond(&remove, leave),
            office.ada.respond(&revoke, json!({ "input": { "id": share } }))
        );
        assert!(removed["errors"].is_null(), "{removed}");
        let code = &revoked["errors"][0]["extensions"]["code"];
        assert!(code.is_null() || code == "NOT_FOUND", "{revoked}");
        assert_eq!(gallery.stored("count(*) FROM dashboard_shares WHERE revoked_at IS NULL").await, "0");
        let back = json!({ "workspaceId": office.workspace, "email": "eddy@example.org", "role": "EDITOR" });
        office.ada.act("addWorkspaceMember", "AddWorkspaceMemberInput", back, "member { id }").await;
    }
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

#[tokio::test]
async fn a_link_shows_it_to_anybody_until_it_ends_or_is_taken_back() {
    let gallery = Gallery::new().await;
    let (share, token) = gallery.share(json!({ "link": {}, "expiresAt": "2026-03-01T12:10:00Z" })).await;
    let plain = text(&token);
    assert!(plain.starts_with("eld_") && plain.len() == 47, "{plain}");
    let seen = gallery.open(&token, None).await.unwrap();
    assert_eq!((&seen["id"], &seen["title"], &seen["access"]), (&Value::Null, &json!("Sales"), &json!("VIEW")));
    assert_eq!(seen["tiles"][0]["result"]["rows"], json!([["south", 20]]));
    gallery.open(&token, None).await.unwrap();
    for wrong in ["", "eld_", &plain[4..], &plain.replacen("eld", "elc", 1), &format!("eld_{}", "A".repeat(43))] {
        assert_eq!(gallery.open(&json!(wrong), None).await, Err(refusal("NOT_FOUND", &[])), "{wrong}");
    }

    // Its token is told once, and kept nowhere.
    let shares = gallery.office.ada.run(SHARES, json!({ "id": gallery.dashboard })).await["node"]["shares"].clone();
    let expected = json!([{
        "id": share, "kind": "LINK", "access": "VIEW", "email": null, "name": null, "hasPassword": false,
        "expiresAt": "2026-03-01T12:10:00+00:00", "isActive": true, "lastUsedAt": "2026-03-01T12:00:00+00:00", "useCount": 2,
        "createdAt": "2026-03-01T12:00:00+00:00", "author": { "email": "eddy@example.org" },
    }]);
    assert_eq!(shares, expected);
    let viewers = gallery.office.vera.run(SHARES, json!({ "id": gallery.dashboard })).await;
    assert_eq!(viewers["node"]["shares"], json!([]));
    let secret = &plain[4..];
    for table in ["dashboard_shares", "audit_events"] {
        let rows = gallery.stored(&format!("string_agg(t::text, ' ') FROM {table} t")).await;
        assert!(!rows.contains(secret), "{table}");
    }
    let fits = "count(*) FROM dashboard_shares WHERE length(token_hash) = 32 AND password_hash IS NULL";
    assert_eq!(gallery.stored(fits).await, "1");

    gallery.office.desk.served.library.app.clock.advance(TimeDelta::minutes(10));
    assert_eq!(gallery.open(&token, None).await, Err(refusal("NOT_FOUND", &[])), "it is over");
    let (share, token) = gallery.share(json!({ "link": {} })).await;
    gallery.open(&token, None).await.unwrap();
    let revoke = json!({ "id": share });
    let refused = gallery.office.vera.act_refused("revokeShare", "RevokeShareInput", revoke.clone()).await;
    assert_eq!(refused, refusal("FORBIDDEN", &[]));
    let refused = gallery.office.eve.act_refused("revokeShare", "RevokeShareInput", revoke.clone()).await;
    assert_eq!(refused, refusal("NOT_FOUND", &[]));
    gallery.revoke(&share).await;
    assert_eq!(gallery.open(&token, None).await, Err(refusal("NOT_FOUND", &[])));
    let twice = gallery.office.ada.act_refused("revokeShare", "RevokeShareInput", revoke).await;
    assert_eq!(twice, refusal("NOT_FOUND", &[]));

    let by = "string_agg(action || ' ' || actor_account_is, ' | ' ORDER BY id) FROM (SELECT id, action, \
              coalesce(split_part(actor_account, '_', 1), actor) AS actor_account_is FROM audit_events WHERE action LIKE 'dashboard_share.%') e";
    let expected = "dashboard_share.created user | dashboard_share.first_used nobody | dashboard_share.created user | \
                    dashboard_share.first_used nobody | dashboard_share.revoked user";
    assert_eq!(gallery.stored(by).await, expected);
}

#[tokio::test]
async fn a_password_is_wanted_and_cannot_be_guessed() {
    const PASSWORD: &str = "correct horse";
    let gallery = Gallery::with(&[("SHARE_LINK_TRIES", "3")]).await;
    let (_, token) = gallery.share(json!({ "link": { "password": PASSWORD } })).await;
    assert_eq!(gallery.open(&token, None).await, Err(refusal("FORBIDDEN", &["password"])));
    for _ in 0..2 {
        assert_eq!(gallery.open(&token, Some("wrong horse")).await, Err(refusal("FORBIDDEN", &["password"])));
    }
    gallery.open(&token, Some(PASSWORD)).await.unwrap();
    for _ in 0..3 {
        assert_eq!(gallery.open(&token, Some("wrong horse")).await, Err(refusal("FORBIDDEN", &["password"])));
    }
    assert_eq!(gallery.open(&token, Some(PASSWORD)).await, Err(refusal("RATE_LIMITED", &[])), "right or wrong");
    let (_, other) = gallery.share(json!({ "link": {} })).await;
    gallery.open(&other, None).await.unwrap();
    assert_eq!(gallery.stored("string_agg(use_count::text, ' ' ORDER BY id) FROM dashboard_shares").await, "1 1");
    assert!(gallery.stored("string_agg(password_hash, ' ') FROM dashboard_shares").await.starts_with("$argon2id$"));
    assert!(!gallery.stored("string_agg(t::text, ' ') FROM audit_events t").await.contains(PASSWORD));
}

#[tokio::test]
async fn what_cannot_be_shared_like_that_is_refused() {
    let gallery = Gallery::new().await;
    let office = &gallery.office;
    let input = |more: Value| {
        let mut input = json!({ "id": gallery.dashboard });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    let person = |name: &str| json!({ "email": format!("{name}@example.org") });
    for (more, code, field) in [
        (json!({}), "BAD_USER_INPUT", "input.link"),
        (json!({ "link": {}, "person": person("eve") }), "BAD_USER_INPUT", "input.link"),
        (json!({ "link": {}, "access": "EDIT" }), "BAD_USER_INPUT", "input.access"),
        (json!({ "link": { "password": "short" } }), "BAD_USER_INPUT", "input.link.password"),
        (json!({ "link": {}, "expiresAt": "2026-03-01T12:00:00Z" }), "BAD_USER_INPUT", "input.expiresAt"),
        (json!({ "person": person("noone") }), "NOT_FOUND", "input.person.email"),
        (json!({ "person": person("vera") }), "CONFLICT", "input.person.email"),
    ] {
        let refused = office.eddy.act_refused("shareDashboard", "ShareDashboardInput", input(more.clone())).await;
        assert_eq!(refused, refusal(code, &[field]), "{more}");
    }
    let refused = office.vera.act_refused("shareDashboard", "ShareDashboardInput", input(json!({ "link": {} }))).await;
    assert_eq!(refused, refusal("FORBIDDEN", &[]));
    assert_eq!(gallery.stored("count(*) FROM dashboard_shares").await, "0");

    gallery.share_with_eve("VIEW").await;
    gallery.share_with_eve("EDIT").await;
    let shares = office.ada.run(SHARES, json!({ "id": gallery.dashboard })).await["node"]["shares"].clone();
    assert_eq!(shares.as_array().unwrap().len(), 1, "the one takes the place of the other: {shares}");
    assert_eq!((&shares[0]["access"], &shares[0]["email"]), (&json!("EDIT"), &json!("eve@example.org")));
    let fill = "INSERT INTO dashboard_shares (id, dashboard_id, kind, access, token_hash, created_at) \
                SELECT gen_random_uuid(), dashboard_id, 'LINK', 'VIEW', sha256(n::text::bytea), created_at \
                FROM dashboard_shares, generate_series(1, 99) n WHERE revoked_at IS NULL";
    office.desk.served.library.sql(fill).await;
    let refused = office.eddy.act_refused("shareDashboard", "ShareDashboardInput", input(json!({ "link": {} }))).await;
    assert_eq!(refused, refusal("CONFLICT", &[]));
}

#[tokio::test]
async fn nothing_outlives_what_it_rests_on() {
    let gallery = Gallery::new().await;
    let office = &gallery.office;
    let (_, token) = gallery.share(json!({ "link": {} })).await;
    let share = gallery.share_with_eve("VIEW").await;
    let sees = async || {
        let by_link = gallery.open(&token, None).await;
        assert!(by_link.is_ok() || by_link == Err(refusal("NOT_FOUND", &[])), "{by_link:?}");
        (gallery.eve_sees().await, by_link.is_ok())
    };
    assert_eq!(sees().await, (true, true));
    gallery.revoke(&share).await;
    assert_eq!(sees().await, (false, true), "at once");
    gallery.share_with_eve("VIEW").await;

    // Whoever shared it may edit no more, is shut, or is gone.
    for (change, back) in [
        (
            "UPDATE workspace_members SET role = 'VIEWER' WHERE role = 'EDITOR'",
            "UPDATE workspace_members SET role = 'EDITOR' WHERE role = 'VIEWER' AND user_id = (SELECT id FROM users WHERE username = 'eddy')",
        ),
        (
            "UPDATE users SET is_active = false WHERE username = 'eddy'",
            "UPDATE users SET is_active = true WHERE username = 'eddy'",
        ),
        (
            "UPDATE users SET deleted_at = now() WHERE username = 'eddy'",
            "UPDATE users SET deleted_at = NULL WHERE username = 'eddy'",
        ),
        (
            "UPDATE workspaces SET deleted_at = now() WHERE personal_of IS NULL",
            "UPDATE workspaces SET deleted_at = NULL WHERE personal_of IS NULL",
        ),
    ] {
        office.desk.served.library.sql(change).await;
        assert_eq!(sees().await, (false, false), "{change}");
        office.desk.served.library.sql(back).await;
        assert_eq!(sees().await, (true, true), "{back}");
    }

    // Who joins and is taken out again has no way in that is left.
    let add = async |name: &str, role: &str| {
        let input = json!({ "workspaceId": office.workspace, "email": format!("{name}@example.org"), "role": role });
        let added = office.ada.act("addWorkspaceMember", "AddWorkspaceMemberInput", input, "member { id }").await;
        text(&added["member"]["id"])
    };
    let remove = async |member: Value| {
        let input = json!({ "workspaceId": office.workspace, "memberId": member });
        office.ada.act("removeWorkspaceMember", "RemoveWorkspaceMemberInput", input, "__typename").await;
    };
    let member = add("eve", "VIEWER").await;
    remove(json!(member)).await;
    assert_eq!(sees().await, (false, true));
    gallery.share_with_eve("VIEW").await;
    let members = "query ($id: ID!) { node(id: $id) { ... on Workspace { members { nodes { id email } } } } }";
    let members = office.ada.run(members, json!({ "id": office.workspace })).await;
    let nodes = members["node"]["members"]["nodes"].as_array().unwrap().clone();
    let eddy = nodes.iter().find(|member| member["email"] == "eddy@example.org").unwrap()["id"].clone();
    remove(eddy).await;
    assert_eq!(sees().await, (false, false), "what Eddy shared went with him");
    add("eddy", "EDITOR").await;
    assert_eq!(sees().await, (false, false), "and does not come back with him");
    let (_, token) = gallery.share(json!({ "link": {} })).await;
    gallery.share_with_eve("VIEW").await;
    office.eddy.act("deleteDashboard", "DeleteDashboardInput", json!({ "id": gallery.dashboard }), "deletedId").await;
    assert!(gallery.open(&token, None).await.is_err() && !gallery.eve_sees().await);
    assert_eq!(gallery.stored("count(*) FROM dashboard_shares").await, "0");
}

#[tokio::test]
async fn the_number_of_statements_does_not_grow_with_tiles_and_shares() {
    let gallery = Gallery::new().await;
    gallery.share_with_eve("VIEW").await;
    let served = &gallery.office.desk.served;
    let count = async |person: &Person, query: &str| {
        let answer = served.answer(Some(&person.token), query, json!({ "id": gallery.dashboard })).await;
        assert_eq!(answer.body.get("errors"), None, "{}", answer.body);
        answer.headers["x-sql-statements"].to_str().unwrap().to_owned()
    };
    let before = (count(&gallery.office.eve, MINE).await, count(&gallery.office.ada, SHARES).await);
    let more = "INSERT INTO dashboard_tiles (id, dashboard_id, tab, kind, chart_id, query_id, body, x, y, w, h, parameters) \
                SELECT gen_random_uuid(), t.dashboard_id, t.tab, t.kind, t.chart_id, t.query_id, t.body, t.x, t.y + 10 * k, t.w, t.h, t.parameters \
                FROM dashboard_tiles t, generate_series(1, 12) k";
    served.library.sql(more).await;
    let more = "INSERT INTO dashboard_shares (id, dashboard_id, kind, access, token_hash, author_id, created_at) \
                SELECT gen_random_uuid(), dashboard_id, 'LINK', 'VIEW', sha256(n::text::bytea), author_id, created_at \
                FROM dashboard_shares, generate_series(1, 40) n";
    served.library.sql(more).await;
    assert_eq!((count(&gallery.office.eve, MINE).await, count(&gallery.office.ada, SHARES).await), before);
}
