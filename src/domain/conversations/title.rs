//! The purpose TITLE: a conversation's name, written by the model after the first reply.

use futures::FutureExt as _;
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};

use super::estimates::FRAME_TOKENS;
use super::model::Conversation;
use super::{history, kinds, policy, store, store_messages};
use crate::ai::chat::request::{ChatRequest, Turn};
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
pub const TITLE: &str = "TITLE";

/// Tokens of conversation that a title is written from.
const INPUT_TOKENS: u32 = 2000;
/// Tokens that a title may have.
const OUTPUT_TOKENS: u32 = 64;

/// Names a conversation.
pub struct Title;

/// The reply after which the title is written.
#[derive(Serialize, Deserialize)]
struct Input {
    reply: MessageId,
}

/// Queues a title in the caller's transaction, after a reply that has ended; none where the budget does not cover it.
///
/// # Errors
/// When Postgres does not answer.
pub async fn request(
    app: &App,
    conn: &Connection,
    conversation: &Conversation,
    reply: MessageId,
    ended: &Generation,
) -> Result<()> {
    let input = serde_json::to_value(Input { reply }).map_err(Error::internal)?;
    let model = ended.requested_model.as_deref().and_then(ModelName::parse_chat);
    let estimate = Estimate { input_tokens: FRAME_TOKENS + INPUT_TOKENS, output_tokens: OUTPUT_TOKENS };
    let conversation = Some(conversation.id);
    let request = generations::Request { purpose: TITLE, input, conversation, model: model.as_ref(), estimate };
    generations::request_after(app, conn, ended, request).await?;
    Ok(())
}

impl Purpose for Title {
    fn name(&self) -> &'static str {
        TITLE
    }

    fn prepare<'a>(&'a self, app: &'a App, generation: &'a Generation) -> BoxFuture<'a, Result<Prompt>> {
        async move {
            let input: Input = serde_json::from_value(generation.input.clone()).map_err(Error::internal)?;
            let mut branch = store_messages::branch(&*app.db.read().await?, input.reply, 4).await?;
            // The first exchange tells what it is about; long answers are not needed in full.
            for message in &mut branch {
                message.content = message.content.chars().take(1500).collect();
            }
            let turns = history::fit(&branch, INPUT_TOKENS).turns;
            let prompt = prompts::read(app.config.models.prompts_dir.as_deref(), kinds::TITLE);
            let request = ChatRequest {
                system: prompt.text,
                turns: vec![Turn::User { text: history::transcript(&turns) }],
                max_output_tokens: OUTPUT_TOKENS,
                ..ChatRequest::default()
            };
            Ok(Prompt { version: prompt.version, request, ..Prompt::default() })
        }
        .boxed()
    }

    fn settle<'a>(&'a self, app: &'a App, conn: &'a Connection, ended: &'a Generation) -> BoxFuture<'a, Result<()>> {
        async move {
            let title = policy::model_title(&ended.content).filter(|_| ended.status == GenerationStatus::Completed);
            let (Some(title), Some(conversation)) = (title, ended.conversation_id) else { return Ok(()) };
            if store::set_model_title(conn, conversation, &title, app.clock.now()).await? {
                app.bus.publish(conn, &Fact::ConversationChanged { conversation }).await?;
            }
            Ok(())
        }
        .boxed()
    }
}
