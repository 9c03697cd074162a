//! What somebody made of data, in the copy of their account.

use serde_json::{Value, json};

use super::account_export::{list, unpacked};
use super::support::classroom::text;
use super::support::live::{Person, until_some};
use super::support::office::{BY_REGION, Office};

const LISTS: [&str; 11] = [
    "data_uploads",
    "data_questions",
    "query_runs",
    "saved_queries",
    "charts",
    "dashboards",
    "insights",
    "prompt_templates",
    "glossary_terms",
    "alerts",
    "scheduled_reports",
];

/// The files of a new copy of somebody's account.
pub async fn copied(office: &Office, person: &Person) -> Vec<(String, Vec<u8>)> {
    let id = person.run("mutation { exportMyData { dataExport { id } } }", json!({})).await["exportMyData"]["dataExport"]["id"].clone();
    let path = until_some("the copy", async || {
        let newest = person.run("{ viewer { dataExport { id status downloadUrl } } }", json!({})).await;
        let newest = &newest["viewer"]["dataExport"];
        (newest["id"] == id && newest["status"] == "READY").then(|| text(&newest["downloadUrl"]))
    });
    unpacked(&office.desk.served, &path.await).await
}

fn counts(files: &[(String, Vec<u8>)]) -> Vec<usize> {
    LISTS.iter().map(|name| list(files, &format!("{name}.json")).len()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_holds_what_one_made_in_workspaces_that_one_is_a_member_of() {
    let office = Office::new().await;
    let eddy = &office.eddy;
    let query = office.query("By region", BY_REGION).await;
    let run = office.run(eddy, &query, json!([])).await;
    let spec = json!({ "mark": "bar", "encoding": { "x": { "field": "region", "type": "nominal" },
        "y": { "field": "net", "type": "quantitative" } } });
    let chart = json!({ "queryId": query, "title": "Regions", "spec": spec });
    let chart = text(&eddy.act("createChart", "CreateChartInput", chart, "chart { id }").await["chart"]["id"]);
    let board = json!({ "workspaceId": office.workspace, "title": "Sales", "tiles": [
        { "chartId": chart, "x": 0, "y": 0, "width": 6, "height": 4 }, { "text": "Ours", "x": 6, "y": 0, "width": 6, "height": 4 } ] });
    let board = eddy.act("createDashboard", "CreateDashboardInput", board, "dashboard { id tiles { id } }").await;
    let report =
        json!({ "dashboardId": board["dashboard"]["id"], "title": "The week", "cron": "0 8 * * *", "timeZone": "UTC" });
    eddy.act("scheduleReport", "ScheduleReportInput", report, "report { id }").await;
    let term = json!({ "workspaceId": office.workspace, "term": "net", "definition": "Without tax." });
    eddy.act("defineTerm", "DefineTermInput", term, "term { id }").await;
    let asked = json!({ "dataSourceId": office.source, "question": "How many orders?", "run": false });
    let asked = eddy.act("askData", "AskDataInput", asked, "question { id }").await;
    eddy.act(
        "generateInsight",
        "GenerateInsightInput",
        json!({ "runId": run["id"], "waitMs": 10000 }),
        "insight { id }",
    )
    .await;

    let files = copied(&office, eddy).await;
    assert_eq!(counts(&files), [0, 1, 1, 1, 1, 1, 1, 0, 1, 0, 1]);
    let run_id = &list(&files, "query_runs.json")[0]["id"];
    assert_eq!(run_id, &run["id"]);
    let question = &list(&files, "data_questions.json")[0];
    assert_eq!((&question["id"], &question["question"]), (&asked["question"]["id"], &json!("How many orders?")));
    let dashboards = list(&files, "dashboards.json");
    assert_eq!(dashboards[0]["workspace_id"], office.workspace);
    let tiles = dashboards[0]["tiles"].as_array().unwrap();
    let ids: Vec<&Value> = tiles.iter().map(|tile| &tile["id"]).collect();
    let shown: Vec<&Value> = board["dashboard"]["tiles"].as_array().unwrap().iter().map(|tile| &tile["id"]).collect();
    assert_eq!(ids, shown);
    assert_eq!((&tiles[0]["chart_id"], &tiles[1]["text"]), (&json!(chart), &json!("Ours")));
    assert_eq!(list(&files, "saved_queries.json")[0]["sql"], BY_REGION);

    let files = copied(&office, &office.ada).await;
    assert_eq!(counts(&files), [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    let upload = text(&list(&files, "data_uploads.json")[0]["id"]);
    let (_, orders) = files.iter().find(|(name, _)| *name == format!("data/{upload}-orders.csv")).unwrap();
    assert!(orders.starts_with(b"region,net,ordered\n"));

    let gone = "DELETE FROM workspace_members WHERE user_id = (SELECT id FROM users WHERE username = 'eddy') AND role = 'EDITOR'";
    office.desk.served.library.sql(gone).await;
    assert_eq!(counts(&copied(&office, eddy).await), [0; 11], "it is the workspace's");
}
