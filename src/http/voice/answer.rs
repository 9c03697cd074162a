//! What an agent is told, in OpenAI's words: whole, or as chunks of an event stream that ends with `[DONE]`.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::domain::courses::voice::turns::Step;

/// What is said of who answers.
const MODEL: &str = "elenchus-tutor";
/// The last line of a stream.
pub const DONE: &str = "[DONE]";

/// One answer under way.
#[derive(Debug, Clone)]
pub struct Answer {
    id: String,
    /// Seconds since the epoch.
    created: i64,
    can_hang_up: bool,
    has_hung_up: bool,
}

impl Answer {
    #[must_use]
    pub fn begin(now: DateTime<Utc>, can_hang_up: bool) -> Self {
        let id = format!("chatcmpl-{}", Uuid::new_v4().simple());
        Self { id, created: now.timestamp(), can_hang_up, has_hung_up: false }
    }

    /// The chunk before the first word.
    #[must_use]
    pub fn opening(&self) -> Value {
        self.chunk(&json!({ "role": "assistant", "content": "" }), &Value::Null)
    }

    /// The chunk of a step.
    pub fn step(&mut self, step: Step) -> Value {
        let delta = match step {
            Step::Farewell(words) if self.can_hang_up => {
                self.has_hung_up = true;
                let mut call = self.hang_up(&words);
                call["index"] = json!(0);
                json!({ "tool_calls": [call] })
            }
            Step::Words(words) | Step::Farewell(words) => json!({ "content": words }),
        };
        self.chunk(&delta, &Value::Null)
    }

    /// The chunk behind the last word.
    #[must_use]
    pub fn ending(&self) -> Value {
        self.chunk(&json!({}), &self.finish_reason())
    }

    /// All of it at once.
    #[must_use]
    pub fn whole(mut self, steps: Vec<Step>) -> Value {
        let (mut content, mut calls) = (String::new(), Vec::new());
        for step in steps {
            match step {
                Step::Farewell(words) if self.can_hang_up => {
                    self.has_hung_up = true;
                    calls.push(self.hang_up(&words));
                }
                Step::Words(words) | Step::Farewell(words) => content.push_str(&words),
            }
        }
        let mut message = json!({ "role": "assistant", "content": content });
        if !calls.is_empty() {
            message["tool_calls"] = Value::Array(calls);
        }
        let choice = json!({ "index": 0, "message": message, "finish_reason": self.finish_reason() });
        json!({ "id": self.id, "object": "chat.completion", "created": self.created, "model": MODEL, "choices": [choice] })
    }

    fn finish_reason(&self) -> Value {
        json!(if self.has_hung_up { "tool_calls" } else { "stop" })
    }

    /// The call of the agent's own tool: it says the last words and ends the conversation.
    fn hang_up(&self, words: &str) -> Value {
        let arguments = json!({ "reason": "The session is over.", "message": words }).to_string();
        let id = self.id.replacen("chatcmpl-", "call_", 1);
        json!({ "id": id, "type": "function", "function": { "name": "end_call", "arguments": arguments } })
    }

    fn chunk(&self, delta: &Value, finish_reason: &Value) -> Value {
        let choice = json!({ "index": 0, "delta": delta, "finish_reason": finish_reason });
        json!({
            "id": self.id,
            "object": "chat.completion.chunk",
            "created": self.created,
            "model": MODEL,
            "choices": [choice],
        })
    }
}
