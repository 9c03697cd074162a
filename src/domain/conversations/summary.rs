//! The purpose SUMMARY: what was said before, once it no longer fits the prompt.

use futures::FutureExt as _;
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};

use super::model::Conversation;
use super::{history, kinds, store, store_messages};
use crate::ai::chat::request::{ChatRequest, Turn};
use crate::app::App;
use crate::config::models::ModelName;
use crate::db::pool::Connection;
use crate::domain::generation::actions as generations;
use crate::domain::generation::model::{Generation, GenerationStatus};
use crate::domain::generation::prompts;
use crate::domain::generation::purpose::{Prompt, Purpose};
use crate::error::{Error, Result};
use crate::events::fact::Fact;
use crate::ids::MessageId;

/// Stands in `generations.purpose`.
pub const SUMMARY: &str = "SUMMARY";
/// Tokens of conversation that a summary is written from; the summary before covers what is older.
const INPUT_TOKENS: u32 = 24_000;

/// Summarises the older turns of a conversation.
pub struct Summary;

/// Up to where it goes.
#[derive(Serialize, Deserialize)]
struct Input {
    through: MessageId,
}

/// Queues a summary in the caller's transaction.
///
/// # Errors
/// When Postgres does not answer.
pub async fn request(
    app: &App,
    conn: &Connection,
    conversation: &Conversation,
    through: MessageId,
    model: Option<&ModelName>,
) -> Result<()> {
    let input = serde_json::to_value(Input { through }).map_err(Error::internal)?;
    let request = generations::Request { purpose: SUMMARY, input, conversation: Some(conversation.id), model };
    generations::request(app, conn, conversation.owner_id, request).await?;
    Ok(())
}

impl Purpose for Summary {
    fn name(&self) -> &'static str {
        SUMMARY
    }

    fn prepare<'a>(&'a self, app: &'a App, generation: &'a Generation) -> BoxFuture<'a, Result<Prompt>> {
        async move {
            let input: Input = serde_json::from_value(generation.input.clone()).map_err(Error::internal)?;
            let conversation = generation.conversation_id.ok_or_else(|| Error::not_found("conversation"))?;
            let conn = app.db.read().await?;
            let conversation = store::find(&conn, conversation, generation.owner_id).await?;
            let conversation = conversation.ok_or_else(|| Error::not_found("conversation"))?;
            let branch = store_messages::branch(&conn, input.through, history::BRANCH_LIMIT).await?;
            let history = history::fit(&branch, INPUT_TOKENS);
            let mut text = String::new();
            if let Some(summary) = conversation.context_summary.as_ref().filter(|_| history.is_cut) {
                text.push_str("Before that, in short: ");
                text.push_str(summary);
                text.push_str("\n\n");
            }
            text.push_str(&history::transcript(&history.turns));
            let prompt = prompts::read(app.config.models.prompts_dir.as_deref(), kinds::SUMMARY);
            let request = ChatRequest {
                system: prompt.text,
                turns: vec![Turn::User { text }],
                max_output_tokens: 600,
                ..ChatRequest::default()
            };
            Ok(Prompt { version: prompt.version, request, evidence: None })
        }
        .boxed()
    }

    fn settle<'a>(&'a self, app: &'a App, conn: &'a Connection, ended: &'a Generation) -> BoxFuture<'a, Result<()>> {
        async move {
            let Some(conversation) = ended.conversation_id else { return Ok(()) };
            let summary = ended.content.trim();
            if ended.status != GenerationStatus::Completed || summary.is_empty() {
                return Ok(());
            }
            let input: Input = serde_json::from_value(ended.input.clone()).map_err(Error::internal)?;
            // The message may have been deleted while the summary was written; then it no longer holds.
            if store_messages::find(conn, input.through, ended.owner_id).await?.is_some() {
                store::set_summary(conn, conversation, summary, input.through).await?;
                app.bus.publish(conn, &Fact::ConversationChanged { conversation }).await?;
            }
            Ok(())
        }
        .boxed()
    }
}
