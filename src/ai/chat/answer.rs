//! An answer while it comes in: what every protocol's decoder writes into.
//!
//! Here the promises of a part stream are kept once for all providers: text is never empty and has no NUL, tool calls are
//! whole, usage is there, and what comes after the end is ignored.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::error::{ChatError, ChatErrorKind};
use super::part::{FinishReason, Part, Usage};
use super::request::ToolCall;
use super::tokens::TokenCount;
use super::upstream::Signal;

/// Tool calls that one answer may hold; an endless list of empty ones must not fill the memory.
const MAX_CALLS: usize = 128;

/// A tool call of which some fragments have come.
#[derive(Debug, Default)]
struct OpenCall {
    index: Option<u64>,
    id: String,
    name: String,
    arguments: String,
}

/// A piece of a streamed tool call. Empty texts and `None` mean "not in this piece".
#[derive(Debug, Clone, Copy, Default)]
pub struct CallFragment<'a> {
    /// Which call of the answer; providers that leave it out open a call with each new id.
    pub index: Option<u64>,
    pub id: &'a str,
    pub name: &'a str,
    /// The next piece of the arguments' JSON.
    pub arguments: &'a str,
}

/// An answer while it comes in.
#[derive(Debug, Default)]
pub struct Answer {
    signals: Vec<Signal>,
    calls: Vec<OpenCall>,
    has_calls: bool,
    usage: Option<Usage>,
    finish: Option<FinishReason>,
    ended: bool,
    written: TokenCount,
}

impl Answer {
    /// The next piece of text.
    pub fn text(&mut self, text: &str) {
        if self.finish.is_some() {
            return;
        }
        let text = if text.contains('\0') { text.replace('\0', "") } else { text.to_owned() };
        if !text.is_empty() {
            self.written.add(&text);
            self.signals.push(Signal::Part(Part::Text(text)));
        }
    }

    /// Something came that is not shown.
    pub fn progress(&mut self) {
        if self.signals.is_empty() {
            self.signals.push(Signal::Progress);
        }
    }

    /// The next piece of a tool call.
    ///
    /// # Errors
    /// When the answer holds more calls than any honest one.
    pub fn call_fragment(&mut self, fragment: CallFragment<'_>) -> Result<(), ChatError> {
        if self.finish.is_some() {
            return Ok(());
        }
        let place = match fragment.index {
            Some(_) => self.calls.iter().position(|call| call.index == fragment.index),
            None if fragment.id.is_empty() => self.calls.len().checked_sub(1),
            None => self.calls.iter().position(|call| call.id == fragment.id),
        };
        let place = place.unwrap_or(self.calls.len());
        if place == self.calls.len() {
            if self.calls.len() == MAX_CALLS {
                return Err(ChatError::new(ChatErrorKind::Broken).with_source("too many tool calls"));
            }
            self.calls.push(OpenCall { index: fragment.index, ..OpenCall::default() });
        }
        if let Some(call) = self.calls.get_mut(place) {
            // Some servers repeat id and name in every piece: the first counts.
            if call.id.is_empty() {
                fragment.id.clone_into(&mut call.id);
            }
            if call.name.is_empty() {
                fragment.name.clone_into(&mut call.name);
            }
            call.arguments.push_str(fragment.arguments);
        }
        self.progress();
        Ok(())
    }

    /// What the provider says the answer takes; the last word counts. Figures of zero are none.
    pub fn usage(&mut self, usage: Usage) {
        if usage.input_tokens > 0 || usage.output_tokens > 0 {
            self.usage = Some(usage);
        }
    }

    /// The provider's reason to end; the first one counts. Usage may still follow.
    ///
    /// # Errors
    /// When the answer calls a tool without saying which.
    pub fn finish(&mut self, reason: FinishReason) -> Result<(), ChatError> {
        if self.finish.is_some() {
            return Ok(());
        }
        for call in std::mem::take(&mut self.calls) {
            self.close_call(&call)?;
        }
        self.finish = Some(match reason {
            FinishReason::Stop if self.has_calls => FinishReason::ToolCalls,
            other => other,
        });
        Ok(())
    }

    /// Whether the provider gave its reason to end.
    pub fn is_finished(&self) -> bool {
        self.finish.is_some()
    }

    /// The provider's last event has come.
    pub fn end(&mut self) {
        self.ended = true;
    }

    /// Whether the provider's last event has come.
    pub fn is_ended(&self) -> bool {
        self.ended
    }

    /// The steps since the last time.
    pub fn take_signals(&mut self) -> Vec<Signal> {
        std::mem::take(&mut self.signals)
    }

    /// Usage and end, once nothing more comes; `input_tokens` is asked when the provider gave no figures.
    ///
    /// # Errors
    /// When the provider gave no reason to end: the answer was cut off.
    pub fn conclude(&self, input_tokens: impl FnOnce() -> u32) -> Result<[Part; 2], ChatError> {
        let Some(finish) = self.finish else {
            return Err(ChatError::new(ChatErrorKind::Broken).with_source("the response ended before the answer did"));
        };
        let usage = self.usage.unwrap_or_else(|| Usage {
            input_tokens: input_tokens(),
            output_tokens: self.written.tokens(),
            cached_input_tokens: 0,
            estimated: true,
        });
        Ok([Part::Usage(usage), Part::Finished(finish)])
    }

    fn close_call(&mut self, call: &OpenCall) -> Result<(), ChatError> {
        if call.name.is_empty() {
            return Err(ChatError::new(ChatErrorKind::Broken).with_source("a tool call without a name"));
        }
        self.written.add(&call.name);
        self.written.add(&call.arguments);
        let arguments = match call.arguments.trim() {
            // A tool without parameters is called with nothing at all by some.
            "" => Value::Object(Map::new()),
            text => serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned())),
        };
        let id = if call.id.is_empty() { format!("call_{}", Uuid::new_v4().simple()) } else { without_nul(&call.id) };
        let call = ToolCall { id, name: without_nul(&call.name), arguments: scrubbed(arguments) };
        self.has_calls = true;
        self.signals.push(Signal::Part(Part::ToolCall(call)));
        Ok(())
    }
}

fn without_nul(text: &str) -> String {
    text.replace('\0', "")
}

/// The value without NUL in any of its texts: Postgres can store it in neither `text` nor `jsonb`.
fn scrubbed(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(without_nul(&text)),
        Value::Array(items) => Value::Array(items.into_iter().map(scrubbed).collect()),
        Value::Object(fields) => {
            Value::Object(fields.into_iter().map(|(name, value)| (without_nul(&name), scrubbed(value))).collect())
        }
        other => other,
    }
}
