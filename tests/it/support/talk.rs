//! A conversation with a scripted model over HTTP, and what the model was asked in it.

use std::time::Duration;

use serde_json::{Value, json};

use super::provider::{ProviderServer, Received, Reply, Wire};
use super::served::{Person, Served};

pub const WIRE: Wire = Wire::OpenAi;

/// What a request to the model is for, told by its system prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    Reply,
    Rewrite,
    Summary,
    Title,
}

/// A server whose chat model is the scripted one, with somebody who is signed in.
pub struct Talk {
    pub served: Served,
    pub provider: ProviderServer,
    pub person: Person,
}

/// A message with the reply to it.
#[derive(Debug, Clone)]
pub struct Said {
    pub conversation: String,
    pub message: String,
    pub reply: String,
    pub generation: String,
    pub text: String,
    pub status: String,
}

const SENT: &str = "conversation { id } message { id } reply { id content status generation { id } }";

impl Talk {
    /// `script` gets what a call is for, how many of that kind were made before, and the request.
    pub async fn new(
        settings: &[(&str, &str)],
        script: impl Fn(Call, usize, &Received) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let before = std::sync::Mutex::new(Vec::new());
        let provider = ProviderServer::answering(move |_, received| {
            let call = call(received);
            let place = {
                let mut before = before.lock().unwrap();
                before.push(call);
                before.iter().filter(|one| **one == call).count() - 1
            };
            script(call, place, received)
        })
        .await;
        let given = [
            ("CHAT_MODEL", "openai/scripted"),
            ("OPENAI_BASE_URL", provider.base_url.as_str()),
            ("OPENAI_API_KEY", "sk-test"),
            ("MODEL_MAX_RETRIES", "0"),
        ];
        let served = Served::with(&[&given, settings].concat()).await;
        let person = served.person("ann").await;
        Self { served, provider, person }
    }

    /// An operation that must succeed.
    pub async fn run(&self, query: &str, variables: Value) -> Value {
        // Ids tell milliseconds apart, and this clock stands still.
        self.served.library.app.clock.advance(chrono::TimeDelta::seconds(1));
        let answer = self.served.ask(Some(&self.person.token), query, variables).await;
        assert!(answer.get("errors").is_none(), "{answer}");
        answer["data"].clone()
    }

    /// Says something and waits for the end of the reply.
    pub async fn say(&self, mut input: Value) -> Said {
        input["waitForReply"] = json!(true);
        let query = format!("mutation($input: SendMessageInput!) {{ sendMessage(input: $input) {{ {SENT} }} }}");
        said(&self.run(&query, json!({ "input": input })).await["sendMessage"])
    }

    /// Says the next thing in a conversation.
    pub async fn go_on(&self, before: &Said, text: &str) -> Said {
        self.say(json!({ "conversationId": before.conversation, "text": text })).await
    }

    /// Says a message otherwise, or has a reply written anew, and waits for the end of the reply.
    pub async fn again(&self, mutation: &str, input: Value) -> Said {
        let kind = if mutation == "editMessage" { "EditMessageInput" } else { "RegenerateReplyInput" };
        let query = format!("mutation($input: {kind}!) {{ {mutation}(input: $input) {{ {SENT} }} }}");
        let said = said(&self.run(&query, json!({ "input": input })).await[mutation]);
        let status = format!("status FROM generations WHERE id = '{}'", uuid(&said.generation));
        self.until(&status, "COMPLETED").await;
        said
    }

    /// Waits until the first column of the first row of `SELECT query` is `expected`.
    pub async fn until(&self, query: &str, expected: &str) {
        let waited = tokio::time::timeout(super::live::PATIENCE, async {
            while self.served.library.text(query).await.as_deref() != Some(expected) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        waited.await.unwrap_or_else(|_| panic!("{query} never was {expected}"));
    }

    /// Waits until all that was asked for is written, titles and summaries too.
    pub async fn rest(&self) {
        self.until("count(*) FROM generations WHERE ended_at IS NULL", "0").await;
    }

    /// The requests of one kind, in their order.
    pub fn calls(&self, kind: Call) -> Vec<Received> {
        self.provider.requests().into_iter().filter(|received| call(received) == kind).collect()
    }

    /// The system prompt and the messages of the latest request for a reply.
    pub fn prompt(&self) -> (String, Vec<(String, String)>) {
        prompt(self.calls(Call::Reply).last().unwrap())
    }
}

/// A whole answer.
pub fn answer(text: &str) -> Reply {
    Reply::stream([WIRE.transcript(&[text])])
}

/// Who says what in a request, without the system prompt, which comes first.
pub fn prompt(received: &Received) -> (String, Vec<(String, String)>) {
    let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{}", received.body)).to_owned();
    let mut messages: Vec<(String, String)> = received.body["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|message| (text(&message["role"]), text(&message["content"])))
        .collect();
    let (role, system) = messages.remove(0);
    assert_eq!(role, "system");
    (system, messages)
}

fn call(received: &Received) -> Call {
    let system = received.body["messages"][0]["content"].as_str().unwrap_or_default();
    match system {
        _ if system.starts_with("Rewrite the last question") => Call::Rewrite,
        _ if system.starts_with("Summarise the conversation") => Call::Summary,
        _ if system.starts_with("Write a title") => Call::Title,
        _ => Call::Reply,
    }
}

fn said(sent: &Value) -> Said {
    let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{sent}")).to_owned();
    let reply = &sent["reply"];
    Said {
        conversation: text(&sent["conversation"]["id"]),
        message: text(&sent["message"]["id"]),
        reply: text(&reply["id"]),
        generation: text(&reply["generation"]["id"]),
        text: text(&reply["content"]),
        status: text(&reply["status"]),
    }
}

/// The key of a row, from its id in the graph.
pub fn uuid(id: &str) -> String {
    id.parse::<elenchus::ids::GenerationId>().unwrap().uuid().to_string()
}
