//! Models against a scripted provider, and what came out of them.

use std::time::Duration;

use elenchus::ai::chat::backoff::Backoff;
use elenchus::ai::chat::error::{ChatError, ChatErrorKind};
use elenchus::ai::chat::http::WireLimits;
use elenchus::ai::chat::models::Models;
use elenchus::ai::chat::part::{FinishReason, Part, PartStream, Usage};
use elenchus::ai::chat::request::{ChatRequest, ToolCall, Turn};
use elenchus::config::env::Env;
use elenchus::config::models::ModelsConfig;
use futures::StreamExt as _;

use super::provider::{ProviderServer, Wire};

/// Waits of milliseconds, and a provider may ask for two seconds.
pub const BACKOFF: Backoff =
    Backoff { base: Duration::from_millis(1), cap: Duration::from_millis(2), longest_asked: Duration::from_secs(2) };

pub fn limits() -> WireLimits {
    WireLimits { stream_bytes: 64 * 1024, event_bytes: 16 * 1024, trailer: Duration::from_millis(50) }
}

/// Models with `wire` at `server` as the default, and `more` settings.
pub fn models(wire: Wire, server: &ProviderServer, more: &[(&str, &str)]) -> Models {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let chat = format!("{}/m", wire.provider());
    let name = wire.provider().to_uppercase();
    let (url, key) = (format!("{name}_BASE_URL"), format!("{name}_API_KEY"));
    let mut pairs = vec![
        ("CHAT_MODEL", chat.as_str()),
        (url.as_str(), server.base_url.as_str()),
        (key.as_str(), "sk-secret"),
        ("MODEL_MAX_RETRIES", "2"),
    ];
    pairs.extend(more);
    let config = ModelsConfig::from_env(&Env::from_pairs(pairs)).unwrap();
    Models::with_limits(&config, BACKOFF, limits()).unwrap()
}

/// A question without history.
pub fn question(text: &str) -> ChatRequest {
    ChatRequest { turns: vec![Turn::User { text: text.to_owned() }], max_output_tokens: 100, ..ChatRequest::default() }
}

/// Everything that a stream gave.
#[derive(Debug)]
pub struct Outcome {
    pub started: Option<String>,
    pub texts: Vec<String>,
    pub calls: Vec<ToolCall>,
    pub usage: Option<Usage>,
    pub end: Result<FinishReason, ChatError>,
}

impl Outcome {
    pub fn text(&self) -> String {
        self.texts.concat()
    }

    pub fn kind(&self) -> Option<ChatErrorKind> {
        self.end.as_ref().err().map(|error| error.kind)
    }
}

/// Reads a stream to its end and checks the promises that every stream keeps.
pub async fn read(stream: PartStream) -> Outcome {
    let items: Vec<_> = stream.collect().await;
    let mut outcome = Outcome {
        started: None,
        texts: Vec::new(),
        calls: Vec::new(),
        usage: None,
        end: Err(ChatError::with_message(ChatErrorKind::Broken, "no end at all")),
    };
    let last = items.len() - 1;
    for (place, item) in items.into_iter().enumerate() {
        match item {
            Ok(Part::Started { provider, model }) => {
                assert_eq!(place, 0, "Started comes first");
                outcome.started = Some(format!("{provider}/{model}"));
            }
            Ok(Part::Text(text)) => {
                assert!(outcome.started.is_some() && !text.is_empty() && !text.contains('\0'), "{text:?}");
                outcome.texts.push(text);
            }
            Ok(Part::ToolCall(call)) => outcome.calls.push(call),
            Ok(Part::Usage(usage)) => assert_eq!(outcome.usage.replace(usage), None, "Usage comes once"),
            Ok(Part::Finished(reason)) => {
                assert_eq!(place, last, "nothing follows on Finished");
                assert!(outcome.usage.is_some(), "Usage comes before Finished");
                outcome.end = Ok(reason);
            }
            Err(error) => {
                assert_eq!(place, last, "nothing follows on an error");
                outcome.end = Err(error);
            }
        }
    }
    outcome
}

/// The answer of `wire` at `server` to a question.
pub async fn ask(wire: Wire, server: &ProviderServer) -> Outcome {
    read(models(wire, server, &[]).default_chat().stream(question("Hello?"))).await
}
