//! The purpose REPLY: the assistant's next message.

use futures::FutureExt as _;
use futures::future::BoxFuture;

use super::model::{Conversation, MessageKind, TitleSource};
use super::spoken::{self, Spoken};
use super::{grounding, history, kinds, rewriting, store, store_messages, summary, title};
use crate::ai::chat::request::{ChatRequest, Turn};
use crate::app::App;
use crate::config::models::ModelName;
use crate::db::pool::Connection;
use crate::domain::generation::model::{Generation, GenerationStatus};
use crate::domain::generation::prompts;
use crate::domain::generation::purpose::{Prompt, Purpose};
use crate::error::Result;
use crate::ids::{DocumentId, MessageId};

/// Stands in `generations.purpose`.
pub const REPLY: &str = "REPLY";

/// Answers the message before it, from the documents in scope and what was said.
pub struct Reply;

impl Purpose for Reply {
    fn name(&self) -> &'static str {
        REPLY
    }

    fn prepare<'a>(&'a self, app: &'a App, generation: &'a Generation) -> BoxFuture<'a, Result<Prompt>> {
        prepare(app, generation).boxed()
    }

    fn settle<'a>(&'a self, app: &'a App, conn: &'a Connection, ended: &'a Generation) -> BoxFuture<'a, Result<()>> {
        settle(app, conn, ended).boxed()
    }
}

async fn prepare(app: &App, generation: &Generation) -> Result<Prompt> {
    let Spoken { conversation, message, earlier } = spoken::spoken(app, generation).await?;
    let question = message.content;
    let attached = store::attached(&*app.db.read().await?, &[conversation.id], generation.owner_id).await?;
    let documents: Vec<DocumentId> = attached.into_iter().map(|(_, document)| document).collect();
    let history = history::fit(&earlier, app.config.generation.history_tokens);
    let model = generation.requested_model.as_deref().and_then(ModelName::parse_chat);
    let sought = rewriting::standalone(app, &question, &history, model.as_ref()).await;
    let scope = (!documents.is_empty()).then_some(documents);
    let (passages, evidence) = grounding::gather(app, generation.owner_id, &question, &sought.text, scope).await?;
    let prompt = prompts::read(app.config.models.prompts_dir.as_deref(), kinds::system_prompt(conversation.kind));
    let system = history::system_with_summary(prompt.text, &conversation, &earlier, &history);
    let mut turns = history.turns;
    turns.push(Turn::User { text: question });
    let request = ChatRequest {
        system,
        turns,
        passages,
        max_output_tokens: app.config.models.max_output_tokens,
        ..ChatRequest::default()
    };
    Ok(Prompt { version: prompt.version, request, evidence: Some(evidence), spent: sought.spent, said: None })
}

async fn settle(app: &App, conn: &Connection, ended: &Generation) -> Result<()> {
    let Some(reply) = spoken::settle(app, conn, ended, MessageKind::Text).await? else { return Ok(()) };
    let Some(conversation) = store::find(conn, reply.conversation_id, ended.owner_id).await? else { return Ok(()) };
    // A model that only quotes writes neither titles nor summaries.
    let is_model = ended.provider.as_deref().is_some_and(|provider| provider != "extractive");
    if is_model && ended.status == GenerationStatus::Completed {
        request_upkeep(app, conn, &conversation, &reply.id, ended).await?;
    }
    Ok(())
}

/// Asks for a title after the first reply, and for a summary once the conversation outgrows the prompt.
async fn request_upkeep(
    app: &App,
    conn: &Connection,
    conversation: &Conversation,
    reply: &MessageId,
    ended: &Generation,
) -> Result<()> {
    if conversation.title_source == TitleSource::FirstMessage {
        title::request(app, conn, conversation, *reply, ended).await?;
    }
    let budget = app.config.generation.history_tokens;
    // No text has more tokens than characters.
    if store_messages::branch_length(conn, *reply, history::BRANCH_LIMIT).await? > i64::from(budget) {
        let branch = store_messages::branch(conn, *reply, history::BRANCH_LIMIT).await?;
        if let Some(through) = history::outgrown(&branch, conversation, budget) {
            summary::request(app, conn, conversation, through, ended).await?;
        }
    }
    Ok(())
}
