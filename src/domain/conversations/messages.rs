//! What can be done with messages: say something, say it otherwise, have it answered anew, rate the answer.

use chrono::TimeDelta;

use super::actions::{self, Create};
use super::model::{Conversation, ConversationKind, Message, MessageRole, MessageStatus, NewMessage, Rating};
use super::reply::REPLY;
use super::{policy, store, store_messages};
use crate::app::App;
use crate::config::models::ModelName;
use crate::db::pool::{Connection, Transactional as _};
use crate::domain::generation::actions as generations;
use crate::domain::users::actor::Actor;
use crate::error::{Error, ErrorCode, Result};
use crate::events::fact::Fact;
use crate::ids::{ConversationId, DocumentId, GenerationId, MessageId, UserId};

/// Longest comment on a rating, in characters.
const COMMENT_MAX_CHARS: usize = 2000;

/// How much later than its question a reply is at least.
const REPLY_AFTER: TimeDelta = TimeDelta::milliseconds(1);

/// Something that a person says.
#[derive(Debug, Clone, Default)]
pub struct Send {
    /// `None` begins a conversation.
    pub conversation: Option<ConversationId>,
    pub text: String,
    /// The message that it follows; `None` for the newest.
    pub parent: Option<MessageId>,
    /// Attached to the conversation first.
    pub documents: Vec<DocumentId>,
    /// For a conversation that begins.
    pub kind: Option<ConversationKind>,
    pub model: Option<ModelName>,
    /// The same key from the same person is the same message.
    pub idempotency_key: Option<String>,
}

/// A message with the reply that is being written to it.
#[derive(Debug, Clone)]
pub struct Exchange {
    pub conversation: Conversation,
    pub message: Message,
    pub reply: Message,
}

/// Stores what a person says, and queues the reply. Nothing is lost when the model fails: the reply says so.
///
/// # Errors
/// `BAD_USER_INPUT` for the text, `NOT_FOUND` for what the actor may not see, CONFLICT while the message before is
/// still being answered.
pub async fn send(app: &App, actor: &Actor, send: Send) -> Result<Exchange> {
    let author = actor.require_id()?;
    let text = policy::message_text(&send.text, app.config.graphql.message_max_chars)?;
    check_model(app, send.model.as_ref())?;
    if let Some(key) = &send.idempotency_key {
        policy::idempotency_key(key)?;
        if let Some(exchange) = sent_before(app, author, key).await? {
            return Ok(exchange);
        }
    }
    let key = send.idempotency_key.clone();
    let mut conn = app.db.write().await?;
    let sent = conn.transaction(async |conn| send_in(app, conn, actor, send, text).await).await;
    match (sent, key) {
        // The same request at the same time: the one that was faster has stored the message.
        (Err(error), Some(key)) if error.code() == ErrorCode::Conflict => {
            sent_before(app, author, &key).await?.ok_or(error)
        }
        (sent, _) => sent,
    }
}

async fn send_in(app: &App, conn: &Connection, actor: &Actor, send: Send, text: String) -> Result<Exchange> {
    let author = actor.require_id()?;
    let (conversation, parent) = match send.conversation {
        None => {
            let create = Create { kind: send.kind, documents: send.documents, ..Create::default() };
            (actions::create_in(app, conn, actor, create, &text).await?, None)
        }
        Some(id) => {
            // Locked, so that two messages sent at once follow one another.
            let conversation = store::lock(conn, id, author).await?.ok_or_else(actions::missing)?;
            actions::attach_in(app, conn, actor, id, &send.documents).await?;
            let parent = parent_for(conn, author, id, send.parent).await?;
            (conversation, parent)
        }
    };
    say(app, conn, author, conversation, parent, text, send.model.as_ref(), send.idempotency_key).await
}

/// The message that a new one follows: the one named, or the newest.
async fn parent_for(
    conn: &Connection,
    author: UserId,
    conversation: ConversationId,
    named: Option<MessageId>,
) -> Result<Option<Message>> {
    let parent = match named {
        Some(id) => {
            let found = store_messages::find(conn, id, author).await?;
            let found = found.filter(|message| message.conversation_id == conversation);
            Some(found.ok_or_else(|| Error::not_found("message").with_field("input.parentId"))?)
        }
        None => store_messages::newest(conn, conversation).await?,
    };
    match &parent {
        Some(message) if message.status == MessageStatus::Generating => {
            Err(Error::conflict("The reply is still being written. Wait for its end, or stop it."))
        }
        _ => Ok(parent),
    }
}

#[expect(clippy::too_many_arguments, reason = "the columns of one message; a struct would only name them twice")]
async fn say(
    app: &App,
    conn: &Connection,
    author: UserId,
    conversation: Conversation,
    parent: Option<Message>,
    text: String,
    model: Option<&ModelName>,
    idempotency_key: Option<String>,
) -> Result<Exchange> {
    let now = app.clock.now();
    let message = NewMessage {
        id: MessageId::generate(now),
        conversation_id: conversation.id,
        parent_id: parent.map(|parent| parent.id),
        author_id: Some(author),
        role: MessageRole::User,
        content: text,
        status: MessageStatus::Sent,
        generation_id: None,
        idempotency_key,
        created_at: now,
    };
    let message = store_messages::insert(conn, &message).await?;
    let added = Fact::MessageAdded { conversation: conversation.id, message: message.id };
    app.bus.publish(conn, &added).await?;
    let reply = reply_to(app, conn, author, &message, model).await?;
    store::touch(conn, conversation.id, now).await?;
    let conversation = store::find(conn, conversation.id, author).await?.ok_or_else(actions::missing)?;
    Ok(Exchange { conversation, message, reply })
}

/// Adds an empty reply and queues what is to fill it.
async fn reply_to(
    app: &App,
    conn: &Connection,
    owner: UserId,
    message: &Message,
    model: Option<&ModelName>,
) -> Result<Message> {
    let conversation = Some(message.conversation_id);
    let request = generations::Request { purpose: REPLY, input: serde_json::json!({}), conversation, model };
    let generation: GenerationId = generations::request(app, conn, owner, request).await?;
    // Rows sort by their ids, which tell milliseconds apart: within the same one the reply might come before its question.
    let now = app.clock.now().max(message.created_at + REPLY_AFTER);
    let reply = NewMessage {
        id: MessageId::generate(now),
        conversation_id: message.conversation_id,
        parent_id: Some(message.id),
        author_id: None,
        role: MessageRole::Assistant,
        content: String::new(),
        status: MessageStatus::Generating,
        generation_id: Some(generation),
        idempotency_key: None,
        created_at: now,
    };
    let reply = store_messages::insert(conn, &reply).await?;
    let added = Fact::MessageAdded { conversation: reply.conversation_id, message: reply.id };
    app.bus.publish(conn, &added).await?;
    Ok(reply)
}

/// The message that was sent under this key, and its reply.
async fn sent_before(app: &App, author: UserId, key: &str) -> Result<Option<Exchange>> {
    let conn = app.db.write().await?;
    let Some(message) = store_messages::find_by_key(&conn, author, key).await? else { return Ok(None) };
    let conversation = store::find(&conn, message.conversation_id, author).await?.ok_or_else(actions::missing)?;
    let reply = store_messages::first_reply(&conn, message.id).await?.ok_or_else(|| Error::not_found("message"))?;
    Ok(Some(Exchange { conversation, message, reply }))
}

/// Has a message answered anew: another reply beside those there are.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown reply, `BAD_USER_INPUT` for a message that is none.
pub async fn regenerate(app: &App, actor: &Actor, id: MessageId, model: Option<ModelName>) -> Result<Exchange> {
    let owner = actor.require_id()?;
    check_model(app, model.as_ref())?;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let named = store_messages::find(conn, id, owner).await?.ok_or_else(missing)?;
        let message = match named.parent_id.filter(|_| named.role == MessageRole::Assistant) {
            Some(parent) => store_messages::find(conn, parent, owner).await?.ok_or_else(missing)?,
            // Naming the question is as clear as naming its reply.
            None if named.role == MessageRole::User => named,
            None => return Err(Error::bad_input("input.messageId", "Only a reply can be written anew.")),
        };
        let conversation = store::lock(conn, message.conversation_id, owner).await?.ok_or_else(missing)?;
        let reply = reply_to(app, conn, owner, &message, model.as_ref()).await?;
        store::touch(conn, conversation.id, app.clock.now()).await?;
        Ok(Exchange { conversation, message, reply })
    })
    .await
}

/// Says a message otherwise: another message beside it, with a reply of its own. The old branch stays.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown message, `BAD_USER_INPUT` for one that a person did not write.
pub async fn edit(app: &App, actor: &Actor, id: MessageId, text: &str, model: Option<ModelName>) -> Result<Exchange> {
    let author = actor.require_id()?;
    let text = policy::message_text(text, app.config.graphql.message_max_chars)?;
    check_model(app, model.as_ref())?;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let edited = store_messages::find(conn, id, author).await?.ok_or_else(missing)?;
        if edited.role != MessageRole::User {
            return Err(Error::bad_input("input.messageId", "Only a message of your own can be edited."));
        }
        let conversation = store::lock(conn, edited.conversation_id, author).await?.ok_or_else(missing)?;
        let parent = match edited.parent_id {
            Some(parent) => store_messages::find(conn, parent, author).await?,
            None => None,
        };
        say(app, conn, author, conversation, parent, text, model.as_ref(), None).await
    })
    .await
}

/// Rates a reply; no rating takes it back.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown message, `BAD_USER_INPUT` for one that is no reply, or a long comment.
pub async fn rate(
    app: &App,
    actor: &Actor,
    id: MessageId,
    rating: Option<Rating>,
    comment: Option<String>,
) -> Result<Message> {
    let owner = actor.require_id()?;
    let comment = comment.map(|comment| comment.replace('\0', "")).filter(|_| rating.is_some());
    if comment.as_ref().is_some_and(|comment| comment.chars().count() > COMMENT_MAX_CHARS) {
        let problem = format!("The comment is longer than {COMMENT_MAX_CHARS} characters.");
        return Err(Error::bad_input("input.comment", problem));
    }
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let message = store_messages::find(conn, id, owner).await?.ok_or_else(missing)?;
        if message.role != MessageRole::Assistant {
            return Err(Error::bad_input("input.messageId", "Only a reply can be rated."));
        }
        let rated = store_messages::rate(conn, id, rating, comment.as_deref(), app.clock.now()).await?;
        let changed = Fact::MessageChanged { conversation: rated.conversation_id, message: id };
        app.bus.publish(conn, &changed).await?;
        Ok(rated)
    })
    .await
}

/// Deletes a message and all that follows it, and leaves its siblings.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown message.
pub async fn delete(app: &App, actor: &Actor, id: MessageId) -> Result<ConversationId> {
    let owner = actor.require_id()?;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let message = store_messages::find(conn, id, owner).await?.ok_or_else(missing)?;
        store_messages::delete(conn, id).await?;
        store::forget_lost_summary(conn, message.conversation_id).await?;
        let changed = Fact::ConversationChanged { conversation: message.conversation_id };
        app.bus.publish(conn, &changed).await?;
        Ok(message.conversation_id)
    })
    .await
}

/// The message, if it is in a conversation of the actor's.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one.
pub async fn get(app: &App, actor: &Actor, id: MessageId) -> Result<Message> {
    let owner = actor.require_id()?;
    store_messages::find(&*app.db.read().await?, id, owner).await?.ok_or_else(missing)
}

/// Refuses models that this installation does not offer: they differ in price.
///
/// # Errors
/// `BAD_USER_INPUT` for `input.model`.
pub(super) fn check_model(app: &App, model: Option<&ModelName>) -> Result<()> {
    match model {
        Some(model) if !app.models.available().contains(model) => {
            Err(Error::bad_input("input.model", format!("{model} is not offered here.")))
        }
        _ => Ok(()),
    }
}

fn missing() -> Error {
    Error::not_found("message")
}
