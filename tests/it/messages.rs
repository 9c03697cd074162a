//! Something said: where it goes, what is refused, and that a request sent again says nothing twice.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::support::live::Person;
use super::support::served::Served;

const SEND: (&str, &str) = ("sendMessage", "SendMessageInput");

async fn refused(person: &Person, input: Value) -> (String, Vec<String>) {
    person.act_refused(SEND.0, SEND.1, input).await
}

fn failure(code: &str, field: &str) -> (String, Vec<String>) {
    (code.to_owned(), vec![field.to_owned()])
}

#[tokio::test]
async fn a_message_begins_a_conversation_or_goes_on_with_one() {
    let served = Served::new().await;
    let ada = served.speaker("ada").await;
    let clock = &served.library.app.clock;
    let now = || clock.now().to_rfc3339_opts(chrono::SecondsFormat::Secs, false);
    let begun = now();
    let first = ada.converse(None, "Where is the swamp?").await;
    let conversation = json!({ "id": first.conversation, "title": "Where is the swamp?", "status": "ACTIVE",
        "lastMessageAt": begun, "updatedAt": begun });
    assert_eq!(first.whole["conversation"], conversation);
    let message = json!({ "id": first.message, "role": "USER", "status": "SENT", "content": "Where is the swamp?", "parent": null });
    assert_eq!(first.whole["message"], message);
    let reply = &first.whole["reply"];
    assert_eq!((&reply["role"], &reply["status"]), (&json!("ASSISTANT"), &json!("COMPLETED")));
    assert_eq!(reply["generation"]["status"], "COMPLETED");
    let stored = ada.generation(&first.generation).await;
    assert!(
        stored["text"].as_str().unwrap().starts_with("I found nothing in the documents to answer from."),
        "{stored}"
    );
    assert_eq!(reply["content"], stored["text"]);

    clock.advance(TimeDelta::seconds(7));
    let second = ada.say(json!({ "text": "And now?", "conversationId": first.conversation })).await;
    assert_eq!(second.conversation, first.conversation);
    assert_eq!(second.whole["conversation"]["lastMessageAt"], now());
    assert_eq!(second.whole["conversation"]["title"], "Where is the swamp?");
    assert_eq!(second.whole["message"]["parent"]["id"], *first.reply);
    let ended = ada.until(&second.generation, "COMPLETED").await;
    let content = ada.read(&second.reply, "Message", "content status").await;
    assert_eq!(content, json!({ "content": ended["text"], "status": "COMPLETED" }));
    let kind =
        json!({ "text": "Is it lawful?", "kind": "LEGAL_RESEARCH", "model": "extractive", "waitForReply": true });
    let legal = ada.say(kind).await;
    let found = ada.read(&legal.conversation, "Conversation", "kind").await;
    assert_eq!(found, json!({ "kind": "LEGAL_RESEARCH" }));
}

#[tokio::test]
async fn what_cannot_be_said_is_refused_and_leaves_nothing() {
    let served = Served::new().await;
    let ada = served.speaker("ada").await;
    for text in ["", " ", "\n\t\u{a0}", "\u{0}\u{0}"] {
        assert_eq!(refused(&ada, json!({ "text": text })).await, failure("BAD_USER_INPUT", "input.text"), "{text:?}");
    }
    let too_long = refused(&ada, json!({ "text": "ö".repeat(10_001) })).await;
    assert_eq!(too_long, failure("BAD_USER_INPUT", "input.text"));
    for model in ["", "gpt", "openai/", "nobody/x", "openai/not-offered"] {
        let refused = refused(&ada, json!({ "text": "Hello", "model": model })).await;
        assert_eq!(refused, failure("BAD_USER_INPUT", "input.model"), "{model:?}");
    }
    for key in ["", "a\nb", &"x".repeat(201)] {
        let refused = refused(&ada, json!({ "text": "Hello", "idempotencyKey": key })).await;
        assert_eq!(refused, failure("BAD_USER_INPUT", "input.idempotencyKey"), "{key:?}");
    }
    for id in ["", "nonsense", "doc_01kqazjyppf6bap8mp8x0sxkc2"] {
        let refused = refused(&ada, json!({ "text": "Hello", "conversationId": id })).await;
        assert_eq!(refused, failure("NOT_FOUND", "input.conversationId"), "{id:?}");
    }
    let all = ada.run("{ viewer { conversations { totalCount } } }", json!({})).await;
    assert_eq!(all["viewer"]["conversations"]["totalCount"], 0);
    let question = ada.act_refused("ask", "AskInput", json!({ "question": " " })).await;
    assert_eq!(question, failure("BAD_USER_INPUT", "input.question"));

    let longest = "ö".repeat(10_000);
    let said = ada.converse(None, &longest).await;
    assert_eq!(said.whole["message"]["content"], *longest);
    let said = ada.converse(None, "a\u{0}b\n").await;
    assert_eq!(said.whole["message"]["content"], "ab\n", "Postgres takes no NUL; all else is kept");
}

#[tokio::test]
async fn the_same_key_is_the_same_message() {
    let served = Served::new().await;
    let (ada, bob) = (served.speaker("ada").await, served.speaker("bob").await);
    let input = json!({ "text": "Once.\u{0}", "idempotencyKey": "k1", "waitForReply": true });
    let first = ada.say(input.clone()).await;
    let again = ada.say(input.clone()).await;
    assert_eq!(again, first);
    let parted =
        ada.say(json!({ "text": "Once.", "idempotencyKey": "k1", "conversationId": first.conversation })).await;
    assert_eq!((&parted.message, &parted.reply), (&first.message, &first.reply));
    assert_ne!(bob.say(input).await.message, first.message, "a key is one's own");

    let elsewhere = ada.converse(None, "Elsewhere.").await;
    let conflict = failure("CONFLICT", "input.idempotencyKey");
    for other in [
        json!({ "text": "Twice.", "idempotencyKey": "k1" }),
        json!({ "text": "Twice.", "idempotencyKey": "k1", "conversationId": first.conversation }),
        json!({ "text": "Once.", "idempotencyKey": "k1", "conversationId": elsewhere.conversation }),
        json!({ "text": "Once.", "idempotencyKey": "k1", "conversationId": first.conversation, "parentId": first.reply }),
    ] {
        assert_eq!(refused(&ada, other.clone()).await, conflict, "{other}");
    }
    let messages = "{ viewer { conversations { totalCount nodes { messages { totalCount } } } } }";
    let found = ada.run(messages, json!({})).await;
    let two = json!({ "messages": { "totalCount": 2 } });
    assert_eq!(found["viewer"]["conversations"], json!({ "totalCount": 2, "nodes": [two, two] }));
    let anew = ada.say(json!({ "text": "Twice.", "idempotencyKey": "k2" })).await;
    assert_ne!(anew.message, first.message);

    let delete = json!({ "conversationId": first.conversation });
    ada.act("deleteConversation", "ConversationInput", delete, "deletedId").await;
    let late = refused(&ada, json!({ "text": "Once.", "idempotencyKey": "k1" })).await;
    assert_eq!(late.0, "NOT_FOUND", "a late repetition says nothing anew");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_at_the_same_time_is_one_message() {
    let served = Served::new().await;
    let ada = served.speaker("ada").await;
    let conversation = ada.begin("1").await;
    for (conversation, key) in [(None, "new"), (Some(conversation.as_str()), "known")] {
        let input = json!({ "text": "Once.", "idempotencyKey": key, "conversationId": conversation });
        let sent = futures::future::join_all((0..8).map(|_| ada.say(input.clone()))).await;
        for other in &sent {
            let ids = |sent: &super::support::dialogue::Exchange| {
                (sent.conversation.clone(), sent.message.clone(), sent.reply.clone())
            };
            assert_eq!(ids(other), ids(&sent[0]), "{key}");
        }
        let count = ada.read(&sent[0].conversation, "Conversation", "messages { totalCount }").await;
        assert_eq!(count["messages"]["totalCount"], 2, "{key}");
    }
    let all = ada.run("{ viewer { conversations { totalCount } } }", json!({})).await;
    assert_eq!(all["viewer"]["conversations"]["totalCount"], 2);
}
