//! The purpose SUMMARY: what was said before, once it no longer fits the prompt.

use futures::FutureExt as _;
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};

use super::estimates::FRAME_TOKENS;
use super::model::Conversation;
use super::{history, kinds, store, store_messages};
use crate::ai::chat::request::{ChatRequest, Turn};
use crate::ai::chat::tokens;
use crate::app::App;
use crate::config::models::ModelName;
use crate::db::pool::Connection;
use crate::domain::generation::actions as generations;
use crate::domain::generation::expense::Estimate;
use crate::domain::generation::model::{Generation, GenerationStatus};
use crate::domain::generation::prompts;
use crate::domain::generation::purpose::{Prompt, Purpose};
use crate::error::{Error, Result};
use crate::events::fact::Fact;
use crate::ids::MessageId;

/// Stands in `generations.purpose`.
pub const SUMMARY: &str = "SUMMARY";
/// Tokens of conversation that a summary is written from at least; the summary before tells of what is older.
const INPUT_TOKENS: u32 = 24_000;
/// Tokens that a summary may have.
const OUTPUT_TOKENS: u32 = 600;

/// Summarises the older turns of a conversation.
pub struct Summary;

/// Up to where it goes, and from where.
#[derive(Serialize, Deserialize)]
struct Input {
    through: MessageId,
    /// The last message of the summary that it grows from; `None` for the first.
    after: Option<MessageId>,
}

/// Queues a summary in the caller's transaction, after a reply that has ended; none where the budget does not cover it.
///
/// # Errors
/// When Postgres does not answer.
pub async fn request(
    app: &App,
    conn: &Connection,
    conversation: &Conversation,
    through: MessageId,
    ended: &Generation,
) -> Result<()> {
    let input =
        serde_json::to_value(Input { through, after: conversation.summary_message_id }).map_err(Error::internal)?;
    let model = ended.requested_model.as_deref().and_then(ModelName::parse_chat);
    let most = INPUT_TOKENS.max(app.config.generation.history_tokens);
    let estimate = Estimate { input_tokens: FRAME_TOKENS.saturating_add(most), output_tokens: OUTPUT_TOKENS };
    let conversation = Some(conversation.id);
    let request = generations::Request { purpose: SUMMARY, input, conversation, model: model.as_ref(), estimate };
    generations::request_after(app, conn, ended, request).await?;
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
            let budget = INPUT_TOKENS.max(app.config.generation.history_tokens);
            let text = history::to_summarise(&branch, &conversation, budget);
            let prompt = prompts::read(app.config.models.prompts_dir.as_deref(), kinds::SUMMARY);
            let request = ChatRequest {
                system: prompt.text,
                turns: vec![Turn::User { text }],
                max_output_tokens: OUTPUT_TOKENS,
                ..ChatRequest::default()
            };
            Ok(Prompt { version: prompt.version, request, ..Prompt::default() })
        }
        .boxed()
    }

    fn settle<'a>(&'a self, app: &'a App, conn: &'a Connection, ended: &'a Generation) -> BoxFuture<'a, Result<()>> {
        async move {
            if ended.discarded_at.is_some() {
                return generations::erase(app, conn, &[ended.id]).await;
            }
            let Some(conversation) = ended.conversation_id else { return Ok(()) };
            let summary = ended.content.trim();
            // A model that goes on and on has not summarised: the next reply asks again.
            let is_short = tokens::estimate(summary) <= 2 * OUTPUT_TOKENS;
            if ended.status != GenerationStatus::Completed || summary.is_empty() || !is_short {
                return Ok(());
            }
            let input: Input = serde_json::from_value(ended.input.clone()).map_err(Error::internal)?;
            // The message may have been deleted while the summary was written; then it no longer holds.
            if store_messages::find(conn, input.through, ended.owner_id).await?.is_some() {
                // Another one that was written meanwhile stays: this one does not tell what that one told.
                if store::set_summary(conn, conversation, summary, input.through, input.after).await? {
                    app.bus.publish(conn, &Fact::ConversationChanged { conversation }).await?;
                }
            }
            Ok(())
        }
        .boxed()
    }
}
