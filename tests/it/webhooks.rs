//! Webhooks: made, called with signatures that verify, exchanged, changed, and gone with their workspace.

use std::sync::Arc;

use chrono::TimeDelta;
use elenchus::app::App;
use elenchus::domain::webhooks::jobs::TendWebhooks;
use elenchus::domain::webhooks::model::EventKind;
use elenchus::domain::workspaces::jobs::PurgeWorkspaces;
use elenchus::jobs::job::Job as _;
use elenchus::seal::reseal::{Resealed, reseal};
use elenchus::seal::sealer::Sealer;
use secrecy::SecretSlice;
use serde_json::json;

use super::support::desk::Desk;
use super::support::hooks::{Endpoint, OPEN, Reply, deliver, tell};
use super::support::library::FIRST;
use super::support::live::Person;
use super::support::served::Served;

const WEBHOOK: &str = "webhook { id url events description isEnabled disabledReason failingSince secretPrefix \
     previousSecretExpiresAt version createdAt updatedAt workspace { id } }";

/// A server at work with somebody and their workspace.
async fn set_up() -> (Desk, Person, String) {
    let desk = Desk::with(&OPEN).await;
    let ada = desk.served.speaker("ada").await;
    let workspace = ada.own_workspace().await;
    (desk, ada, workspace)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_arrives_once_signed_and_word_for_word() {
    let (desk, ada, workspace) = set_up().await;
    let endpoint = Endpoint::start(&[]).await;
    let input = json!({"workspaceId": workspace, "url": endpoint.url, "events": ["REPORT_SENT", "ALERT_CHANGED"],
        "description": " for the tests "});
    let made = ada.act("createWebhook", "CreateWebhookInput", input, &format!("secret {WEBHOOK}")).await;
    let (secret, hook) = (made["secret"].as_str().unwrap(), &made["webhook"]);
    let expected = json!({"id": hook["id"], "url": endpoint.url, "events": ["REPORT_SENT", "ALERT_CHANGED"],
        "description": "for the tests", "isEnabled": true, "disabledReason": null, "failingSince": null,
        "secretPrefix": secret[..11], "previousSecretExpiresAt": null, "version": 1,
        "createdAt": "2026-03-01T12:00:00+00:00", "updatedAt": "2026-03-01T12:00:00+00:00", "workspace": {"id": workspace}});
    assert_eq!(*hook, expected);
    let kept = desk.served.library.text("encode(sealed_secret, 'escape') FROM webhooks").await.unwrap();
    assert!(!kept.contains(secret), "kept in plain text");

    let app = &desk.served.library.app;
    let data = json!({"id": "alert_x", "state": "FIRING", "note": "ä \" \u{2028}"});
    tell(app, &workspace, EventKind::AlertChanged, "alert:1", data.clone()).await;
    tell(app, &workspace, EventKind::AlertChanged, "alert:1", json!({})).await;
    tell(app, &workspace, EventKind::ReportFailed, "report:1", json!({})).await;
    let calls = endpoint.called(1).await;
    let message = json!({"type": "alert.changed", "timestamp": "2026-03-01T12:00:00.000000Z", "data": data});
    assert_eq!(calls[0].message(), message);
    assert!(calls[0].signed_by(&[secret]), "{:?}", calls[0]);
    assert_eq!(calls[0].header("content-type"), "application/json");
    assert_eq!(calls[0].header("webhook-timestamp"), "1772366400");
    let id = calls[0].header("webhook-id");
    let delivered = ada.tried(id, 1).await;
    let expected = json!({"id": id, "event": "ALERT_CHANGED", "status": "DELIVERED", "attempts": 1, "responseStatus": 200,
        "error": null, "nextAttemptAt": null, "createdAt": "2026-03-01T12:00:00+00:00",
        "deliveredAt": "2026-03-01T12:00:00+00:00"});
    assert_eq!(delivered, expected);
    let list = "query ($id: ID!) { node(id: $id) { ... on Workspace { webhooks { id all: deliveries { nodes { id webhook { id } } } \
                none: deliveries(status: FAILED) { nodes { id } } } } } }";
    let list = ada.run(list, json!({ "id": workspace })).await["node"]["webhooks"].clone();
    let expected = json!([{"id": hook["id"], "all": {"nodes": [{"id": id, "webhook": {"id": hook["id"]}}]}, "none": {"nodes": []}}]);
    assert_eq!(list, expected, "told once, and of nothing that it does not listen to");
    assert_eq!(endpoint.calls().len(), 1);
    let again = ada.act("redeliverWebhook", "RedeliverWebhookInput", json!({"deliveryId": id}), "delivery { status }");
    assert_eq!(again.await["delivery"]["status"], "PENDING");
    let calls = endpoint.called(2).await;
    assert_eq!((calls[1].header("webhook-id"), &calls[1].body), (id, &calls[0].body));
}

#[tokio::test(flavor = "multi_thread")]
async fn both_secrets_sign_for_a_day_after_they_are_exchanged() {
    let served = Served::with(&OPEN).await;
    let app = &served.library.app;
    let ada = served.speaker("ada").await;
    let workspace = ada.own_workspace().await;
    let endpoint = Endpoint::start(&[]).await;
    let (hook, old) = ada.hook(&workspace, &endpoint.url).await;
    let payload = "secret webhook { secretPrefix previousSecretExpiresAt version }";
    let rotated = ada.act("rotateWebhookSecret", "RotateWebhookSecretInput", json!({ "id": hook }), payload).await;
    let new = rotated["secret"].as_str().unwrap().to_owned();
    assert_ne!(old, new);
    let expected =
        json!({"secretPrefix": new[..11], "previousSecretExpiresAt": "2026-03-02T12:00:00+00:00", "version": 1});
    assert_eq!(rotated["webhook"], expected);
    tell(app, &workspace, EventKind::ReportSent, "a", json!({})).await;
    served.deliver(&hook).await;
    assert!(endpoint.calls()[0].signed_by(&[&new, &old]), "both sign");

    // Under another key of the installation both still sign, and without it neither does.
    let keys: Vec<SecretSlice<u8>> = vec![vec![9; 32].into(), app.secrets.encryption_keys[0].clone()];
    let done = reseal(&app.db, &Sealer::new(&keys)).await.unwrap();
    assert_eq!(done, Resealed { values: 2, left: Vec::new() });
    let resealed = App { sealer: Arc::new(Sealer::new(&keys[..1])), ..app.clone() };
    tell(app, &workspace, EventKind::ReportSent, "b", json!({})).await;
    served.deliver(&hook).await;
    assert_eq!(endpoint.calls().len(), 1);
    assert_eq!(served.library.text("error_code FROM webhook_deliveries WHERE key = 'b'").await.unwrap(), "SECRET");
    app.clock.advance(TimeDelta::minutes(1));
    deliver(&resealed, &hook).await;
    assert!(endpoint.calls()[1].signed_by(&[&new, &old]));

    app.clock.advance(TimeDelta::hours(24));
    let id = endpoint.calls()[1].header("webhook-id").to_owned();
    let ada = served.back("ada").await;
    ada.act("redeliverWebhook", "RedeliverWebhookInput", json!({ "deliveryId": id }), "delivery { id }").await;
    deliver(&resealed, &hook).await;
    assert!(endpoint.calls()[2].signed_by(&[&new]), "the old one signs no more");
    TendWebhooks {}.run(app.clone(), FIRST).await.unwrap();
    let left = "count(*) FROM webhooks WHERE sealed_previous_secret IS NOT NULL";
    assert_eq!(served.library.text(left).await.unwrap(), "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_turned_off_gets_nothing_until_it_is_on_again() {
    let (desk, ada, workspace) = set_up().await;
    let app = &desk.served.library.app;
    let endpoint = Endpoint::start(&[Reply::Status(500)]).await;
    let (hook, _) = ada.hook(&workspace, &endpoint.url).await;
    let failed = ada.ping(&hook).await;
    assert_eq!(ada.tried(&failed, 1).await["status"], "PENDING");
    let change = async |version: i32, is_enabled: bool| {
        let input = json!({"id": hook, "version": version, "isEnabled": is_enabled});
        let payload = "webhook { isEnabled disabledReason failingSince version }";
        ada.act("updateWebhook", "UpdateWebhookInput", input, payload).await["webhook"].clone()
    };
    let off = json!({"isEnabled": false, "disabledReason": "EDITOR", "failingSince": "2026-03-01T12:00:00+00:00", "version": 2});
    assert_eq!(change(1, false).await, off);
    let given_up = ada.delivery(&failed).await;
    assert_eq!((&given_up["status"], &given_up["error"]["code"]), (&json!("FAILED"), &json!("DISABLED")));
    tell(app, &workspace, EventKind::ReportSent, "a", json!({})).await;
    assert_eq!(ada.act_refused("testWebhook", "TestWebhookInput", json!({ "id": hook })).await.0, "CONFLICT");
    let again = json!({ "deliveryId": failed });
    assert_eq!(ada.act_refused("redeliverWebhook", "RedeliverWebhookInput", again).await.0, "CONFLICT");
    let stale = json!({"id": hook, "version": 1, "isEnabled": true});
    let refused = ada.act_refused("updateWebhook", "UpdateWebhookInput", stale).await;
    assert_eq!(refused, ("CONFLICT".to_owned(), vec!["input.version".to_owned()]));
    let on = json!({"isEnabled": true, "disabledReason": null, "failingSince": null, "version": 3});
    assert_eq!(change(2, true).await, on);
    tell(app, &workspace, EventKind::ReportSent, "b", json!({"b": 1})).await;
    let calls = endpoint.called(2).await;
    assert_eq!(calls[1].message()["data"], json!({"b": 1}), "what happened in between is not told");
    let trail = "string_agg(action, ' ' ORDER BY id) FROM audit_events WHERE action LIKE 'webhook.%'";
    let trail = desk.served.library.text(trail).await.unwrap();
    assert_eq!(trail, "webhook.created webhook.updated webhook.updated");
}

#[tokio::test]
async fn deliveries_end_with_their_time_and_with_the_workspace() {
    let served = Served::with(&OPEN).await;
    let library = &served.library;
    let ada = served.speaker("ada").await;
    let made = ada.act("createWorkspace", "CreateWorkspaceInput", json!({"name": "Sales"}), "workspace { id }").await;
    let workspace = made["workspace"]["id"].as_str().unwrap();
    let endpoint = Endpoint::start(&[]).await;
    let (hook, _) = ada.hook(workspace, &endpoint.url).await;
    ada.ping(&hook).await;
    served.deliver(&hook).await;
    let rows = "count(*) FROM webhook_deliveries";
    library.app.clock.advance(TimeDelta::days(30));
    TendWebhooks {}.run(library.app.clone(), FIRST).await.unwrap();
    assert_eq!(library.text(rows).await.unwrap(), "1", "kept for 30 days");
    library.app.clock.advance(TimeDelta::seconds(1));
    TendWebhooks {}.run(library.app.clone(), FIRST).await.unwrap();
    assert_eq!(library.text(rows).await.unwrap(), "0");

    // What was to be delivered when the workspace was deleted is not.
    let ada = served.back("ada").await;
    tell(&library.app, workspace, EventKind::ReportSent, "late", json!({})).await;
    ada.act("deleteWorkspace", "DeleteWorkspaceInput", json!({ "workspaceId": workspace }), "deletedId").await;
    tell(&library.app, workspace, EventKind::ReportSent, "later", json!({})).await;
    served.deliver(&hook).await;
    library.sql("DELETE FROM jobs").await;
    library.app.clock.advance(TimeDelta::minutes(2));
    TendWebhooks {}.run(library.app.clone(), FIRST).await.unwrap();
    assert_eq!(library.text("count(*) FROM jobs WHERE kind = 'webhooks.deliver'").await.unwrap(), "0");
    assert_eq!((endpoint.calls().len(), library.text(rows).await.unwrap().as_str()), (1, "1"));
    library.app.clock.advance(TimeDelta::days(31));
    PurgeWorkspaces {}.run(library.app.clone(), FIRST).await.unwrap();
    assert_eq!(library.text(rows).await.unwrap(), "0");
}
