//! Replies while they are written: stopped, failed, archived, deleted, waited for.

use std::sync::Arc;
use std::time::Duration;

use elenchus::domain::conversations::jobs::PurgeConversations;
use elenchus::ids::GenerationId;
use elenchus::jobs::job::Job as _;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Notify;

use super::support::dialogue::{Exchange, WIRE, answer, beginning, model};
use super::support::library::FIRST;
use super::support::live::{PATIENCE, Person};
use super::support::provider::{ProviderServer, Reply, Step};
use super::support::served::Served;

/// A question that stands alone, so that no model is asked to rewrite it.
const ALONE: &str = "Please tell me once more and in full, with the day, the month and the hour, when exactly the rent of this \
                     flat of mine is due.";

fn stalled() -> Reply {
    beginning(&["One", " two"]).then(Step::Stall)
}

/// A message into a conversation with a title, so that no model is asked for one.
async fn say(person: &Person, text: &str) -> Exchange {
    let conversation = person.begin("1").await;
    person.say(json!({ "text": text, "conversationId": conversation })).await
}

fn conflict() -> (String, Vec<String>) {
    ("CONFLICT".to_owned(), vec![])
}

async fn status(person: &Person, reply: &str) -> Value {
    person.read(reply, "Message", "status content").await
}

/// Waits for the end of a run that nobody may read any more.
async fn until_stopped(served: &Served, generation: &str) {
    let id = generation.parse::<GenerationId>().unwrap().uuid();
    let status = format!("status FROM generations WHERE id = '{id}'");
    let stopped = async {
        while served.library.text(&status).await.as_deref() != Some("STOPPED") {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, stopped).await.unwrap_or_else(|_| panic!("{generation} never stopped"));
}

#[tokio::test]
async fn nothing_is_said_to_an_unfinished_reply_until_it_is_stopped_from_another_socket() {
    let provider = ProviderServer::start(vec![stalled(), answer(&["Fine."])]).await;
    let served = Served::with(&model(&provider)).await;
    let ada = served.speaker("ada").await;
    let said = say(&ada, "Go on.").await;
    let mut reader = ada.shown(&said.generation, "One two").await;
    assert_eq!(status(&ada, &said.reply).await, json!({ "status": "GENERATING", "content": "One two" }));
    for input in [
        json!({ "text": "Wait!", "conversationId": said.conversation }),
        json!({ "text": "Wait!", "conversationId": said.conversation, "parentId": said.reply }),
    ] {
        assert_eq!(ada.act_refused("sendMessage", "SendMessageInput", input).await, conflict());
    }

    let mut socket = ada.socket().await;
    let stop = "mutation($id: ID!) { stopGeneration(input: { generationId: $id }) { generation { status text } } }";
    socket.subscribe(stop, json!({ "id": said.generation })).await;
    let stopped = json!({ "status": "STOPPED", "text": "One two" });
    assert_eq!(socket.step().await.unwrap()["stopGeneration"]["generation"], stopped);
    provider.closed(1).await;
    let (rest, ends) = reader.rest().await;
    assert_eq!((rest.as_str(), ends), ("", vec![json!({ "status": "STOPPED", "text": "One two", "error": null })]));
    assert_eq!(status(&ada, &said.reply).await, json!({ "status": "STOPPED", "content": "One two" }));
    let usage =
        ada.read(&said.generation, "Generation", "provider usage { inputTokens outputTokens isEstimated }").await;
    assert!(usage["usage"]["inputTokens"].as_i64().unwrap() > 10, "the prompt was paid for: {usage}");
    assert_eq!((&usage["usage"]["outputTokens"], &usage["usage"]["isEstimated"]), (&json!(2), &json!(true)));
    assert_eq!(usage["provider"], "openai");
    assert_eq!(ada.stop(&said.generation).await, stopped, "what has ended stays as it is");

    let further = ada.converse(Some(&said.conversation), ALONE).await;
    assert_eq!(further.whole["reply"]["content"], "Fine.");
    let asked = provider.requests()[1].body["messages"].as_array().unwrap().clone();
    let spoken: Vec<_> = asked.iter().skip(1).map(|turn| turn["role"].as_str().unwrap()).collect();
    assert_eq!(spoken, ["user", "assistant", "user"]);
    assert_eq!(asked[2]["content"], "One two", "the model knows what was shown");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_messages_at_the_same_time_one_is_said() {
    let provider = ProviderServer::start(vec![stalled()]).await;
    let served = Served::with(&model(&provider)).await;
    let ada = served.speaker("ada").await;
    let conversation = ada.begin("1").await;
    let send = "mutation($input: SendMessageInput!) { sendMessage(input: $input) { message { id } } }";
    let input = json!({ "input": { "text": "Me first!", "conversationId": conversation } });
    let all = futures::future::join_all((0..6).map(|_| ada.respond(send, input.clone()))).await;
    let (said, refused): (Vec<_>, Vec<_>) = all.into_iter().partition(|answer| answer.get("errors").is_none());
    assert_eq!((said.len(), refused.len()), (1, 5));
    assert!(refused.iter().all(|answer| answer["errors"][0]["extensions"]["code"] == "CONFLICT"), "{refused:?}");
    let messages = ada.read(&conversation, "Conversation", "messages { totalCount }").await;
    assert_eq!(messages["messages"]["totalCount"], 2);
}

/// The reply has failed with that code and text, both messages are there, and the reply can be written anew.
async fn assert_failed(person: &Person, said: &Exchange, code: &str, text: &str, other_model: Option<&str>) {
    let reply = &said.whole["reply"];
    assert_eq!((&reply["status"], &reply["content"]), (&json!("FAILED"), &json!(text)), "{code}");
    assert_eq!(reply["generation"]["status"], "FAILED");
    assert_eq!(reply["generation"]["error"]["code"], code);
    let stored = person.generation(&said.generation).await;
    assert_eq!((&stored["text"], &stored["error"]["code"]), (&json!(text), &json!(code)));
    assert_eq!(status(person, &said.message).await, json!({ "status": "SENT", "content": "Try." }));

    let input = json!({ "messageId": said.reply, "model": other_model });
    let again = person.exchange("regenerateReply", "RegenerateReplyInput", input).await;
    person.until(&again.generation, "COMPLETED").await;
    let siblings = person.read(&said.reply, "Message", "siblings { id status }").await;
    let both = [json!({ "id": said.reply, "status": "FAILED" }), json!({ "id": again.reply, "status": "COMPLETED" })];
    assert_eq!(siblings["siblings"], json!(both), "{code}: beside the one that failed");
}

#[tokio::test]
async fn a_model_that_fails_loses_neither_message_and_may_try_again() {
    let error = |message: &str| json!({ "error": { "message": message, "type": "x", "code": null } });
    let failures = [
        (Reply::refusal(500, &error("no")), "MODEL_SERVER_ERROR", ""),
        (Reply::refusal(401, &error("bad key")), "MODEL_UNAUTHORIZED", ""),
        (Reply::refusal(400, &error("bad request")), "MODEL_BAD_REQUEST", ""),
        (Reply::refusal(429, &error("slowly")), "MODEL_RATE_LIMITED", ""),
        (Reply::hang_up(), "MODEL_BROKEN", ""),
        (beginning(&["One", " two"]).then(Step::Cut), "MODEL_BROKEN", "One two"),
        (beginning(&["One", " two"]).then(Step::Reset), "MODEL_BROKEN", "One two"),
        (beginning(&["One"]).then(Step::Send(b"data: {nonsense\n\n".to_vec())), "MODEL_BROKEN", "One"),
    ];
    let script = failures.iter().flat_map(|(failure, ..)| [failure.clone(), answer(&["Better."])]).collect();
    let provider = ProviderServer::start(script).await;
    let served = Served::with(&model(&provider)).await;
    let ada = served.speaker("ada").await;
    for (_, code, text) in &failures {
        let conversation = ada.begin(code).await;
        let said = ada.converse(Some(&conversation), "Try.").await;
        assert_failed(&ada, &said, code, text, None).await;
    }
    assert_eq!(provider.requests().len(), 2 * failures.len());
}

#[tokio::test]
async fn without_a_provider_the_reply_says_so_and_another_model_answers() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let nobody = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let settings = [
        ("CHAT_MODEL", "openai/scripted"),
        ("OPENAI_BASE_URL", nobody.as_str()),
        ("OPENAI_API_KEY", "sk-test"),
        ("MODEL_MAX_RETRIES", "0"),
    ];
    let served = Served::with(&settings).await;
    let ada = served.speaker("ada").await;
    let conversation = ada.begin("1").await;
    let said = ada.converse(Some(&conversation), "Try.").await;
    assert_failed(&ada, &said, "MODEL_UNREACHABLE", "", Some("extractive")).await;
    let further = json!({ "text": "Go on.", "conversationId": conversation, "parentId": said.reply, "model": "extractive",
        "waitForReply": true });
    let further = ada.say(further).await;
    assert_eq!(further.whole["reply"]["status"], "COMPLETED", "one can also go on behind what has failed");
}

#[tokio::test]
async fn a_conversation_put_away_while_it_is_answered_stays_there() {
    let gate = Arc::new(Notify::new());
    let rest = WIRE.token(" two") + &WIRE.reason() + &WIRE.ending();
    let slow = beginning(&["One"]).then(Step::Until(Arc::clone(&gate))).then(Step::Send(rest.into()));
    let provider = ProviderServer::start(vec![slow]).await;
    let served = Served::with(&model(&provider)).await;
    let ada = served.speaker("ada").await;
    let said = say(&ada, "Go on.").await;
    ada.shown(&said.generation, "One").await;
    let input = json!({ "conversationId": said.conversation });
    ada.act("archiveConversation", "ConversationInput", input, "conversation { status }").await;
    gate.notify_one();
    let ended = ada.until(&said.generation, "COMPLETED").await;
    assert_eq!(ended["text"], "One two");
    let found = ada.read(&said.conversation, "Conversation", "status").await;
    assert_eq!(found, json!({ "status": "ARCHIVED" }), "only a new message brings it back");
}

#[tokio::test]
async fn what_nobody_can_read_any_more_is_no_longer_written() {
    let provider = ProviderServer::start(vec![stalled()]).await;
    // One run at a time: the second waits for the first.
    let served = Served::with(&[model(&provider), vec![("LIVE_RUNS", "1")]].concat()).await;
    let ada = served.speaker("ada").await;
    let deleted = say(&ada, "Never stop.").await;
    let mut reader = ada.shown(&deleted.generation, "One two").await;
    let waiting = say(&ada, "I wait.").await;
    let stopped = say(&ada, "I wait as well.").await;
    assert_eq!(ada.stop(&stopped.generation).await, json!({ "status": "STOPPED", "text": "" }), "without its turn");
    assert_eq!(status(&ada, &stopped.reply).await, json!({ "status": "STOPPED", "content": "" }));
    for exchange in [&waiting, &deleted] {
        let input = json!({ "conversationId": exchange.conversation });
        ada.act("deleteConversation", "ConversationInput", input, "deletedId").await;
    }
    provider.closed(1).await;
    let (rest, ends) = reader.rest().await;
    assert_eq!(
        (rest.as_str(), ends.len(), &ends[0]["status"]),
        ("", 1, &json!("STOPPED")),
        "the stream ends in good order"
    );
    until_stopped(&served, &waiting.generation).await;
    assert_eq!(provider.requests().len(), 1, "what waited was never asked");

    let message = say(&ada, "Delete me.").await;
    ada.shown(&message.generation, "One two").await;
    ada.act("deleteMessage", "DeleteMessageInput", json!({ "messageId": message.message }), "deletedId").await;
    provider.closed(2).await;
    until_stopped(&served, &message.generation).await;

    served
        .library
        .sql("UPDATE conversations SET deleted_at = deleted_at - interval '31 days' WHERE deleted_at IS NOT NULL")
        .await;
    PurgeConversations {}.run(served.library.app.clone(), FIRST).await.unwrap();
    let left = "array_agg(status ORDER BY id) FROM generations";
    assert_eq!(
        served.library.text(left).await.as_deref(),
        Some("{STOPPED,STOPPED}"),
        "of the two that were not deleted"
    );
    let logs = "count(DISTINCT generation_id) FROM generation_events";
    assert_eq!(served.library.text(logs).await.as_deref(), Some("2"));
}

#[tokio::test]
async fn waiting_for_a_reply_ends_before_the_request_does() {
    let provider = ProviderServer::start(vec![stalled()]).await;
    let served = Served::with(&[model(&provider), vec![("REQUEST_TIMEOUT_SECONDS", "5")]].concat()).await;
    let ada = served.speaker("ada").await;
    let conversation = ada.begin("1").await;
    let said = ada.converse(Some(&conversation), "Never stop.").await;
    assert_eq!(said.whole["reply"]["status"], "GENERATING", "what there is by then, and no failure");
    ada.shown(&said.generation, "One two").await;
    assert_eq!(ada.stop(&said.generation).await, json!({ "status": "STOPPED", "text": "One two" }));
}
