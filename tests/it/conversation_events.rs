//! What happens in a conversation, as all its owner's clients hear it on any server.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::Notify;

use super::support::database::TestDatabase;
use super::support::dialogue::{EVENTS, WIRE, all_hear, model};
use super::support::live::{LiveServer, Person, Stream};
use super::support::provider::{ProviderServer, Reply, Step};
use super::support::served::Served;

/// An answer that begins once the gate opens.
fn gated(gate: &Arc<Notify>, words: &str) -> Reply {
    let rest = WIRE.token(words) + &WIRE.reason() + &WIRE.ending();
    Reply::stream([WIRE.opening()]).then(Step::Until(Arc::clone(gate))).then(Step::Send(rest.into()))
}

/// Every stream hears exactly these next.
async fn all_heard(streams: &mut [Stream], events: &[Value]) {
    for (place, stream) in streams.iter_mut().enumerate() {
        for event in events {
            let heard = stream.step().await.unwrap_or_else(|| panic!("stream {place} ended before {event}"));
            assert_eq!(heard["conversation"], *event, "stream {place}");
        }
    }
}

fn changed(title: &str, status: &str, documents: &[&str]) -> Value {
    let documents: Vec<_> = documents.iter().map(|name| json!({ "filename": name })).collect();
    let conversation = json!({ "title": title, "status": status, "documents": documents });
    json!({ "__typename": "ConversationChanged", "conversation": conversation })
}

fn added(id: &str, role: &str, status: &str, content: &str) -> Value {
    let message = json!({ "id": id, "role": role, "status": status, "content": content });
    json!({ "__typename": "MessageAdded", "message": message })
}

fn message_changed(id: &str, status: &str, content: &str, feedback: &Value) -> Value {
    let message = json!({ "id": id, "status": status, "content": content, "feedback": feedback });
    json!({ "__typename": "MessageChanged", "message": message })
}

/// The subscription ends before it began: one answer with the failure, and no event.
async fn assert_not_found(stream: &mut Stream) {
    let refused = stream.hear().await.unwrap();
    assert_eq!((&refused["type"], &refused["payload"]["data"]), (&json!("next"), &Value::Null), "{refused}");
    let errors = refused["payload"]["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 1, "{refused}");
    assert_eq!(errors[0]["message"], "There is no such conversation.");
    assert_eq!(errors[0]["extensions"]["code"], "NOT_FOUND");
    assert_eq!(stream.step().await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_client_on_every_server_hears_everything_once_and_in_order() {
    let (reply_gate, title_gate) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let script = vec![gated(&reply_gate, "In advance."), gated(&title_gate, "Rent"), gated(&reply_gate, "Late.")];
    let provider = ProviderServer::start(script).await;
    let database = TestDatabase::new().await;
    let a = LiveServer::start(&database, &model(&provider)).await;
    let b = LiveServer::start(&database, &model(&provider)).await;
    let on_a = a.register("ada@example.org").await;
    let on_b = on_a.at(&b);
    let made =
        on_a.act("createConversation", "CreateConversationInput", json!({}), "conversation { id owner { id } }").await;
    let (id, user) = (made["conversation"]["id"].as_str().unwrap(), &made["conversation"]["owner"]["id"]);
    let mut streams = Vec::new();
    for person in [&on_a, &on_a, &on_b, &on_b] {
        streams.push(person.listen(id).await);
    }
    all_hear(&on_a, id, &mut streams).await;

    let said = on_a.say(json!({ "text": "When is the rent due?", "conversationId": id })).await;
    let begun = [
        added(&said.message, "USER", "SENT", "When is the rent due?"),
        added(&said.reply, "ASSISTANT", "GENERATING", ""),
        changed("When is the rent due?", "ACTIVE", &[]),
    ];
    all_heard(&mut streams, &begun).await;
    reply_gate.notify_one();
    all_heard(&mut streams, &[message_changed(&said.reply, "COMPLETED", "In advance.", &Value::Null)]).await;
    title_gate.notify_one();
    all_heard(&mut streams, &[changed("Rent", "ACTIVE", &[])]).await;

    let rate = json!({ "messageId": said.reply, "rating": "UP" });
    on_b.act("rateMessage", "RateMessageInput", rate, "message { id }").await;
    let rated = message_changed(&said.reply, "COMPLETED", "In advance.", &json!({ "rating": "UP" }));
    all_heard(&mut streams, &[rated]).await;
    // Typing and delivery carry all that they tell: they need not be waited for one by one.
    on_b.set_typing(id, true).await;
    on_b.set_typing(id, false).await;
    on_b.act("confirmDelivery", "ConfirmDeliveryInput", json!({ "messageId": said.reply }), "message { id }").await;
    let typing = |typing: bool| json!({ "__typename": "TypingChanged", "userId": user, "isTyping": typing });
    let delivered = json!({ "__typename": "MessagesDelivered", "messageId": said.reply });
    all_heard(&mut streams, &[typing(true), typing(false), delivered]).await;

    let put_away = json!({ "conversationId": id });
    on_b.act("archiveConversation", "ConversationInput", put_away, "conversation { status }").await;
    all_heard(&mut streams, &[changed("Rent", "ARCHIVED", &[])]).await;
    let again = on_a.regenerate(&said.reply).await;
    let back = [added(&again.reply, "ASSISTANT", "GENERATING", ""), changed("Rent", "ACTIVE", &[])];
    all_heard(&mut streams, &back).await;
    on_b.stop(&again.generation).await;
    all_heard(&mut streams, &[message_changed(&again.reply, "STOPPED", "", &Value::Null)]).await;
    on_b.act("deleteMessage", "DeleteMessageInput", json!({ "messageId": again.reply }), "deletedId").await;
    all_heard(&mut streams, &[json!({ "__typename": "MessageDeleted", "id": again.reply })]).await;

    let delete = json!({ "conversationId": id });
    on_b.act("deleteConversation", "ConversationInput", delete, "deletedId").await;
    all_heard(&mut streams, &[json!({ "__typename": "ConversationDeleted", "id": id })]).await;
    for stream in &mut streams {
        assert_eq!(stream.step().await, None, "the stream completes, and the socket stays");
    }
    streams[0].subscribe(EVENTS, json!({ "id": id })).await;
    assert_not_found(&mut streams[0]).await;
}

#[tokio::test]
async fn documents_are_news_and_a_stranger_hears_nothing() {
    let served = Served::new().await;
    let (alice, bob) = (served.person("alice").await, served.speaker("bob").await);
    let document = served.library.upload(&alice.actor, "rent.txt", b"rent").await.id.to_string();
    let alice = Person { url: served.url(""), token: alice.token };
    let id = alice.begin("Hers").await;
    let mut streams = [alice.listen(&id).await];
    all_hear(&alice, &id, &mut streams).await;

    let unknown = elenchus::ids::ConversationId::generate(served.library.app.clock.now()).to_string();
    for strange in [id.as_str(), unknown.as_str(), "nonsense", ""] {
        let mut stream = bob.listen(strange).await;
        assert_not_found(&mut stream).await;
        // The socket is as good as before: what is asked next is answered.
        stream.subscribe("{ viewer { conversations { totalCount } } }", json!({})).await;
        assert_eq!(stream.step().await.unwrap()["viewer"]["conversations"]["totalCount"], 0);
    }
    let both = json!({ "conversationId": id, "documentIds": [document] });
    alice.act("attachDocuments", "ConversationDocumentsInput", both.clone(), "conversation { id }").await;
    all_heard(&mut streams, &[changed("Hers", "ACTIVE", &["rent.txt"])]).await;
    alice.act("detachDocuments", "ConversationDocumentsInput", both, "conversation { id }").await;
    all_heard(&mut streams, &[changed("Hers", "ACTIVE", &[])]).await;
    let title = json!({ "conversationId": id, "title": "Still hers" });
    alice.act("updateConversation", "UpdateConversationInput", title, "conversation { id }").await;
    all_heard(&mut streams, &[changed("Still hers", "ACTIVE", &[])]).await;
    let said = alice.say(json!({ "text": "With it.", "conversationId": id, "documentIds": [document] })).await;
    let [stream] = &mut streams;
    let heard = stream.step().await.unwrap();
    assert_eq!(heard["conversation"], changed("Still hers", "ACTIVE", &["rent.txt"]));
    let heard = stream.step().await.unwrap();
    assert_eq!(heard["conversation"], added(&said.message, "USER", "SENT", "With it."));
}
