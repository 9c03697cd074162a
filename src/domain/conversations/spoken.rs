//! What a reply answers, and how it is written down that it ended: the same for every purpose that replies.

use super::model::{Conversation, Message, MessageKind, MessageStatus};
use super::{actions, history, store, store_messages};
use crate::app::App;
use crate::db::pool::Connection;
use crate::domain::generation::actions as generations;
use crate::domain::generation::model::{Generation, GenerationStatus};
use crate::error::{Error, Result};
use crate::events::fact::Fact;
use crate::ids::GenerationId;

/// What a reply answers.
#[derive(Debug, Clone)]
pub struct Spoken {
    pub conversation: Conversation,
    /// The owner's words.
    pub message: Message,
    /// What was said before them, newest first.
    pub earlier: Vec<Message>,
}

/// What the reply answers that this run writes.
///
/// # Errors
/// `NOT_FOUND` when it was deleted meanwhile.
pub async fn spoken(app: &App, generation: &Generation) -> Result<Spoken> {
    let conn = app.db.read().await?;
    let missing = || Error::not_found("message");
    let reply = store_messages::find_by_generation(&conn, generation.id).await?.ok_or_else(missing)?;
    let conversation = store::find(&conn, reply.conversation_id, generation.owner_id).await?;
    let conversation = conversation.ok_or_else(actions::missing)?;
    let parent = reply.parent_id.ok_or_else(|| Error::internal("a reply to nothing"))?;
    let mut earlier = store_messages::branch(&conn, parent, history::BRANCH_LIMIT).await?;
    if earlier.is_empty() {
        return Err(missing());
    }
    Ok(Spoken { message: earlier.remove(0), conversation, earlier })
}

/// Writes down how a reply ended, in the transaction that ends its run; `None` when it was deleted meanwhile.
///
/// # Errors
/// When Postgres does not answer.
pub async fn settle(app: &App, conn: &Connection, ended: &Generation, kind: MessageKind) -> Result<Option<Message>> {
    let status = match ended.status {
        GenerationStatus::Completed => MessageStatus::Completed,
        GenerationStatus::Stopped => MessageStatus::Stopped,
        _ => MessageStatus::Failed,
    };
    let Some(mut reply) = store_messages::settle(conn, ended.id, status, &ended.content).await? else {
        generations::erase(app, conn, &[ended.id]).await?;
        return Ok(None);
    };
    if kind != reply.kind {
        store_messages::set_kind(conn, reply.id, kind).await?;
        reply.kind = kind;
    }
    let changed = Fact::MessageChanged { conversation: reply.conversation_id, message: reply.id };
    app.bus.publish(conn, &changed).await?;
    store::touch(conn, reply.conversation_id, app.clock.now()).await?;
    Ok(Some(reply))
}

/// The reply that this run writes.
///
/// # Errors
/// `NOT_FOUND` when it was deleted meanwhile.
pub async fn reply_of(app: &App, id: GenerationId) -> Result<Message> {
    let found = store_messages::find_by_generation(&*app.db.read().await?, id).await?;
    found.ok_or_else(|| Error::not_found("message"))
}
