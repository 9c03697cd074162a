//! What somebody did: documents, questions, conversations and sign-ins as they were recorded, and what is left of them.

use chrono::TimeDelta;
use elenchus::domain::accounts::jobs::PurgeAccounts;
use elenchus::domain::documents::actions::change;
use elenchus::jobs::job::Job as _;
use serde_json::{Value, json};

use super::support::library::FIRST;
use super::support::live::until_some;
use super::support::people::PASSWORD;
use super::support::served::{Person, Served};

const ACTIVITY: &str = "query ($first: Int, $after: String, $last: Int, $before: String) { analytics(range: {}) {
    activity(first: $first, after: $after, last: $last, before: $before) {
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor } nodes { at kind status objectId tokens durationMs } } } }";
const ASK: &str = "mutation ($input: AskInput!) { ask(input: $input) { generation { id } } }";
const SEND: &str = "mutation ($input: SendMessageInput!) { sendMessage(input: $input) { conversation { id } } }";

impl Served {
    async fn activity(&self, token: &str, page: Value) -> Value {
        let answer = self.ask(Some(token), ACTIVITY, page).await;
        assert_eq!(answer.get("errors"), None, "{answer}");
        answer["data"]["analytics"]["activity"].clone()
    }

    async fn all_written(&self) {
        until_some("all is written", async || {
            let live = self.library.text("count(*) FROM generations WHERE ended_at IS NULL").await;
            (live.as_deref() == Some("0")).then_some(())
        })
        .await;
    }

    fn later(&self) {
        self.library.app.clock.advance(TimeDelta::minutes(1));
    }

    /// Somebody who has uploaded a document, asked about it, and talked about it. Gives the ids of document, answer, conversation.
    async fn busy(&self) -> (Person, [String; 3]) {
        let ada = self.person("ada").await;
        self.later();
        let document = self.library.add(&ada.actor, "swamp.txt", b"The swamp is wet since the flood.").await.id;
        self.later();
        let asked = json!({"input": {"question": "What of the swamp?", "waitForAnswer": true}});
        let asked = self.ask(Some(&ada.token), ASK, asked).await;
        self.all_written().await;
        self.later();
        let sent = json!({"input": {"text": "What of the swamp?", "waitForReply": true}});
        let sent = self.ask(Some(&ada.token), SEND, sent).await;
        self.all_written().await;
        let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{asked} {sent}")).to_owned();
        let ids = [
            document.to_string(),
            text(&asked["data"]["ask"]["generation"]["id"]),
            text(&sent["data"]["sendMessage"]["conversation"]["id"]),
        ];
        (ada, ids)
    }
}

fn kinds(page: &Value) -> Vec<&str> {
    page["nodes"].as_array().unwrap().iter().map(|node| node["kind"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn what_was_done_is_listed_newest_first_by_pages_and_outlives_what_it_was_done_to() {
    let served = Served::new().await;
    let (ada, [document, answer, _]) = served.busy().await;
    served.later();
    let login = "mutation($p: String!) { login(input: { identifier: \"ada\", password: $p }) { accessToken } }";
    assert_eq!(served.ask(None, login, json!({ "p": PASSWORD })).await.get("errors"), None);
    let all = served.activity(&ada.token, json!({})).await;
    assert_eq!(kinds(&all), ["SIGN_IN", "QUESTION", "QUESTION", "UPLOAD"]);
    let nodes = all["nodes"].as_array().unwrap();
    let times: Vec<_> = nodes.iter().map(|node| node["at"].as_str().unwrap()).collect();
    let expected = [
        "2026-03-01T12:04:00+00:00",
        "2026-03-01T12:03:00+00:00",
        "2026-03-01T12:02:00+00:00",
        "2026-03-01T12:01:00+00:00",
    ];
    assert_eq!(times, expected);
    assert_eq!(
        (&nodes[0]["objectId"], &nodes[0]["tokens"], &nodes[0]["status"]),
        (&Value::Null, &Value::Null, &json!("SUCCEEDED"))
    );
    assert_eq!((&nodes[2]["objectId"], &nodes[3]["objectId"]), (&json!(answer), &json!(document)));
    assert!(nodes[2]["tokens"].as_i64().unwrap() > 0 && nodes[2]["durationMs"].is_i64(), "{all}");

    // A page at a time, there and back.
    let mut seen = Vec::new();
    let mut after = Value::Null;
    for left in (0..4).rev() {
        let page = served.activity(&ada.token, json!({"first": 1, "after": after})).await;
        assert_eq!(page["pageInfo"]["hasNextPage"], left > 0, "{page}");
        after = page["pageInfo"]["endCursor"].clone();
        seen.extend(page["nodes"].as_array().unwrap().clone());
    }
    assert_eq!(seen, *nodes);
    let back = served.activity(&ada.token, json!({"last": 2, "before": after})).await;
    assert_eq!(back["nodes"].as_array().unwrap()[..], nodes[1..3]);
    let code = served.ask(Some(&ada.token), ACTIVITY, json!({"after": "bm90aGluZw"})).await["errors"][0]["extensions"]
        ["code"]
        .clone();
    assert_eq!(code, "BAD_USER_INPUT");

    // What is gone is still told of, and leads nowhere; a program is not told of sign-ins.
    change::delete(&served.library.app, &ada.actor, document.parse().unwrap()).await.unwrap();
    let all = served.activity(&ada.token, json!({})).await;
    assert_eq!((kinds(&all).len(), &all["nodes"][3]["objectId"]), (4, &Value::Null));
    let key =
        "mutation { createApiKey(input: {name: \"x\", scopes: [DOCUMENTS_READ, CONVERSATIONS_READ]}) { secret } }";
    let key = served.ask(Some(&ada.token), key, json!({})).await["data"]["createApiKey"]["secret"].clone();
    assert_eq!(kinds(&served.activity(key.as_str().unwrap(), json!({})).await), ["QUESTION", "QUESTION", "UPLOAD"]);
}

const CONVERSATIONS: &str = "{ totals { usage { queries } documents { uploaded bytes processed } } byConversation {
    conversation { id title } usage { queries runs tokens { total } responseTime { count } } } }";

#[tokio::test]
async fn a_deleted_conversation_keeps_its_figures_and_loses_its_name() {
    let served = Served::new().await;
    let (ada, [document, _, conversation]) = served.busy().await;
    let before = served.analytics(&ada, json!({}), CONVERSATIONS).await;
    assert_eq!(before["totals"]["documents"], json!({"uploaded": 1, "bytes": 33, "processed": 1}));
    assert_eq!(
        (&before["totals"]["usage"]["queries"], before["byConversation"].as_array().unwrap().len()),
        (&json!(2), 1)
    );
    let one = &before["byConversation"][0];
    assert_eq!((&one["conversation"]["id"], &one["usage"]["queries"]), (&json!(conversation), &json!(1)));
    served.library.roll_up().await;
    assert_eq!(served.analytics(&ada, json!({}), CONVERSATIONS).await, before);
    let delete = "mutation ($input: ConversationInput!) { deleteConversation(input: $input) { deletedId } }";
    served.ask(Some(&ada.token), delete, json!({"input": {"conversationId": conversation}})).await;
    change::delete(&served.library.app, &ada.actor, document.parse().unwrap()).await.unwrap();
    let after = served.analytics(&ada, json!({}), CONVERSATIONS).await;
    assert_eq!(after["byConversation"], json!([{"conversation": null, "usage": one["usage"]}]));
    assert_eq!(
        after["totals"],
        json!({"usage": {"queries": 2}, "documents": {"uploaded": 0, "bytes": 0, "processed": 0}})
    );
    // Once it is purged it is none any more; what it cost is still what was spent.
    served.library.sql("DELETE FROM conversations").await;
    for _ in 0..2 {
        let after = served.analytics(&ada, json!({}), CONVERSATIONS).await;
        assert_eq!((&after["byConversation"], &after["totals"]["usage"]["queries"]), (&json!([]), &json!(2)));
        served.library.roll_up().await;
    }
}

#[tokio::test]
async fn figures_go_with_their_account() {
    let served = Served::new().await;
    let (ada, _) = served.busy().await;
    let rows = "concat_ws(' ', (SELECT count(*) > 0 FROM analytics_usage), (SELECT count(*) > 0 FROM analytics_conversations), \
                (SELECT count(*) > 0 FROM analytics_changes), (SELECT count(*) > 0 FROM users))";
    served.library.roll_up().await;
    // Something is summed up, and something changed since.
    served.library.sql("UPDATE generations SET cost_usd = 1 WHERE purpose = 'ANSWER'").await;
    assert_eq!(served.library.text(rows).await.as_deref(), Some("t t t t"));
    let delete = "mutation ($input: DeleteAccountInput!) { deleteAccount(input: $input) { deletedId } }";
    let deleted = served.ask(Some(&ada.token), delete, json!({"input": {"password": PASSWORD}})).await;
    assert_eq!(deleted.get("errors"), None, "{deleted}");
    served.library.app.clock.advance(TimeDelta::days(31));
    PurgeAccounts {}.run(served.library.app.clone(), FIRST).await.unwrap();
    assert_eq!(served.library.text(rows).await.as_deref(), Some("f f f f"));
    served.library.roll_up().await;
    // Also where the row goes first and all else with it.
    let bob = served.person("bob").await;
    served
        .library
        .ran("bob", &["'REPLY', 'COMPLETED', 'openai', 'small', 1, 1, 0, false, 1, 1, 1, now(), NULL::uuid"])
        .await;
    served.library.sql(&format!("DELETE FROM users WHERE id = '{}'", bob.actor.require_id().unwrap().uuid())).await;
    assert_eq!(served.library.text(rows).await.as_deref(), Some("f f f f"));
}
