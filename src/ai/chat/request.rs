//! What a chat model is asked: data only, in no provider's words.

use serde_json::Value;

/// One call of a chat model.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ChatRequest {
    /// Standing instructions; may be empty.
    pub system: String,
    /// The conversation, oldest first. May hold tool calls of another provider, or cut off in the middle.
    pub turns: Vec<Turn>,
    /// Retrieved evidence for the last user turn; may be empty.
    pub passages: Vec<Passage>,
    /// Tools that the model may call; empty for none.
    pub tools: Vec<ToolSpec>,
    /// Longest answer, in tokens, at least 1.
    pub max_output_tokens: u32,
    /// 0.0 to 2.0; `None` leaves it to the provider. Not sent to models that refuse it.
    pub temperature: Option<f32>,
    /// JSON Schema (an object) that the answer's text must follow; `None` for prose.
    pub response_schema: Option<Value>,
    /// What a model that only quotes makes of its quotes; others are told by `system`.
    pub manner: Manner,
}

/// How somebody is answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Manner {
    /// With what the passages say.
    #[default]
    Answer,
    /// With a question about what one passage says.
    Socratic {
        /// What is talked about; `None` for whatever the passages do.
        theme: Option<String>,
    },
}

/// One step of a conversation.
#[derive(Debug, Clone, PartialEq)]
pub enum Turn {
    /// What a person said.
    User { text: String },
    /// What a model said, and the tools that it called.
    Assistant { text: String, tool_calls: Vec<ToolCall> },
    /// What a tool answered to the call `call_id`.
    Tool { call_id: String, name: String, result: String },
}

/// Retrieved evidence. Providers other than `extractive` put it, fenced as data with a random nonce, into the last
/// user turn (to be cited as `[n]`); `extractive` answers from it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Passage {
    /// The number in the citation `[n]`.
    pub marker: u32,
    /// Title of the document.
    pub title: String,
    /// Page of the document, counted from 1; `None` where it has no pages.
    pub page: Option<i32>,
    /// The passage as stored.
    pub text: String,
}

/// A tool that the model may call.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolSpec {
    /// 1 to 64 letters, digits, `_` or `-`.
    pub name: String,
    /// When to call it, and what it gives; for the model.
    pub description: String,
    /// JSON Schema of the arguments: an object schema.
    pub parameters: Value,
}

/// A call of a tool by a model.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolCall {
    /// Names the call within its answer, in the provider's format.
    pub id: String,
    pub name: String,
    /// The arguments, normally an object. When the model wrote what is not JSON, a string that holds it as it is:
    /// checking the arguments against the tool's schema refuses it, and the refusal can be told to the model.
    pub arguments: Value,
}
