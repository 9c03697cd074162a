//! What models wrote goes with the message or the conversation that it was written for; what it cost stays.

use elenchus::ids::{ConversationId, GenerationId, MessageId};
use serde_json::{Value, json};

use super::support::dialogue::{Exchange, beginning, model};
use super::support::live::Person;
use super::support::provider::{ProviderServer, Step};
use super::support::served::Served;

/// How many characters, citations, pieces in the log and tokens there are of a run.
async fn left(served: &Served, generation: &str) -> String {
    let id = generation.parse::<GenerationId>().unwrap().uuid();
    let query = format!(
        "concat_ws(' ', length(content), \
                (SELECT count(*) FROM generation_citations WHERE generation_id = g.id), \
                (SELECT count(*) FROM generation_events WHERE generation_id = g.id AND kind <> 'END'), \
                coalesce(input_tokens, 0) > 0, discarded_at IS NOT NULL) \
         FROM generations g WHERE id = '{id}'"
    );
    served.library.text(&query).await.unwrap()
}

/// Code of the failure with which a subscription to a generation begins.
async fn unfollowable(person: &Person, generation: &str) -> Value {
    let mut socket = person.socket().await;
    socket
        .subscribe("subscription($id: ID!) { generation(id: $id) { __typename } }", json!({ "id": generation }))
        .await;
    let message = socket.hear().await.unwrap();
    let errors = if message["type"] == "next" { &message["payload"]["errors"] } else { &message["payload"] };
    errors[0]["extensions"]["code"].clone()
}

async fn delete_message(person: &Person, id: &str) {
    person.act("deleteMessage", "DeleteMessageInput", json!({ "messageId": id }), "deletedId").await;
}

#[tokio::test]
async fn the_text_of_a_deleted_reply_is_gone_and_its_cost_is_not() {
    let served = Served::new().await;
    let ada = served.person("ada").await;
    let document = served.library.add(&ada.actor, "rent.txt", b"The rent is due in advance.").await.id.to_string();
    let ada = Person { url: served.url(""), token: ada.token };
    let ask = json!({ "text": "When is the rent due?", "documentIds": [document], "waitForReply": true });
    let first = ada.say(ask).await;
    let other = ada.regenerate(&first.reply).await;
    ada.until(&other.generation, "COMPLETED").await;
    let second = ada
        .say(
            json!({ "text": "And when is the rent due?", "conversationId": first.conversation, "parentId": first.reply,
                        "waitForReply": true }),
        )
        .await;
    let whole = left(&served, &second.generation).await;
    assert!(whole.ends_with("t f") && !whole.starts_with('0'), "{whole}");
    let kept = left(&served, &other.generation).await;
    let cost = "usage { totalTokens }";
    let before = ada.read(&first.conversation, "Conversation", cost).await;

    delete_message(&ada, &first.reply).await;
    for gone in [&first, &second] {
        assert_eq!(left(&served, &gone.generation).await, "0 0 0 t t");
        assert!(ada.misses(&gone.generation).await);
        assert_eq!(unfollowable(&ada, &gone.generation).await, "NOT_FOUND");
    }
    assert_eq!(left(&served, &other.generation).await, kept, "its sibling is untouched");
    assert_eq!(ada.read(&first.conversation, "Conversation", cost).await, before, "what was spent is spent");
}

#[tokio::test]
async fn who_reads_along_while_a_reply_is_deleted_hears_of_its_end_and_nothing_more() {
    let stalled = || beginning(&["One", " two"]).then(Step::Stall);
    let provider = ProviderServer::start(vec![stalled(), stalled()]).await;
    let served = Served::with(&model(&provider)).await;
    let ada = served.speaker("ada").await;
    let conversation = ada.begin("1").await;
    let say = json!({ "text": "Go on.", "conversationId": conversation });
    let end = json!([{ "status": "STOPPED", "text": "", "error": null }]);

    let said: Exchange = ada.say(say.clone()).await;
    let mut reader = ada.shown(&said.generation, "One two").await;
    delete_message(&ada, &said.reply).await;
    provider.closed(1).await;
    let (rest, ends) = reader.rest().await;
    assert_eq!((rest.as_str(), json!(ends)), ("", end.clone()));
    assert_eq!(left(&served, &said.generation).await, "0 0 0 t t");

    let said: Exchange = ada.say(say).await;
    let mut reader = ada.shown(&said.generation, "One two").await;
    ada.act("deleteConversation", "ConversationInput", json!({ "conversationId": conversation }), "deletedId").await;
    let (rest, ends) = reader.rest().await;
    assert_eq!((rest.as_str(), json!(ends)), ("", end));
    assert!(ada.misses(&said.generation).await);
    assert_eq!(unfollowable(&ada, &said.generation).await, "NOT_FOUND");
}

#[tokio::test]
async fn what_is_sent_again_after_its_reply_was_deleted_is_answered_anew() {
    let served = Served::new().await;
    let ada = served.speaker("ada").await;
    let input = json!({ "text": "Once.", "idempotencyKey": "k1", "waitForReply": true });
    let first = ada.say(input.clone()).await;
    delete_message(&ada, &first.reply).await;
    let again = ada.say(input.clone()).await;
    assert_eq!(again.message, first.message);
    assert_ne!(again.reply, first.reply);
    assert_eq!(again.whole["reply"]["status"], "COMPLETED");
    assert_eq!(ada.say(input).await, again);
    let count = ada.read(&first.conversation, "Conversation", "messages { totalCount }").await;
    assert_eq!(count["messages"]["totalCount"], 2);
}

/// A change that finds its message gone, because another change that deletes it was faster, says so.
#[tokio::test]
async fn a_change_to_what_is_just_being_deleted_finds_nothing() {
    let served = Served::new().await;
    let ada = served.speaker("ada").await;
    for (field, kind) in [
        ("regenerateReply", "RegenerateReplyInput"),
        ("editMessage", "EditMessageInput"),
        ("deleteMessage", "DeleteMessageInput"),
        ("rateMessage", "RateMessageInput"),
    ] {
        let said = ada.converse(None, "one").await;
        let conversation = said.conversation.parse::<ConversationId>().unwrap().uuid();
        let message = said.message.parse::<MessageId>().unwrap().uuid();
        let (mut client, connection) =
            tokio_postgres::connect(&served.library.database.url, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        let faster = client.transaction().await.unwrap();
        let lock = format!("SELECT FROM conversations WHERE id = '{conversation}' FOR UPDATE");
        let delete = format!("DELETE FROM messages WHERE id = '{message}'");
        faster.batch_execute(&format!("{lock}; {delete}")).await.unwrap();
        let input = match field {
            "editMessage" => json!({ "messageId": said.message, "text": "ONE" }),
            "rateMessage" => json!({ "messageId": said.reply, "rating": "UP" }),
            _ => json!({ "messageId": said.reply }),
        };
        let slower = ada.act_refused(field, kind, input);
        let waits = "count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
        let commit = async {
            while served.library.text(waits).await.as_deref() != Some("1") {
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            }
            faster.commit().await.unwrap();
        };
        let (refused, ()) = tokio::join!(slower, commit);
        assert_eq!(refused.0, "NOT_FOUND", "{field}");
        let messages = ada.read(&said.conversation, "Conversation", "messages { totalCount }").await;
        assert_eq!(messages["messages"]["totalCount"], 0, "{field}");
    }
}
