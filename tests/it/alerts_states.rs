//! Alerts through their states, at times that the tests say.

use chrono::TimeDelta;
use elenchus::domain::dashboards::alerts::jobs::{PruneAlerts, TakeAlerts};
use elenchus::domain::users::actor::Actor;
use elenchus::jobs::job::Job as _;
use elenchus::worker;
use serde_json::{Value, json};

use super::alerts::{above, with};
use super::support::library::FIRST;
use super::support::live::until_some;
use super::support::office::Office;
use super::support::served;

const DUE: &str = "count(*) FROM jobs WHERE state = 'RUNNING' OR (state = 'QUEUED' AND run_at <= now())";
const STANDS: &str =
    "concat_ws(' ', state, last_value, to_char(next_evaluation_at AT TIME ZONE 'UTC', 'HH24:MI:SS')) FROM alerts";
const EVENTS: &str = "string_agg(concat_ws(' ', from_state, to_state, to_char(at AT TIME ZONE 'UTC', 'HH24:MI:SS'), notified_count), ', ' \
    ORDER BY sequence) FROM alert_events";

impl Office {
    /// Waits until nothing is left to be done.
    pub async fn idle(&self) {
        let library = &self.desk.served.library;
        until_some("an idle moment", async || library.text(DUE).await.filter(|due| due == "0")).await;
    }

    /// Has done by now what is to be done every minute.
    pub async fn tick(&self) {
        self.idle().await;
        worker::every_minute(&self.desk.served.library.app).await.unwrap();
        self.idle().await;
    }

    /// The same so many seconds later.
    pub async fn later(&self, seconds: i64) {
        self.idle().await;
        self.desk.served.library.app.clock.advance(TimeDelta::seconds(seconds));
        self.tick().await;
    }

    pub async fn say(&self, what: &str) -> String {
        self.desk.served.library.text(what).await.unwrap_or_default()
    }

    /// Moves the bound of all alerts, as if nobody had.
    pub async fn bound(&self, value: &str) {
        let set = format!("UPDATE alerts SET rule = jsonb_set(rule, '{{condition,value}}', '\"{value}\"')");
        self.desk.served.library.sql(&set).await;
    }

    /// Puts other rows in the place of the orders.
    pub async fn bring_orders(&self, rows: &[u8]) {
        let token = self.ada.token.clone();
        let ada = served::Person { id: String::new(), token, refresh_token: String::new(), actor: Actor::nobody() };
        let loaded = self.desk.bring(&ada, "orders.csv", rows, json!({ "workspaceId": self.workspace })).await;
        assert_eq!(loaded["status"], "LOADED", "{loaded}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_fires_after_its_grace_is_told_again_and_ends_after_another() {
    let office = Office::new().await;
    let more = json!({ "condition": above("33.99"), "forSeconds": 90, "keepFiringSeconds": 30, "renotifySeconds": 120,
        "intervalSeconds": 300 });
    office.alert(more).await;
    office.tick().await;
    assert_eq!(office.say(STANDS).await, "PENDING 34 12:01:30");
    office.later(89).await;
    assert_eq!(office.say(STANDS).await, "PENDING 34 12:01:30", "it is not its time");
    office.later(1).await;
    assert_eq!(office.say(STANDS).await, "FIRING 34 12:03:30");
    office.later(120).await;
    assert_eq!(office.say(STANDS).await, "FIRING 34 12:05:30");
    office.later(150).await;
    assert_eq!(office.say(STANDS).await, "FIRING 34 12:07:30", "being late once moves none that follow");
    office.bound("34").await;
    office.later(90).await;
    assert_eq!(office.say(STANDS).await, "FIRING 34 12:08:00");
    office.later(30).await;
    assert_eq!(office.say(STANDS).await, "OK 34 12:13:00");
    let expected = "OK PENDING 12:00:00 0, PENDING FIRING 12:01:30 1, FIRING FIRING 12:03:30 1, FIRING FIRING 12:06:00 1, \
                    FIRING FIRING 12:07:30 1, FIRING OK 12:08:00 1";
    assert_eq!(office.say(EVENTS).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_sees_to_it_ends_the_reminders_and_what_is_muted_is_told_to_nobody() {
    let office = Office::new().await;
    let id = office.alert(json!({ "condition": above("33"), "renotifySeconds": 60, "intervalSeconds": 300 })).await;
    office.tick().await;
    let seen = json!({ "id": id });
    let payload = "alert { state acknowledgedAt acknowledgedBy { email } }";
    let acknowledged = office.ada.act("acknowledgeAlert", "AcknowledgeAlertInput", seen.clone(), payload).await;
    let expected = json!({ "state": "FIRING", "acknowledgedAt": "2026-03-01T12:00:00+00:00",
        "acknowledgedBy": { "email": "ada@example.org" } });
    assert_eq!(acknowledged["alert"], expected);
    office.later(60).await;
    assert_eq!(office.say(EVENTS).await, "OK FIRING 12:00:00 1");
    let until = json!({ "id": id, "until": "2026-03-01T12:10:00Z" });
    office.eddy.act("muteAlert", "MuteAlertInput", until, "alert { mutedUntil }").await;
    office.bound("34").await;
    office.later(300).await;
    office.bound("33").await;
    office.later(300).await;
    let expected = "OK FIRING 12:00:00 1, FIRING OK 12:06:00 0, OK FIRING 12:11:00 1";
    assert_eq!(office.say(EVENTS).await, expected);
    assert_eq!(office.say("count(*) FROM notifications").await, "2");
    let trail = office.trail("alert").await;
    assert_eq!(trail.len(), 3, "{trail:?}");
    assert_eq!(trail[1], "alert.acknowledged {\"state\": \"FIRING\"}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_condition_fires_on_what_it_is_about() {
    let office = Office::new().await;
    let query = office.query("Orders", "SELECT region, net, ordered FROM orders ORDER BY ordered").await;
    let none = office.query("None", "SELECT net FROM orders WHERE net > 100").await;
    let none_state = |state: &str| json!({ "condition": above("1"), "noDataState": state });
    for (name, on, more, expected) in [
        ("last", &query, json!({ "condition": above("3.9") }), "FIRING 4"),
        ("first", &query, json!({ "reduce": "FIRST", "condition": above("10") }), "OK 10"),
        (
            "sum",
            &query,
            json!({ "reduce": "SUM", "condition": { "kind": "THRESHOLD", "operator": "EQ", "value": "34.0" } }),
            "FIRING 34",
        ),
        (
            "average",
            &query,
            json!({ "reduce": "AVERAGE", "condition": { "kind": "THRESHOLD", "operator": "LT", "value": "11.34" } }),
            "FIRING 11.33333333333333333333",
        ),
        (
            "rows",
            &query,
            json!({ "column": null, "condition": { "kind": "THRESHOLD", "operator": "NE", "value": "3" } }),
            "OK 3",
        ),
        ("change", &query, json!({ "condition": { "kind": "CHANGE", "direction": "ANY", "value": "1" } }), "OK 4"),
        (
            "old",
            &query,
            json!({ "condition": { "kind": "NO_DATA", "timeColumn": "ordered", "olderThanSeconds": 86400 } }),
            "FIRING 4",
        ),
        (
            "fresh",
            &query,
            json!({ "condition": { "kind": "NO_DATA", "timeColumn": "ordered", "olderThanSeconds": 86_400_000 } }),
            "OK 4",
        ),
        ("empty", &none, json!({ "condition": { "kind": "NO_DATA" } }), "FIRING"),
        (
            "no rows",
            &none,
            json!({ "column": null, "condition": { "kind": "THRESHOLD", "operator": "LT", "value": "1" } }),
            "FIRING 0",
        ),
        ("no data", &none, none_state("NO_DATA"), "NO_DATA"),
        ("kept", &none, none_state("KEEP"), "OK"),
        ("fine", &none, none_state("OK"), "OK"),
        ("firing", &none, none_state("FIRING"), "FIRING"),
    ] {
        let more = with(more, json!({ "name": name }));
        office.alert_on(on, more).await;
        office.tick().await;
        let stands = format!("concat_ws(' ', state, last_value) FROM alerts WHERE name = '{name}'");
        assert_eq!(office.say(&stands).await, expected, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_measured_from_before() {
    let office = Office::new().await;
    let query = office.query("Total", super::alerts::TOTAL).await;
    let change = |over: Value| json!({ "kind": "CHANGE", "direction": "UP", "unit": "PERCENT", "value": "50", "overSeconds": over });
    office.alert_on(&query, json!({ "name": "last", "condition": change(Value::Null) })).await;
    office.alert_on(&query, json!({ "name": "hour", "condition": change(json!(3600)) })).await;
    let states = "string_agg(name || ' ' || state, ', ' ORDER BY name) FROM alerts";
    office.tick().await;
    assert_eq!(office.say(states).await, "hour OK, last OK", "there is nothing before");
    office.later(600).await;
    office.bring_orders(b"region,net,ordered\nnorth,51,2026-02-01\n").await;
    let fired = "count(*) FROM alerts WHERE name = 'last' AND state = 'FIRING'";
    until_some("an evaluation", async || office.desk.served.library.text(fired).await.filter(|n| n == "1")).await;
    office.idle().await;
    assert_eq!(office.say(states).await, "hour OK, last FIRING", "at once, and nothing is known of an hour ago");
    office.later(3000).await;
    assert_eq!(office.say(states).await, "hour FIRING, last OK");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_that_breaks_is_an_error_once_it_has_failed_twice() {
    let office = Office::new().await;
    office.alert(json!({ "condition": above("33"), "intervalSeconds": 300 })).await;
    office.tick().await;
    let delete = json!({ "id": office.table });
    office.eddy.act("deleteDataTable", "DeleteDataTableInput", delete, "deletedId").await;
    // That the data changed is told at once.
    let failed = "count(*) FROM alerts WHERE failures > 0";
    until_some("a failure", async || office.desk.served.library.text(failed).await.filter(|n| n == "1")).await;
    office.idle().await;
    assert_eq!(office.say(STANDS).await, "FIRING 34 12:01:00", "it is tried once more");
    for _ in 0..3 {
        office.later(60).await;
    }
    assert_eq!(office.say(STANDS).await, "ERROR 34 12:06:00");
    assert_eq!(office.say(EVENTS).await, "OK FIRING 12:00:00 1, FIRING ERROR 12:01:00 1");
    let kinds = "string_agg(kind, ', ' ORDER BY number) FROM notifications";
    assert_eq!(office.say(kinds).await, "ALERT_FIRING, ALERT_FAILING");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_condition_begins_from_nothing_and_tells_nobody() {
    let office = Office::new().await;
    let id = office.alert(json!({ "condition": above("33"), "intervalSeconds": 300 })).await;
    office.tick().await;
    let rename = json!({ "id": id, "version": 1, "name": "Other" });
    office.eddy.act("updateAlert", "UpdateAlertInput", rename, "alert { state }").await;
    assert_eq!(office.say(EVENTS).await, "OK FIRING 12:00:00 1", "a name is no condition");
    let change = json!({ "id": id, "version": 2, "condition": above("34") });
    let payload = "alert { state lastValue events { nodes { from to message notifiedCount } } }";
    let changed = office.eddy.act("updateAlert", "UpdateAlertInput", change, payload).await;
    assert_eq!((&changed["alert"]["state"], &changed["alert"]["lastValue"]), (&json!("OK"), &Value::Null));
    let expected = json!({ "from": "FIRING", "to": "OK", "message": "The condition was changed.", "notifiedCount": 0 });
    assert_eq!(changed["alert"]["events"]["nodes"][0], expected);
    office.tick().await;
    assert_eq!(office.say("count(*) FROM notifications").await, "1");
    let evaluated = json!({ "id": id, "waitMs": 10000 });
    let payload = "isEvaluated alert { state lastValue lastMessage lastEvaluatedAt nextEvaluationAt }";
    let evaluated = office.eddy.act("evaluateAlert", "EvaluateAlertInput", evaluated, payload).await;
    let alert = json!({ "state": "OK", "lastValue": "34", "lastEvaluatedAt": "2026-03-01T12:00:00+00:00",
        "nextEvaluationAt": "2026-03-01T12:05:00+00:00",
        "lastMessage": "The value is 34. The condition “more than 34” does not hold." });
    assert_eq!(evaluated, json!({ "isEvaluated": true, "alert": alert }));
}

#[tokio::test(flavor = "multi_thread")]
async fn four_of_a_workspace_are_evaluated_at_once_and_the_others_follow_by_themselves() {
    let office = Office::new().await;
    for number in 0..9 {
        office.alert(json!({ "name": format!("Net {number}"), "condition": above("50") })).await;
    }
    office.tick().await;
    let library = &office.desk.served.library;
    library.sql("UPDATE alerts SET sequence = 1, next_evaluation_at = '2026-03-01T12:00:00Z'").await;
    let claim = |number: i32, until: &str| {
        format!("UPDATE alerts SET claimed_until = {until}, sequence = 1 WHERE name = 'Net {number}'")
    };
    for number in 0..4 {
        library.sql(&claim(number, "'2026-03-01T12:25:00Z'")).await;
    }
    let take = async |because: &str| {
        TakeAlerts { because: because.to_owned() }.run(library.app.clone(), FIRST).await.unwrap();
    };
    take("while four are evaluated").await;
    office.idle().await;
    let sequences = "string_agg(sequence::text, '' ORDER BY name) FROM alerts";
    assert_eq!(office.say(sequences).await, "111111111");
    // One of the four comes to an end: the others need nobody who looks.
    library.sql(&claim(3, "NULL")).await;
    take("when one has ended").await;
    until_some("the others", async || (office.say(sequences).await == "111222222").then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_is_kept_for_a_year_and_deleted_workspaces_are_left_alone() {
    let office = Office::new().await;
    office.alert(json!({ "condition": above("33"), "intervalSeconds": 86400 })).await;
    office.tick().await;
    let app = office.desk.served.library.app.clone();
    app.clock.advance(TimeDelta::days(365));
    PruneAlerts {}.run(app.clone(), FIRST).await.unwrap();
    assert_eq!(office.say("count(*) FROM alert_events").await, "1");
    app.clock.advance(TimeDelta::seconds(1));
    PruneAlerts {}.run(app.clone(), FIRST).await.unwrap();
    assert_eq!(office.say("count(*) FROM alert_events").await, "0");
    office.desk.served.library.sql("UPDATE workspaces SET deleted_at = now() WHERE personal_of IS NULL").await;
    let before = office.say("sequence FROM alerts").await;
    office.tick().await;
    assert_eq!(office.say("sequence FROM alerts").await, before);
}
