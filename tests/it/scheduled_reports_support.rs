//! An office whose dashboard is mailed, and what is read of its reports.

use elenchus::app::App;
use serde_json::{Value, json};

use super::support::classroom::text;
use super::support::live::{Person, until_some};
use super::support::mime::Part;
use super::support::office::{BY_REGION, Office};

pub const REPORT: &str = "query ($id: ID!) { node(id: $id) { ... on ScheduledReport { title cron timeZone filters { name value } attachments isEnabled
    disabledReason nextRunAt version recipients { email unsubscribedAt maySee } nextRuns(first: 2) dashboard { title } author { email }
    runs { nodes { status trigger scheduledFor tilesShown tilesMissing problems { part name code message }
        deliveries { email status sentAt error { code message } } } } } } }";

/// An office with a dashboard of a chart, the rows of the same query, and a text.
pub struct Newsroom {
    pub office: Office,
    pub dashboard: String,
}

impl Newsroom {
    pub async fn new() -> Self {
        Self::with(&[]).await
    }

    pub async fn with(settings: &[(&str, &str)]) -> Self {
        let office = Office::with(settings).await;
        let charted = office.query("Charted", BY_REGION).await;
        let query = office.query("Rows", "SELECT region, net FROM orders ORDER BY net").await;
        let spec = json!({ "mark": "bar", "encoding": { "x": { "field": "region", "type": "nominal" },
            "y": { "field": "net", "type": "quantitative" } } });
        let chart = json!({ "queryId": charted, "title": "By region", "spec": spec });
        let chart =
            text(&office.eddy.act("createChart", "CreateChartInput", chart, "chart { id }").await["chart"]["id"]);
        let tiles = json!([
            { "chartId": chart, "x": 0, "y": 0, "width": 6, "height": 4 },
            { "queryId": query, "x": 6, "y": 0, "width": 6, "height": 4 },
            { "text": "As of <today>", "x": 0, "y": 9, "width": 12, "height": 1 },
        ]);
        let dashboard = office.dashboard(json!({ "tiles": tiles })).await;
        Self { office, dashboard }
    }

    pub fn input(&self, more: &Value) -> Value {
        let mut input = json!({ "dashboardId": self.dashboard, "title": "The week", "cron": "0 8 * * *", "timeZone": "Europe/Berlin" });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    }

    /// The id of a new report of Eddy's.
    pub async fn schedule(&self, more: Value) -> String {
        let made =
            self.office.eddy.act("scheduleReport", "ScheduleReportInput", self.input(&more), "report { id }").await;
        text(&made["report"]["id"])
    }

    pub async fn read(&self, person: &Person, id: &str) -> Value {
        person.run(REPORT, json!({ "id": id })).await["node"].clone()
    }

    /// Has a report sent, and gives its newest run when that has ended.
    pub async fn send(&self, id: &str) -> Value {
        self.office.eddy.act("sendReportNow", "ReportInput", json!({ "id": id }), "run { status trigger }").await;
        self.ended("1").await;
        self.read(&self.office.eddy, id).await["runs"]["nodes"][0].clone()
    }

    /// Has the workspace call an endpoint about reports; what is sent goes nowhere.
    pub async fn call_somebody(&self) {
        let insert = "INSERT INTO webhooks (id, workspace_id, url, events, secret_prefix, sealed_secret, created_at, updated_at) \
            SELECT gen_random_uuid(), id, 'https://hooks.example.org/', '{REPORT_SENT,REPORT_FAILED}', 'whsec_', '\\x00', now(), now() \
            FROM workspaces WHERE personal_of IS NULL";
        self.office.desk.served.library.sql(insert).await;
    }

    /// What the endpoint is called about, and who finds what in their inbox.
    pub async fn told(&self) -> [String; 2] {
        let inbox = "string_agg(concat_ws(': ', u.username, n.title, n.body), E'\n' ORDER BY n.id, u.username) \
            FROM notifications n JOIN users u ON u.id = n.user_id WHERE n.subject_kind = 'SCHEDULED_REPORT'";
        [self.stored("string_agg(kind, ' ' ORDER BY id) FROM webhook_deliveries").await, self.stored(inbox).await]
    }

    /// Waits until so many runs have ended, and none goes on.
    pub async fn ended(&self, count: &str) {
        let told = "count(*) FILTER (WHERE status <> 'RUNNING') || ' ' || count(*) FROM report_runs";
        let wanted = format!("{count} {count}");
        until_some("the end of the runs", async || (self.stored(told).await == wanted).then_some(())).await;
    }

    pub async fn stored(&self, query: &str) -> String {
        self.office.desk.served.library.text(query).await.unwrap_or_default()
    }

    pub fn app(&self) -> &App {
        &self.office.desk.served.library.app
    }

    /// The reports in the folder of mail, by address.
    pub fn letters(&self) -> Vec<Part> {
        let folder = self.office.desk.served.library.folder.path().join("mail");
        let files = std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
        let files = files.filter(|path| path.to_string_lossy().ends_with("-report.eml"));
        let mut letters: Vec<Part> = files.map(|path| Part::read(&std::fs::read_to_string(path).unwrap())).collect();
        letters.sort_by(|a, b| a.header("to").cmp(b.header("to")));
        letters
    }
}
