//! The purpose ANSWER: one question over documents, without a conversation.

use futures::FutureExt as _;
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};

use super::model::ConversationKind;
use super::{estimates, grounding, kinds, policy};
use crate::ai::chat::request::{ChatRequest, Turn};
use crate::app::App;
use crate::config::models::ModelName;
use crate::db::pool::{Connection, Transactional as _};
use crate::domain::documents::actions::read;
use crate::domain::generation::actions as generations;
use crate::domain::generation::model::Generation;
use crate::domain::generation::prompts;
use crate::domain::generation::purpose::{Prompt, Purpose};
use crate::domain::users::actions::verification::require_verified;
use crate::domain::users::actor::Actor;
use crate::domain::users::budgets::model::Payer;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::{DocumentId, GenerationId};

/// Stands in `generations.purpose`.
pub const ANSWER: &str = "ANSWER";

/// Answers one question.
pub struct Answer;

/// A question over documents.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Question {
    pub text: String,
    /// `None` for all that the asker may see.
    pub documents: Option<Vec<DocumentId>>,
    /// Which assistant answers, by name.
    pub kind: Option<String>,
}

/// Asks one question over documents; the answer streams like any other.
///
/// # Errors
/// `BAD_USER_INPUT` for an empty or long question, `NOT_FOUND` for documents that are not the actor's.
pub async fn ask(app: &App, actor: &Actor, question: Question, model: Option<ModelName>) -> Result<GenerationId> {
    let asker = actor.require_may(Permission::UseAssistant)?;
    let (owner, payer) = (asker.user.id, Payer::of(asker));
    require_verified(app, actor)?;
    let text = policy::message_text(&question.text, app.config.graphql.message_max_chars, "input.question")?;
    policy::chosen_kind(question.kind.as_deref().and_then(|kind| kind.parse().ok()))?;
    if let Some(asked) = &question.documents {
        let visible = read::load_documents(app, actor, asked).await?;
        // Readings of courses are seen as well, and are no evidence here: what grounds an answer is one's own.
        let is_own = |id: &DocumentId| visible.get(id).is_some_and(|document| document.owner_id == owner);
        if !asked.iter().all(is_own) {
            return Err(Error::not_found("document").with_field("input.documentIds"));
        }
    }
    super::exchanges::check_model(app, model.as_ref())?;
    let estimate = estimates::answer(app, &text);
    let input = serde_json::to_value(Question { text, ..question }).map_err(Error::internal)?;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let request =
            generations::Request { purpose: ANSWER, input, conversation: None, model: model.as_ref(), estimate };
        generations::request(app, conn, payer, request).await
    })
    .await
}

impl Purpose for Answer {
    fn name(&self) -> &'static str {
        ANSWER
    }

    fn prepare<'a>(&'a self, app: &'a App, generation: &'a Generation) -> BoxFuture<'a, Result<Prompt>> {
        async move {
            let question: Question = serde_json::from_value(generation.input.clone()).map_err(Error::internal)?;
            let kind = question.kind.and_then(|kind| kind.parse().ok()).unwrap_or(ConversationKind::General);
            let owner = generation.owner_id;
            let asked = &question.text;
            let (passages, evidence) = grounding::gather(app, owner, asked, asked, question.documents).await?;
            let prompt = prompts::read(app.config.models.prompts_dir.as_deref(), kinds::system_prompt(kind));
            let request = ChatRequest {
                system: prompt.text,
                turns: vec![Turn::User { text: question.text }],
                passages,
                max_output_tokens: app.config.models.max_output_tokens,
                ..ChatRequest::default()
            };
            Ok(Prompt { version: prompt.version, request, evidence: Some(evidence), ..Prompt::default() })
        }
        .boxed()
    }

    fn settle<'a>(&'a self, _: &'a App, _: &'a Connection, _: &'a Generation) -> BoxFuture<'a, Result<()>> {
        // The text is the generation's own; nothing else refers to it.
        async { Ok(()) }.boxed()
    }
}
