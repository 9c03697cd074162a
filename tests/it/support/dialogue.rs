//! People who talk: conversations, messages and what is heard of them, over HTTP and websockets.

use std::time::Duration;

use serde_json::{Value, json};

use super::live::{Person, Stream};
use super::provider::{ProviderServer, Reply, Step, Wire};
use super::served::Served;

/// What the scripted provider speaks.
pub const WIRE: Wire = Wire::OpenAi;

/// Settings that make the scripted provider the chat model, which is asked once and not again.
pub fn model(provider: &ProviderServer) -> Vec<(&str, &str)> {
    vec![
        ("CHAT_MODEL", "openai/scripted"),
        ("OPENAI_BASE_URL", &provider.base_url),
        ("OPENAI_API_KEY", "sk-test"),
        ("MODEL_MAX_RETRIES", "0"),
    ]
}

/// A whole answer of these words.
pub fn answer(words: &[&str]) -> Reply {
    Reply::tokens(WIRE, words, Duration::ZERO)
}

/// The beginning of an answer, after which the provider says nothing more.
pub fn beginning(words: &[&str]) -> Reply {
    let opening = Reply::stream([WIRE.opening()]);
    words.iter().fold(opening, |reply, word| reply.then(Step::Send(WIRE.token(word).into())))
}

/// A message with the reply to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Exchange {
    pub conversation: String,
    pub message: String,
    pub reply: String,
    pub generation: String,
    /// All that was answered.
    pub whole: Value,
}

const EXCHANGE: &str = "conversation { id title status lastMessageAt updatedAt } message { id role status content parent { id } } \
                        reply { id role status content parent { id } generation { id status error { code } } }";

impl Served {
    /// Somebody new, signed in.
    pub async fn speaker(&self, name: &str) -> Person {
        Person { url: self.url(""), token: self.person(name).await.token }
    }
}

/// Code and refused fields of a response that must be one refusal.
pub fn refusal_in(response: &Value) -> (String, Vec<String>) {
    let errors = response["errors"].as_array().unwrap_or_else(|| panic!("no failure: {response}"));
    assert_eq!(errors.len(), 1, "{response}");
    let extensions = &errors[0]["extensions"];
    let fields = extensions["fields"].as_array().into_iter().flatten();
    let fields = fields.map(|field| field["path"].as_str().unwrap().to_owned()).collect();
    (extensions["code"].as_str().unwrap().to_owned(), fields)
}

impl Person {
    /// Code and refused fields of an operation that must fail.
    pub async fn refused(&self, query: &str, variables: Value) -> (String, Vec<String>) {
        refusal_in(&self.respond(query, variables).await)
    }

    /// A mutation `field` with an input of that type; `payload` is what it selects.
    pub async fn act(&self, field: &str, kind: &str, input: Value, payload: &str) -> Value {
        self.run(&mutation(field, kind, payload), json!({ "input": input })).await[field].clone()
    }

    /// As [`Self::act`], for one that must be refused.
    pub async fn act_refused(&self, field: &str, kind: &str, input: Value) -> (String, Vec<String>) {
        self.refused(&mutation(field, kind, "__typename"), json!({ "input": input })).await
    }

    /// A conversation without a message.
    pub async fn begin(&self, title: &str) -> String {
        let input = json!({ "title": title });
        let made = self.act("createConversation", "CreateConversationInput", input, "conversation { id }").await;
        made["conversation"]["id"].as_str().unwrap().to_owned()
    }

    pub async fn exchange(&self, field: &str, kind: &str, input: Value) -> Exchange {
        let whole = self.act(field, kind, input, EXCHANGE).await;
        let text =
            |path: &str| whole.pointer(path).and_then(Value::as_str).unwrap_or_else(|| panic!("{whole}")).to_owned();
        Exchange {
            conversation: text("/conversation/id"),
            message: text("/message/id"),
            reply: text("/reply/id"),
            generation: text("/reply/generation/id"),
            whole,
        }
    }

    /// Sends a message.
    pub async fn say(&self, input: Value) -> Exchange {
        self.exchange("sendMessage", "SendMessageInput", input).await
    }

    /// Sends a message and waits for the end of the reply.
    pub async fn converse(&self, conversation: Option<&str>, text: &str) -> Exchange {
        self.say(json!({ "text": text, "conversationId": conversation, "waitForReply": true })).await
    }

    pub async fn edit(&self, message: &str, text: &str) -> Exchange {
        self.exchange("editMessage", "EditMessageInput", json!({ "messageId": message, "text": text })).await
    }

    pub async fn regenerate(&self, message: &str) -> Exchange {
        self.exchange("regenerateReply", "RegenerateReplyInput", json!({ "messageId": message })).await
    }

    pub async fn stop(&self, generation: &str) -> Value {
        let input = json!({ "generationId": generation });
        self.act("stopGeneration", "StopGenerationInput", input, "generation { status text }").await["generation"]
            .clone()
    }

    /// What `selection` gives of the object with this id.
    pub async fn read(&self, id: &str, kind: &str, selection: &str) -> Value {
        let query = format!("query($id: ID!) {{ node(id: $id) {{ ... on {kind} {{ {selection} }} }} }}");
        self.run(&query, json!({ "id": id })).await["node"].clone()
    }

    /// Whether there is no object with this id for this reader.
    pub async fn misses(&self, id: &str) -> bool {
        self.refused("query($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await.0 == "NOT_FOUND"
    }

    /// Reads a generation until this is its text, and gives the stream behind it.
    pub async fn shown(&self, generation: &str, text: &str) -> Stream {
        let mut stream = self.follow(generation, None).await;
        let mut shown = String::new();
        while shown != text {
            let step = stream.step().await.unwrap_or_else(|| panic!("it ended with {shown:?}"));
            shown.push_str(step["generation"]["text"].as_str().unwrap_or_else(|| panic!("{step} after {shown:?}")));
        }
        stream
    }

    pub async fn set_typing(&self, conversation: &str, typing: bool) {
        let input = json!({ "conversationId": conversation, "isTyping": typing });
        self.act("setTyping", "SetTypingInput", input, "isTyping").await;
    }

    /// A websocket that follows a conversation.
    pub async fn listen(&self, conversation: &str) -> Stream {
        let mut stream = self.socket().await;
        stream.subscribe(EVENTS, json!({ "id": conversation })).await;
        stream
    }
}

pub fn mutation(field: &str, kind: &str, payload: &str) -> String {
    format!("mutation($input: {kind}!) {{ {field}(input: $input) {{ {payload} }} }}")
}

pub const EVENTS: &str = "subscription($id: ID!) { conversation(id: $id) { __typename
    ... on MessageAdded { message { id role status content } }
    ... on MessageChanged { message { id status content feedback { rating } } }
    ... on MessageDeleted { id }
    ... on ConversationChanged { conversation { title status documents { filename } } }
    ... on ConversationDeleted { id }
    ... on TypingChanged { userId isTyping }
    ... on MessagesDelivered { messageId } } }";

/// Returns once each of these streams hears the conversation: a subscription says nothing when it begins, so somebody
/// types until all have heard it, and stops.
pub async fn all_hear(person: &Person, conversation: &str, streams: &mut [Stream]) {
    for stream in streams.iter_mut() {
        loop {
            person.set_typing(conversation, true).await;
            if tokio::time::timeout(Duration::from_millis(200), stream.step()).await.is_ok() {
                break;
            }
        }
    }
    person.set_typing(conversation, false).await;
    for stream in streams {
        while stream.step().await.unwrap()["conversation"]["isTyping"] != false {}
    }
}
