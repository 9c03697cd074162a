//! Reports: what arrives, at which times, to whom, and what the log says when something does not.

use chrono::TimeDelta;
use elenchus::app::App;
use elenchus::domain::dashboards::reports::jobs::{ClaimReports, TendReports};
use elenchus::domain::dashboards::reports::letter_job::SendReport;
use elenchus::domain::dashboards::reports::run_job::RunReport;
use elenchus::events::bus::Bus;
use elenchus::jobs::job::Job as _;
use elenchus::worker;
use serde_json::{Value, json};

use super::support::classroom::{refusal, text};
use super::support::library::FIRST;
use super::support::live::{Person, until_some};
use super::support::mime::Part;
use super::support::office::{BY_REGION, Office, told};
use super::support::smtp::MailServer;

const REPORT: &str = "query ($id: ID!) { node(id: $id) { ... on ScheduledReport { title cron timeZone filters { name value } attachments isEnabled
    disabledReason nextRunAt version recipients { email unsubscribedAt maySee } nextRuns(first: 2) dashboard { title } author { email }
    runs { nodes { status trigger scheduledFor tilesShown tilesMissing problems { part name code message }
        deliveries { email status sentAt error { code message } } } } } } }";
const TIMES: &str = "query ($c: String!, $z: String!, $n: Int!) { reportTimes(cron: $c, timeZone: $z, count: $n) }";

/// An office with a dashboard of a chart, the rows of the same query, and a text.
struct Newsroom {
    office: Office,
    dashboard: String,
}

impl Newsroom {
    async fn new() -> Self {
        Self::with(&[]).await
    }

    async fn with(settings: &[(&str, &str)]) -> Self {
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

    fn input(&self, more: &Value) -> Value {
        let mut input = json!({ "dashboardId": self.dashboard, "title": "The week", "cron": "0 8 * * *", "timeZone": "Europe/Berlin" });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    }

    /// The id of a new report of Eddy's.
    async fn schedule(&self, more: Value) -> String {
        let made =
            self.office.eddy.act("scheduleReport", "ScheduleReportInput", self.input(&more), "report { id }").await;
        text(&made["report"]["id"])
    }

    async fn read(&self, person: &Person, id: &str) -> Value {
        person.run(REPORT, json!({ "id": id })).await["node"].clone()
    }

    /// Has a report sent, and gives its newest run when that has ended.
    async fn send(&self, id: &str) -> Value {
        self.office.eddy.act("sendReportNow", "ReportInput", json!({ "id": id }), "run { status trigger }").await;
        self.ended("1").await;
        self.read(&self.office.eddy, id).await["runs"]["nodes"][0].clone()
    }

    /// Waits until so many runs have ended, and none goes on.
    async fn ended(&self, count: &str) {
        let told = "count(*) FILTER (WHERE status <> 'RUNNING') || ' ' || count(*) FROM report_runs";
        let wanted = format!("{count} {count}");
        until_some("the end of the runs", async || (self.stored(told).await == wanted).then_some(())).await;
    }

    async fn stored(&self, query: &str) -> String {
        self.office.desk.served.library.text(query).await.unwrap_or_default()
    }

    fn app(&self) -> &App {
        &self.office.desk.served.library.app
    }

    /// The reports in the folder of mail, by address.
    fn letters(&self) -> Vec<Part> {
        let folder = self.office.desk.served.library.folder.path().join("mail");
        let files = std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
        let files = files.filter(|path| path.to_string_lossy().ends_with("-report.eml"));
        let mut letters: Vec<Part> = files.map(|path| Part::read(&std::fs::read_to_string(path).unwrap())).collect();
        letters.sort_by(|a, b| a.header("to").cmp(b.header("to")));
        letters
    }
}

fn addresses(letters: &[Part]) -> Vec<&str> {
    letters.iter().map(|letter| letter.header("to")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_arrives_with_its_charts_and_files() {
    let room = Newsroom::new().await;
    let recipients = json!(["Vera@example.org", "eddy@example.org"]);
    let id = room.schedule(json!({ "recipients": recipients, "attachments": ["CSV", "PDF"] })).await;
    let run = room.send(&id).await;
    let sent = json!("2026-03-01T12:00:00+00:00");
    let delivery =
        |name: &str| json!({ "email": format!("{name}@example.org"), "status": "SENT", "sentAt": sent, "error": null });
    let expected = json!({ "status": "SENT", "trigger": "MANUAL", "scheduledFor": sent, "tilesShown": 2, "tilesMissing": 0, "problems": [],
        "deliveries": [delivery("eddy"), delivery("vera")] });
    assert_eq!(run, expected);

    let letters = room.letters();
    assert_eq!(addresses(&letters), ["eddy@example.org", "vera@example.org"]);
    let vera = &letters[1];
    assert_eq!(
        vera.shape(),
        "multipart/mixed(multipart/alternative(text/plain multipart/related(text/html image/png)) text/csv text/csv application/pdf)"
    );
    assert_eq!(vera.header("subject"), "The week");
    let picture = vera.find("image/png").unwrap();
    assert_eq!(picture.body[..8], *b"\x89PNG\r\n\x1a\n");
    assert_eq!(picture.header("content-id"), "<chart-1@report>");
    let html = vera.text("text/html");
    assert!(html.contains("<img src=\"cid:chart-1@report\""), "{html}");
    assert!(html.contains("As of &lt;today&gt;") && !html.contains("<today>"), "{html}");
    let plain = vera.text("text/plain");
    assert!(plain.contains("region | net\nnorth | 4\nnorth | 10\nsouth | 20\n"), "{plain}");
    assert!(plain.contains("1 March 2026, 13:00 (Europe/Berlin)"), "{plain}");
    assert_eq!(vera.file("01-by-region.csv"), Some(&b"region,net\r\nnorth,14\r\nsouth,20\r\n"[..]));
    assert_eq!(vera.file("dashboard.pdf").unwrap()[..5], *b"%PDF-");
    assert_eq!(vera.header("list-unsubscribe-post"), "List-Unsubscribe=One-Click");
    assert_ne!(vera.header("list-unsubscribe"), letters[0].header("list-unsubscribe"), "each has their own way out");
    assert_eq!(room.stored("count(letter) FROM report_runs").await, "0", "nothing of it is kept");
    let askers = "count(*) FROM query_runs WHERE saved_query_id IS NOT NULL AND asker_id IS NOT NULL";
    assert_eq!(room.stored(askers).await, "0", "it is run in nobody's name");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tile_that_fails_is_missing_and_mail_and_log_say_so() {
    let room = Newsroom::new().await;
    let id = room.schedule(json!({ "attachments": ["CSV"] })).await;
    let key = "UPDATE saved_queries SET sql = 'SELECT gone FROM orders' WHERE name = 'Rows'";
    room.office.desk.served.library.sql(key).await;
    let run = room.send(&id).await;
    assert_eq!((&run["status"], &run["tilesShown"], &run["tilesMissing"]), (&json!("PARTIAL"), &json!(1), &json!(1)));
    let problem = &run["problems"][0];
    let failed = "error_code || '|' || error_message FROM query_runs WHERE status = 'FAILED'";
    assert_eq!(room.stored(failed).await, format!("{}|{}", text(&problem["code"]), text(&problem["message"])));
    assert_eq!((&problem["part"], run["problems"].as_array().unwrap().len()), (&json!("TILE"), 1));
    let letters = room.letters();
    assert_eq!(addresses(&letters), ["eddy@example.org"], "whoever writes it gets it, when nobody is named");
    let plain = letters[0].text("text/plain");
    assert!(plain.contains("1 part of this report is missing."), "{plain}");
    assert!(plain.contains("This is missing: its query failed."), "{plain}");
    assert!(!plain.contains("gone"), "nothing of what is inside: {plain}");
    assert!(letters[0].file("01-by-region.csv").is_some());
    assert_eq!(letters[0].shape().matches("text/csv").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_with_nothing_to_show_fails_and_stops_after_five_times() {
    let room = Newsroom::new().await;
    let id = room.schedule(json!({ "cron": "5 12 * * *", "timeZone": "UTC" })).await;
    let library = &room.office.desk.served.library;
    library.sql("UPDATE saved_queries SET sql = 'SELECT gone FROM orders'").await;
    library.sql("UPDATE scheduled_reports SET failures = 4").await;
    library.app.clock.advance(TimeDelta::minutes(6));
    worker::every_minute(&library.app).await.unwrap();
    room.ended("1").await;
    let report = room.read(&room.office.eddy, &id).await;
    assert_eq!(
        (&report["isEnabled"], &report["nextRunAt"], &report["nextRuns"]),
        (&json!(false), &Value::Null, &json!([]))
    );
    assert_eq!(report["disabledReason"], "It failed 5 times in a row.");
    let run = &report["runs"]["nodes"][0];
    assert_eq!((&run["status"], &run["trigger"]), (&json!("FAILED"), &json!("SCHEDULE")));
    assert_eq!(run["scheduledFor"], "2026-03-01T12:05:00+00:00");
    assert_eq!(run["problems"].as_array().unwrap().last().unwrap()["code"], "NOTHING_TO_SHOW");
    assert!(room.letters().is_empty());
    // Whoever looks after it lets it go on, with no failure on its account.
    let input = json!({ "id": id, "version": report["version"], "isEnabled": true });
    let payload = "report { isEnabled disabledReason nextRunAt }";
    let again = room.office.eddy.act("updateReport", "UpdateReportInput", input, payload).await;
    let expected = json!({ "isEnabled": true, "disabledReason": null, "nextRunAt": "2026-03-02T12:05:00+00:00" });
    assert_eq!(again["report"], expected);
    assert_eq!(room.stored("failures FROM scheduled_reports").await, "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_refused_keeps_nobody_elses_letter() {
    let mail = MailServer::answering(|line| line.contains("<vera@").then(|| "550 5.1.1 no".to_owned())).await;
    let url = format!("smtp://127.0.0.1:{}?tls=none", mail.port);
    let room = Newsroom::with(&[("MAIL_URL", &url), ("MAIL_FROM", "ai@example.org")]).await;
    let id = room.schedule(json!({ "recipients": ["vera@example.org", "ada@example.org"] })).await;
    let run = room.send(&id).await;
    let message = "The mail server does not take this mail.";
    assert_eq!(run["status"], "PARTIAL");
    let problem =
        json!({ "part": "RECIPIENT", "name": "vera@example.org", "code": "BAD_USER_INPUT", "message": message });
    assert_eq!(run["problems"], json!([problem]));
    assert_eq!(run["deliveries"][1]["error"], json!({ "code": "BAD_USER_INPUT", "message": message }));
    let reports = mail.taken().into_iter().filter(|letter| letter.data.contains("Subject: The week"));
    assert_eq!(reports.map(|letter| letter.to).collect::<Vec<_>>(), [["ada@example.org".to_owned()]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_see_the_dashboard_any_more_gets_nothing() {
    let room = Newsroom::new().await;
    let share = json!({ "id": room.dashboard, "person": { "email": "eve@example.org" } });
    let share = room.office.eddy.act("shareDashboard", "ShareDashboardInput", share, "share { id }").await;
    let recipients = json!(["vera@example.org", "eve@example.org", "eddy@example.org"]);
    let id = room.schedule(json!({ "recipients": recipients })).await;
    let eve = room.read(&room.office.eve, &id).await;
    assert_eq!(eve["recipients"], json!([{ "email": "eve@example.org", "unsubscribedAt": null, "maySee": true }]));
    assert_eq!((&eve["dashboard"], &eve["author"], &eve["runs"]["nodes"]), (&Value::Null, &Value::Null, &json!([])));
    let input = json!({ "id": share["share"]["id"] });
    room.office.eddy.act("revokeShare", "RevokeShareInput", input, "share { id }").await;
    let gone = "DELETE FROM workspace_members WHERE user_id = (SELECT id FROM users WHERE username = 'vera')";
    room.office.desk.served.library.sql(gone).await;
    let run = room.send(&id).await;
    assert_eq!(run["status"], "PARTIAL");
    let lost = |name: &str| {
        json!({ "email": format!("{name}@example.org"), "status": "SKIPPED", "sentAt": null,
        "error": { "code": "ACCESS_LOST", "message": "They may not see the dashboard any more." } })
    };
    assert_eq!((&run["deliveries"][1], &run["deliveries"][2]), (&lost("eve"), &lost("vera")));
    assert_eq!(run["problems"][0]["code"], "ACCESS_LOST");
    assert_eq!(addresses(&room.letters()), ["eddy@example.org"]);
    for person in [&room.office.eve, &room.office.vera] {
        assert_eq!(person.refused(REPORT, json!({ "id": id })).await.0, "NOT_FOUND");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wants_it_no_more_says_so_by_a_button_and_never_by_a_look() {
    let room = Newsroom::new().await;
    let id =
        room.schedule(json!({ "recipients": ["vera@example.org", "eddy@example.org"], "title": "<b>Week</b>" })).await;
    room.send(&id).await;
    let letter = &room.letters()[1];
    let link = letter.header("list-unsubscribe").trim_matches(['<', '>']);
    let path = &link[link.find("/reports/").unwrap()..];
    let served = &room.office.desk.served;
    let (status, page) = served.get(path).await;
    assert!(status == 200 && page.contains("<form method=\"post\">") && page.contains("&lt;b&gt;Week"), "{page}");
    let gone = "count(*) FROM report_recipients WHERE unsubscribed_at IS NOT NULL";
    assert_eq!(room.stored(gone).await, "0", "whatever scans mail follows links");
    let client = reqwest::Client::new();
    for _ in 0..2 {
        let sent = client.post(served.url(path)).body("List-Unsubscribe=One-Click").send().await.unwrap();
        assert_eq!(sent.status(), 200);
    }
    assert_eq!(room.stored(gone).await, "1");
    assert_eq!(room.office.vera.refused(REPORT, json!({ "id": id })).await.0, "NOT_FOUND");
    let forged = format!("{}x", &path[..path.len() - 1]);
    assert_eq!(client.post(served.url(&forged)).send().await.unwrap().status(), 404);

    // Nobody else puts her on the list again.
    let input = json!({ "id": id, "version": 1, "recipients": ["vera@example.org"] });
    let (code, fields) = told(&room.office.eddy, "updateReport", "UpdateReportInput", input).await;
    assert_eq!((code.as_str(), fields[0].0.as_str()), ("BAD_USER_INPUT", "input.recipients.0"));
    let input = json!({ "id": id });
    let left = room.office.eddy.act("unsubscribeFromReport", "ReportInput", input.clone(), "reportId").await;
    assert_eq!(left["reportId"], *id);
    assert_eq!(room.stored(gone).await, "2");
    let twice = room.office.eddy.act_refused("unsubscribeFromReport", "ReportInput", input).await;
    assert_eq!(twice.0, "NOT_FOUND");
    let trail = room.office.trail("report").await;
    assert_eq!(trail.iter().filter(|event| event.starts_with("report.unsubscribed")).count(), 2, "{trail:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_time_is_taken_once_and_missed_ones_are_made_up_for_once() {
    let room = Newsroom::new().await;
    room.schedule(json!({ "cron": "*/15 * * * *", "timeZone": "UTC" })).await;
    let first = room.app().clone();
    let second = App { bus: Bus::default(), ..first.clone() };
    ClaimReports {}.run(first.clone(), FIRST).await.unwrap();
    assert_eq!(room.stored("count(*) FROM report_runs").await, "0", "its time has not come");
    first.clock.advance(TimeDelta::minutes(121));
    let (one, other) = tokio::join!(ClaimReports {}.run(first, FIRST), ClaimReports {}.run(second, FIRST));
    one.unwrap();
    other.unwrap();
    room.ended("1").await;
    let run =
        "trigger || ' ' || status || ' ' || to_char(scheduled_for AT TIME ZONE 'UTC', 'HH24:MI') FROM report_runs";
    assert_eq!(room.stored(run).await, "SCHEDULE SENT 12:15");
    let next = "to_char(next_run_at AT TIME ZONE 'UTC', 'HH24:MI') FROM scheduled_reports";
    assert_eq!(room.stored(next).await, "14:15");
    assert_eq!(room.letters().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_that_come_twice_send_nothing_twice() {
    let room = Newsroom::new().await;
    let id = room.schedule(json!({})).await;
    room.send(&id).await;
    let (run, person) = (room.stored("id FROM report_runs").await, room.stored("user_id FROM report_deliveries").await);
    let run_id = elenchus::ids::ReportRunId::from_uuid(run.parse().unwrap());
    let user_id = elenchus::ids::UserId::from_uuid(person.parse().unwrap());
    RunReport { run_id, looks: 0 }.run(room.app().clone(), FIRST).await.unwrap();
    SendReport { run_id, user_id }.run(room.app().clone(), FIRST).await.unwrap();
    assert_eq!(room.letters().len(), 1);

    // A server died when the queries had been begun, and another when the letter was with the mail server alone.
    let again = "UPDATE report_runs SET status = 'RUNNING', ended_at = NULL; DELETE FROM report_deliveries";
    room.office.desk.served.library.sql(again).await;
    RunReport { run_id, looks: 0 }.run(room.app().clone(), FIRST).await.unwrap();
    room.ended("1").await;
    let letters = room.letters();
    assert_eq!(letters.len(), 2);
    assert_eq!(letters[0].header("message-id"), letters[1].header("message-id"), "who gets it twice can tell");

    // One that nobody is at any more ends by itself, and is forgotten in a year.
    room.office.desk.served.library.sql("UPDATE report_runs SET status = 'RUNNING', ended_at = NULL").await;
    room.app().clock.advance(TimeDelta::hours(7));
    TendReports {}.run(room.app().clone(), FIRST).await.unwrap();
    assert_eq!(
        room.stored("status || ' ' || (problems -> -1 ->> 'code') FROM report_runs").await,
        "PARTIAL PROCESSING_FAILED"
    );
    room.app().clock.advance(TimeDelta::days(366));
    TendReports {}.run(room.app().clone(), FIRST).await.unwrap();
    assert_eq!(room.stored("count(*) FROM report_runs").await, "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tile_whose_server_stopped_is_run_once_more() {
    let room = Newsroom::new().await;
    let id = room.schedule(json!({})).await;
    room.send(&id).await;
    let run_id = elenchus::ids::ReportRunId::from_uuid(room.stored("id FROM report_runs").await.parse().unwrap());
    let interrupted = "UPDATE report_runs SET status = 'RUNNING', ended_at = NULL; DELETE FROM report_deliveries;
        UPDATE query_runs SET status = 'FAILED', error_code = 'INTERRUPTED', result_id = NULL, ended_at = started_at
        WHERE id = (SELECT id FROM query_runs WHERE saved_query_id IS NOT NULL ORDER BY id DESC LIMIT 1)";
    let told = "count(*) FROM query_runs WHERE saved_query_id IS NOT NULL";
    let mut runs = Vec::new();
    for looks in [0, 10] {
        room.office.desk.served.library.sql(interrupted).await;
        RunReport { run_id, looks }.run(room.app().clone(), FIRST).await.unwrap();
        room.ended("1").await;
        let run = room.read(&room.office.eddy, &id).await["runs"]["nodes"][0].clone();
        runs.push((run["tilesShown"].clone(), run["tilesMissing"].clone(), room.stored(told).await));
    }
    // Once more, and not for ever.
    assert_eq!(runs, [(json!(2), json!(0), "3".to_owned()), (json!(1), json!(1), "3".to_owned())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_a_report_is_refused_and_others_do_not_see_it() {
    let room = Newsroom::new().await;
    let refused = async |more: Value| {
        let (code, fields) = told(&room.office.eddy, "scheduleReport", "ScheduleReportInput", room.input(&more)).await;
        (code, fields.into_iter().map(|(path, _)| path).collect::<Vec<_>>())
    };
    for (more, field) in [
        (json!({ "cron": "* * * * *" }), "input.cron"),
        (json!({ "cron": "0 0 30 2 *" }), "input.cron"),
        (json!({ "cron": "@daily" }), "input.cron"),
        (json!({ "timeZone": "Mars/Base" }), "input.timeZone"),
        (json!({ "title": " " }), "input.title"),
        (json!({ "recipients": [] }), "input.recipients"),
        (json!({ "recipients": ["eddy@example.org", "stranger@elsewhere.org"] }), "input.recipients.1"),
        // She has an account, and may not see the dashboard: that is told alike.
        (json!({ "recipients": ["eve@example.org"] }), "input.recipients.0"),
        (json!({ "filters": [{ "name": "none", "value": "x" }] }), "input.filters.0.name"),
    ] {
        assert_eq!(refused(more.clone()).await, refusal("BAD_USER_INPUT", &[field]), "{more}");
    }
    assert_eq!(room.stored("count(*) FROM scheduled_reports").await, "0");
    let id = room.schedule(json!({ "recipients": ["vera@example.org"] })).await;
    let input = json!({ "id": id });
    for (person, code) in [(&room.office.vera, "FORBIDDEN"), (&room.office.eve, "NOT_FOUND")] {
        let made = person.act_refused("scheduleReport", "ScheduleReportInput", room.input(&json!({}))).await;
        assert_eq!(made.0, code);
        let change = json!({ "id": id, "version": 1, "title": "mine" });
        assert_eq!(person.act_refused("updateReport", "UpdateReportInput", change).await.0, code);
        for field in ["deleteReport", "sendReportNow"] {
            assert_eq!(person.act_refused(field, "ReportInput", input.clone()).await.0, code, "{field}");
        }
    }
    let stale = json!({ "id": id, "version": 2, "title": "x" });
    let stale = room.office.ada.act_refused("updateReport", "UpdateReportInput", stale).await;
    assert_eq!(stale, refusal("CONFLICT", &["input.version"]));
    let lists = "query ($id: ID!) { node(id: $id) { ... on Dashboard { reports { id } workspace { scheduledReports { nodes { id } } } } } }";
    for (person, reports) in [(&room.office.ada, json!([{ "id": id }])), (&room.office.vera, json!([{ "id": id }]))] {
        let seen = person.run(lists, json!({ "id": room.dashboard })).await["node"].clone();
        assert_eq!((&seen["reports"], &seen["workspace"]["scheduledReports"]["nodes"]), (&reports, &reports));
    }
    room.office.ada.act("deleteReport", "ReportInput", input, "deletedId").await;
    let trail = room.office.trail("report").await;
    assert_eq!(trail.len(), 2, "{trail:?}");
}

#[tokio::test]
async fn times_are_told_before_anything_is_scheduled() {
    let office = Office::new().await;
    let times = async |cron: &str, zone: &str| {
        office.vera.run(TIMES, json!({ "c": cron, "z": zone, "n": 2 })).await["reportTimes"].clone()
    };
    assert_eq!(
        times("0 8 * * 1", "America/New_York").await,
        json!(["2026-03-02T13:00:00+00:00", "2026-03-09T12:00:00+00:00"])
    );
    let wrong = office.vera.refused(TIMES, json!({ "c": "x", "z": "y", "n": 2 })).await;
    assert_eq!(wrong, refusal("BAD_USER_INPUT", &["timeZone", "cron"]));
    let many = office.vera.refused(TIMES, json!({ "c": "0 8 * * 1", "z": "UTC", "n": 101 })).await;
    assert_eq!(many, refusal("BAD_USER_INPUT", &["count"]));
    let nobody = Person { url: office.desk.served.url(""), token: String::new() };
    let asked = nobody.respond(TIMES, json!({ "c": "0 8 * * 1", "z": "UTC", "n": 1 })).await;
    assert!(asked["errors"].is_array(), "{asked}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_mail_nothing_is_scheduled() {
    let room = Newsroom::with(&[("MAIL_URL", "none")]).await;
    let refused = room.office.eddy.act_refused("scheduleReport", "ScheduleReportInput", room.input(&json!({}))).await;
    assert_eq!(refused.0, "FORBIDDEN");
}
