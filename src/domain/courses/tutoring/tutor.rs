//! The purpose TUTOR: the tutor's next words.

use std::fmt::Write as _;

use futures::FutureExt as _;
use futures::future::BoxFuture;

use super::gate::TutorGate;
use super::inspection::{self, Inspected};
use super::model::{FlagDirection, Session};
use super::{flag_store, prompts as built_in, relevance, store};
use crate::ai::chat::request::{ChatRequest, Manner, Turn};
use crate::ai::chat::tokens;
use crate::ai::moderation::model::Category;
use crate::app::App;
use crate::db::pool::Connection;
use crate::domain::conversations::model::{Message, MessageKind, MessageRole};
use crate::domain::conversations::spoken::{self, Spoken};
use crate::domain::conversations::{grounding, history};
use crate::domain::generation::expense::Estimate;
use crate::domain::generation::gate::Gate;
use crate::domain::generation::model::Generation;
use crate::domain::generation::prompts;
use crate::domain::generation::purpose::{Prompt, Purpose};
use crate::error::{Error, Result};

/// Stands in `generations.purpose`.
pub const TUTOR: &str = "TUTOR";

/// Passages that a reply may rest on.
const PASSAGES: usize = 5;
/// Three short sentences take far less.
const OUTPUT_TOKENS: u32 = 300;
/// System prompt and theme, and what was said before, at most.
const FRAME_TOKENS: u32 = 900;
const HISTORY_TOKENS: u32 = 3000;
/// Words of a statement that says enough to search for it alone.
const TELLING_WORDS: usize = 8;

/// Answers a student with a question.
pub struct Tutor;

/// What a reply to `text` may come to.
#[must_use]
pub fn estimate(app: &App, text: &str) -> Estimate {
    let chunk = u32::try_from(app.config.documents.chunk_chars.div_ceil(4)).unwrap_or(u32::MAX);
    let passages = u32::try_from(PASSAGES).unwrap_or(u32::MAX).saturating_mul(chunk.saturating_add(16));
    Estimate {
        input_tokens: FRAME_TOKENS
            .saturating_add(HISTORY_TOKENS)
            .saturating_add(passages)
            .saturating_add(tokens::estimate(text)),
        output_tokens: OUTPUT_TOKENS,
    }
}

impl Purpose for Tutor {
    fn name(&self) -> &'static str {
        TUTOR
    }

    fn prepare<'a>(&'a self, app: &'a App, generation: &'a Generation) -> BoxFuture<'a, Result<Prompt>> {
        prepare(app, generation).boxed()
    }

    fn gate<'a>(&'a self, app: &'a App, generation: &'a Generation) -> Option<Box<dyn Gate + 'a>> {
        Some(Box::new(TutorGate::new(app, generation)))
    }

    fn settle<'a>(&'a self, app: &'a App, conn: &'a Connection, ended: &'a Generation) -> BoxFuture<'a, Result<()>> {
        settle(app, conn, ended).boxed()
    }
}

async fn prepare(app: &App, generation: &Generation) -> Result<Prompt> {
    let Spoken { conversation, message, earlier } = spoken::spoken(app, generation).await?;
    let session = store::find_by_conversation(&*app.db.read().await?, conversation.id).await?;
    let session = session.ok_or_else(|| Error::not_found("tutoring session"))?;
    let prompt = prompts::read(app.config.models.prompts_dir.as_deref(), built_in::TUTOR);
    let asked = earlier.first().filter(|last| last.role == MessageRole::Assistant).map(|last| last.content.as_str());
    // Before any model sees it that writes.
    let Inspected { finding, spent } = inspection::statement(app, &session, asked, &message.content).await;
    if let Some(finding) = finding {
        let whose = (message.id, generation.id);
        inspection::record(app, &session, whose, FlagDirection::Input, &finding, &message.content).await?;
        let said = Some(inspection::instead(app, &session, &finding));
        return Ok(Prompt { version: prompt.version, said, spent, ..Prompt::default() });
    }
    let sought = sought(&session, asked, &message.content);
    let scope = relevance::scope(app, &session).await?;
    let (passages, evidence) = grounding::gather_within(app, generation.owner_id, &sought, &scope, PASSAGES).await?;
    let flagged = flag_store::flagged_messages(&*app.db.read().await?, session.id).await?;
    let mut earlier = earlier;
    // What was held back once is not shown to a model later.
    earlier.retain(|message| !flagged.contains(&message.id) && is_ordinary(message));
    let mut turns = history::fit(&earlier, HISTORY_TOKENS).turns;
    turns.push(Turn::User { text: message.content });
    let request = ChatRequest {
        system: instructions(&prompt.text, &session),
        turns,
        passages,
        max_output_tokens: OUTPUT_TOKENS,
        temperature: Some(0.7),
        manner: Manner::Socratic { theme: session.theme.clone() },
        ..ChatRequest::default()
    };
    Ok(Prompt { version: prompt.version, request, evidence: Some(evidence), spent, said: None })
}

/// Whether a message is part of the talk, and not in the place of something that was held back.
fn is_ordinary(message: &Message) -> bool {
    !matches!(message.kind, MessageKind::Redirect | MessageKind::Support | MessageKind::Closing)
}

/// What to search the readings for: the theme, and what was said; where that is little, with what it answers.
fn sought(session: &Session, asked: Option<&str>, said: &str) -> String {
    let theme = session.theme.as_deref().unwrap_or_default();
    let is_telling = said.split_whitespace().count() >= TELLING_WORDS;
    let asked = asked.filter(|_| !is_telling).unwrap_or_default();
    format!("{said} {asked} {theme}").trim().to_owned()
}

fn instructions(system: &str, session: &Session) -> String {
    let mut text = format!("{system}\n\nThe course: {}. ", session.course_name);
    if let Some(title) = &session.week_title {
        let _ = write!(text, "This week: {title}. ");
    }
    if let Some(theme) = &session.theme {
        let _ = write!(text, "The theme: {theme}. ");
    }
    let _ = write!(text, "You opened the talk with: {}", session.question);
    text
}

async fn settle(app: &App, conn: &Connection, ended: &Generation) -> Result<()> {
    let kind = match flag_store::found_in(conn, ended.id).await? {
        None => MessageKind::Text,
        Some(categories) if categories.iter().any(|name| name == Category::SelfHarm.as_str()) => MessageKind::Support,
        Some(_) => MessageKind::Redirect,
    };
    spoken::settle(app, conn, ended, kind).await.map(|_| ())
}
