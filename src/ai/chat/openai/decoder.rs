//! How a stream of chat completion chunks is read.
//!
//! <https://platform.openai.com/docs/api-reference/chat-streaming>. Compatible servers leave things out and add things:
//! calls without index or id, arguments as an object, content as a list of pieces, hidden reasoning under two names.

use serde::Deserialize;
use serde_json::Value;

use crate::ai::chat::answer::{Answer, CallFragment};
use crate::ai::chat::error::{ChatError, ChatErrorKind};
use crate::ai::chat::fault;
use crate::ai::chat::part::{FinishReason, Usage};
use crate::ai::chat::protocol::Decoder;
use crate::ai::chat::sse::SseEvent;

/// Reads chunks until `[DONE]`.
#[derive(Debug, Default)]
pub struct OpenAiDecoder;

#[derive(Deserialize)]
struct Chunk {
    #[serde(default)]
    choices: Vec<Choice>,
    #[serde(default)]
    usage: Option<ChunkUsage>,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default)]
    index: u32,
    #[serde(default)]
    delta: Option<Delta>,
    #[serde(default)]
    finish_reason: Option<String>,
}

#[derive(Default, Deserialize)]
struct Delta {
    #[serde(default)]
    content: Value,
    #[serde(default)]
    refusal: Option<String>,
    #[serde(default)]
    reasoning_content: Value,
    #[serde(default)]
    reasoning: Value,
    #[serde(default)]
    tool_calls: Option<Vec<CallDelta>>,
}

#[derive(Deserialize)]
struct CallDelta {
    #[serde(default)]
    index: Option<u64>,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    function: Option<FunctionDelta>,
}

#[derive(Deserialize)]
struct FunctionDelta {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    arguments: Value,
}

#[derive(Deserialize)]
struct ChunkUsage {
    #[serde(default)]
    prompt_tokens: u32,
    #[serde(default)]
    completion_tokens: u32,
    #[serde(default)]
    prompt_tokens_details: Option<PromptDetails>,
}

#[derive(Deserialize)]
struct PromptDetails {
    #[serde(default)]
    cached_tokens: Option<u32>,
}

impl Decoder for OpenAiDecoder {
    fn event(&mut self, event: &SseEvent, answer: &mut Answer) -> Result<(), ChatError> {
        let data = event.data.trim();
        if data.is_empty() {
            return Ok(());
        }
        if data == "[DONE]" {
            answer.end();
            return Ok(());
        }
        let broken = |error| ChatError::new(ChatErrorKind::Broken).with_source(error);
        let value: Value = serde_json::from_str(data).map_err(broken)?;
        if let Some(error) = fault::from_value(&value) {
            return Err(error);
        }
        let chunk: Chunk = serde_json::from_value(value).map_err(broken)?;
        // Several choices were never asked for.
        for choice in chunk.choices.into_iter().filter(|choice| choice.index == 0) {
            if let Some(delta) = &choice.delta {
                read_delta(delta, answer)?;
            }
            match choice.finish_reason.as_deref() {
                None | Some("") => {}
                // What routers in front of several providers say when the one behind them failed.
                Some("error") => return Err(ChatError::new(ChatErrorKind::ServerError)),
                Some(reason) => answer.finish(finish_reason(reason))?,
            }
        }
        if let Some(usage) = chunk.usage {
            answer.usage(Usage {
                input_tokens: usage.prompt_tokens,
                output_tokens: usage.completion_tokens,
                cached_input_tokens: usage.prompt_tokens_details.and_then(|it| it.cached_tokens).unwrap_or(0),
                estimated: false,
            });
        }
        Ok(())
    }
}

fn read_delta(delta: &Delta, answer: &mut Answer) -> Result<(), ChatError> {
    match &delta.content {
        Value::String(text) => answer.text(text),
        Value::Array(pieces) => {
            for piece in pieces {
                match piece.get("text").and_then(Value::as_str) {
                    Some(text) => answer.text(text),
                    None => answer.progress(),
                }
            }
        }
        _ => {}
    }
    if let Some(refusal) = &delta.refusal {
        answer.text(refusal);
    }
    if !delta.reasoning_content.is_null() || !delta.reasoning.is_null() {
        answer.progress();
    }
    for call in delta.tool_calls.iter().flatten() {
        let whole;
        let (name, arguments) = match &call.function {
            None => ("", ""),
            Some(function) => {
                let arguments = match &function.arguments {
                    Value::Null => "",
                    Value::String(text) => text,
                    other => {
                        whole = other.to_string();
                        &whole
                    }
                };
                (function.name.as_deref().unwrap_or_default(), arguments)
            }
        };
        let id = call.id.as_deref().unwrap_or_default();
        answer.call_fragment(CallFragment { index: call.index, id, name, arguments })?;
    }
    Ok(())
}

fn finish_reason(reason: &str) -> FinishReason {
    match reason {
        "stop" | "end_turn" | "eos" => FinishReason::Stop,
        "length" | "max_tokens" => FinishReason::Length,
        "tool_calls" | "function_call" => FinishReason::ToolCalls,
        "content_filter" => FinishReason::ContentFilter,
        _ => FinishReason::Other,
    }
}
