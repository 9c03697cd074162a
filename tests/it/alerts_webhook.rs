//! An alert as a program hears of it: one signed call when it fires, one when it ends, and none in between.

use serde_json::json;

use super::alerts::{TOTAL, above};
use super::support::hooks::{Call, Endpoint, OPEN};
use super::support::office::Office;

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_calls_once_when_it_fires_and_once_when_it_ends() {
    let office = Office::with(&OPEN).await;
    let endpoint = Endpoint::start(&[]).await;
    let (_, secret) = office.eddy.hook(&office.workspace, &endpoint.url).await;
    let query = office.query("Total", TOTAL).await;
    let alert = office.alert_on(&query, json!({ "condition": above("34") })).await;
    office.tick().await;
    assert_eq!(endpoint.calls().len(), 0, "nothing has changed");

    let message = |at: &str, from: &str, to: &str, (sequence, said): (i32, &str)| {
        let data = json!({ "alertId": alert, "workspaceId": office.workspace, "queryId": query, "name": "Net", "from": from, "to": to,
            "isReminder": false, "value": "34", "message": said, "at": format!("2026-03-01T{at}Z"), "sequence": sequence });
        json!({ "type": "alert.changed", "timestamp": format!("2026-03-01T{at}.000000Z"), "data": data })
    };
    office.bound("33").await;
    office.later(60).await;
    let fired = message("12:01:00", "OK", "FIRING", (2, "The value is 34. The condition “more than 33” does hold."));
    let calls = endpoint.calls();
    assert_eq!(calls.iter().map(Call::message).collect::<Vec<_>>(), std::slice::from_ref(&fired));
    office.later(60).await;
    assert_eq!(office.say("sequence FROM alerts").await, "3", "it was looked at once more");
    assert_eq!(endpoint.calls().len(), 1, "it fires as it did");

    office.bound("34").await;
    office.later(60).await;
    let ended =
        message("12:03:00", "FIRING", "OK", (4, "The value is 34. The condition “more than 34” does not hold."));
    office.later(60).await;
    let calls = endpoint.calls();
    assert_eq!(calls.iter().map(Call::message).collect::<Vec<_>>(), [fired, ended]);
    assert_ne!(calls[0].header("webhook-id"), calls[1].header("webhook-id"));
    for (call, sent) in calls.iter().zip(["1772366460", "1772366580"]) {
        assert!(call.signed_by(&[&secret]), "{call:?}");
        assert_eq!(call.header("webhook-timestamp"), sent);
        let forged = Call { body: call.body.replace("\"34\"", "\"35\""), ..call.clone() };
        assert!(forged.body != call.body && !forged.signed_by(&[&secret]), "{forged:?}");
    }
    let tries = "string_agg(status || ' ' || attempts, ', ') FROM webhook_deliveries";
    assert_eq!(office.say(tries).await, "DELIVERED 1, DELIVERED 1");
}
