//! What webhooks are refused for: people without the right, addresses that are not called, and more than a workspace has.

use serde_json::{Value, json};

use super::support::hooks::{Endpoint, OPEN};
use super::support::office::{Office, told};
use super::support::served::Served;

/// Every mutation on a webhook that is there, but for what makes one.
fn acts(hook: &str, delivery: &str) -> [(&'static str, &'static str, Value); 5] {
    [
        ("updateWebhook", "UpdateWebhookInput", json!({"id": hook, "version": 1, "description": "x"})),
        ("rotateWebhookSecret", "RotateWebhookSecretInput", json!({ "id": hook })),
        ("testWebhook", "TestWebhookInput", json!({ "id": hook })),
        ("redeliverWebhook", "RedeliverWebhookInput", json!({ "deliveryId": delivery })),
        ("deleteWebhook", "DeleteWebhookInput", json!({ "id": hook })),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn only_editors_have_to_do_with_webhooks() {
    let office = Office::with(&OPEN).await;
    let endpoint = Endpoint::start(&[]).await;
    let (hook, secret) = office.eddy.hook(&office.workspace, &endpoint.url).await;
    let delivery = office.ada.ping(&hook).await;
    office.ada.tried(&delivery, 1).await;
    let create = json!({"workspaceId": office.workspace, "url": endpoint.url, "events": ["REPORT_SENT"]});
    for (person, code) in [(&office.vera, "FORBIDDEN"), (&office.eve, "NOT_FOUND")] {
        assert_eq!(person.act_refused("createWebhook", "CreateWebhookInput", create.clone()).await.0, code);
        for (field, kind, input) in acts(&hook, &delivery) {
            assert_eq!(person.act_refused(field, kind, input).await.0, code, "{field}");
        }
        for id in [&hook, &delivery] {
            let node = person.refused("query ($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await;
            assert_eq!(node.0, "NOT_FOUND");
        }
    }
    let list = "query ($id: ID!) { node(id: $id) { ... on Workspace { name webhooks { id } } } }";
    let answer = office.vera.respond(list, json!({"id": office.workspace})).await;
    assert_eq!(answer["data"]["node"], json!({"name": "Sales", "webhooks": null}));
    assert_eq!(answer["errors"][0]["extensions"]["code"], "FORBIDDEN");
    let owners = office.ada.run(list, json!({"id": office.workspace})).await;
    assert_eq!(owners["node"]["webhooks"], json!([{ "id": hook }]));
    // The secret is shown when it is made, and is nowhere else.
    let all = "query ($id: ID!) { node(id: $id) { ... on Webhook { id url events description secretPrefix } } }";
    let shown = office.ada.run(all, json!({ "id": hook })).await;
    assert!(!shown.to_string().contains(&secret[11..]), "{shown}");
    for (field, kind, input) in acts(&hook, &delivery) {
        office.eddy.act(field, kind, input, "__typename").await;
    }
    let trail: Vec<String> = office.trail("webhook").await;
    let host =
        r#"{"host": "127.0.0.1", "events": ["ALERT_CHANGED", "REPORT_SENT", "REPORT_FAILED"], "isEnabled": true}"#;
    assert_eq!(
        (trail.len(), &trail[0], &trail[3]),
        (4, &format!("webhook.created {host}"), &format!("webhook.deleted {host}"))
    );
}

#[tokio::test]
async fn addresses_that_are_not_called_are_refused() {
    let closed = Served::new().await;
    let ada = closed.speaker("ada").await;
    let workspace = ada.own_workspace().await;
    let create = |url: &str| json!({"workspaceId": workspace, "url": url, "events": ["REPORT_SENT"]});
    for url in [
        "https://127.0.0.1/",
        "https://localhost/",
        "https://10.0.0.1/hook",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://2130706433/",
        "http://example.org/",
        "http://127.0.0.1:8000/",
        "https://me:secret@example.org/",
        "ftp://example.org/",
    ] {
        let (code, fields) = ada.act_refused("createWebhook", "CreateWebhookInput", create(url)).await;
        assert_eq!((code.as_str(), fields), ("BAD_USER_INPUT", vec!["input.url".to_owned()]), "{url}");
    }
    let wrong = json!({"workspaceId": workspace, "url": "x", "events": ["PING"], "description": "x".repeat(501)});
    let (code, fields) = told(&ada, "createWebhook", "CreateWebhookInput", wrong).await;
    let paths: Vec<&str> = fields.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!((code.as_str(), paths), ("BAD_USER_INPUT", vec!["input.url", "input.events.0", "input.description"]));

    // What was entered before the networks were closed is judged again when it is called.
    let input = create("https://example.org/");
    let made = ada.act("createWebhook", "CreateWebhookInput", input, "webhook { id }").await;
    let hook = made["webhook"]["id"].as_str().unwrap();
    for (url, code) in [
        ("https://127.0.0.1/", "ADDRESS_CLOSED"),
        ("https://localhost/", "ADDRESS_CLOSED"),
        ("http://example.org/", "PLAINTEXT"),
    ] {
        closed.library.sql(&format!("UPDATE webhooks SET url = '{url}'; DELETE FROM webhook_deliveries")).await;
        let id = ada.ping(hook).await;
        closed.deliver(hook).await;
        assert_eq!(ada.delivery(&id).await["error"]["code"], code, "{url}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_has_twenty_at_most() {
    let served = Served::with(&OPEN).await;
    let ada = served.speaker("ada").await;
    let workspace = ada.own_workspace().await;
    for _ in 0..18 {
        ada.hook(&workspace, "http://127.0.0.1:6000/").await;
    }
    let input = json!({"workspaceId": workspace, "url": "http://127.0.0.1:6000/", "events": ["REPORT_SENT"]});
    let query = "mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) { webhook { id } } }";
    let made = (0..6).map(|_| ada.respond(query, json!({ "input": input })));
    let made = futures::future::join_all(made).await;
    let refused: Vec<_> =
        made.iter().filter(|answer| answer["errors"][0]["extensions"]["code"] == "CONFLICT").collect();
    assert_eq!(refused.len(), 4);
    assert_eq!(served.library.text("count(*) FROM webhooks").await.unwrap(), "20");
}
