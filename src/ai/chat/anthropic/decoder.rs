//! How a stream of message events is read.
//!
//! <https://docs.claude.com/en/docs/build-with-claude/streaming>. Pings, and blocks and events of kinds that are not known,
//! are passed over, as that page asks.

use serde::Deserialize;
use serde_json::Value;

use crate::ai::chat::answer::{Answer, CallFragment};
use crate::ai::chat::error::{ChatError, ChatErrorKind};
use crate::ai::chat::fault;
use crate::ai::chat::part::{FinishReason, Usage};
use crate::ai::chat::protocol::Decoder;
use crate::ai::chat::sse::SseEvent;

/// The tool whose arguments are an answer after a schema.
pub const ANSWER_TOOL: &str = "structured_answer";

/// Reads events until `message_stop`.
#[derive(Debug, Default)]
pub struct AnthropicDecoder {
    /// The answer follows a schema: it comes as the arguments of [`ANSWER_TOOL`].
    structured: bool,
    /// The block that holds the arguments of [`ANSWER_TOOL`].
    answer_block: Option<u64>,
    /// The blocks that call our tools; the provider's own tools stream their arguments just so.
    call_blocks: Vec<u64>,
    usage: BlockUsage,
}

impl AnthropicDecoder {
    #[must_use]
    pub fn new(structured: bool) -> Self {
        Self { structured, ..Self::default() }
    }
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Event {
    MessageStart {
        message: Message,
    },
    ContentBlockStart {
        index: u64,
        content_block: Block,
    },
    ContentBlockDelta {
        index: u64,
        delta: Delta,
    },
    MessageDelta {
        delta: MessageDelta,
        #[serde(default)]
        usage: BlockUsage,
    },
    MessageStop,
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    usage: BlockUsage,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Block {
    Text {
        #[serde(default)]
        text: String,
    },
    ToolUse {
        id: String,
        name: String,
        #[serde(default)]
        input: Value,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Delta {
    #[serde(rename = "text_delta")]
    Text { text: String },
    #[serde(rename = "input_json_delta")]
    InputJson { partial_json: String },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct MessageDelta {
    #[serde(default)]
    stop_reason: Option<String>,
}

/// Figures as they come: some at the start, some at the end, later ones replacing earlier ones.
#[derive(Debug, Default, Clone, Copy, Deserialize)]
struct BlockUsage {
    #[serde(default, rename = "input_tokens")]
    input: Option<u32>,
    #[serde(default, rename = "cache_creation_input_tokens")]
    cache_written: Option<u32>,
    #[serde(default, rename = "cache_read_input_tokens")]
    cache_read: Option<u32>,
    #[serde(default, rename = "output_tokens")]
    output: Option<u32>,
}

impl BlockUsage {
    fn update(&mut self, newer: Self) {
        self.input = newer.input.or(self.input);
        self.cache_written = newer.cache_written.or(self.cache_written);
        self.cache_read = newer.cache_read.or(self.cache_read);
        self.output = newer.output.or(self.output);
    }

    /// Anthropic's `input_tokens` leave out what was read from or written to the cache; ours hold everything.
    fn whole(self) -> Usage {
        let cached = self.cache_read.unwrap_or(0);
        let uncached = self.input.unwrap_or(0).saturating_add(self.cache_written.unwrap_or(0));
        Usage {
            input_tokens: uncached.saturating_add(cached),
            output_tokens: self.output.unwrap_or(0),
            cached_input_tokens: cached,
            estimated: false,
        }
    }
}

impl Decoder for AnthropicDecoder {
    fn event(&mut self, event: &SseEvent, answer: &mut Answer) -> Result<(), ChatError> {
        let broken = |error| ChatError::new(ChatErrorKind::Broken).with_source(error);
        let value: Value = serde_json::from_str(&event.data).map_err(broken)?;
        if let Some(error) = fault::from_value(&value) {
            return Err(error);
        }
        match serde_json::from_value(value).map_err(broken)? {
            Event::MessageStart { message } => self.usage.update(message.usage),
            Event::ContentBlockStart { index, content_block } => self.start_block(index, content_block, answer)?,
            Event::ContentBlockDelta { index, delta } => self.continue_block(index, delta, answer)?,
            Event::MessageDelta { delta, usage } => {
                self.usage.update(usage);
                if let Some(reason) = delta.stop_reason {
                    answer.finish(self.finish_reason(&reason))?;
                    // Counted before the end: what comes at the start alone says nothing of the output.
                    answer.usage(self.usage.whole());
                }
            }
            Event::MessageStop => answer.end(),
            Event::Other => {}
        }
        Ok(())
    }
}

impl AnthropicDecoder {
    fn start_block(&mut self, index: u64, block: Block, answer: &mut Answer) -> Result<(), ChatError> {
        match block {
            Block::Text { text } if !self.structured => answer.text(&text),
            Block::ToolUse { name, .. } if self.structured && name == ANSWER_TOOL => {
                self.answer_block = Some(index);
                answer.progress();
            }
            Block::ToolUse { id, name, input } => {
                // Empty here, with the arguments in the deltas; whole from some gateways.
                let whole = input.as_object().is_some_and(|fields| !fields.is_empty()).then(|| input.to_string());
                let arguments = whole.as_deref().unwrap_or_default();
                self.call_blocks.push(index);
                answer.call_fragment(CallFragment { index: Some(index), id: &id, name: &name, arguments })?;
            }
            Block::Text { .. } | Block::Other => answer.progress(),
        }
        Ok(())
    }

    fn continue_block(&mut self, index: u64, delta: Delta, answer: &mut Answer) -> Result<(), ChatError> {
        match delta {
            Delta::Text { text } if !self.structured => answer.text(&text),
            Delta::InputJson { partial_json } if self.answer_block == Some(index) => answer.text(&partial_json),
            Delta::InputJson { partial_json } if self.call_blocks.contains(&index) => {
                let arguments = &partial_json;
                answer.call_fragment(CallFragment { index: Some(index), arguments, ..CallFragment::default() })?;
            }
            // Words beside an answer after a schema would spoil its JSON.
            Delta::Text { .. } | Delta::InputJson { .. } | Delta::Other => answer.progress(),
        }
        Ok(())
    }

    fn finish_reason(&self, reason: &str) -> FinishReason {
        match reason {
            "tool_use" if self.answer_block.is_some() => FinishReason::Stop,
            "tool_use" => FinishReason::ToolCalls,
            "end_turn" | "stop_sequence" => FinishReason::Stop,
            "max_tokens" | "model_context_window_exceeded" => FinishReason::Length,
            "refusal" => FinishReason::ContentFilter,
            _ => FinishReason::Other,
        }
    }
}
