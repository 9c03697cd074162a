//! Reports as they are sent: what arrives, to whom, and what the log says when something does not.

use chrono::TimeDelta;
use elenchus::worker;
use serde_json::{Value, json};

use super::scheduled_reports_support::{Newsroom, REPORT};
use super::support::classroom::text;
use super::support::mime::Part;
use super::support::office::told;
use super::support::smtp::MailServer;

fn addresses(letters: &[Part]) -> Vec<&str> {
    letters.iter().map(|letter| letter.header("to")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_arrives_with_its_charts_and_files() {
    let room = Newsroom::new().await;
    let recipients = json!(["Vera@example.org", "eddy@example.org"]);
    let id = room.schedule(json!({ "recipients": recipients, "attachments": ["CSV", "PDF"] })).await;
    room.call_somebody().await;
    let run = room.send(&id).await;
    let [called, mut inbox] = room.told().await;
    assert_eq!(called, "REPORT_SENT");
    let mut told: Vec<&str> = inbox.split('\n').collect();
    told.sort_unstable();
    inbox = told.join("\n");
    assert_eq!(
        inbox,
        "eddy: The report \u{201c}The week\u{201d} was mailed to you\nvera: The report \u{201c}The week\u{201d} was mailed to you"
    );
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
    room.call_somebody().await;
    let missing = "None of the tiles could be shown, so that no mail was sent.";
    let first = format!("eddy: The report \u{201c}The week\u{201d} was not sent: {missing}");
    let stopped = format!(
        "{first}\neddy: The report \u{201c}The week\u{201d} was stopped: It failed 5 times in a row. {missing}"
    );
    library.app.clock.advance(TimeDelta::minutes(6));
    for (count, told) in [("1", &first), ("2", &first), ("3", &first), ("4", &first), ("5", &stopped)] {
        worker::every_minute(&library.app).await.unwrap();
        room.ended(count).await;
        let failed = vec!["REPORT_FAILED"; count.parse().unwrap()].join(" ");
        assert_eq!(room.told().await, [failed, told.clone()]);
        library.app.clock.advance(TimeDelta::days(i64::from(count != "5")));
    }
    let eddy = room.office.desk.served.back("eddy").await;
    let report = room.read(&eddy, &id).await;
    assert_eq!(
        (&report["isEnabled"], &report["nextRunAt"], &report["nextRuns"]),
        (&json!(false), &Value::Null, &json!([]))
    );
    assert_eq!(report["disabledReason"], "It failed 5 times in a row.");
    let run = &report["runs"]["nodes"][0];
    assert_eq!((&run["status"], &run["trigger"]), (&json!("FAILED"), &json!("SCHEDULE")));
    assert_eq!(run["scheduledFor"], "2026-03-05T12:05:00+00:00");
    assert_eq!(run["problems"].as_array().unwrap().last().unwrap()["code"], "NOTHING_TO_SHOW");
    assert!(room.letters().is_empty());
    // Whoever looks after it lets it go on, with no failure on its account.
    let input = json!({ "id": id, "version": report["version"], "isEnabled": true });
    let payload = "report { isEnabled disabledReason nextRunAt }";
    let again = eddy.act("updateReport", "UpdateReportInput", input, payload).await;
    let expected = json!({ "isEnabled": true, "disabledReason": null, "nextRunAt": "2026-03-06T12:05:00+00:00" });
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
    let (status, page) = served.get(path).await;
    assert!(status == 200 && page.contains("this report") && !page.contains("Week"), "{page}");
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
