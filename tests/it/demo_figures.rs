//! The demo's bookshop: everything is there after the first start, says what its files say, and stays the account's own.

use std::collections::BTreeMap;

use elenchus::charts::profile::{check, check_fields};
use elenchus::charts::render::options::RenderOptions;
use elenchus::charts::render::svg::svg;
use elenchus::command::demo;
use elenchus::warehouse::cells::CellColumn;
use serde_json::{Value, json};

use super::support::desk::Desk;
use super::support::folders::checkout;
use super::support::live::until_some;

const DATA: &str = "{ dataSources { id workspace { id name glossary(first: 5) { nodes { term expression } } } tables { name rowCount }
    savedQueries(first: 10) { nodes { id name isVerified charts { id title } latestRun { status columns { name } rows(first: 200) } } }
    questions(first: 5) { nodes { id question method status rating ratingComment sql attempts run { status rows }
    refusal { code } savedQuery { name } } } } }";
const BOARD: &str = "{ dashboards(first: 1) { nodes { id title version refreshedAt refresh { policy } tabs { key } filters { name default options }
    workspace { name } shares { email access } tiles { tab kind x y width height text parameters { parameter filter }
    query { name } chart { title spec } run { status columns { name type } rows(first: 200) } } } } }";

/// A server on which the demo was made, and somebody who is signed in there.
struct Shop {
    desk: Desk,
    token: String,
}

impl Shop {
    async fn new() -> Self {
        let desk = Desk::new().await;
        assert!(demo::account(&desk.served.library.app).await.unwrap().is_some());
        demo::fill(&desk.served.library.app).await.unwrap();
        let token = sign_in(&desk, "demo").await;
        Self { desk, token }
    }

    async fn start_again(&self) {
        demo::fill(&self.desk.served.library.app).await.unwrap();
    }

    /// What the account gets for this.
    async fn ask(&self, query: &str, variables: Value) -> Value {
        let answer = self.desk.served.ask(Some(&self.token), query, variables).await;
        assert_eq!(answer.get("errors"), None, "{answer}");
        answer["data"].clone()
    }

    async fn source(&self) -> Value {
        self.ask(DATA, json!({})).await["dataSources"][0].clone()
    }

    async fn board(&self) -> Value {
        self.ask(BOARD, json!({})).await["dashboards"]["nodes"][0].clone()
    }
}

async fn sign_in(desk: &Desk, name: &str) -> String {
    let login = "mutation ($email: String!) { login(input: {identifier: $email, password: \"demo-elenchus-2026\"}) { accessToken } }";
    let signed_in = desk.served.ask(None, login, json!({ "email": format!("{name}@elenchus.local") })).await;
    signed_in["data"]["login"]["accessToken"].as_str().unwrap_or_else(|| panic!("{signed_in}")).to_owned()
}

fn lines(file: &str) -> Vec<String> {
    let text = std::fs::read_to_string(checkout("src/command/demo/figures").join(file)).unwrap();
    text.lines().map(str::to_owned).collect()
}

/// An amount as it is written, in hundredths.
fn hundredths(text: &str) -> i64 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let fraction = format!("{fraction:0<2}");
    assert_eq!(fraction.len(), 2, "{text}");
    whole.parse::<i64>().unwrap() * 100 + fraction.parse::<i64>().unwrap()
}

/// A number of a result, in hundredths: exact ones are numbers or texts.
fn amount(value: &Value) -> i64 {
    hundredths(&value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

/// What was sold by what a line of the file says.
fn sold(by: impl Fn(&[&str]) -> Option<String>) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    for line in lines("sales.csv").iter().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        if let Some(key) = by(&fields) {
            *sums.entry(key).or_default() += hundredths(fields[7]);
        }
    }
    sums
}

/// Rows of two columns as sums by what the first says.
fn sums(rows: &Value) -> BTreeMap<String, i64> {
    let rows = rows.as_array().unwrap_or_else(|| panic!("{rows}"));
    rows.iter().map(|row| (row[0].as_str().unwrap().to_owned(), amount(&row[1]))).collect()
}

fn found<'a>(list: &'a Value, field: &str, name: &str) -> &'a Value {
    let found = list.as_array().unwrap().iter().find(|it| it[field] == name);
    found.unwrap_or_else(|| panic!("no {name} in {list}"))
}

#[tokio::test]
async fn the_demo_has_a_bookshop_whose_figures_are_those_of_its_files() {
    let shop = Shop::new().await;
    let source = shop.source().await;
    assert_eq!(source["workspace"]["name"], "Harbour Books");
    for (table, file, heads) in
        [("sales", "sales.csv", 1), ("branches", "branches.csv", 1), ("returns", "returns.jsonl", 0)]
    {
        let rows = lines(file).len() - heads;
        assert_eq!(found(&source["tables"], "name", table)["rowCount"], json!(rows), "{table}");
    }

    let queries = &source["savedQueries"]["nodes"];
    assert_eq!(queries.as_array().unwrap().len(), 9, "{queries}");
    assert!(queries.as_array().unwrap().iter().all(|query| query["latestRun"]["status"] == "SUCCEEDED"), "{queries}");
    let verified: Vec<&Value> =
        queries.as_array().unwrap().iter().filter(|it| it["isVerified"] == true).map(|it| &it["name"]).collect();
    assert_eq!(verified, ["What is the total net of sales by branch", "Branches and their targets"]);
    let rows = |name: &str| &found(queries, "name", name)["latestRun"]["rows"];
    let month = |day: &str| format!("{}-01", &day[..7]);
    assert_eq!(sums(rows("Net revenue by month")), sold(|line| Some(month(line[0]))));
    assert_eq!(sums(rows("Net revenue by category")), sold(|line| Some(line[3].to_owned())));
    let of_channels: BTreeMap<String, i64> = rows("Net revenue by month and channel")
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (format!("{} {}", row[0].as_str().unwrap(), row[1].as_str().unwrap()), amount(&row[2])))
        .collect();
    assert_eq!(of_channels, sold(|line| Some(format!("{} {}", month(line[0]), line[2]))));
    let refunds: i64 =
        lines("returns.jsonl").iter().map(|line| amount(&serde_json::from_str::<Value>(line).unwrap()["refund"])).sum();
    let key = &rows("Key figures")[0];
    let net: i64 = sold(|_| Some(String::new())).values().sum();
    assert_eq!((amount(&key[0]), amount(&key[2])), (net, refunds));

    let terms: Vec<&Value> =
        source["workspace"]["glossary"]["nodes"].as_array().unwrap().iter().map(|it| &it["term"]).collect();
    assert_eq!(terms, ["net revenue", "average price", "return rate", "like-for-like", "refunds"]);

    let questions = &source["questions"]["nodes"];
    let told: Vec<Value> = questions
        .as_array()
        .unwrap()
        .iter()
        .rev()
        .map(|it| {
            json!([it["question"], it["method"], it["status"], it["rating"], it["refusal"]["code"], it["attempts"]])
        })
        .collect();
    let expected = json!([
        ["Monthly revenue in 2025", "PLANNER", "ANSWERED", null, null, 0],
        ["What is the total net of sales by branch?", "PLANNER", "ANSWERED", "UP", null, 0],
        ["How many returns are there per reason?", "PLANNER", "ANSWERED", null, null, 0],
        ["How did each branch do against its target?", "VERIFIED", "ANSWERED", null, null, 0],
        ["Why did revenue drop in March 2026?", "PLANNER", "REFUSED", null, "CAUSE", 0],
    ]);
    assert_eq!(json!(told), expected);
    let of_2025 = sold(|line| line[0].starts_with("2025").then(|| month(line[0])));
    assert_eq!(sums(&found(questions, "question", "Monthly revenue in 2025")["run"]["rows"]), of_2025);
    assert_eq!(of_2025.values().sum::<i64>(), 29_804_207, "298,042.07 in all");
    let of_branches = sold(|line| Some(line[1].to_owned()));
    assert_eq!(
        sums(&found(questions, "question", "What is the total net of sales by branch?")["run"]["rows"]),
        of_branches
    );
}

#[tokio::test]
async fn every_chart_on_its_dashboard_can_be_drawn_and_the_professor_sees_it() {
    let shop = Shop::new().await;
    let board = shop.board().await;
    assert_eq!(
        (&board["title"], &board["workspace"]["name"]),
        (&json!("How the shop is doing"), &json!("Harbour Books"))
    );
    assert_eq!((&board["refresh"]["policy"], &board["tabs"].as_array().unwrap().len()), (&json!("ON_CHANGE"), &2));
    assert_eq!(board["shares"], json!([{ "email": "professor@elenchus.local", "access": "VIEW" }]));
    let tiles = board["tiles"].as_array().unwrap();
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for tile in tiles {
        *kinds.entry(tile["kind"].as_str().unwrap()).or_default() += 1;
        if tile["kind"] == "TEXT" {
            continue;
        }
        assert_eq!(tile["run"]["status"], "SUCCEEDED", "{tile}");
        assert!(!tile["run"]["rows"].as_array().unwrap().is_empty(), "{tile}");
        if tile["kind"] != "CHART" {
            continue;
        }
        let columns: Vec<CellColumn> = serde_json::from_value(tile["run"]["columns"].clone()).unwrap();
        let rows: Vec<Vec<Value>> = serde_json::from_value(tile["run"]["rows"].clone()).unwrap();
        let spec = check(&tile["chart"]["spec"]).unwrap_or_else(|problems| panic!("{problems:?} in {tile}"));
        check_fields(&spec, &columns).unwrap_or_else(|problems| panic!("{problems:?} in {tile}"));
        let drawn = svg(&spec, &columns, &rows, &RenderOptions::default());
        let drawn = drawn.unwrap_or_else(|error| panic!("{error} in {tile}"));
        assert!(!drawn.contains("No data"), "{tile}");
    }
    assert_eq!(kinds, BTreeMap::from([("CHART", 7), ("TABLE", 2), ("TEXT", 2)]));

    let professor = sign_in(&shop.desk, "professor").await;
    let shared = "query ($id: ID!) { dashboardSharedWithMe(id: $id) { title access } }";
    let seen = shop.desk.served.ask(Some(&professor), shared, json!({ "id": board["id"] })).await;
    let expected = json!({ "title": "How the shop is doing", "access": "VIEW" });
    assert_eq!(seen["data"]["dashboardSharedWithMe"], expected, "{seen}");

    let used = "{ analytics(range: {days: 7}) { totals { usage { queries failures stopped unpricedRuns firstTokenTime { count }
        responseTime { count } } documents { uploaded } } byConversation { usage { queries } } } }";
    let used = shop.ask(used, json!({})).await["analytics"].clone();
    let usage = &used["totals"]["usage"];
    let counts = ["queries", "failures", "stopped", "unpricedRuns"].map(|name| usage[name].as_i64().unwrap());
    assert_eq!((counts, &used["totals"]["documents"]["uploaded"]), ([4, 0, 0, 0], &json!(4)), "{used}");
    assert!(["firstTokenTime", "responseTime"].iter().all(|name| usage[name]["count"].as_i64() >= Some(4)), "{used}");
    let mut each: Vec<i64> = used["byConversation"]
        .as_array()
        .unwrap()
        .iter()
        .map(|conversation| conversation["usage"]["queries"].as_i64().unwrap())
        .collect();
    each.sort_unstable();
    assert_eq!(each, [1, 3]);
}

#[tokio::test]
async fn starting_again_changes_nothing_and_brings_nothing_back() {
    let shop = Shop::new().await;
    let (source, board) = (shop.source().await, shop.board().await);
    shop.start_again().await;
    assert_eq!((shop.source().await, shop.board().await), (source.clone(), board.clone()));

    let query = found(&source["savedQueries"]["nodes"], "name", "Returns by reason")["id"].clone();
    shop.ask("mutation ($id: ID!) { deleteQuery(input: {id: $id}) { deletedId } }", json!({ "id": query })).await;
    let delete = "mutation ($id: ID!) { deleteDashboard(input: {id: $id}) { deletedId } }";
    shop.ask(delete, json!({ "id": board["id"] })).await;
    shop.start_again().await;
    assert_eq!(shop.board().await, Value::Null);
    assert_eq!(shop.source().await["savedQueries"]["nodes"].as_array().unwrap().len(), 8);

    let delete = "mutation ($id: ID!) { deleteWorkspace(input: {workspaceId: $id}) { deletedId } }";
    shop.ask(delete, json!({ "id": source["workspace"]["id"] })).await;
    shop.start_again().await;
    assert_eq!(shop.ask("{ dataSources { id } }", json!({})).await["dataSources"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_tells_of_it_by_itself_says_what_is_true() {
    let shop = Shop::new().await;
    let told =
        "{ viewer { workspaces { name alerts(first: 5) { nodes { name state lastValue } } scheduledReports(first: 5) { nodes {
        title timeZone recipients { email } runs(first: 5) { nodes { status trigger } } } } } }
        dashboards(first: 1) { nodes { tiles { kind insight { method status title body isStale } } } }
        viewer { unreadNotificationCount notifications(first: 10) { nodes { kind title } } } }";
    // The report is drawn and sent beside everything else.
    let data = until_some("the report", async || {
        let data = shop.ask(told, json!({})).await;
        let shop = found(&data["viewer"]["workspaces"], "name", "Harbour Books");
        let run = &shop["scheduledReports"]["nodes"][0]["runs"]["nodes"][0];
        (run["status"] != "RUNNING").then_some(data.clone())
    })
    .await;
    let workspace = found(&data["viewer"]["workspaces"], "name", "Harbour Books");
    let alerts = &workspace["alerts"]["nodes"];
    assert_eq!(alerts.as_array().unwrap().len(), 2, "{alerts}");
    let below = found(alerts, "name", "A branch is far below its target");
    assert_eq!((&below["state"], &below["lastValue"]), (&json!("FIRING"), &json!("77.6")), "{below}");
    assert_eq!(found(alerts, "name", "The newest month sells much less")["state"], "OK");
    let notices = &data["viewer"]["notifications"]["nodes"];
    assert_eq!(data["viewer"]["unreadNotificationCount"], 2, "{notices}");
    assert_eq!((&notices[0]["kind"], &notices[1]["kind"]), (&json!("REPORT_SENT"), &json!("ALERT_FIRING")));
    let tiles = data["dashboards"]["nodes"][0]["tiles"].as_array().unwrap().clone();
    let charts: Vec<&Value> = tiles.iter().filter(|tile| tile["kind"] == "CHART").collect();
    assert_eq!(charts.len(), 7);
    for chart in charts {
        let insight = &chart["insight"];
        assert_eq!((&insight["method"], &insight["status"]), (&json!("RULES"), &json!("READY")), "{chart}");
        assert!(!insight["body"].as_str().unwrap().is_empty() && insight["isStale"] == false, "{insight}");
    }
    let reports = &workspace["scheduledReports"]["nodes"];
    let expected = json!([{ "title": "The shop on Monday", "timeZone": "Europe/London", "recipients": [{ "email": "demo@elenchus.local" }],
        "runs": { "nodes": [{ "status": "SENT", "trigger": "MANUAL" }] } }]);
    assert_eq!(reports, &expected);
}
