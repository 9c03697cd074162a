//! A dashboard to share, and what is seen of it by those it is shared with.

use serde_json::{Value, json};

use super::dashboards_support::{chosen_region, regions};
use super::support::classroom::text;
use super::support::live::{Person, until_some};
use super::support::office::Office;

pub const MINE: &str = "query ($id: ID!, $filters: [FilterValueInput!]) { dashboardSharedWithMe(id: $id) { id title access version
    tabs { key title } filters { name default } tiles(filters: $filters) { id kind text x chart { title spec } result { columns { name } rows rowCount } } } }";
const LINKED: &str =
    "query ($token: String!, $password: String) { sharedDashboard(token: $token, password: $password) {
    id title access tiles { kind text result { rows } } } }";
pub const SHARES: &str = "query ($id: ID!) { node(id: $id) { ... on Dashboard { shares { id kind access email name hasPassword expiresAt isActive
    lastUsedAt useCount createdAt author { email } } } } }";

/// An office whose dashboard has the rows of a region, a chart of all, and a text; and the ids of all that Eve must not see.
pub struct Gallery {
    pub office: Office,
    pub dashboard: String,
    pub other: String,
    pub query: String,
    pub chart: String,
    pub tiles: Vec<String>,
}

impl Gallery {
    pub async fn new() -> Self {
        Self::with(&[]).await
    }

    pub async fn with(settings: &[(&str, &str)]) -> Self {
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
    pub async fn share(&self, more: Value) -> (String, Value) {
        let mut input = json!({ "id": self.dashboard });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let shared = self.office.eddy.act("shareDashboard", "ShareDashboardInput", input, "share { id } token").await;
        (text(&shared["share"]["id"]), shared["token"].clone())
    }

    pub async fn share_with_eve(&self, access: &str) -> String {
        self.share(json!({ "person": { "email": "eve@example.org" }, "access": access })).await.0
    }

    pub async fn revoke(&self, share: &str) {
        let revoked =
            self.office.ada.act("revokeShare", "RevokeShareInput", json!({ "id": share }), "share { isActive }").await;
        assert_eq!(revoked["share"]["isActive"], false);
    }

    pub async fn eve_sees(&self) -> bool {
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
    pub async fn open(&self, token: &Value, password: Option<&str>) -> Result<Value, (String, Vec<String>)> {
        let variables = json!({ "token": token, "password": password });
        let answer = self.nobody().respond(LINKED, variables).await;
        if answer.get("errors").is_some() {
            let error = &answer["errors"][0]["extensions"];
            let fields = error["fields"].as_array().into_iter().flatten().map(|field| text(&field["path"])).collect();
            return Err((text(&error["code"]), fields));
        }
        Ok(answer["data"]["sharedDashboard"].clone())
    }

    pub async fn stored(&self, query: &str) -> String {
        self.office.desk.served.library.text(query).await.unwrap_or_default()
    }
}
