//! What a run has so far.

use std::time::Duration;

use super::model::Citation;
use crate::ai::chat::part::Usage;
use crate::ai::chat::request::ChatRequest;
use crate::ai::chat::tokens;

/// What has been written so far, by whom and for how much.
#[derive(Debug, Default)]
pub struct Written {
    pub text: String,
    pub citations: Vec<Citation>,
    /// `None` until the provider answers.
    pub provider: Option<String>,
    pub model: Option<String>,
    /// What the provider says, which is at its end.
    pub usage: Option<Usage>,
    pub prompt_version: Option<String>,
    pub finish_reason: Option<&'static str>,
    /// Since the start.
    pub first_token: Option<Duration>,
    asked: Option<Asked>,
}

/// What the model is to read.
#[derive(Debug, Clone, Copy)]
struct Asked {
    input_tokens: u32,
    /// Tokens that making the prompt took.
    spent: Usage,
}

impl Written {
    /// Notes what the model is asked.
    pub fn ask(&mut self, request: &ChatRequest, spent: Usage) {
        self.asked = Some(Asked { input_tokens: tokens::estimate_request(request), spent });
    }

    /// Notes what the provider says that it took.
    pub fn charge(&mut self, usage: Usage) {
        let spent = self.asked.map(|asked| asked.spent).unwrap_or_default();
        self.usage = Some(usage.plus(&spent));
    }

    /// Notes what was taken beside the model's own answer.
    pub fn spend(&mut self, spent: Usage) {
        match (&mut self.usage, &mut self.asked) {
            (None, Some(asked)) => asked.spent = asked.spent.plus(&spent),
            (None, None) if spent == Usage::default() => {}
            (usage, _) => *usage = Some(usage.unwrap_or_default().plus(&spent)),
        }
    }

    /// What it took. Providers tell at the end; whoever stops one before that pays all the same, so it is estimated.
    #[must_use]
    pub fn usage(&self) -> Option<Usage> {
        let asked = self.asked.filter(|_| self.usage.is_none());
        let Some(Asked { input_tokens, spent }) = asked else { return self.usage };
        if self.provider.is_none() {
            return (spent != Usage::default()).then_some(spent);
        }
        let read = Usage { input_tokens, estimated: true, ..Usage::default() };
        let output_tokens = if self.text.is_empty() { 0 } else { tokens::estimate(&self.text) };
        Some(Usage { output_tokens, ..read }.plus(&spent))
    }
}
