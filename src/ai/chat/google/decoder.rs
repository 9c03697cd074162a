//! How a stream of `GenerateContentResponse` is read.
//!
//! <https://ai.google.dev/api/generate-content#generatecontentresponse>. There is no last event: the stream ends when the
//! response does, after a candidate with a reason to finish.

use serde::Deserialize;
use serde_json::Value;

use crate::ai::chat::answer::{Answer, CallFragment};
use crate::ai::chat::error::{ChatError, ChatErrorKind};
use crate::ai::chat::fault;
use crate::ai::chat::part::{FinishReason, Usage};
use crate::ai::chat::protocol::Decoder;
use crate::ai::chat::sse::SseEvent;

/// Reads responses until the connection closes.
#[derive(Debug, Default)]
pub struct GoogleDecoder {
    calls: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    #[serde(default)]
    candidates: Vec<Candidate>,
    #[serde(default)]
    prompt_feedback: Option<PromptFeedback>,
    #[serde(default)]
    usage_metadata: Option<UsageMetadata>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Candidate {
    #[serde(default)]
    index: u32,
    #[serde(default)]
    content: Option<Content>,
    #[serde(default)]
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Content {
    #[serde(default)]
    parts: Vec<ContentPart>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ContentPart {
    #[serde(default)]
    text: Option<String>,
    /// The text is hidden reasoning.
    #[serde(default)]
    thought: bool,
    #[serde(default)]
    function_call: Option<FunctionCall>,
}

#[derive(Deserialize)]
struct FunctionCall {
    #[serde(default)]
    id: Option<String>,
    name: String,
    #[serde(default)]
    args: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PromptFeedback {
    #[serde(default)]
    block_reason: Option<String>,
}

#[derive(Deserialize)]
struct UsageMetadata {
    #[serde(default, rename = "promptTokenCount")]
    prompt: u32,
    #[serde(default, rename = "toolUsePromptTokenCount")]
    tool_results: u32,
    #[serde(default, rename = "candidatesTokenCount")]
    candidates: u32,
    #[serde(default, rename = "thoughtsTokenCount")]
    thoughts: u32,
    #[serde(default, rename = "cachedContentTokenCount")]
    cached: u32,
}

impl Decoder for GoogleDecoder {
    fn event(&mut self, event: &SseEvent, answer: &mut Answer) -> Result<(), ChatError> {
        let broken = |error| ChatError::new(ChatErrorKind::Broken).with_source(error);
        let value: Value = serde_json::from_str(&event.data).map_err(broken)?;
        if let Some(error) = fault::from_value(&value) {
            return Err(error);
        }
        let response: Response = serde_json::from_value(value).map_err(broken)?;
        // Before the candidates: they may finish the answer, after which only usage counts.
        for candidate in response.candidates.into_iter().filter(|candidate| candidate.index == 0) {
            for part in candidate.content.into_iter().flat_map(|content| content.parts) {
                self.read_part(part, answer)?;
            }
            match candidate.finish_reason.as_deref() {
                None | Some("" | "FINISH_REASON_UNSPECIFIED") => {}
                Some(reason) => answer.finish(finish_reason(reason))?,
            }
        }
        if let Some(reason) = response.prompt_feedback.and_then(|feedback| feedback.block_reason) {
            return Err(ChatError::new(ChatErrorKind::ContentFiltered).with_source(format!("blocked: {reason}")));
        }
        if let Some(usage) = response.usage_metadata {
            answer.usage(Usage {
                input_tokens: usage.prompt.saturating_add(usage.tool_results),
                output_tokens: usage.candidates.saturating_add(usage.thoughts),
                cached_input_tokens: usage.cached,
                estimated: false,
            });
        }
        Ok(())
    }
}

impl GoogleDecoder {
    fn read_part(&mut self, part: ContentPart, answer: &mut Answer) -> Result<(), ChatError> {
        if let Some(call) = part.function_call {
            let arguments = if call.args.is_null() { String::new() } else { call.args.to_string() };
            answer.call_fragment(CallFragment {
                index: Some(self.calls),
                id: call.id.as_deref().unwrap_or_default(),
                name: &call.name,
                arguments: &arguments,
            })?;
            self.calls += 1;
        }
        match part.text {
            Some(_) if part.thought => answer.progress(),
            Some(text) => answer.text(&text),
            None => {}
        }
        Ok(())
    }
}

fn finish_reason(reason: &str) -> FinishReason {
    match reason {
        "STOP" => FinishReason::Stop,
        "MAX_TOKENS" => FinishReason::Length,
        "SAFETY" | "RECITATION" | "BLOCKLIST" | "PROHIBITED_CONTENT" | "SPII" | "IMAGE_SAFETY" => {
            FinishReason::ContentFilter
        }
        _ => FinishReason::Other,
    }
}
