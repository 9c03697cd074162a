//! A question as retrieval should see it: one that hangs on what was said before is made to stand alone.
//!
//! Only the search sees the rewritten text; the prompt and the message keep the person's own words.

use std::time::Duration;

use futures::StreamExt as _;

use super::history::{self, History};
use super::{grounding, kinds};
use crate::ai::chat::part::{FinishReason, Part, Usage};
use crate::ai::chat::request::{ChatRequest, Turn};
use crate::ai::chat::tokens::{self, is_ideograph};
use crate::app::App;
use crate::config::models::ModelName;
use crate::domain::generation::prompts;

/// A question with as many words is taken to stand alone.
const SELF_CONTAINED_WORDS: usize = 24;
/// With fewer words a question is sought together with the one before it, where no model rewrites it.
const BARE_WORDS: usize = 6;
/// How long a model may take to rewrite a question; then it goes as it is.
const PATIENCE: Duration = Duration::from_secs(8);
/// Turns that the model sees.
const TURNS: usize = 6;
/// Characters of each of them.
const TURN_CHARS: usize = 1000;

/// Tokens that a rewritten question may have.
const OUTPUT_TOKENS: u32 = 200;
/// Tokens of the prompt beside what was said.
const FRAME_TOKENS: u32 = 300;

/// What to search for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sought {
    pub text: String,
    /// What the model took to rewrite the question; nothing where none was asked.
    pub spent: Usage,
}

/// The question as retrieval should see it. A model rewrites it when it may hang on earlier turns; where that fails, or
/// gives no question, the person's own words serve.
pub async fn standalone(app: &App, question: &str, history: &History, model: Option<&ModelName>) -> Sought {
    let said_before = history.turns.iter().rev().find_map(|turn| match turn {
        Turn::User { text } => Some(text.as_str()),
        _ => None,
    });
    let own = |text: &str| Sought { text: text.to_owned(), spent: Usage::default() };
    let Some(said_before) = said_before.filter(|_| may_hang(question)) else {
        return own(question);
    };
    let mut sought = Sought::default();
    if model.unwrap_or(&app.config.models.chat).provider != "extractive" {
        // Out of time drops the stream, and with it the connection.
        let rewritten = rewrite(app, question, history, model, &mut sought.spent);
        if let Ok(Some(text)) = tokio::time::timeout(PATIENCE, rewritten).await {
            sought.text = text;
            return sought;
        }
    }
    // "And the second?" finds nothing by itself: the words before it tell what it is about.
    sought.text = if words(question) < BARE_WORDS { format!("{said_before}\n{question}") } else { question.to_owned() };
    sought
}

/// Whether a question may hang on what was said before.
fn may_hang(question: &str) -> bool {
    words(question) < SELF_CONTAINED_WORDS && !grounding::is_overview(question)
}

/// Tokens that a model reads and writes at most to make a question stand alone.
#[must_use]
pub fn at_most(question: &str) -> (u32, u32) {
    if !may_hang(question) {
        return (0, 0);
    }
    let said = u32::try_from(TURNS * TURN_CHARS / 4).unwrap_or(u32::MAX);
    (FRAME_TOKENS.saturating_add(said).saturating_add(tokens::estimate(question)), OUTPUT_TOKENS)
}

async fn rewrite(
    app: &App,
    question: &str,
    history: &History,
    model: Option<&ModelName>,
    spent: &mut Usage,
) -> Option<String> {
    let system = prompts::read(app.config.models.prompts_dir.as_deref(), kinds::REWRITE).text;
    let latest = history.turns.iter().skip(history.turns.len().saturating_sub(TURNS)).map(shortened);
    let mut transcript = history::transcript(&latest.collect::<Vec<_>>());
    transcript.push_str("Person: ");
    transcript.push_str(question);
    let request = ChatRequest {
        system,
        turns: vec![Turn::User { text: transcript }],
        max_output_tokens: OUTPUT_TOKENS,
        temperature: Some(0.0),
        ..ChatRequest::default()
    };
    let mut parts = app.models.chat(model).ok()?.stream(request);
    let mut text = String::new();
    while let Some(part) = parts.next().await {
        match part.ok()? {
            Part::Text(piece) => text.push_str(&piece),
            Part::Usage(usage) => *spent = usage,
            Part::Finished(FinishReason::Stop) => return sensible(question, &text),
            Part::Finished(_) => return None,
            Part::Started { .. } | Part::ToolCall(_) => {}
        }
    }
    None
}

/// What the model gave, if it can be the question: not nothing, one line, and not so long that it must be an answer.
fn sensible(question: &str, rewritten: &str) -> Option<String> {
    let quotes = |c: char| c.is_whitespace() || matches!(c, '"' | '“' | '”' | '„' | '«' | '»');
    let text = rewritten.trim_matches(quotes);
    let most = 2 * question.chars().count() + 160;
    let fits = text.chars().any(char::is_alphanumeric) && !text.contains('\n') && text.chars().count() <= most;
    fits.then(|| text.to_owned())
}

fn shortened(turn: &Turn) -> Turn {
    let cut = |text: &str| text.chars().take(TURN_CHARS).collect();
    match turn {
        Turn::User { text } => Turn::User { text: cut(text) },
        Turn::Assistant { text, .. } => Turn::Assistant { text: cut(text), tool_calls: Vec::new() },
        other @ Turn::Tool { .. } => other.clone(),
    }
}

/// Words of a text; where words are not spaced, two characters make about one.
fn words(text: &str) -> usize {
    text.split_whitespace().count().max(text.chars().filter(|c| is_ideograph(*c)).count() / 2)
}
