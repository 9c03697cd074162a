//! How a request to `/v1/messages` is written.
//!
//! <https://docs.claude.com/en/api/messages>. An answer after a schema is asked for as the call of one tool whose arguments
//! are the answer, which all models of the house can do.

use reqwest::header::{HeaderMap, HeaderValue};
use secrecy::ExposeSecret as _;
use serde_json::{Map, Value, json};
use url::Url;

use super::decoder::{ANSWER_TOOL, AnthropicDecoder};
use crate::ai::chat::endpoint;
use crate::ai::chat::error::ChatError;
use crate::ai::chat::history::{self, Message};
use crate::ai::chat::protocol::{Call, Protocol};
use crate::ai::chat::request::ChatRequest;
use crate::config::models::ProviderConfig;

/// The version of the protocol that is spoken here.
const VERSION: &str = "2023-06-01";

/// Anthropic, or a gateway to it.
#[derive(Debug, Clone)]
pub struct Anthropic {
    url: Url,
    headers: HeaderMap,
}

impl Anthropic {
    /// The server at `config`; a gateway may need no key.
    ///
    /// # Errors
    /// When the address or the key cannot be sent.
    pub fn new(config: &ProviderConfig) -> Result<Self, ChatError> {
        let base = &config.base_url;
        let path: &[&str] = if endpoint::has_version(base, &["v1"]) { &["messages"] } else { &["v1", "messages"] };
        let mut headers = HeaderMap::new();
        headers.insert("anthropic-version", HeaderValue::from_static(VERSION));
        if let Some(key) = &config.api_key {
            headers.insert("x-api-key", endpoint::secret(key.expose_secret())?);
        }
        Ok(Self { url: endpoint::join(base, path)?, headers })
    }
}

impl Protocol for Anthropic {
    type Decoder = AnthropicDecoder;

    fn call(&self, model: &str, request: &ChatRequest) -> Result<Call, ChatError> {
        let mut body = Map::new();
        body.insert("model".to_owned(), json!(model));
        body.insert("max_tokens".to_owned(), json!(request.max_output_tokens.max(1)));
        body.insert("stream".to_owned(), json!(true));
        if !request.system.trim().is_empty() {
            body.insert("system".to_owned(), json!(request.system));
        }
        body.insert("messages".to_owned(), Value::Array(messages(request)?));
        if let Some(temperature) = request.temperature {
            body.insert("temperature".to_owned(), json!(temperature.clamp(0.0, 1.0)));
        }
        let mut tools: Vec<Value> =
            request.tools.iter().map(|tool| tool_json(&tool.name, &tool.description, &tool.parameters)).collect();
        if let Some(schema) = &request.response_schema {
            tools.push(tool_json(ANSWER_TOOL, "Gives the final answer.", schema));
            let choice = if request.tools.is_empty() {
                json!({ "type": "tool", "name": ANSWER_TOOL })
            } else {
                json!({ "type": "any" })
            };
            body.insert("tool_choice".to_owned(), choice);
        }
        if !tools.is_empty() {
            body.insert("tools".to_owned(), Value::Array(tools));
        }
        Ok(Call { url: self.url.clone(), headers: self.headers.clone(), body: Value::Object(body) })
    }

    fn decoder(&self, request: &ChatRequest) -> AnthropicDecoder {
        AnthropicDecoder::new(request.response_schema.is_some())
    }
}

fn tool_json(name: &str, description: &str, schema: &Value) -> Value {
    json!({ "name": name, "description": description, "input_schema": schema })
}

fn messages(request: &ChatRequest) -> Result<Vec<Value>, ChatError> {
    let mut messages: Vec<Value> = Vec::new();
    for message in history::regular(request)? {
        match message {
            Message::User(text) => push(&mut messages, "user", vec![json!({ "type": "text", "text": text })]),
            Message::Assistant(text) => push(&mut messages, "assistant", vec![json!({ "type": "text", "text": text })]),
            Message::Called { text, calls } => {
                let mut blocks = Vec::new();
                if !text.is_empty() {
                    blocks.push(json!({ "type": "text", "text": text }));
                }
                blocks.extend(calls.iter().map(
                    |call| json!({ "type": "tool_use", "id": call.id, "name": call.name, "input": call.arguments }),
                ));
                push(&mut messages, "assistant", blocks);
                let results = calls
                    .iter()
                    .map(|call| json!({ "type": "tool_result", "tool_use_id": call.id, "content": call.result }));
                push(&mut messages, "user", results.collect());
            }
        }
    }
    Ok(messages)
}

/// Adds blocks to the conversation, whose roles must alternate: results and a question after them are one message.
fn push(messages: &mut Vec<Value>, role: &str, blocks: Vec<Value>) {
    let last = messages.last_mut().filter(|last| last.get("role").and_then(Value::as_str) == Some(role));
    if let Some(content) = last.and_then(|last| last.get_mut("content")).and_then(Value::as_array_mut) {
        content.extend(blocks);
    } else {
        messages.push(json!({ "role": role, "content": blocks }));
    }
}
