//! How a request to `/chat/completions` is written.
//!
//! <https://platform.openai.com/docs/api-reference/chat/create>. Compatible servers differ in what they refuse; the rule
//! here: OpenAI itself (and Azure) gets `max_completion_tokens`, which its newer models demand; every other server gets
//! `max_tokens`, which all of them know.

use reqwest::header::{AUTHORIZATION, HeaderMap};
use secrecy::ExposeSecret as _;
use serde_json::{Map, Value, json};
use url::Url;

use super::decoder::OpenAiDecoder;
use crate::ai::chat::endpoint;
use crate::ai::chat::error::ChatError;
use crate::ai::chat::history::{self, Message};
use crate::ai::chat::protocol::{Call, Protocol};
use crate::ai::chat::request::{ChatRequest, ToolSpec};
use crate::config::models::ProviderConfig;

/// A server that speaks OpenAI's protocol.
#[derive(Debug, Clone)]
pub struct OpenAi {
    url: Url,
    headers: HeaderMap,
    /// OpenAI itself, or Azure's deployment of it.
    official: bool,
}

impl OpenAi {
    /// A server at `config`; without a key no `Authorization` is sent, as local servers need none.
    ///
    /// # Errors
    /// When the address or the key cannot be sent.
    pub fn new(config: &ProviderConfig) -> Result<Self, ChatError> {
        let url = endpoint::join(&config.base_url, &["chat", "completions"])?;
        let host = url.host_str().unwrap_or_default();
        let azure = host.ends_with(".azure.com");
        let official = azure || host == "openai.com" || host.ends_with(".openai.com");
        let mut headers = HeaderMap::new();
        match &config.api_key {
            Some(key) if azure => headers.insert("api-key", endpoint::secret(key.expose_secret())?),
            Some(key) => headers.insert(AUTHORIZATION, endpoint::secret(&format!("Bearer {}", key.expose_secret()))?),
            None => None,
        };
        Ok(Self { url, headers, official })
    }
}

impl Protocol for OpenAi {
    type Decoder = OpenAiDecoder;

    fn call(&self, model: &str, request: &ChatRequest) -> Result<Call, ChatError> {
        let mut body = Map::new();
        body.insert("model".to_owned(), json!(model));
        body.insert("messages".to_owned(), Value::Array(messages(request)?));
        body.insert("stream".to_owned(), json!(true));
        body.insert("stream_options".to_owned(), json!({ "include_usage": true }));
        let limit = if self.official { "max_completion_tokens" } else { "max_tokens" };
        body.insert(limit.to_owned(), json!(request.max_output_tokens.max(1)));
        // Reasoning models answer any temperature with a refusal.
        if let Some(temperature) = request.temperature.filter(|_| !(self.official && reasons(model))) {
            body.insert("temperature".to_owned(), json!(temperature.clamp(0.0, 2.0)));
        }
        if !request.tools.is_empty() {
            body.insert("tools".to_owned(), request.tools.iter().map(tool).collect());
        }
        if let Some(schema) = &request.response_schema {
            let schema = json!({ "name": "answer", "strict": is_strict(schema), "schema": schema });
            body.insert("response_format".to_owned(), json!({ "type": "json_schema", "json_schema": schema }));
        }
        Ok(Call { url: self.url.clone(), headers: self.headers.clone(), body: Value::Object(body) })
    }

    fn decoder(&self, _: &ChatRequest) -> OpenAiDecoder {
        OpenAiDecoder
    }
}

fn messages(request: &ChatRequest) -> Result<Vec<Value>, ChatError> {
    let mut messages = Vec::new();
    if !request.system.is_empty() {
        messages.push(json!({ "role": "system", "content": request.system }));
    }
    for message in history::regular(request)? {
        match message {
            Message::User(text) => messages.push(json!({ "role": "user", "content": text })),
            Message::Assistant(text) => messages.push(json!({ "role": "assistant", "content": text })),
            Message::Called { text, calls } => {
                let called: Vec<_> = calls
                    .iter()
                    .map(|call| {
                        let function = json!({ "name": call.name, "arguments": call.arguments.to_string() });
                        json!({ "id": call.id, "type": "function", "function": function })
                    })
                    .collect();
                let content = if text.is_empty() { Value::Null } else { Value::String(text) };
                messages.push(json!({ "role": "assistant", "content": content, "tool_calls": called }));
                messages.extend(
                    calls.iter().map(|call| json!({ "role": "tool", "tool_call_id": call.id, "content": call.result })),
                );
            }
        }
    }
    Ok(messages)
}

fn tool(tool: &ToolSpec) -> Value {
    let function = json!({ "name": tool.name, "description": tool.description, "parameters": tool.parameters });
    json!({ "type": "function", "function": function })
}

/// Models that take no temperature: the o series and GPT-5 with its successors.
fn reasons(model: &str) -> bool {
    let mut chars = model.chars();
    (chars.next() == Some('o') && chars.next().is_some_and(|c| c.is_ascii_digit())) || model.starts_with("gpt-5")
}

/// Whether OpenAI's strict mode takes the schema: every object closed, and all of its properties required.
/// <https://platform.openai.com/docs/guides/structured-outputs#supported-schemas>
fn is_strict(schema: &Value) -> bool {
    match schema {
        Value::Object(fields) => {
            let closed = match fields.get("properties").and_then(Value::as_object) {
                None => fields.get("type").and_then(Value::as_str) != Some("object"),
                Some(properties) => {
                    let required = fields.get("required").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
                    fields.get("additionalProperties") == Some(&Value::Bool(false))
                        && properties.keys().all(|name| required.iter().any(|one| one.as_str() == Some(name)))
                }
            };
            closed && fields.values().all(is_strict)
        }
        Value::Array(items) => items.iter().all(is_strict),
        _ => true,
    }
}
