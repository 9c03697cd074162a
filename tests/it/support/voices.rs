//! A provider of everything that is heard and said, a voice agent that asks what to say, and people who send sound.

use serde_json::{Value, json};

use super::dialogue::{answer, model};
use super::live::Person;
use super::provider::{ProviderServer, Received, Reply};
use super::tutorial::Tutorial;

/// What the agent is known by.
pub const SECRET: &str = "the-agent-knows-this-and-nobody-else";
/// The beginning of a recording, by which it is told.
pub const WEBM: &[u8] = b"\x1a\x45\xdf\xa3 some sound";
/// What is read aloud sounds like this.
pub const SOUND: &[u8] = b"ID3 what is said aloud";

/// A provider whose model says this, and that hears that.
pub async fn provider(says: &'static [&'static str], hears: &'static str) -> ProviderServer {
    ProviderServer::answering(move |_, request| replied(request, says, hears)).await
}

/// What the provider answers to a request of any kind.
pub fn replied(request: &Received, says: &[&str], hears: &str) -> Reply {
    match request.path.split('?').next().unwrap() {
        "/chat/completions" => answer(says),
        "/v1/convai/conversation/token" => Reply::refusal(200, &json!({"token": "webrtc-token"})),
        "/v1/convai/conversation/get-signed-url" => {
            Reply::refusal(200, &json!({"signed_url": "wss://api.example.org/v1/convai/conversation?agent_id=a&x=1"}))
        }
        "/audio/transcriptions" => Reply::refusal(200, &json!({ "text": hears })),
        "/audio/speech" => Reply::whole("audio/mpeg", SOUND),
        other => panic!("nobody should ask for {other}"),
    }
}

/// Settings with which that provider does everything.
pub fn settings(provider: &ProviderServer) -> Vec<(&str, &str)> {
    let speech = [
        ("ELEVENLABS_API_KEY", "sk_hunter2"),
        ("ELEVENLABS_BASE_URL", provider.base_url.as_str()),
        ("ELEVENLABS_AGENT_ID", "agent_1"),
        ("VOICE_LLM_SECRET", SECRET),
        ("TRANSCRIPTION_MODEL", "openai/whisper-1"),
        ("SPEECH_MODEL", "openai/tts-1"),
    ];
    [model(provider), speech.to_vec()].concat()
}

/// How many times the model that writes was asked.
pub fn asked(provider: &ProviderServer) -> usize {
    provider.requests().iter().filter(|request| request.path == "/chat/completions").count()
}

/// What an agent was told.
#[derive(Debug, PartialEq)]
pub struct Told {
    /// All words, one after the other.
    pub words: String,
    /// The arguments of `end_call`; null when it is not called.
    pub hang_up: Value,
    pub finish_reason: String,
}

impl Told {
    pub fn words(words: &str) -> Self {
        Self { words: words.to_owned(), hang_up: Value::Null, finish_reason: "stop".to_owned() }
    }

    /// Reads an event stream as OpenAI's clients do.
    pub fn read(stream: &str) -> Self {
        let mut told = Self { words: String::new(), hang_up: Value::Null, finish_reason: String::new() };
        let mut events: Vec<&str> = stream.split("\n\n").filter(|event| !event.is_empty()).collect();
        assert_eq!(events.pop(), Some("data: [DONE]"), "{stream}");
        let mut ids = std::collections::BTreeSet::new();
        for (place, event) in events.into_iter().enumerate() {
            let chunk: Value = serde_json::from_str(event.strip_prefix("data: ").unwrap()).unwrap();
            assert_eq!(chunk["object"], "chat.completion.chunk");
            ids.insert(chunk["id"].to_string());
            let choice = &chunk["choices"][0];
            assert_eq!((choice["index"].as_u64(), place == 0), (Some(0), choice["delta"]["role"] == "assistant"));
            told.words += choice["delta"]["content"].as_str().unwrap_or_default();
            if let Some(call) = choice["delta"]["tool_calls"].get(0) {
                assert_eq!((&call["index"], &call["function"]["name"]), (&json!(0), &json!("end_call")));
                told.hang_up = serde_json::from_str(call["function"]["arguments"].as_str().unwrap()).unwrap();
            }
            if let Some(reason) = choice["finish_reason"].as_str() {
                reason.clone_into(&mut told.finish_reason);
            }
        }
        assert_eq!(ids.len(), 1, "one answer has one id");
        told
    }
}

/// The messages of a conversation as an agent remembers them.
pub fn heard(lines: &[&str]) -> Value {
    let roles = ["assistant", "user"].into_iter().cycle();
    lines.iter().zip(roles).map(|(line, role)| json!({"role": role, "content": line})).collect()
}

impl Tutorial {
    /// What a browser passes along to the agent.
    pub async fn leave(&self, who: &Person, session: &str) -> Value {
        let voice = who.voice(session, "customLlmExtraBody").await;
        voice["customLlmExtraBody"].clone()
    }

    /// Sends what an agent would.
    pub async fn ask_raw(&self, secret: &str, body: &Value) -> reqwest::Response {
        let url = self.room.served.url("/v1/chat/completions");
        reqwest::Client::new().post(url).bearer_auth(secret).json(body).send().await.unwrap()
    }

    /// What the agent is told that heard this.
    pub async fn ask(&self, leave: &Value, lines: &[&str]) -> Told {
        let body = json!({"model": "x", "stream": true, "messages": heard(lines), "elevenlabs_extra_body": leave});
        let response = self.ask_raw(SECRET, &body).await;
        assert_eq!(response.status(), 200);
        assert!(response.headers()["content-type"].to_str().unwrap().starts_with("text/event-stream"));
        Told::read(&response.text().await.unwrap())
    }
}

impl Person {
    /// What this person may speak with in a session.
    pub async fn voice(&self, session: &str, fields: &str) -> Value {
        let query = format!(
            "query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on TutoringSession {{ voice {{ {fields} }} }} }} }}"
        );
        self.run(&query, json!({"ids": [session]})).await["nodes"][0]["voice"].clone()
    }

    /// A mutation with a file in its input; the whole response.
    pub async fn send_file(
        &self,
        field: &str,
        kind: &str,
        input: &Value,
        (name, bytes): (&str, &[u8]),
        payload: &str,
    ) -> Value {
        let mut input = input.clone();
        input[name] = Value::Null;
        let query = format!("mutation ($input: {kind}!) {{ {field}(input: $input) {{ {payload} }} }}");
        let operations = json!({ "query": query, "variables": { "input": input } }).to_string();
        let form = reqwest::multipart::Form::new()
            .text("operations", operations)
            .text("map", json!({ "0": [format!("variables.input.{name}")] }).to_string())
            .part("0", reqwest::multipart::Part::bytes(bytes.to_vec()).file_name("sound"));
        let request = reqwest::Client::new().post(format!("{}/graphql", self.url)).bearer_auth(&self.token);
        let request = request.header("apollo-require-preflight", "1").multipart(form);
        request.send().await.unwrap().json().await.unwrap()
    }
}
