//! Alerts as people keep them: what is checked, who may what, and what the trail says.

use serde_json::{Value, json};

use super::support::classroom::{refusal, text};
use super::support::live::Person;
use super::support::office::{Office, told};

/// One row with the sum of all orders, which is 34.
pub const TOTAL: &str = "SELECT sum(net) AS net FROM orders";
const ALERT: &str = "query ($id: ID!) { node(id: $id) { ... on Alert { name description parameters { name value } column reduce
    condition { kind operator value resolveValue direction unit overSeconds timeColumn olderThanSeconds } forSeconds keepFiringSeconds
    renotifySeconds noDataState errorState intervalSeconds state mutedUntil version author { email } recipients { email }
    query { name } workspace { id } } } }";

/// A condition that holds above this number.
pub fn above(value: &str) -> Value {
    json!({ "kind": "THRESHOLD", "operator": "GT", "value": value })
}

pub fn with(mut value: Value, more: Value) -> Value {
    let Value::Object(more) = more else { panic!("{more} is no object") };
    value.as_object_mut().unwrap().extend(more);
    value
}

impl Office {
    /// The id of a new alert of Eddy's on the sum of all orders, which fires above 100, with what else is given.
    pub async fn alert(&self, more: Value) -> String {
        let query = self.query("Total", TOTAL).await;
        self.alert_on(&query, more).await
    }

    pub async fn alert_on(&self, query: &str, more: Value) -> String {
        let input = with(
            json!({ "queryId": query, "name": "Net", "column": "net", "condition": above("100"), "intervalSeconds": 60 }),
            more,
        );
        text(&self.eddy.act("createAlert", "CreateAlertInput", input, "alert { id }").await["alert"]["id"])
    }

    /// The ids of the memberships of people, by their addresses.
    pub async fn member(&self, email: &str) -> String {
        let query = "query ($id: ID!) { node(id: $id) { ... on Workspace { members { nodes { id email } } } } }";
        let found = self.ada.run(query, json!({ "id": self.workspace })).await;
        let members = found["node"]["members"]["nodes"].as_array().unwrap().clone();
        text(&members.iter().find(|member| member["email"] == email).unwrap()["id"])
    }
}

async fn seen(person: &Person, id: &str) -> Value {
    person.run(ALERT, json!({ "id": id })).await["node"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_is_kept_changed_and_deleted() {
    let office = Office::new().await;
    let query = office.query("Total", TOTAL).await;
    let vera = office.member("vera@example.org").await;
    let more = json!({ "name": " Net\nof all ", "description": " Too much. ", "recipientIds": [vera], "forSeconds": 60,
        "condition": { "kind": "THRESHOLD", "operator": "GTE", "value": "9007199254740993.10", "resolveValue": "1e1" } });
    let id = office.alert_on(&query, more).await;
    let expected = json!({
        "name": "Net of all", "description": "Too much.", "parameters": [], "column": "net", "reduce": "LAST",
        "condition": { "kind": "THRESHOLD", "operator": "GTE", "value": "9007199254740993.1", "resolveValue": "10",
            "direction": null, "unit": null, "overSeconds": null, "timeColumn": null, "olderThanSeconds": null },
        "forSeconds": 60, "keepFiringSeconds": 0, "renotifySeconds": null, "noDataState": "NO_DATA", "errorState": "ERROR",
        "intervalSeconds": 60, "state": "OK", "mutedUntil": null, "version": 1, "author": { "email": "eddy@example.org" },
        "recipients": [{ "email": "vera@example.org" }], "query": { "name": "Total" }, "workspace": { "id": office.workspace },
    });
    assert_eq!(seen(&office.vera, &id).await, expected);
    let change = json!({ "id": id, "version": 1, "name": "Sold", "description": null, "renotifySeconds": 3600,
        "condition": { "kind": "CHANGE", "direction": "DOWN", "unit": "PERCENT", "value": "12.5", "overSeconds": 3600 } });
    let changed = office.eddy.act("updateAlert", "UpdateAlertInput", change.clone(), "alert { version }").await;
    assert_eq!(changed["alert"]["version"], 2);
    let now = seen(&office.ada, &id).await;
    assert_eq!(
        (&now["name"], &now["description"], &now["renotifySeconds"]),
        (&json!("Sold"), &Value::Null, &json!(3600))
    );
    let condition = &now["condition"];
    assert_eq!(
        (&condition["kind"], &condition["value"], &condition["operator"]),
        (&json!("CHANGE"), &json!("12.5"), &Value::Null)
    );
    assert_eq!(
        office.eddy.act_refused("updateAlert", "UpdateAlertInput", change).await,
        refusal("CONFLICT", &["input.version"])
    );
    let same = json!({ "id": id, "version": 2, "name": "Sold" });
    let same = office.eddy.act("updateAlert", "UpdateAlertInput", same, "alert { version }").await;
    assert_eq!(same["alert"]["version"], 2, "nothing changed");

    let listed = "query ($id: ID!) { node(id: $id) { ... on SavedQuery { alerts { name } } } }";
    assert_eq!(office.vera.run(listed, json!({ "id": query })).await["node"]["alerts"], json!([{ "name": "Sold" }]));
    office.eddy.act("deleteAlert", "DeleteAlertInput", json!({ "id": id }), "deletedId").await;
    assert_eq!(office.vera.run(listed, json!({ "id": query })).await["node"]["alerts"], json!([]));
    let trail = [
        "alert.created {\"version\": 1}",
        "alert.updated {\"changed\": [\"name\", \"description\", \"condition\", \"renotifySeconds\"], \"version\": 2}",
        "alert.deleted {\"version\": 2}",
    ];
    assert_eq!(office.trail("alert").await, trail);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_do_is_named() {
    let office = Office::new().await;
    let query = office.query("Total", TOTAL).await;
    office.run(&office.eddy, &query, json!([])).await;
    let input = |more: Value| {
        with(json!({ "queryId": query, "name": "Net", "column": "net", "condition": above("100") }), more)
    };
    let foreign = office.eve.run("{ viewer { user { id } } }", json!({})).await;
    for (more, code, fields) in [
        (
            json!({ "condition": { "kind": "THRESHOLD" } }),
            "BAD_USER_INPUT",
            vec!["input.condition.operator", "input.condition.value"],
        ),
        (
            json!({ "condition": { "kind": "NO_DATA", "value": "1", "unit": "PERCENT" } }),
            "BAD_USER_INPUT",
            vec!["input.condition.value", "input.condition.unit"],
        ),
        (
            json!({ "condition": { "kind": "CHANGE", "direction": "UP", "value": "0" } }),
            "BAD_USER_INPUT",
            vec!["input.condition.value"],
        ),
        (json!({ "condition": above("1e1000000000") }), "BAD_USER_INPUT", vec!["input.condition.value"]),
        (json!({ "name": " ", "intervalSeconds": 59 }), "BAD_USER_INPUT", vec!["input.name", "input.intervalSeconds"]),
        (json!({ "column": "gross" }), "BAD_USER_INPUT", vec!["input.column"]),
        (json!({ "column": null, "reduce": "SUM" }), "BAD_USER_INPUT", vec!["input.reduce"]),
        (
            json!({ "condition": { "kind": "NO_DATA", "timeColumn": "net", "olderThanSeconds": 60 } }),
            "BAD_USER_INPUT",
            vec!["input.condition.timeColumn"],
        ),
        (json!({ "parameters": [{ "name": "x" }] }), "BAD_USER_INPUT", vec!["input.parameters.0.name"]),
        (json!({ "recipientIds": [foreign["viewer"]["user"]["id"]] }), "NOT_FOUND", vec!["input.recipientIds.0"]),
        (json!({ "queryId": "query_nothing" }), "NOT_FOUND", vec!["input.queryId"]),
    ] {
        let refused = office.eddy.act_refused("createAlert", "CreateAlertInput", input(more.clone())).await;
        assert_eq!(refused, refusal(code, &fields), "{more}");
    }
    let (_, fields) = told(&office.eddy, "createAlert", "CreateAlertInput", input(json!({ "column": "gross" }))).await;
    let message = "The query gives no column “gross”.".to_owned();
    assert_eq!(fields, [("input.column".to_owned(), message)]);
    let library = &office.desk.served.library;
    assert_eq!(library.text("count(*) FROM alerts").await.as_deref(), Some("0"), "nothing is half kept");
    office.alert_on(&query, json!({})).await;
    let many = "INSERT INTO alerts (id, workspace_id, query_id, name, parameters, rule, interval_seconds, created_at, updated_at, state, \
        since, next_evaluation_at) SELECT gen_random_uuid(), workspace_id, query_id, name, parameters, rule, 60, created_at, updated_at, \
        'OK', since, now() + interval '900 days' FROM alerts, generate_series(1, 199)";
    library.sql(many).await;
    let refused = office.eddy.act_refused("createAlert", "CreateAlertInput", input(json!({}))).await;
    assert_eq!(refused, refusal("CONFLICT", &[]));
}

#[tokio::test(flavor = "multi_thread")]
async fn viewers_see_and_strangers_do_not() {
    let office = Office::new().await;
    let id = office.alert(json!({})).await;
    let version = json!({ "id": id, "version": 1, "name": "mine" });
    let only = json!({ "id": id });
    for (field, kind, input) in [
        ("updateAlert", "UpdateAlertInput", &version),
        ("muteAlert", "MuteAlertInput", &only),
        ("acknowledgeAlert", "AcknowledgeAlertInput", &only),
        ("evaluateAlert", "EvaluateAlertInput", &only),
        ("deleteAlert", "DeleteAlertInput", &only),
    ] {
        for (who, code) in [(&office.vera, "FORBIDDEN"), (&office.eve, "NOT_FOUND")] {
            assert_eq!(who.act_refused(field, kind, input.clone()).await, refusal(code, &[]), "{field}");
        }
    }
    assert!(office.eve.misses(&id).await);
    assert_eq!(seen(&office.vera, &id).await["name"], "Net");
    let refused = office.eddy.act_refused("acknowledgeAlert", "AcknowledgeAlertInput", only.clone()).await;
    assert_eq!(refused, refusal("CONFLICT", &[]), "there is nothing to see to");
    let past = json!({ "id": id, "until": "2026-03-01T12:00:00Z" });
    let refused = office.eddy.act_refused("muteAlert", "MuteAlertInput", past).await;
    assert_eq!(refused, refusal("BAD_USER_INPUT", &["input.until"]));
    let mut eve = office.eve.socket().await;
    let follow = "subscription ($id: ID!) { alerts(workspaceId: $id) { name } }";
    eve.subscribe(follow, json!({ "id": office.workspace })).await;
    let refused = eve.hear().await.unwrap();
    assert_eq!(refused["payload"]["errors"][0]["extensions"]["code"], "NOT_FOUND", "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_says_what_the_newest_result_means() {
    let office = Office::new().await;
    let query = office.query("Total", TOTAL).await;
    let input = json!({ "queryId": query, "name": "Net", "column": "net", "condition": above("33.99") });
    let refused = office.vera.act_refused("previewAlert", "CreateAlertInput", input.clone()).await;
    assert_eq!(refused, refusal("CONFLICT", &[]), "nothing was run");
    office.run(&office.eddy, &query, json!([])).await;
    let shown = office.vera.act("previewAlert", "CreateAlertInput", input, "isMet value message computedAt").await;
    let expected = json!({ "isMet": true, "value": "34", "computedAt": "2026-03-01T12:00:00+00:00",
        "message": "The value is 34. The condition “more than 33.99” does hold." });
    assert_eq!(shown, expected);
    assert_eq!(office.desk.served.library.text("count(*) FROM alerts").await.as_deref(), Some("0"));
}
