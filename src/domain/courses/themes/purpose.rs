//! The purpose THEMES: a model names the themes of a week.
//!
//! It reads all passages. What fits into one call is read in one; more is read in parts, each of which gives a list of
//! themes, and a last call makes one list of them (map and reduce). Beyond sixteen parts passages are left out evenly,
//! never from the end: a book's last chapter counts like its first.

use std::fmt::Write as _;

use futures::future::BoxFuture;
use futures::{FutureExt as _, StreamExt as _, stream};

use super::key_phrases::FindKeyPhrases;
use super::model::{ExtractionMethod, Passage as Reading, Task};
use super::suggestions::{self, Suggestion};
use super::{ending, prompts as built_in, store};
use crate::ai::chat::part::Usage;
use crate::ai::chat::request::{ChatRequest, Passage, Turn};
use crate::app::App;
use crate::db::pool::Connection;
use crate::domain::generation::expense::Estimate;
use crate::domain::generation::model::{Generation, GenerationStatus};
use crate::domain::generation::portions::{answered, portions};
use crate::domain::generation::prompts;
use crate::domain::generation::purpose::{Prompt, Purpose};
use crate::error::{Error, Result};
use crate::jobs::queue;

/// Stands in `generations.purpose`.
pub const THEMES: &str = "THEMES";

/// Tokens of passages that one call reads.
const PART_TOKENS: u32 = 16_000;
/// Parts that are read at most, which bounds what a week costs.
const MAX_PARTS: u32 = 16;
/// Parts that are read at the same time.
const AT_ONCE: usize = 4;
/// Tokens that a call writes at most, and that its prompt has beside the passages.
const OUTPUT_TOKENS: u32 = 1500;
const FRAME_TOKENS: u32 = 700;

/// Names the themes of a week.
pub struct Themes;

/// What reading so many tokens of passages comes to.
#[must_use]
pub fn estimate(tokens: u32) -> Estimate {
    let parts = tokens.div_ceil(PART_TOKENS).clamp(1, MAX_PARTS);
    let read = tokens.min(MAX_PARTS * PART_TOKENS);
    // The lists of the parts are what the last call reads.
    let merged = if parts > 1 { parts * OUTPUT_TOKENS + FRAME_TOKENS } else { 0 };
    let calls = if parts > 1 { parts + 1 } else { 1 };
    // Passages have headings and numbers around them.
    let input_tokens = read + read / 4 + parts * FRAME_TOKENS + merged;
    Estimate { input_tokens, output_tokens: calls * OUTPUT_TOKENS }
}

impl Purpose for Themes {
    fn name(&self) -> &'static str {
        THEMES
    }

    fn prepare<'a>(&'a self, app: &'a App, generation: &'a Generation) -> BoxFuture<'a, Result<Prompt>> {
        prepare(app, generation).boxed()
    }

    fn settle<'a>(&'a self, app: &'a App, conn: &'a Connection, ended: &'a Generation) -> BoxFuture<'a, Result<()>> {
        settle(app, conn, ended).boxed()
    }
}

fn task(generation: &Generation) -> Result<Task> {
    serde_json::from_value(generation.input.clone()).map_err(Error::internal)
}

async fn prepare(app: &App, generation: &Generation) -> Result<Prompt> {
    let task = task(generation)?;
    let passages = store::passages(&*app.db.read().await?, task.week).await?;
    if passages.is_empty() {
        return Err(Error::not_found("reading"));
    }
    let parts = parts(&passages);
    if let [only] = parts.as_slice() {
        let (version, request) = reading(app, only, task.wanted);
        return Ok(Prompt { version, request, ..Prompt::default() });
    }
    let mut asked = Vec::with_capacity(parts.len());
    for part in &parts {
        let (_, request) = reading(app, part, task.wanted);
        let numbers: Vec<u32> = part.iter().map(|passage| passage.number).collect();
        asked.push(ask(app, request, numbers).boxed());
    }
    let read: Vec<(Vec<Suggestion>, Usage)> = stream::iter(asked).buffered(AT_ONCE).collect().await;
    let spent = read.iter().fold(Usage::default(), |sum, (_, usage)| sum.plus(usage));
    let lists: Vec<Vec<Suggestion>> = read.into_iter().map(|(list, _)| list).filter(|list| !list.is_empty()).collect();
    let prompt = prompts::read(app.config.models.prompts_dir.as_deref(), built_in::THEMES_MERGE);
    let text = format!("{}\n\nGive {} themes.", listed(&lists), task.wanted);
    Ok(Prompt {
        version: prompt.version,
        request: asked_for(prompt.text, text, Vec::new()),
        spent,
        ..Prompt::default()
    })
}

async fn settle(app: &App, conn: &Connection, ended: &Generation) -> Result<()> {
    let task = task(ended)?;
    if ended.status == GenerationStatus::Completed {
        let passages = store::passages(conn, task.week).await?;
        let exists = |number| passages.iter().any(|passage| passage.number == number);
        let most = usize::try_from(task.wanted).unwrap_or(0);
        if let Some(suggestions) = suggestions::read(&ended.content, exists, most) {
            let found = suggestions::found(suggestions, &passages);
            return ending::end(app, conn, &task, ExtractionMethod::Model, &found).await;
        }
        tracing::warn!(generation = %ended.id, week = %task.week, "a model named no themes that hold");
    }
    // Better than nothing, and nobody has to ask again.
    queue::enqueue(conn, &app.clock, &FindKeyPhrases { task }).await?;
    Ok(())
}

/// The passages in parts of one call each, as many as are read; evenly thinned where there are too many.
fn parts(passages: &[Reading]) -> Vec<Vec<&Reading>> {
    portions(passages, |passage| passage.tokens, PART_TOKENS, MAX_PARTS)
}

/// What a model is asked that reads these passages.
fn reading(app: &App, part: &[&Reading], wanted: i32) -> (String, ChatRequest) {
    let prompt = prompts::read(app.config.models.prompts_dir.as_deref(), built_in::THEMES);
    let passages = part.iter().map(|passage| Passage {
        marker: passage.number,
        title: passage.title.clone(),
        page: passage.page,
        text: passage.content.clone(),
    });
    (prompt.version, asked_for(prompt.text, format!("Give {wanted} themes."), passages.collect()))
}

fn asked_for(system: String, text: String, passages: Vec<Passage>) -> ChatRequest {
    ChatRequest {
        system,
        turns: vec![Turn::User { text }],
        passages,
        max_output_tokens: OUTPUT_TOKENS,
        // Themes are to be the same tomorrow, but not a list of headings.
        temperature: Some(0.3),
        response_schema: Some(suggestions::schema()),
        ..ChatRequest::default()
    }
}

/// The themes of one part; none when the model gives none, and what it took.
async fn ask(app: &App, request: ChatRequest, numbers: Vec<u32>) -> (Vec<Suggestion>, Usage) {
    let (answer, spent) = answered(app, request).await;
    let read = answer.and_then(|text| suggestions::read(&text, |number| numbers.contains(&number), 10));
    (read.unwrap_or_default(), spent)
}

/// The lists of the parts, for the last call.
fn listed(lists: &[Vec<Suggestion>]) -> String {
    let mut text = String::new();
    for (list, number) in lists.iter().zip(1..) {
        let _ = writeln!(text, "List {number}");
        for theme in list {
            let numbers: Vec<String> = theme.passages.iter().map(ToString::to_string).collect();
            let _ = writeln!(text, "- {} | {} | passages {}", theme.title, theme.question, numbers.join(", "));
        }
    }
    text
}
