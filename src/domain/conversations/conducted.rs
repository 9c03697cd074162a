//! Conversations that another domain conducts: it says when something may be said, what answers, and what becomes of it.
//! They are stored and streamed like any other, and their owner's own operations leave them alone.

use chrono::{DateTime, Utc};

use super::exchanges::{self, Answering, Exchange, Said};
use super::model::{
    Conversation, ConversationKind, Message, MessageKind, MessageRole, MessageStatus, NewConversation, NewMessage,
    TitleSource,
};
use super::{actions, policy, store, store_messages};
use crate::app::App;
use crate::db::pool::Connection;
use crate::domain::generation::actions as generations;
use crate::domain::generation::expense::Estimate;
use crate::domain::users::budgets::model::Payer;
use crate::error::{Error, Result};
use crate::events::fact::Fact;
use crate::ids::{ConversationId, GenerationId, MessageId, UserId};

/// Begins a conversation of `owner`'s in which the other side speaks first.
///
/// # Errors
/// When Postgres does not answer.
pub async fn begin(app: &App, conn: &Connection, owner: UserId, title: &str, opening: &str) -> Result<Conversation> {
    let now = app.clock.now();
    let new = NewConversation {
        id: ConversationId::generate(now),
        owner_id: owner,
        kind: ConversationKind::Tutoring,
        title: policy::fitting_title(title),
        title_source: TitleSource::Person,
        metadata: serde_json::json!({}),
        created_at: now,
        updated_at: now,
    };
    let conversation = store::insert(conn, &new).await?;
    tell(app, conn, conversation.id, MessageKind::Opening, opening).await?;
    Ok(conversation)
}

/// Something that the owner says.
#[derive(Debug, Clone, Copy)]
pub struct Statement<'a> {
    pub text: &'a str,
    /// The same key from the same person is the same message.
    pub idempotency_key: Option<&'a str>,
    /// The name of the purpose that answers.
    pub purpose: &'static str,
    /// What the answer may come to.
    pub estimate: Estimate,
}

/// Stores what the owner says, and queues what answers. The caller's lock keeps others from speaking at the same time.
///
/// # Errors
/// `NOT_FOUND` for a foreign conversation, CONFLICT while what was said before is still being answered, and for a key under
/// which something else was sent, `QUOTA_EXCEEDED` when a budget does not cover the answer.
pub async fn say(
    app: &App,
    conn: &Connection,
    payer: Payer,
    id: ConversationId,
    statement: Statement<'_>,
) -> Result<Exchange> {
    let conversation = store::lock(conn, id, payer.account).await?.ok_or_else(actions::missing)?;
    let parent = exchanges::parent_for(conn, payer.account, id, None).await?;
    let said = Said { text: statement.text, idempotency_key: statement.idempotency_key };
    let answering = Answering { purpose: statement.purpose, model: None, estimate: statement.estimate };
    exchanges::say(app, conn, payer, conversation, parent.map(|parent| parent.id), said, answering).await
}

/// What was said in this conversation under this key, and its reply. `text` is what it must have been; `None` where only the key is
/// known.
///
/// # Errors
/// CONFLICT for a key under which something else was sent.
pub async fn said_before(
    conn: &Connection,
    owner: UserId,
    id: ConversationId,
    key: &str,
    text: Option<&str>,
) -> Result<Option<Exchange>> {
    let Some(message) = store_messages::find_by_key(conn, owner, key).await? else { return Ok(None) };
    let conversation = store::find(conn, id, owner).await?.ok_or_else(actions::missing)?;
    let reply = store_messages::first_reply(conn, message.id).await?;
    if let Some(reply) =
        reply.filter(|_| message.conversation_id == id && text.is_none_or(|text| message.content == text))
    {
        return Ok(Some(Exchange { conversation, message, reply }));
    }
    let problem = "This key was used for another message. Every message needs a key of its own.";
    Err(Error::conflict(problem).with_field("input.idempotencyKey"))
}

/// Adds what the other side says in words of its own, behind what was said last.
///
/// # Errors
/// When Postgres does not answer.
pub async fn tell(
    app: &App,
    conn: &Connection,
    conversation: ConversationId,
    kind: MessageKind,
    text: &str,
) -> Result<()> {
    let line = Line { role: MessageRole::Assistant, kind, author: None, text, generation: None };
    let message = put_in(conn, conversation, line, app.clock.now()).await?;
    app.bus.publish(conn, &Fact::MessageAdded { conversation, message }).await
}

/// What was said last in a conversation, or is being said.
///
/// # Errors
/// When Postgres does not answer.
pub async fn newest(app: &App, id: ConversationId) -> Result<Option<Message>> {
    store_messages::newest(&*app.db.read().await?, id).await
}

/// Something that was said, whole.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    pub role: MessageRole,
    pub kind: MessageKind,
    /// `None` for the other side.
    pub author: Option<UserId>,
    pub text: &'a str,
    /// What wrote it.
    pub generation: Option<GenerationId>,
}

/// Adds something that was said then, behind what was said last, and tells nobody.
///
/// # Errors
/// When Postgres does not answer.
pub async fn put_in(
    conn: &Connection,
    conversation: ConversationId,
    line: Line<'_>,
    at: DateTime<Utc>,
) -> Result<MessageId> {
    let newest = store_messages::newest(conn, conversation).await?;
    let message = NewMessage {
        id: MessageId::generate(at),
        conversation_id: conversation,
        parent_id: newest.map(|newest| newest.id),
        author_id: line.author,
        role: line.role,
        content: line.text.to_owned(),
        status: if line.role == MessageRole::User { MessageStatus::Sent } else { MessageStatus::Completed },
        generation_id: line.generation,
        idempotency_key: None,
        created_at: at,
        kind: line.kind,
    };
    let message = store_messages::insert(conn, &message).await?;
    store::touch(conn, conversation, at).await?;
    Ok(message.id)
}

/// Takes conversations from every reader at once; a job purges them 30 days later. What is still written is stopped.
///
/// # Errors
/// When Postgres does not answer.
pub async fn remove(app: &App, conn: &Connection, ids: &[ConversationId]) -> Result<()> {
    generations::discard_all_for(app, conn, ids).await?;
    store::soft_delete(conn, ids, app.clock.now()).await?;
    for conversation in ids {
        app.bus.publish(conn, &Fact::ConversationChanged { conversation: *conversation }).await?;
    }
    Ok(())
}
