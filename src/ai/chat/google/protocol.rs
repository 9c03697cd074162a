//! How a request to `:streamGenerateContent` is written.
//!
//! <https://ai.google.dev/api/generate-content>.

use reqwest::header::HeaderMap;
use secrecy::ExposeSecret as _;
use serde_json::{Map, Value, json};

use super::decoder::GoogleDecoder;
use super::schema;
use crate::ai::chat::endpoint;
use crate::ai::chat::error::ChatError;
use crate::ai::chat::history::{self, Message};
use crate::ai::chat::protocol::{Call, Protocol};
use crate::ai::chat::request::{ChatRequest, ToolSpec};
use crate::config::models::ProviderConfig;

/// What Gemini 3 takes in place of its own signature on a call in the history that is not its own, or whose signature is
/// gone: <https://ai.google.dev/gemini-api/docs/thought-signatures>.
const NO_SIGNATURE: &str = "skip_thought_signature_validator";

/// Gemini's API, or a gateway to it.
#[derive(Debug, Clone)]
pub struct Google {
    base_url: String,
    headers: HeaderMap,
}

impl Google {
    /// The server at `config`; a gateway may need no key.
    ///
    /// # Errors
    /// When the address or the key cannot be sent.
    pub fn new(config: &ProviderConfig) -> Result<Self, ChatError> {
        let mut headers = HeaderMap::new();
        if let Some(key) = &config.api_key {
            headers.insert("x-goog-api-key", endpoint::secret(key.expose_secret())?);
        }
        let versioned = endpoint::has_version(&config.base_url, &["v1", "v1beta"]);
        let base_url = format!("{}{}", config.base_url, if versioned { "" } else { "/v1beta" });
        // Found wrong now, not at the first question.
        endpoint::join(&base_url, &[])?;
        Ok(Self { base_url, headers })
    }
}

impl Protocol for Google {
    type Decoder = GoogleDecoder;

    fn call(&self, model: &str, request: &ChatRequest) -> Result<Call, ChatError> {
        let mut url = endpoint::join(&self.base_url, &["models", &format!("{model}:streamGenerateContent")])?;
        url.set_query(Some("alt=sse"));
        let mut config = Map::new();
        config.insert("maxOutputTokens".to_owned(), json!(request.max_output_tokens.max(1)));
        if let Some(temperature) = request.temperature {
            config.insert("temperature".to_owned(), json!(temperature.clamp(0.0, 2.0)));
        }
        let mut system = request.system.clone();
        if let Some(schema) = &request.response_schema {
            if request.tools.is_empty() {
                config.insert("responseMimeType".to_owned(), json!("application/json"));
                config.insert("responseSchema".to_owned(), schema::convert(schema));
            } else {
                // Gemini refuses a response schema beside tools: it is told in words.
                system.push_str("\n\nGive the final answer as JSON alone that follows this JSON Schema:\n");
                system.push_str(&schema.to_string());
            }
        }
        let mut body = Map::new();
        if !system.trim().is_empty() {
            body.insert("systemInstruction".to_owned(), json!({ "parts": [{ "text": system.trim() }] }));
        }
        body.insert("contents".to_owned(), Value::Array(contents(model, request)?));
        if !request.tools.is_empty() {
            let declarations: Vec<_> = request.tools.iter().map(declaration).collect();
            body.insert("tools".to_owned(), json!([{ "functionDeclarations": declarations }]));
        }
        body.insert("generationConfig".to_owned(), Value::Object(config));
        Ok(Call { url, headers: self.headers.clone(), body: Value::Object(body) })
    }

    fn decoder(&self, _: &ChatRequest) -> GoogleDecoder {
        GoogleDecoder::default()
    }
}

fn declaration(tool: &ToolSpec) -> Value {
    let mut declaration = Map::new();
    declaration.insert("name".to_owned(), json!(tool.name));
    declaration.insert("description".to_owned(), json!(tool.description));
    // An object without properties is refused; no parameters at all mean the same.
    let properties = tool.parameters.get("properties").and_then(Value::as_object);
    if properties.is_some_and(|properties| !properties.is_empty()) {
        declaration.insert("parameters".to_owned(), schema::convert(&tool.parameters));
    }
    Value::Object(declaration)
}

fn contents(model: &str, request: &ChatRequest) -> Result<Vec<Value>, ChatError> {
    let signed = model.starts_with("gemini-3");
    let mut contents: Vec<Value> = Vec::new();
    for message in history::regular(request)? {
        match message {
            Message::User(text) => push(&mut contents, "user", vec![json!({ "text": text })]),
            Message::Assistant(text) => push(&mut contents, "model", vec![json!({ "text": text })]),
            Message::Called { text, calls } => {
                let mut parts = Vec::new();
                if !text.is_empty() {
                    parts.push(json!({ "text": text }));
                }
                for (place, call) in calls.iter().enumerate() {
                    let mut part = json!({ "functionCall": { "name": call.name, "args": call.arguments } });
                    if let Some(fields) = part.as_object_mut().filter(|_| signed && place == 0) {
                        fields.insert("thoughtSignature".to_owned(), json!(NO_SIGNATURE));
                    }
                    parts.push(part);
                }
                push(&mut contents, "model", parts);
                let responses = calls.iter().map(
                    |call| json!({ "functionResponse": { "name": call.name, "response": { "result": call.result } } }),
                );
                // Kept apart from a question that follows: a response must answer its call alone.
                contents.push(json!({ "role": "user", "parts": responses.collect::<Vec<_>>() }));
            }
        }
    }
    Ok(contents)
}

/// Adds parts to the conversation; what the model said at a stretch is one content.
fn push(contents: &mut Vec<Value>, role: &str, parts: Vec<Value>) {
    let last =
        contents.last_mut().filter(|last| role == "model" && last.get("role").and_then(Value::as_str) == Some(role));
    if let Some(before) = last.and_then(|last| last.get_mut("parts")).and_then(Value::as_array_mut) {
        before.extend(parts);
    } else {
        contents.push(json!({ "role": role, "parts": parts }));
    }
}
