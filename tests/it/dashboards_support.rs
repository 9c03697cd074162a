//! An office with dashboards, and what their tiles show.

use serde_json::{Value, json};

use super::support::classroom::text;
use super::support::live::{Person, until_some};
use super::support::office::Office;

pub const SHOWN: &str =
    "query ($id: ID!, $filters: [FilterValueInput!]) { node(id: $id) { ... on Dashboard { refreshedAt tiles {
    run(filters: $filters) { id status rows error { code } } } } } }";
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

    pub fn input(&self, more: Value) -> Value {
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

pub fn words(x: i32, y: i32, width: i32, height: i32) -> Value {
    json!({ "text": "# Words", "x": x, "y": y, "width": width, "height": height })
}

pub fn with(mut value: Value, more: Value) -> Value {
    let Value::Object(more) = more else { panic!("{more} is no object") };
    value.as_object_mut().unwrap().extend(more);
    value
}

/// What the tiles show with these values of the filters.
pub async fn shown(person: &Person, id: &str, filters: Value) -> Vec<Value> {
    let data = person.run(SHOWN, json!({ "id": id, "filters": filters })).await;
    let tiles = data["node"]["tiles"].as_array().unwrap_or_else(|| panic!("{data}"));
    tiles.iter().map(|tile| tile["run"].clone()).collect()
}

/// The rows that the tiles show, when all but the last have some.
pub async fn rows(person: &Person, id: &str, filters: Value) -> Vec<Value> {
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

pub async fn refresh(person: &Person, id: &str, filters: Value) -> Vec<Value> {
    let input = json!({ "id": id, "filters": filters });
    let payload = "dashboard { refreshedAt } results { tile { id } run { id isCached } }";
    let refreshed = person.act("refreshDashboard", "RefreshDashboardInput", input, payload).await;
    assert_eq!(refreshed["dashboard"]["refreshedAt"], "2026-03-01T12:00:00+00:00");
    refreshed["results"].as_array().unwrap().clone()
}

/// A chart of a region that is chosen, the rows of the query by itself, and a text.
pub async fn three_tiles(office: &Office) -> (String, String, String) {
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
