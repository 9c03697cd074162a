//! Webhooks that do not take what they get: tried again, turned off, cut short, and left behind by a server that died.

use std::sync::atomic::Ordering;

use chrono::TimeDelta;
use elenchus::db::pool::Transactional as _;
use elenchus::domain::webhooks::jobs::{DeliverWebhook, TendWebhooks};
use elenchus::domain::webhooks::model::EventKind;
use elenchus::domain::webhooks::sending::{Event, send};
use elenchus::error::Error;
use elenchus::jobs::job::{Attempt, Job as _};
use serde_json::{Value, json};

use super::support::database::TestDatabase;
use super::support::hooks::{Call, Endpoint, OPEN, Reply, deliver, tell};
use super::support::library::FIRST;
use super::support::live::{LiveServer, Person};
use super::support::served::Served;

/// A server whose jobs are done by hand, somebody with an endpoint, and the ids of workspace and webhook.
async fn set_up(replies: &[Reply]) -> (Served, Person, Endpoint, String, String) {
    let served = Served::with(&OPEN).await;
    let ada = served.speaker("ada").await;
    let workspace = ada.own_workspace().await;
    let endpoint = Endpoint::start(replies).await;
    let (hook, _) = ada.hook(&workspace, &endpoint.url).await;
    (served, ada, endpoint, workspace, hook)
}

async fn state(person: &Person, hook: &str) -> Value {
    let query =
        "query ($id: ID!) { node(id: $id) { ... on Webhook { isEnabled disabledReason failingSince version } } }";
    person.run(query, json!({ "id": hook })).await["node"].clone()
}

#[tokio::test]
async fn a_failure_is_tried_again_with_the_same_id_and_another_time() {
    let (served, ada, endpoint, _, hook) = set_up(&[Reply::Status(500), Reply::Status(404)]).await;
    let clock = &served.library.app.clock;
    let id = ada.ping(&hook).await;
    served.deliver(&hook).await;
    let failed = ada.delivery(&id).await;
    let seen = (&failed["status"], &failed["attempts"], &failed["responseStatus"], &failed["error"]["code"]);
    assert_eq!(seen, (&json!("PENDING"), &json!(1), &json!(500), &json!("STATUS")));
    let next = failed["nextAttemptAt"].as_str().unwrap();
    assert!(("2026-03-01T12:00:05".."2026-03-01T12:00:06").contains(&next), "{next}");
    let second_ping = ada.act_refused("testWebhook", "TestWebhookInput", json!({ "id": hook })).await;
    assert_eq!(second_ping.0, "CONFLICT", "one ping at a time");
    served.deliver(&hook).await;
    assert_eq!(endpoint.calls().len(), 1, "not before its time");
    clock.advance(TimeDelta::seconds(6));
    served.deliver(&hook).await;
    assert_eq!(ada.delivery(&id).await["responseStatus"], 404);
    assert_eq!(state(&ada, &hook).await["failingSince"], "2026-03-01T12:00:00+00:00");
    clock.advance(TimeDelta::minutes(6));
    served.deliver(&hook).await;
    let calls = endpoint.calls();
    let told: Vec<_> = calls.iter().map(|call| (call.header("webhook-id"), call.body.clone())).collect();
    assert_eq!(told, vec![(id.as_str(), calls[0].body.clone()); 3]);
    let times: Vec<_> = calls.iter().map(|call| call.header("webhook-timestamp")).collect();
    assert_eq!(times, ["1772366400", "1772366406", "1772366766"], "of the try");
    let taken = ada.delivery(&id).await;
    let seen = (&taken["status"], &taken["attempts"], &taken["responseStatus"], &taken["error"]);
    assert_eq!(seen, (&json!("DELIVERED"), &json!(3), &json!(200), &Value::Null));
    assert_eq!(state(&ada, &hook).await["failingSince"], Value::Null);
}

#[tokio::test]
async fn tries_are_used_up_after_ten() {
    let (served, _, endpoint, workspace, hook) = set_up(&[const { Reply::Status(503) }; 10]).await;
    tell(&served.library.app, &workspace, EventKind::ReportSent, "a", json!({})).await;
    for _ in 0..12 {
        served.deliver(&hook).await;
        served.library.app.clock.advance(TimeDelta::hours(9));
    }
    // Later tries wait longer than that; but not longer than three of these steps.
    for _ in 0..20 {
        served.deliver(&hook).await;
        served.library.sql("UPDATE webhooks SET failing_since = NULL").await;
        served.library.app.clock.advance(TimeDelta::hours(9));
    }
    assert_eq!(endpoint.calls().len(), 10);
    let end = "concat_ws(' ', status, attempts, next_attempt_at IS NULL, error_code) FROM webhook_deliveries";
    assert_eq!(served.library.text(end).await.unwrap(), "FAILED 10 t STATUS");
}

#[tokio::test]
async fn who_is_gone_is_turned_off_and_its_editors_are_told() {
    let (served, ada, endpoint, workspace, hook) = set_up(&[Reply::Status(410)]).await;
    let app = &served.library.app;
    tell(app, &workspace, EventKind::ReportSent, "a", json!({})).await;
    tell(app, &workspace, EventKind::ReportSent, "b", json!({})).await;
    served.deliver(&hook).await;
    served.deliver(&hook).await;
    assert_eq!(endpoint.calls().len(), 1);
    let expected = json!({"isEnabled": false, "disabledReason": "GONE", "failingSince": "2026-03-01T12:00:00+00:00", "version": 2});
    assert_eq!(state(&ada, &hook).await, expected);
    let ends = "string_agg(key || ' ' || status || ' ' || error_code, ', ' ORDER BY key) FROM webhook_deliveries";
    assert_eq!(served.library.text(ends).await.unwrap(), "a FAILED GONE, b FAILED DISABLED");
    let trail = "actor || ' ' || after::text FROM audit_events WHERE action = 'webhook.disabled'";
    assert_eq!(served.library.text(trail).await.unwrap(), r#"system {"reason": "GONE"}"#);
    let told = "string_agg(concat_ws(' ', kind, title, body), ', ') FROM notifications";
    let told = served.library.text(told).await.unwrap();
    let expected = "WEBHOOK_DISABLED A webhook was turned off 127.0.0.1: It answered 410 Gone. What was still to be delivered was given up.";
    assert_eq!(told, expected);
}

#[tokio::test]
async fn who_fails_for_five_days_is_turned_off() {
    let (served, _, _endpoint, workspace, hook) = set_up(&[Reply::Status(500), Reply::Status(500)]).await;
    let app = &served.library.app;
    tell(app, &workspace, EventKind::ReportSent, "a", json!({})).await;
    served.deliver(&hook).await;
    app.clock.advance(TimeDelta::days(5));
    served.deliver(&hook).await;
    let ada = served.back("ada").await;
    let expected = json!({"isEnabled": false, "disabledReason": "FAILING", "failingSince": "2026-03-01T12:00:00+00:00", "version": 2});
    assert_eq!(state(&ada, &hook).await, expected);
}

#[tokio::test]
async fn redirects_are_not_followed_and_endless_answers_are_cut() {
    let elsewhere = Endpoint::start(&[]).await;
    let (served, ada, endpoint, _, hook) = set_up(&[Reply::Redirect(elsewhere.url.clone())]).await;
    let id = ada.ping(&hook).await;
    served.deliver(&hook).await;
    let failed = ada.delivery(&id).await;
    assert_eq!((&failed["responseStatus"], &failed["error"]["code"]), (&json!(307), &json!("REDIRECT")));
    assert_eq!(elsewhere.calls().len(), 0);
    endpoint.then(&[Reply::Endless]);
    served.library.app.clock.advance(TimeDelta::seconds(6));
    served.deliver(&hook).await;
    assert_eq!(ada.delivery(&id).await["status"], "DELIVERED");
    let poured = endpoint.poured.load(Ordering::SeqCst);
    assert!(poured < 64 * 1024 * 1024, "{poured} bytes: no more than the system's buffers hold");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_is_called_by_one_at_a_time() {
    let (served, _, endpoint, workspace, hook) = set_up(&[Reply::Nothing]).await;
    let app = served.library.app.clone();
    tell(&app, &workspace, EventKind::ReportSent, "a", json!({})).await;
    tell(&app, &workspace, EventKind::ReportSent, "b", json!({})).await;
    let slow = tokio::spawn({
        let (app, hook) = (app.clone(), hook.clone());
        async move { deliver(&app, &hook).await }
    });
    endpoint.called(1).await;
    served.library.sql("DELETE FROM jobs").await;
    deliver(&app, &hook).await;
    assert_eq!(endpoint.calls().len(), 1, "whoever comes second goes");
    slow.await.unwrap();
    let first = "error_code FROM webhook_deliveries WHERE key = 'a'";
    assert_eq!(served.library.text(first).await.unwrap(), "TIMEOUT");
    // For the retry, and for what was due meanwhile.
    let queued = "string_agg((run_at > now() + interval '1 second')::text, ' ' ORDER BY run_at) FROM jobs \
                  WHERE kind = 'webhooks.deliver'";
    assert_eq!(served.library.text(queued).await.unwrap(), "false true");
    deliver(&app, &hook).await;
    let second = "status FROM webhook_deliveries WHERE key = 'b'";
    assert_eq!(served.library.text(second).await.unwrap(), "DELIVERED");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_address_does_is_not_held_against_the_next() {
    let (served, ada, endpoint, workspace, hook) = set_up(&[Reply::Nothing]).await;
    let next = Endpoint::start(&[]).await;
    let app = served.library.app.clone();
    tell(&app, &workspace, EventKind::ReportSent, "a", json!({})).await;
    let slow = tokio::spawn({
        let (app, hook) = (app.clone(), hook.clone());
        async move { deliver(&app, &hook).await }
    });
    endpoint.called(1).await;
    let moved = json!({ "id": hook, "version": 1, "url": next.url });
    ada.act("updateWebhook", "UpdateWebhookInput", moved, "webhook { id }").await;
    slow.await.unwrap();
    let expected = json!({ "isEnabled": true, "disabledReason": null, "failingSince": null, "version": 2 });
    assert_eq!(state(&ada, &hook).await, expected);
    app.clock.advance(TimeDelta::seconds(6));
    served.deliver(&hook).await;
    assert_eq!(next.calls().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_is_told_once_however_many_say_it() {
    let (served, _, endpoint, workspace, hook) = set_up(&[]).await;
    let app = &served.library.app;
    let said = (0..8).map(|_| tell(app, &workspace, EventKind::AlertChanged, "the same", json!({})));
    futures::future::join_all(said).await;
    let rows = "count(*) FROM webhook_deliveries";
    assert_eq!(served.library.text(rows).await.unwrap(), "1");
    assert_eq!(served.library.text("count(*) FROM jobs WHERE kind = 'webhooks.deliver'").await.unwrap(), "1");
    for _ in 0..3 {
        served.deliver(&hook).await;
    }
    assert_eq!(endpoint.calls().len(), 1);

    // What is said in a transaction that comes to nothing was never said.
    let mut conn = app.db.write().await.unwrap();
    let event = Event { kind: EventKind::AlertChanged, key: "never".to_owned(), data: json!({}) };
    let undone: Result<(), Error> = conn
        .transaction(async |conn| {
            send(conn, &app.clock, workspace.parse().unwrap(), &event).await?;
            Err(Error::conflict("no"))
        })
        .await;
    assert!(undone.is_err());
    assert_eq!(served.library.text(rows).await.unwrap(), "1");
}

#[tokio::test]
async fn work_that_was_lost_is_found() {
    let (served, _, endpoint, workspace, hook) = set_up(&[]).await;
    let app = &served.library.app;
    tell(app, &workspace, EventKind::ReportSent, "a", json!({})).await;
    served.library.sql("DELETE FROM jobs").await;
    let queued = "count(*) FROM jobs WHERE kind = 'webhooks.deliver'";
    TendWebhooks {}.run(app.clone(), FIRST).await.unwrap();
    assert_eq!(served.library.text(queued).await.unwrap(), "0", "it may be on its way");
    app.clock.advance(TimeDelta::seconds(61));
    TendWebhooks {}.run(app.clone(), FIRST).await.unwrap();
    assert_eq!(served.library.text(queued).await.unwrap(), "1");
    served.deliver(&hook).await;
    assert_eq!(endpoint.calls().len(), 1);

    // One that kills whoever tries it counts as tried, and waits.
    tell(app, &workspace, EventKind::ReportSent, "b", json!({})).await;
    let sixth = Attempt { number: 6, is_last: true };
    DeliverWebhook::new(hook.parse().unwrap()).run(app.clone(), sixth).await.unwrap();
    let end = "concat_ws(' ', status, attempts, error_code) FROM webhook_deliveries WHERE key = 'b'";
    assert_eq!(served.library.text(end).await.unwrap(), "PENDING 1 INTERRUPTED");
    assert_eq!(endpoint.calls().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_dies_in_the_middle_leaves_nothing_undelivered() {
    let database = TestDatabase::new().await;
    let endpoint = Endpoint::start(&[Reply::Nothing]).await;
    let mut first = LiveServer::start(&database, &OPEN).await;
    let ada = first.register("ada@example.org").await;
    let (hook, secret) = ada.hook(&ada.own_workspace().await, &endpoint.url).await;
    let id = ada.ping(&hook).await;
    endpoint.called(1).await;
    first.kill();
    let second = LiveServer::start(&database, &OPEN).await;
    // As if the lease of the dead had run out.
    let (client, connection) = tokio_postgres::connect(&database.url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let expire = "UPDATE jobs SET locked_until = now() - interval '1 second' WHERE kind = 'webhooks.deliver'";
    client.batch_execute(expire).await.unwrap();
    let calls = endpoint.called(2).await;
    assert_eq!(calls.iter().map(|call| call.header("webhook-id")).collect::<Vec<_>>(), [id.as_str(), &id]);
    assert!(calls.iter().all(|call: &Call| call.signed_by(&[&secret])));
    let ada = ada.at(&second);
    assert_eq!(ada.tried(&id, 1).await["status"], "DELIVERED");
}
