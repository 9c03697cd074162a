//! Reports as they are scheduled: what is refused, at which times they are due, and that nothing is sent twice.

use chrono::TimeDelta;
use elenchus::app::App;
use elenchus::domain::dashboards::reports::jobs::{ClaimReports, TendReports};
use elenchus::domain::dashboards::reports::letter_job::SendReport;
use elenchus::domain::dashboards::reports::run_job::RunReport;
use elenchus::events::bus::Bus;
use elenchus::jobs::job::Job as _;
use serde_json::{Value, json};

use super::scheduled_reports_support::Newsroom;
use super::support::classroom::refusal;
use super::support::library::FIRST;
use super::support::live::Person;
use super::support::office::{Office, told};

const TIMES: &str = "query ($c: String!, $z: String!, $n: Int!) { reportTimes(cron: $c, timeZone: $z, count: $n) }";

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
